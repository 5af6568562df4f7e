//! W1005: tools that destroy are permitted without a condition, and no other rule holds them back.
//!
//! Quiet where any `forbid` or `ask` touches the tool, whatever it asks: its author has thought about the tool.

use super::context::Context;
use crate::catalog::Tier;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Effect, ToolId};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let bundle = context.bundle;
    let held_back = |id: ToolId| {
        bundle.tool(id).is_none_or(|tool| {
            let mut rules = tool.guards.iter().filter_map(|guard| bundle.rule(guard.rule));
            tool.tier != Some(Tier::Destructive) || rules.any(|rule| rule.effect != Effect::Permit)
        })
    };
    let mut found = Vec::new();
    for rule in context.rules() {
        let mut open: Vec<String> = Vec::new();
        for id in context.compiled(rule.span) {
            if bundle.rule(*id).is_some_and(|rule| rule.effect == Effect::Permit) {
                let guards = context.guards(*id).iter();
                open.extend(
                    guards
                        .filter(|(tool, condition)| context.is_always(*condition) && !held_back(*tool))
                        .map(|(tool, _)| bundle.tool_name(*tool)),
                );
            }
        }
        let Some(first) = open.first() else { continue };
        let more = match open.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        found.push(
            Diagnostic::new(
                Code::W1005,
                "what destroys is permitted without condition",
                rule.span,
                format!("`{first}`{more}: what it does cannot be taken back"),
            )
            .with_help("say when it is right with `when`, or let a person approve it with an `ask`"),
        );
    }
    found
}
