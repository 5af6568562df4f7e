//! A compiled bundle as bytes.

use serde::Serialize;

use super::decode::Head;
use super::{Compiled, container};
use crate::bytecode::{self, NodeMap};
use crate::calendar::Atlas;

pub(super) fn encode(compiled: &Compiled) -> Vec<u8> {
    let head = Head {
        compiler: env!("CARGO_PKG_VERSION").to_owned(),
        tzdata: compiled.bundle.tzdata.clone(),
    };
    let head = section(&head);
    let sources = section(&compiled.sources);
    let tables = section(&compiled.bundle);
    let code = bytecode::encode(&compiled.programs);
    let NodeMap(nodes) = &compiled.nodes;
    let map = section(&(&compiled.places, nodes));
    // A bundle that came from the checker holds sound zones, so they can be packed.
    let atlas = Some(&compiled.bundle.calendar.atlas).filter(|zones| !zones.is_empty());
    let zones = atlas.map(|zones| section(&Atlas::pack(zones)));
    container::write([&head, &sources, &tables, &code, &map], zones.as_deref())
}

fn section(content: &impl Serialize) -> Vec<u8> {
    // Writing to memory fails only for what postcard cannot express (a sequence of unknown length), and no table has
    // that; were it so, the empty section would be refused by every loader.
    postcard::to_stdvec(content).unwrap_or_default()
}
