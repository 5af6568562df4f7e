//! W1011: a condition, or a part of one, that can never be true.
//!
//! A `forbid` applies to what cannot be told as well; so of a rule that restricts nothing is said where a tool lacks
//! what the rule asks about.

use super::context::{Context, conditions};
use super::pieces::Pieces;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Effect, Node, NodeId};
use crate::source::Span;
use crate::syntax::ast;

pub(super) fn lint(context: &Context<'_>, pieces: &Pieces) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for rule in context.rules() {
        let Some(span) = whole(rule) else { continue };
        let Some((id, effect)) = context.own(rule) else {
            continue;
        };
        let guards = context.guards(id);
        let never = guards.iter().all(|(tool, condition)| {
            let unknowable = effect != Effect::Permit && is_unknowable(context, *condition);
            !unknowable && !context.analysis.can_be(*tool, *condition, true)
        });
        if never {
            let label = match effect {
                Effect::Permit => "so this rule permits nothing",
                Effect::Forbid => "so this rule forbids at most what cannot be told",
                Effect::Ask => "so this rule asks at most about what cannot be told",
            };
            found.push(
                Diagnostic::new(Code::W1011, "this is never true", span, label)
                    .with_help("two of its parts rule each other out, or one of them can never be true"),
            );
        }
    }
    for row in &pieces.rows {
        for part in &row.parts {
            let told = found.iter().any(|other| covers(other.primary.span, part.span));
            let never = !part.nodes.is_empty()
                && part.nodes.iter().all(|(tool, node)| {
                    !is_unknowable(context, *node) && !context.analysis.can_be(*tool, *node, true)
                });
            if never && !told {
                let label = if row.and {
                    "so the whole `and` is never true"
                } else {
                    "so this part of the `or` adds nothing"
                };
                found.push(
                    Diagnostic::new(Code::W1011, "this is never true", part.span, label)
                        .with_help("write what is meant, or take it out"),
                );
            }
        }
    }
    found
}

/// Where the conditions of a rule stand.
pub(super) fn whole(rule: &ast::Rule) -> Option<Span> {
    let spans = conditions(rule).map(|condition| condition.span);
    spans.reduce(Span::to)
}

pub(super) fn covers(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}

/// Whether it asks about what the tool can never have.
fn is_unknowable(context: &Context<'_>, condition: NodeId) -> bool {
    let mut nodes = context.bundle.arena.under(condition).into_iter();
    nodes.any(|node| matches!(node, Node::Unknowable(_)))
}
