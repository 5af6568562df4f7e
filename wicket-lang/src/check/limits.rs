//! Limits.

use std::collections::BTreeSet;

use super::breakers::seconds;
use super::names::is_first;
use super::{Checker, messages, selectors};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Digest, Limit, ToolId};
use crate::syntax::ast::{self, Name};

/// The most calls that a limit may let pass: so many instants are kept.
const MAX_CALLS: u32 = 1000;

pub(super) fn check(checker: &mut Checker<'_>) {
    let mut limits: Vec<&ast::Limit> = checker
        .items()
        .filter_map(|(_, item)| item.kind.as_limit())
        .filter(|limit| is_first(checker, &limit.name))
        .collect();
    limits.sort_by(|a, b| a.name.text.cmp(&b.name.text));
    for limit in limits {
        let bound = &limit.bound;
        expect_word(
            checker,
            &bound.event,
            "calls",
            "a limit counts calls that were permitted",
        );
        expect_word(
            checker,
            &bound.per,
            "session",
            "only sessions are told apart in this version",
        );
        let of: Vec<ToolId> = selectors::expand_one(checker, &bound.of).into_iter().collect();
        let within_seconds = bound.within.map(|within| seconds(checker, within));
        let message = limit
            .message
            .as_ref()
            .map(|message| messages::template(checker, message, &BTreeSet::new(), &BTreeSet::new()));
        let names: Vec<String> = of.iter().map(|tool| checker.bundle.tool_name(*tool)).collect();
        let meaning = format!("calls of {names:?} per session within {within_seconds:?}");
        let most = most(checker, bound);
        checker.bundle.limits.push(Limit {
            name: limit.name.text.clone(),
            most,
            of,
            within_seconds,
            message,
            meaning: Digest::of(meaning.as_bytes()),
            span: limit.name.span,
        });
    }
}

fn most(checker: &mut Checker<'_>, bound: &ast::Bound) -> u32 {
    match bound.most.digits.parse::<u32>() {
        Ok(most) if (1..=MAX_CALLS).contains(&most) => most,
        Ok(_) | Err(_) => {
            checker.report(
                Diagnostic::new(
                    Code::E0340,
                    format!("a limit lets 1 to {MAX_CALLS} calls pass"),
                    bound.most.span,
                    "this is another number",
                )
                .with_help("to let none pass, write `forbid`"),
            );
            1
        }
    }
}

fn expect_word(checker: &mut Checker<'_>, name: &Name, word: &str, label: &str) {
    if name.text != word {
        checker.report(
            Diagnostic::new(
                Code::E0340,
                format!("`{}` cannot be limited", name.text),
                name.span,
                label,
            )
            .with_help(format!("write `{word}`")),
        );
    }
}
