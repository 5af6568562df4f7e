//! Bytes as an artifact, verified.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Artifact, LoadError, Places, SourceDigest, container, tables};
use crate::bytecode::{self, NodeMap, Programs};
use crate::calendar::Atlas;
use crate::ir::{Bundle, NodeId};

/// The largest artifact that is read. What is made of it in memory is a bounded multiple.
pub const MAX_ARTIFACT_BYTES: usize = 32 * 1024 * 1024;

/// The section `HEAD`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) compiler: String,
    pub(super) tzdata: String,
}

pub(super) fn load(bytes: &[u8]) -> Result<Artifact, LoadError> {
    if bytes.len() > MAX_ARTIFACT_BYTES {
        return Err(LoadError::TooLarge(bytes.len()));
    }
    let sections = container::read(bytes)?;
    let [head, sources, tables, code, map] = sections.payloads;
    let head: Head = section("the section `HEAD`", head)?;
    let sources: Vec<SourceDigest> = section("the section `SRCS`", sources)?;
    let mut bundle: Bundle = section("the section `TABL`", tables)?;
    if let Some(zones) = sections.zones {
        let unreadable = || LoadError::Unreadable("the section `ZONE`");
        let atlas: Option<Atlas> = section("the section `ZONE`", zones)?;
        let zones = atlas.and_then(|atlas| atlas.unpack()).ok_or_else(unreadable)?;
        bundle.calendar.atlas = zones;
    }
    if bundle.tzdata != head.tzdata {
        return Err(LoadError::Unreadable("the section `HEAD`"));
    }
    tables::verify(&bundle)?;
    let programs = bytecode::decode(code)?;
    bytecode::verify(&programs, &bundle)?;
    let (places, nodes): (Places, Vec<Vec<NodeId>>) = section("the section `SMAP`", map)?;
    let nodes = NodeMap(nodes);
    if !places.fit(&bundle) || !fits(&nodes, &programs, &bundle) {
        return Err(LoadError::SourceMap);
    }
    Ok(Artifact {
        bundle,
        programs,
        nodes,
        places,
        sources,
        compiler: head.compiler,
        digest: sections.digest,
    })
}

/// Reads a section to its end. Sequences are grown as they are read, so a length that is not there costs nothing.
fn section<T: DeserializeOwned>(name: &'static str, bytes: &[u8]) -> Result<T, LoadError> {
    match postcard::take_from_bytes(bytes) {
        Ok((content, [])) => Ok(content),
        Ok(_) | Err(_) => Err(LoadError::Unreadable(name)),
    }
}

/// Whether there is a node of the arena for each instruction.
fn fits(nodes: &NodeMap, programs: &Programs, bundle: &Bundle) -> bool {
    nodes.0.len() == programs.programs().len()
        && nodes.0.iter().zip(programs.programs()).all(|(nodes, program)| {
            nodes.len() == program.code().len() && nodes.iter().all(|node| node.index() < bundle.arena.len())
        })
}
