//! W1002: an `otherwise` that is never said, because another permit opens all that its own leaves out.
//!
//! A plain `permit … when … otherwise` reads like a restriction and only grants. Where each of its tools is permitted
//! without condition by another rule, its condition changes nothing, and its words are never read.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Bundle, Effect, Node, RuleId};
use crate::source::{FileId, Span};
use crate::syntax::ast::{self, ItemKind};

pub(super) fn lint(files: &BTreeMap<FileId, ast::File>, bundle: &Bundle) -> Vec<Diagnostic> {
    let permits = permits(bundle);
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
            let Some(other) = opened_by(bundle, &permits, rule.span) else {
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

/// The first two rules that permit a tool without condition: of two, one is another than the rule in question.
type Openings = [Option<RuleId>; 2];

/// For each permit, by the place of its rule, what opens each of its tools. Made once, so that a bundle of many rules
/// does not look through all tools for each of them.
fn permits(bundle: &Bundle) -> BTreeMap<Span, Vec<Openings>> {
    let mut permits: BTreeMap<Span, Vec<Openings>> = BTreeMap::new();
    for tool in &bundle.tools {
        let guards = tool.guards.iter().filter_map(|guard| {
            let rule = bundle.rule(guard.rule)?;
            (rule.effect == Effect::Permit).then_some((guard, rule.span))
        });
        let mut open = guards
            .clone()
            .filter(|(guard, _)| bundle.arena.get(guard.condition) == Some(Node::Always(true)))
            .map(|(guard, _)| guard.rule);
        let openings = [open.next(), open.next()];
        for (_, span) in guards {
            permits.entry(span).or_default().push(openings);
        }
    }
    permits
}

/// A rule that permits without condition what the permit at `span` asks about; each of its tools has one.
fn opened_by(bundle: &Bundle, permits: &BTreeMap<Span, Vec<Openings>>, span: Span) -> Option<RuleId> {
    let mut opened = None;
    for openings in permits.get(&span)? {
        opened = Some(
            *openings
                .iter()
                .flatten()
                .find(|rule| bundle.rule(**rule).is_some_and(|rule| rule.span != span))?,
        );
    }
    opened
}
