//! `ask` rules: whose approval they want, and whether anything can follow it.

use super::{Checker, bounds, directory};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{ApprovalTerms, Effect, Node, Rule, RuleId, Tool};
use crate::syntax::ast;

/// How long an approval lasts where the rule does not say: a day.
const WITHIN_SECONDS: u64 = 24 * 60 * 60;

/// The most people that a rule may ask for.
const MAX_COUNT: u32 = 10;

/// The word for those who own the agent.
pub(super) const OWNERS: &str = "owners";

/// The terms of an `ask`; nothing for another rule.
pub(super) fn terms(checker: &mut Checker<'_>, rule: &ast::Rule) -> Option<ApprovalTerms> {
    let clause = rule.approval.as_ref();
    if rule.effect != ast::Effect::Ask {
        if let Some(clause) = clause {
            let effect = rule.effect.word();
            checker.report(
                Diagnostic::new(
                    Code::E0330,
                    format!("`{effect}` asks nobody"),
                    clause.span,
                    "only an `ask` says who approves, and within what time",
                )
                .with_help("write `ask` instead, or take this out"),
            );
        }
        return None;
    }
    let count = clause
        .and_then(|clause| clause.count.as_ref())
        .map_or(1, |count| {
            let message = format!("1 to {MAX_COUNT} people can be asked for");
            let found = Diagnostic::new(Code::E0330, message, count.span, "this is another number")
                .with_help("write how many different people have to approve: `from 2 of security`");
            bounds::count(checker, count, MAX_COUNT, found)
        });
    let within = clause.and_then(|clause| clause.within);
    let within_seconds = within.map_or(WITHIN_SECONDS, |within| {
        bounds::seconds(checker, Code::E0330, "an approval", within)
    });
    let group = clause
        .and_then(|clause| clause.from.as_ref())
        .filter(|from| from.text != OWNERS);
    if let Some(group) = group {
        directory::check_group(checker, &group.text, group.span);
    }
    Some(ApprovalTerms {
        group: group.map(|group| group.text.clone()),
        count,
        within_seconds,
    })
}

/// An approval removes the ask and nothing else, so one that no permit can follow would be asked for in vain.
pub(super) fn check_followed(checker: &mut Checker<'_>) {
    let asks: Vec<(RuleId, Rule)> = checker
        .bundle
        .rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| rule.effect == Effect::Ask)
        .map(|(index, rule)| (RuleId::at(index), rule.clone()))
        .collect();
    for (id, rule) in asks {
        let asked: Vec<&Tool> = checker
            .bundle
            .tools
            .iter()
            .filter(|tool| tool.guards.iter().any(|guard| guard.rule == id))
            .collect();
        // Of a rule that touches nothing a mistake has been told already.
        // A shared folder asks for what other bundles permit.
        let elsewhere = checker.is_shared(rule.span.file);
        if elsewhere || asked.is_empty() || asked.iter().any(|tool| can_pass(checker, tool)) {
            continue;
        }
        checker.report(
            Diagnostic::new(
                Code::E0331,
                "an approval of this would change nothing",
                rule.span,
                "no permit lets any of these tools pass afterwards",
            )
            .with_help("an approval removes the `ask` and nothing else: add `permit` for these tools"),
        );
    }
}

/// Whether some permit may let the tool pass: there is one, and no forbid that always matches.
fn can_pass(checker: &Checker<'_>, tool: &Tool) -> bool {
    let guards = |effect: Effect| {
        let of = move |rule: RuleId| {
            checker
                .bundle
                .rule(rule)
                .is_some_and(|rule| rule.effect == effect)
        };
        tool.guards.iter().filter(move |guard| of(guard.rule))
    };
    let always = |node| checker.bundle.arena.get(node) == Some(Node::Always(true));
    guards(Effect::Permit).next().is_some() && !guards(Effect::Forbid).any(|guard| always(guard.condition))
}
