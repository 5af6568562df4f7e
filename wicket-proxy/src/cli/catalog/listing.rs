//! Files with tools: a pinned catalog, or what a server answered to `tools/list`.

use std::path::Path;

use anyhow::{Context as _, anyhow, ensure};
use wicket_lang::catalog::{Catalog, pin};
use wicket_lang::json::{self, Json, Limits, Object};

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

/// What a server answered, from a file; a pinned catalog is none.
pub(super) fn of_a_server(path: &Path) -> anyhow::Result<Json> {
    let listed = read(path)?;
    ensure!(
        !has_version(&listed),
        "{} is a pinned catalog; give what the server answers to `tools/list`",
        path.display()
    );
    Ok(listed)
}

/// Refuses a list of which no tool can be pinned: all tools would be gone, which is hardly what somebody wants of a pull.
pub(super) fn check_tools(listed: &Json) -> anyhow::Result<()> {
    let pinned = pin(listed)?;
    ensure!(
        !pinned.catalog.tools().is_empty(),
        "the server lists no tool that can be pinned, and nothing was changed; \
         who wants no tools of it takes the connector out of the policies"
    );
    Ok(())
}

/// Whether the file is a pinned catalog, and no answer of a server's.
pub(super) fn is_catalog(path: &Path) -> bool {
    read(path).is_ok_and(|file| has_version(&file))
}

fn has_version(file: &Json) -> bool {
    file.as_object().is_some_and(|file| file.contains_key("version"))
}

/// The tools of a file of either kind, as a server would list them.
pub(super) fn as_listed(path: &Path) -> anyhow::Result<Json> {
    let listed = read(path)?;
    if !has_version(&listed) {
        return Ok(listed);
    }
    let catalog = catalog(path)?;
    let tools = catalog.tools().iter().map(|tool| {
        let mut definition = Object::new();
        definition.insert("name", Json::String(tool.name.clone()));
        definition.insert("inputSchema", tool.input.clone());
        if let Some(output) = &tool.output {
            definition.insert("outputSchema", output.clone());
        }
        Json::Object(definition)
    });
    let mut result = Object::new();
    result.insert("tools", Json::Array(tools.collect()));
    Ok(Json::Object(result))
}

/// The tools of a file of either kind.
pub(super) fn catalog(path: &Path) -> anyhow::Result<Catalog> {
    let listed = read(path)?;
    if has_version(&listed) {
        let bytes = bundle::bytes(path, MAX_CATALOG_BYTES)?;
        return Catalog::read(&bytes).with_context(|| path.display().to_string());
    }
    let pinned = pin(&listed).with_context(|| path.display().to_string())?;
    Ok(pinned.catalog)
}
