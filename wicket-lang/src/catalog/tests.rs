//! The digests, the lock, a pull, and the connectors that ship.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod annotations;
mod digests;
mod files;
mod lock;
mod pull;
mod shipped;
mod tiers;

use super::{Catalog, Pinned, PinnedTool, pin};
use crate::json::{Json, Limits, read};

fn json(text: &str) -> Json {
    read(text.as_bytes(), &Limits::default()).unwrap()
}

/// A `tools/list` result of these definitions.
fn list(definitions: &[&str]) -> Json {
    json(&format!(r#"{{"tools":[{}]}}"#, definitions.join(",")))
}

fn pinned(definitions: &[&str]) -> Pinned {
    pin(&list(definitions)).unwrap()
}

fn catalog(definitions: &[&str]) -> Catalog {
    pinned(definitions).catalog
}

/// The one tool of one definition.
fn tool(definition: &str) -> PinnedTool {
    let [tool] = catalog(&[definition]).tools().to_vec().try_into().unwrap();
    tool
}
