//! W1015: a `permit`, or an `ask`, all of which is forbidden.

use std::collections::BTreeSet;

use super::context::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Effect, NodeId, RuleId};

/// How many forbids of one tool are held against a permit.
const MAX_FORBIDS: usize = 16;

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let bundle = context.bundle;
    let mut found = Vec::new();
    for rule in context.rules() {
        let Some((id, effect)) = context.own(rule) else {
            continue;
        };
        let guards = context.guards(id);
        if effect == Effect::Forbid || guards.is_empty() {
            continue;
        }
        let mut against: BTreeSet<RuleId> = BTreeSet::new();
        let overruled = guards.iter().all(|(tool, condition)| {
            let Some(forbids) = forbids(context, rule.span, *tool) else {
                return false;
            };
            let Some(by) = overruled_by(context, *tool, *condition, &forbids) else {
                return false;
            };
            against.extend(by);
            true
        });
        if !overruled {
            continue;
        }
        let policies: BTreeSet<&str> = against
            .iter()
            .filter_map(|id| bundle.policy_of(*id))
            .map(|policy| policy.name.as_str())
            .collect();
        let names: Vec<&str> = policies.into_iter().collect();
        let verb = match (effect, names.len()) {
            (_, 1) => "forbids",
            (_, _) => "together forbid",
        };
        let what = match effect {
            Effect::Ask => "nobody is ever asked by this rule",
            Effect::Permit | Effect::Forbid => "this rule permits nothing",
        };
        let mut diagnostic = Diagnostic::new(
            Code::W1015,
            what,
            rule.span,
            format!("`{}` {verb} all of it", names.join("`, `")),
        )
        .with_help("a forbid wins, wherever it stands; take one of them out, or make the forbid narrower");
        if let Some(first) = against.iter().find_map(|id| bundle.rule(*id)) {
            diagnostic = diagnostic.with_label(first.span, "forbidden here");
        }
        found.push(diagnostic);
    }
    found
}

/// The forbids of a tool, each with the condition that would have to be false; `None` where there are too many.
fn forbids(
    context: &Context<'_>,
    own: crate::source::Span,
    tool: crate::ir::ToolId,
) -> Option<Vec<(RuleId, NodeId)>> {
    let guards = &context.bundle.tool(tool)?.guards;
    let forbids: Vec<(RuleId, NodeId)> = guards
        .iter()
        .filter(|guard| {
            let rule = context.bundle.rule(guard.rule);
            rule.is_some_and(|rule| rule.effect == Effect::Forbid && rule.span != own)
        })
        .map(|guard| (guard.rule, guard.condition))
        .collect();
    (forbids.len() <= MAX_FORBIDS).then_some(forbids)
}

/// Those that leave nothing of the condition: one alone if there is such, else all of them together.
fn overruled_by(
    context: &Context<'_>,
    tool: crate::ir::ToolId,
    condition: NodeId,
    forbids: &[(RuleId, NodeId)],
) -> Option<Vec<RuleId>> {
    // A condition that is never true is another lint's.
    if !context.analysis.can_be(tool, condition, true) {
        return None;
    }
    let passes = |forbids: &[(RuleId, NodeId)]| {
        let mut wanted = vec![(condition, true)];
        wanted.extend(forbids.iter().map(|(_, forbid)| (*forbid, false)));
        context.analysis.can_all_be(tool, &wanted)
    };
    for forbid in forbids {
        if !passes(std::slice::from_ref(forbid)) {
            return Some(vec![forbid.0]);
        }
    }
    (forbids.len() > 1 && !passes(forbids)).then(|| forbids.iter().map(|(rule, _)| *rule).collect())
}
