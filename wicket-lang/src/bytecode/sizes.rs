//! How large conditions are: what walks over them have to bear.

use super::{MAX_COST, MAX_DEPTH, MAX_NODES};
use crate::ir::{Bundle, Node};
use crate::request::MAX_ELEMENTS;

/// How large a node is, with all that it reads, as the tree that the interpreter walks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) depth: usize,
    pub(crate) nodes: u64,
    /// The most nodes that are looked at: those of a quantifier's body once for each element.
    pub(crate) steps: u64,
    /// How many quantifiers have to stand around it, so that every element in it is one of theirs.
    pub(crate) open: u32,
}

impl Size {
    /// A child that does not stand before its parent counts as too large.
    const TOO_LARGE: Self = Self {
        depth: MAX_DEPTH + 1,
        nodes: u64::MAX,
        steps: u64::MAX,
        open: u32::MAX,
    };

    /// Whether it can be walked, and stands for itself.
    pub(crate) fn is_within_bounds(self) -> bool {
        self.depth <= MAX_DEPTH && self.nodes <= MAX_NODES && self.steps <= MAX_COST as u64 && self.open == 0
    }
}

/// The size of every node of the arena.
pub(crate) fn sizes(bundle: &Bundle) -> Vec<Size> {
    let mut sizes: Vec<Size> = Vec::with_capacity(bundle.arena.len());
    for (_, node) in bundle.arena.iter() {
        let mut size = Size {
            depth: 1,
            nodes: 1,
            steps: 1,
            open: if let Node::Element(out) = node {
                out.saturating_add(1)
            } else {
                0
            },
        };
        for child in node.children() {
            let below = sizes.get(child.index()).copied().unwrap_or(Size::TOO_LARGE);
            let is_body = node.body() == Some(child);
            let (times, inside) = if is_body { (MAX_ELEMENTS as u64, 1) } else { (1, 0) };
            size.depth = size.depth.max(below.depth.saturating_add(1));
            size.nodes = size.nodes.saturating_add(below.nodes);
            size.steps = size.steps.saturating_add(below.steps.saturating_mul(times));
            size.open = size.open.max(below.open.saturating_sub(inside));
        }
        sizes.push(size);
    }
    sizes
}
