//! Files with tools: a pinned catalog, or what a server answered to `tools/list`.

use std::path::Path;

use anyhow::{Context as _, anyhow};
use wicket_lang::catalog::{Catalog, pin};
use wicket_lang::json::{self, Json, Limits};

use crate::bundle::{self, MAX_CATALOG_BYTES};

const LIMITS: Limits = Limits {
    bytes: MAX_CATALOG_BYTES,
    depth: json::MAX_DEPTH,
    nodes: 1_000_000,
};

/// A whole `tools/list` result from a file; the answer of JSON-RPC around it may be there.
pub(super) fn read(path: &Path) -> anyhow::Result<Json> {
    let bytes = bundle::bytes(path, MAX_CATALOG_BYTES)?;
    let json = json::read(&bytes, &LIMITS).map_err(|error| anyhow!("{}: {error}", path.display()))?;
    Ok(match json.as_object().and_then(|answer| answer.get("result")) {
        Some(result) => result.clone(),
        None => json,
    })
}

/// The tools of a file of either kind.
pub(super) fn catalog(path: &Path) -> anyhow::Result<Catalog> {
    let listed = read(path)?;
    if listed
        .as_object()
        .is_some_and(|file| file.contains_key("version"))
    {
        let bytes = bundle::bytes(path, MAX_CATALOG_BYTES)?;
        return Catalog::read(&bytes).with_context(|| path.display().to_string());
    }
    let pinned = pin(&listed).with_context(|| path.display().to_string())?;
    Ok(pinned.catalog)
}
