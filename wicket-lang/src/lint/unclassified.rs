//! W1057: a rule lets calls of a tool pass that is in no tier, and such a call is denied before any rule is read.

use super::context::Context;
use super::covered_selector::place;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Effect, ToolId};
use crate::source::Span;

/// So many tools are named, and of the others how many they are.
const NAMED: usize = 3;

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let bundle = context.bundle;
    let mut found = Vec::new();
    for rule in context.rules() {
        let Some((id, Effect::Permit | Effect::Ask)) = context.own(rule) else {
            continue;
        };
        let is_open = |tool: &ToolId| bundle.tool(*tool).is_some_and(|tool| tool.tier.is_none());
        let guards = context.guards(id);
        let tools: Vec<ToolId> = guards.iter().map(|(tool, _)| *tool).filter(is_open).collect();
        let Some(first) = tools.first() else { continue };
        let names: Vec<String> = tools
            .iter()
            .take(NAMED)
            .map(|tool| format!("`{}`", bundle.tool_name(*tool)))
            .collect();
        let names = names.join(", ");
        let told = match tools.len().checked_sub(NAMED) {
            None | Some(0) => names,
            Some(more) => format!("{names} and {more} more"),
        };
        let are = if tools.len() == 1 { "is" } else { "are" };
        let span = rule
            .selectors
            .iter()
            .map(place)
            .reduce(Span::to)
            .unwrap_or(rule.span);
        let tool = bundle.tool(*first);
        let name = tool.map_or("TOOL", |tool| tool.name.as_str());
        let connector = tool.and_then(|tool| bundle.connectors.get(tool.connector.index()));
        let connector = connector.map_or("NAME", |connector| connector.name.as_str());
        found.push(
            Diagnostic::new(
                Code::W1057,
                format!("{told} {are} in no tier"),
                span,
                "such a call is denied, whatever the rules say",
            )
            .with_help(format!(
                "say in `connector {connector}` what it does: `read {name}`, `write {name}` or `destructive {name}`"
            )),
        );
    }
    found
}
