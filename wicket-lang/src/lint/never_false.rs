//! W1012: a condition, or a part of one, that can never be false.
//!
//! It may still be unknown, where an argument was not sent; who asks for that writes `has`.

use super::context::Context;
use super::never_true::{covers, whole};
use super::pieces::Pieces;
use crate::diagnostic::{Code, Diagnostic};

pub(super) fn lint(context: &Context<'_>, pieces: &Pieces) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for rule in context.rules() {
        let (Some(span), Some((id, _))) = (whole(rule), context.own(rule)) else {
            continue;
        };
        let guards = context.guards(id);
        let never = !guards.is_empty()
            && guards
                .iter()
                .all(|(tool, condition)| !context.analysis.can_be(*tool, *condition, false));
        if never {
            found.push(
                Diagnostic::new(
                    Code::W1012,
                    "this is never false",
                    span,
                    "so it leaves no call out",
                )
                .with_help("take the condition out, or write what is meant to be left out"),
            );
        }
    }
    for row in &pieces.rows {
        for part in &row.parts {
            let told = found.iter().any(|other| covers(other.primary.span, part.span));
            let never = !part.nodes.is_empty()
                && part
                    .nodes
                    .iter()
                    .all(|(tool, node)| !context.analysis.can_be(*tool, *node, false));
            if never && !told {
                let label = if row.and {
                    "so this part of the `and` leaves nothing out"
                } else {
                    "so the whole `or` is never false"
                };
                found.push(
                    Diagnostic::new(Code::W1012, "this is never false", part.span, label)
                        .with_help("write what is meant, or take it out"),
                );
            }
        }
    }
    found
}
