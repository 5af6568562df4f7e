//! W1002: an `otherwise` that is never said, because another permit opens all that its own leaves out.
//!
//! A plain `permit … when … otherwise` reads like a restriction and only grants. Where each of its tools is permitted
//! without condition by another rule, its condition changes nothing, and its words are never read.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Bundle, Effect, Guard, Node, RuleId};
use crate::source::{FileId, Span};
use crate::syntax::ast::{self, ItemKind};

pub(super) fn lint(files: &BTreeMap<FileId, ast::File>, bundle: &Bundle) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for item in files.values().flat_map(|file| &file.items) {
        let ItemKind::Policy(policy) = &item.kind else {
            continue;
        };
        for rule in &policy.rules {
            let only = rule.when.as_ref().is_some_and(|when| when.only);
            let (Some(message), false, ast::Effect::Permit) = (&rule.message, only, rule.effect) else {
                continue;
            };
            let Some(other) = opened_by(bundle, rule.span) else {
                continue;
            };
            let name = bundle.policy_of(other).map_or("", |policy| policy.name.as_str());
            let mut diagnostic = Diagnostic::new(
                Code::W1002,
                "this `otherwise` is never said",
                message.span,
                format!("`{name}` permits these calls whatever the condition says"),
            )
            .with_help("to forbid them unless the condition holds, write `only when`");
            if let Some(other) = bundle.rule(other) {
                diagnostic = diagnostic.with_label(other.span, "permitted here without condition");
            }
            found.push(diagnostic);
        }
    }
    found
}

/// A rule that permits without condition what the permit at `span` asks about; each of its tools has one.
fn opened_by(bundle: &Bundle, span: Span) -> Option<RuleId> {
    let own = |guard: &Guard| {
        bundle
            .rule(guard.rule)
            .is_some_and(|rule| rule.span == span && rule.effect == Effect::Permit)
    };
    let mut opened = None;
    for tool in bundle.tools.iter().filter(|tool| tool.guards.iter().any(own)) {
        let other = tool.guards.iter().find(|guard| {
            let permits = bundle
                .rule(guard.rule)
                .is_some_and(|rule| rule.effect == Effect::Permit);
            permits && !own(guard) && bundle.arena.get(guard.condition) == Some(Node::Always(true))
        })?;
        opened = Some(other.rule);
    }
    opened
}
