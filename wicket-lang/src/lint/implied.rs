//! W1014: a rule that changes nothing, because another rule of the same effect applies wherever it does.

use super::context::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Effect, Node, NodeId, Rule, RuleId, ToolId};

/// How many pairs of conditions are held against each other in a bundle.
const MAX_PAIRS: usize = 20_000;

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let bundle = context.bundle;
    let mut found = Vec::new();
    let mut left = MAX_PAIRS;
    let twins = super::same_policy::twins(context);
    for rule in context.rules() {
        // An `only when` forbids as well.
        if rule.when.as_ref().is_some_and(|when| when.only) {
            continue;
        }
        let Some((id, _)) = context.own(rule) else {
            continue;
        };
        let Some(this) = bundle.rule(id) else { continue };
        // Of a policy all of which is there twice, one finding is enough.
        if twins.contains_key(&this.policy) {
            continue;
        }
        let guards = context.guards(id);
        let Some((first, _)) = guards.first() else {
            continue;
        };
        // Whoever implies it touches its first tool.
        let candidates = bundle.tool(*first).map_or(&[][..], |tool| tool.guards.as_slice());
        for candidate in candidates {
            let Some(other) = bundle.rule(candidate.rule) else {
                continue;
            };
            if candidate.rule == id || !says_as_much(other, this) {
                continue;
            }
            let Some(rest) = left.checked_sub(guards.len()) else {
                return found;
            };
            left = rest;
            let others = context.guards(candidate.rule);
            if !covers(context, this.effect, guards, others) {
                continue;
            }
            // Of an `otherwise` that is never said W1002 speaks.
            let opened = others.iter().any(|(_, condition)| context.is_always(*condition));
            if opened && this.effect == Effect::Permit && this.message.is_some() {
                continue;
            }
            // Of two that say the same the second is one too many.
            let earlier = (other.span, candidate.rule) < (this.span, id);
            let alike = says_as_much(this, other) && covers(context, this.effect, others, guards);
            if alike && !earlier && !other.from_only {
                continue;
            }
            found.push(report(context, rule, this, candidate.rule, other));
            break;
        }
    }
    found
}

/// Whether it may stand for the other one, where it applies.
fn says_as_much(rule: &Rule, other: &Rule) -> bool {
    rule.effect == other.effect && rule.approval == other.approval
}

/// Whether the others apply to each of these tools wherever these do.
fn covers(
    context: &Context<'_>,
    effect: Effect,
    these: &[(ToolId, NodeId)],
    others: &[(ToolId, NodeId)],
) -> bool {
    these.iter().all(|(tool, condition)| {
        // Both are in the order of the tools.
        let other = others.binary_search_by_key(tool, |(tool, _)| *tool);
        let Some((_, other)) = other.ok().and_then(|at| others.get(at)) else {
            return false;
        };
        if context.is_always(*other) {
            return true;
        }
        match effect {
            Effect::Permit => context.analysis.follows(*tool, *condition, *other, true),
            // What restricts applies to what cannot be told as well: wherever the other one is surely false, this one
            // has to be. What is never true is another lint's.
            Effect::Forbid | Effect::Ask => {
                !is_constant(context, *condition)
                    && context.analysis.follows(*tool, *other, *condition, false)
            }
        }
    })
}

fn is_constant(context: &Context<'_>, condition: NodeId) -> bool {
    matches!(context.bundle.arena.get(condition), Some(Node::Always(_)))
}

fn report(
    context: &Context<'_>,
    rule: &crate::syntax::ast::Rule,
    this: &Rule,
    id: RuleId,
    other: &Rule,
) -> Diagnostic {
    let name = context
        .bundle
        .policy_of(id)
        .map_or("", |policy| policy.name.as_str());
    let (verb, adds) = match this.effect {
        Effect::Permit => ("permits", ""),
        Effect::Forbid => ("forbids", " but its message"),
        Effect::Ask => ("asks for", " but its message"),
    };
    let adds = if this.message.is_some() { adds } else { "" };
    Diagnostic::new(
        Code::W1014,
        format!("this rule adds nothing{adds}"),
        rule.span,
        format!("`{name}` {verb} all of this already"),
    )
    .with_label(other.span, "by this rule")
    .with_help("take one of the two out, or write what is meant to differ")
}
