//! An artifact: everything that judging needs, in one verified file (`.wkb`).
//!
//! The file is a container of tagged sections with a SHA-256 over all of it at the end; `docs/reference/artifact.md`
//! describes it byte by byte. What a loader does not know it refuses where the section says that it matters, and skips
//! otherwise, so the format can grow. The same bundle gives the same bytes everywhere.
//!
//! Bytes are checked once, in [`Artifact::load`]: the container, the digest, every reference in the tables, and the
//! programs. Behind it nothing can go wrong, and nothing is checked again.

mod container;
mod decode;
mod encode;
mod error;
mod position;
mod tables;

pub use decode::MAX_ARTIFACT_BYTES;
pub use error::LoadError;
pub use position::{Place, Places};
pub use tables::Unsound;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::bytecode::{self, EmitError, NodeMap, Programs};
use crate::ir::{Bundle, Digest};
use crate::request::Switches;
use crate::source::{Sources, is_shared};

/// The version of the format that is written, and the only one that is read.
pub const FORMAT_VERSION: u16 = 3;

/// The ending of an artifact's file name.
pub const EXTENSION: &str = "wkb";

/// A text that an artifact was made from, by its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceDigest {
    /// A path relative to the bundle's folder: a policy file, a catalog, the lock.
    pub name: String,
    /// Of a policy file its bytes', of a catalog [`Catalog::digest`](crate::catalog::Catalog::digest), of a lock
    /// or a shipped connector [`Digest::of_source`].
    pub digest: Digest,
}

/// A bundle that has been checked and compiled.
#[derive(Clone, Debug, PartialEq)]
pub struct Compiled {
    /// The tables: everything that the sources say, checked.
    pub bundle: Bundle,
    /// The bytecode by which calls of each tool are judged.
    pub programs: Programs,
    /// Which node each instruction computes.
    pub nodes: NodeMap,
    /// Where policies, rules and breakers stand in the sources.
    pub places: Places,
    /// By name.
    pub sources: Vec<SourceDigest>,
}

impl Compiled {
    /// Compiles a checked bundle. `pinned` are the other texts that it was made from (catalogs, the lock), by name.
    /// An error names a tool whose rules are too many or too large.
    pub fn new(
        bundle: Bundle,
        sources: &Sources,
        pinned: impl IntoIterator<Item = (String, Digest)>,
    ) -> Result<Self, EmitError> {
        let (programs, nodes) = bytecode::emit(&bundle)?;
        let places = Places::find(&bundle, sources);
        let texts = sources
            .iter()
            .map(|(_, file)| (file.name.clone(), Digest::of(file.text.as_bytes())));
        let mut sources: Vec<SourceDigest> = texts
            .chain(pinned)
            .map(|(name, digest)| SourceDigest { name, digest })
            .collect();
        sources.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self {
            bundle,
            programs,
            nodes,
            places,
            sources,
        })
    }

    /// The bytes of its artifact.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encode::encode(self)
    }

    /// The artifact itself, without a way through bytes that are kept. It is loaded from them all the same, so that
    /// what is tested is what is published. An error would be a mistake of the compiler.
    pub fn into_artifact(self) -> Result<Artifact, LoadError> {
        Artifact::load(&self.encode())
    }
}

/// A verified artifact.
#[derive(Clone, Debug, PartialEq)]
pub struct Artifact {
    /// The tables: everything that the sources said, checked.
    pub bundle: Bundle,
    /// The bytecode by which calls of each tool are judged.
    pub programs: Programs,
    /// Which node each instruction computes.
    pub nodes: NodeMap,
    /// Where policies, rules and breakers stood in the sources.
    pub places: Places,
    /// The texts that it was made from, by name.
    pub sources: Vec<SourceDigest>,
    /// The version of the compiler that made it.
    pub compiler: String,
    digest: Digest,
}

impl Artifact {
    /// Reads an artifact and verifies all of it. An error says what is wrong with the bytes, and [`LoadError::help`] what
    /// to do.
    pub fn load(bytes: &[u8]) -> Result<Self, LoadError> {
        decode::load(bytes)
    }

    /// The SHA-256 of the whole file.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The policies, breakers, limits, marks and tracks that come from a folder which the bundle shares with others.
    #[must_use]
    pub fn shared_items(&self) -> BTreeSet<&str> {
        let bundle = &self.bundle;
        let policies = bundle.policies.iter().map(|item| (&item.name, item.span));
        let breakers = bundle.breakers.iter().map(|item| (&item.name, item.span));
        let limits = bundle.limits.iter().map(|item| (&item.name, item.span));
        let tracks = bundle.tracks.iter().map(|item| (&item.name, item.span));
        let all = policies.chain(breakers).chain(limits).chain(tracks);
        all.filter(|(_, span)| {
            let file = self.places.files.get(span.file.0 as usize);
            file.is_some_and(|file| is_shared(file))
        })
        .map(|(name, _)| name.as_str())
        .collect()
    }

    /// The switches as they bind here: what comes from a shared folder is enforced, whatever they say.
    #[must_use]
    pub fn binding(&self, switches: &Switches) -> Switches {
        let mut binding = switches.clone();
        if !binding.0.is_empty() {
            let shared = self.shared_items();
            binding.0.retain(|item, _| !shared.contains(item.as_str()));
        }
        binding
    }

    /// The version of the zone data that its schedules were compiled with.
    #[must_use]
    pub fn tzdata(&self) -> &str {
        &self.bundle.tzdata
    }
}
