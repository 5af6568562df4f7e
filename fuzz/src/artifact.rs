//! Bytes to artifact: refused, or sound to the last reference.
//!
//! A changed byte breaks the digest, and nothing behind it would ever be tried; so the length and the digest are made
//! right first, as an attacker would. An input that is no artifact is taken as a list of edits of a sound one, so that
//! the corpus stays good when the format changes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use wicket_lang::api::{self, BundleFiles, DecideRequest, ToolName};
use wicket_lang::artifact::Artifact;
use wicket_lang::decide;
use wicket_lang::interpret;
use wicket_lang::ir::Digest;
use wicket_lang::request::{Request, State, Switches};
use wicket_lang::source::Sources;

use crate::catalog::CATALOG;

/// Where the length of the whole file stands.
const LENGTH_AT: usize = 10;
const DIGEST_LENGTH: usize = 32;

/// More calls than this say nothing new about the artifact.
const CALLS: usize = 8;

/// The sound artifact that is edited.
static BASE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let files = BundleFiles {
        sources: Sources::single("base.wkt", include_str!("../base.wkt")),
        catalogs: BTreeMap::from([("store.tools.json".to_owned(), CATALOG.clone())]),
        lock: None,
    };
    match api::build(&files) {
        Ok(compiled) => compiled.encode(),
        Err(error) => panic!("fuzz/base.wkt is wrong:\n{error}"),
    }
});

pub(crate) fn check(bytes: &[u8]) {
    let file = if bytes.starts_with(b"\x89WKB") {
        let _ = Artifact::load(bytes);
        sealed(bytes)
    } else {
        sealed(&edited(bytes))
    };
    if let Ok(artifact) = Artifact::load(&file) {
        judge(&artifact);
    }
}

/// Four bytes are an edit: what is done, where (the high byte and the low one), and the new byte.
fn edited(edits: &[u8]) -> Vec<u8> {
    let mut file = BASE.clone();
    for edit in edits.as_chunks::<4>().0 {
        let [kind, high, low, byte] = *edit;
        let at = usize::from(u16::from_be_bytes([high, low])) % file.len();
        match kind % 4 {
            0 | 1 => file[at] = byte,
            2 => file.insert(at, byte),
            _ => drop(file.remove(at)),
        }
        if file.is_empty() {
            break;
        }
    }
    file
}

fn sealed(bytes: &[u8]) -> Vec<u8> {
    let mut content = bytes[..bytes.len().saturating_sub(DIGEST_LENGTH)].to_vec();
    let length = u32::try_from(content.len() + DIGEST_LENGTH).unwrap_or(u32::MAX);
    for (place, byte) in content.iter_mut().skip(LENGTH_AT).zip(length.to_le_bytes()) {
        *place = byte;
    }
    let digest = Digest::of(&content);
    content.extend(digest.as_bytes());
    content
}

fn judge(artifact: &Artifact) {
    let bundle = &artifact.bundle;
    let machine =
        |switches: &Switches, request: &Request<'_>, state: &State| artifact.decide(switches, request, state);
    let plain = |switches: &Switches, request: &Request<'_>, state: &State| {
        decide::decide(bundle, switches, request, state, interpret::findings)
    };
    for tool in bundle.tools.iter().take(CALLS) {
        let Some(connector) = bundle.connectors.get(tool.connector.index()) else {
            continue;
        };
        let mut asked = DecideRequest::default();
        asked.tool = ToolName {
            connector: connector.name.clone(),
            tool: tool.name.clone(),
        };
        let state = State::default();
        // They need not agree: somebody may write programs that are sound and not those of the tree.
        let _ = asked.judge(bundle, &state, &machine);
        let _ = asked.judge(bundle, &state, &plain);
    }
}
