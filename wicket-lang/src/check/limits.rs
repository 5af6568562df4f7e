//! Limits.

use std::collections::BTreeSet;

use super::names::is_first;
use super::{Checker, bounds, messages, selectors};
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
        let within_seconds = bound
            .within
            .map(|within| bounds::seconds(checker, Code::E0340, "a window", within));
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
    let message = format!("a limit lets 1 to {MAX_CALLS} calls pass");
    let found = Diagnostic::new(Code::E0340, message, bound.most.span, "this is another number")
        .with_help("to let none pass, write `forbid`");
    bounds::count(checker, &bound.most, MAX_CALLS, found)
}

fn expect_word(checker: &mut Checker<'_>, name: &Name, word: &str, label: &str) {
    let message = format!("`{}` cannot be limited", name.text);
    bounds::word(
        checker,
        name,
        word,
        Diagnostic::new(Code::E0340, message, name.span, label),
    );
}
