//! W1013: a part of an `and` or an `or` that another part of it says already.

use super::context::Context;
use super::pieces::{Part, Pieces};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{NodeId, ToolId};

/// In a longer row not every pair is looked at, and so none is.
const MAX_PARTS: usize = 24;

pub(super) fn lint(context: &Context<'_>, pieces: &Pieces) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for row in pieces.rows.iter().filter(|row| row.parts.len() <= MAX_PARTS) {
        for (index, part) in row.parts.iter().enumerate() {
            if is_constant(context, part) {
                continue;
            }
            let says = |other: &Part| !is_constant(context, other) && settles(context, row.and, other, part);
            // Of two that say the same the second is one too many.
            let other = row.parts.iter().enumerate().find(|(at, other)| {
                *at != index && says(other) && (*at < index || !settles(context, row.and, part, other))
            });
            if let Some((_, other)) = other {
                let word = if row.and { "and" } else { "or" };
                found.push(
                    Diagnostic::new(
                        Code::W1013,
                        format!("this part of the `{word}` changes nothing"),
                        part.span,
                        "another part settles it already",
                    )
                    .with_label(other.span, "this one")
                    .with_help("take it out, or write what is meant instead"),
                );
            }
        }
    }
    found
}

/// Whether the row comes out the same without `part`, unknown included.
///
/// In an `and` it has to be true wherever the other is, and the other false wherever it is: `has args.x` beside a test of
/// `args.x` makes false what else would be unknown, and stays.
fn settles(context: &Context<'_>, and: bool, other: &Part, part: &Part) -> bool {
    pairs(other, part).is_some_and(|mut pairs| {
        pairs.all(|(tool, other, part)| {
            let (weaker, stronger) = if and { (part, other) } else { (other, part) };
            context.analysis.follows(tool, stronger, weaker, true)
                && context.analysis.follows(tool, weaker, stronger, false)
        })
    })
}

/// The nodes of two parts, tool by tool; nothing where they were not looked at for the same tools.
fn pairs<'p>(left: &'p Part, right: &'p Part) -> Option<impl Iterator<Item = (ToolId, NodeId, NodeId)> + 'p> {
    let same = !left.nodes.is_empty()
        && left.nodes.len() == right.nodes.len()
        && left.nodes.iter().zip(&right.nodes).all(|(a, b)| a.0 == b.0);
    same.then(|| {
        left.nodes
            .iter()
            .zip(&right.nodes)
            .map(|((tool, left), (_, right))| (*tool, *left, *right))
    })
}

/// Always true or never: other lints say so.
fn is_constant(context: &Context<'_>, part: &Part) -> bool {
    let never = |truth| {
        part.nodes
            .iter()
            .all(|(tool, node)| !context.analysis.can_be(*tool, *node, truth))
    };
    never(true) || never(false)
}
