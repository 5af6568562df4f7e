//! W1012: a condition, or a part of one, that can never be false.
//!
//! It may still be unknown, where an argument was not sent. A restriction then applies all the same, but a permit does
//! not: of a permit it is only said where the condition is always known. A condition that asks which tool is called has
//! already left out the tools that it is false for, and stays.

use super::context::{Context, conditions};
use super::never_true::{covers, whole};
use super::pieces::Pieces;
use crate::check::walk;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Effect, NodeId, Path, ToolId};
use crate::source::Span;
use crate::syntax::ast::{ExprKind, Rule};
use crate::types::Type;

pub(super) fn lint(context: &Context<'_>, pieces: &Pieces) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut left_alone: Vec<Span> = Vec::new();
    for rule in context.rules() {
        if asks_for_the_tool(rule) || is_permit_of_unknown(context, rule) {
            left_alone.push(rule.span);
            continue;
        }
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
            if left_alone.iter().any(|rule| covers(*rule, part.span)) {
                continue;
            }
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

fn asks_for_the_tool(rule: &Rule) -> bool {
    let mut asks = false;
    for condition in conditions(rule) {
        walk(condition, &mut |part| {
            if let ExprKind::Path(path) = &part.kind {
                asks |= path.segments.first().is_some_and(|first| first.text == "tool");
            }
        });
    }
    asks
}

/// Whether it is a permit whose condition reads something that need not be known.
fn is_permit_of_unknown(context: &Context<'_>, rule: &Rule) -> bool {
    let Some((id, Effect::Permit)) = context.own(rule) else {
        return false;
    };
    let mut guards = context.guards(id).iter();
    guards.any(|(tool, condition)| may_be_unknown(context, *tool, *condition))
}

fn may_be_unknown(context: &Context<'_>, tool: ToolId, condition: NodeId) -> bool {
    let schema = context.bundle.tool(tool).map(|tool| &tool.schema);
    let mut reads = context.bundle.reads(condition).into_iter();
    reads.any(|path| match (context.bundle.path(path), schema) {
        (Some(Path::Argument(names)), Some(schema)) => match names.as_slice() {
            [name] => schema
                .argument(name)
                .is_none_or(|field| !field.required || matches!(field.ty, Type::Union(_) | Type::Any)),
            _ => true,
        },
        (Some(_) | None, _) => true,
    })
}
