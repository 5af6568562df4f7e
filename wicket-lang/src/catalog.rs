//! Pinned tool catalogs, the connectors that ship with Wicket, and the lock.
//!
//! A policy is checked against the tools as they were when somebody looked at them, never against what an upstream
//! says today. Three files carry that: a connector (`github.wkt`) says which tools read, write and destroy; its catalog
//! (`github.tools.json`) holds the schema of each tool and a digest of it; the bundle's `wicket.lock` says which of both
//! an owner accepted, tool by tool. [`standing`] holds a live definition against them.
//!
//! A catalog keeps names, types and constraints. The sentences of an upstream (descriptions, titles, examples) are
//! dropped where a definition is pinned, and only a digest of them is kept.

mod annotations;
mod digest;
mod shape;
mod tier;
mod pin;
mod read;
mod changes;
mod lock;
mod standing;
mod pull;
mod shipped;

pub use annotations::{Annotation, Annotations, Stated};
pub use changes::{Changes, InputChange, ShapeChange, diff};
pub use digest::Digest;
pub use lock::{Lock, LockError, LockedConnector, LockedTool, Stale};
pub use pin::{PinError, Pinned, Refused, RefusedWhy, digests, pin};
pub use pull::{Pull, PullError, Pulling, Retiered, Waiting, pull};
pub use read::CatalogError;
pub use shape::{DROPPED_KEYWORDS, reduce, shape_digest, text_digest};
pub use shipped::{SHIPPED, Shipped, shipped};
pub use standing::{Standing, standing};
pub use tier::{Tier, TierPattern, Tiers, matches_glob};

use crate::json::{Json, canonical};

/// The tools of one upstream as they were pinned, in the order of their names.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalog {
    // INVARIANT: sorted by name, no name twice; each shape is the digest of the rest of its tool.
    tools: Vec<PinnedTool>,
}

/// A tool as it was pinned: what it is called and what it takes and gives, in types.
#[derive(Clone, Debug, PartialEq)]
pub struct PinnedTool {
    /// The upstream's name of it, `merge_pull_request`.
    pub name: String,
    /// The digest of the three other fields.
    pub shape: Digest,
    /// The reduced input schema: no descriptions.
    pub input: Json,
    /// The reduced output schema, where the tool declares one.
    pub output: Option<Json>,
}

impl Catalog {
    /// Reads a pinned catalog, and holds each tool against its own digest: an edit by hand is refused.
    pub fn read(bytes: &[u8]) -> Result<Self, CatalogError> {
        read::read(bytes, read::Trust::Verify).map(Self::from_tools)
    }

    /// Reads a catalog that is a part of the program. Its digests are believed: the tests hold every shipped catalog
    /// against them, and doing so again would be most of the work of checking a small bundle.
    pub(crate) fn read_shipped(bytes: &[u8]) -> Result<Self, CatalogError> {
        read::read(bytes, read::Trust::Shipped).map(Self::from_tools)
    }

    fn from_tools(mut tools: Vec<PinnedTool>) -> Self {
        tools.sort_by(|left, right| left.name.cmp(&right.name));
        Self { tools }
    }

    /// The text of the file. The same tools give the same bytes, whatever order a server put their parts in.
    #[must_use]
    pub fn write(&self) -> String {
        let mut out = String::from("{\n\"version\": 1,\n\"tools\": [");
        for (position, tool) in self.tools.iter().enumerate() {
            out.push_str(if position == 0 { "\n" } else { ",\n" });
            out.push_str(&tool.write());
        }
        out.push_str("\n]\n}\n");
        out
    }

    /// The digest that a lock keeps. It is over names and shapes, so it does not depend on the layout of the file.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let shapes = self
            .tools
            .iter()
            .map(|tool| (tool.name.clone(), Json::String(tool.shape.to_string())))
            .collect();
        Digest::of_json(&Json::Object(shapes))
    }

    /// Every tool, in the order of the names.
    #[must_use]
    pub fn tools(&self) -> &[PinnedTool] {
        &self.tools
    }

    /// The tool of this exact name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&PinnedTool> {
        let place = self
            .tools
            .binary_search_by(|tool| tool.name.as_str().cmp(name))
            .ok()?;
        self.tools.get(place)
    }

    /// The names of the tools, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tools.iter().map(|tool| tool.name.as_str())
    }
}

impl PinnedTool {
    /// The tool of a catalog file: a line for each part, so that a review sees which part changed.
    fn write(&self) -> String {
        let name = canonical(&Json::String(self.name.clone()));
        let mut out = format!(
            "{{\"name\": {name},\n \"shape\": \"{}\",\n \"input\": {}",
            self.shape,
            canonical(&self.input)
        );
        if let Some(output) = &self.output {
            out.push_str(",\n \"output\": ");
            out.push_str(&canonical(output));
        }
        out.push('}');
        out
    }
}

#[cfg(test)]
mod tests;
