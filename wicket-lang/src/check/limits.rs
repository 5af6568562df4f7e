//! Limits.

use std::collections::BTreeSet;

use super::names::{Meaning, is_first};
use super::{Checker, bounds, messages, result};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Limit, Measure, Path, TrackId};
use crate::syntax::ast::{self, Bounded, Name};
use crate::value::Decimal;

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
        let track = match &limit.bound.what {
            Bounded::Calls(_) => checker.bundle.find_track(&limit.name.text),
            Bounded::Track(name) => named(checker, name),
        };
        let message = limit
            .message
            .as_ref()
            .map(|message| messages::template(checker, message, &BTreeSet::new(), &BTreeSet::new()));
        let Some(track) = track else { continue };
        check_summand(checker, limit, track);
        let most = most(checker, &limit.bound, track);
        checker.bundle.limits.push(Limit {
            name: limit.name.text.clone(),
            most,
            track,
            message,
            span: limit.name.span,
        });
    }
}

/// A limit adds the call that it judges, and what only a result tells cannot be added before.
fn check_summand(checker: &mut Checker<'_>, limit: &ast::Limit, track: TrackId) {
    let mut tallies = checker.bundle.tools.iter().flat_map(|tool| &tool.tallies);
    let waits = tallies.any(|tally| {
        let value = tally
            .value
            .into_iter()
            .flat_map(|value| checker.bundle.reads(value));
        let mut paths = value.filter_map(|path| checker.bundle.path(path));
        tally.track == track && paths.any(|path| matches!(path, Path::Result(_)))
    });
    if waits {
        let help = format!(
            "ask for what is known in a rule: `forbid … when NAME >= {}`",
            limit.bound.most.digits
        );
        let (message, label) = (
            "a limit cannot add what only the result tells",
            "it would let nothing pass",
        );
        result::report(checker, limit.name.span, message, label, &help);
    }
}

/// The track that a limit bounds.
fn named(checker: &mut Checker<'_>, name: &Name) -> Option<TrackId> {
    if checker.names.get(&name.text) == Some(Meaning::Track) {
        return checker.bundle.find_track(&name.text);
    }
    let label = checker
        .names
        .get(&name.text)
        .map_or("no track has this name".to_owned(), |meaning| {
            format!("this is {}", meaning.noun())
        });
    let near = checker
        .names
        .nearest(&name.text, |meaning| meaning == Meaning::Track)
        .map(str::to_owned);
    let diagnostic = Diagnostic::new(
        Code::E0340,
        format!("`{}` is no track", name.text),
        name.span,
        label,
    );
    checker.report(match near {
        Some(near) => diagnostic.with_near(name.span, Some(&near)),
        None => diagnostic.with_help(format!(
            "declare it: `track {} {{ calls of github:write within 1h }}`",
            name.text
        )),
    });
    None
}

fn most(checker: &mut Checker<'_>, bound: &ast::Bound, track: TrackId) -> Decimal {
    let is_sum = checker
        .bundle
        .track(track)
        .is_some_and(|track| track.measure == Measure::Sum);
    if is_sum {
        return match Decimal::parse(&bound.most.digits) {
            Ok(most) if !most.is_negative() => most,
            Ok(_) | Err(_) => {
                checker.report(Diagnostic::new(
                    Code::E0340,
                    "a limit of a sum is a number from 0",
                    bound.most.span,
                    "this is another number",
                ));
                Decimal::ZERO
            }
        };
    }
    let message = format!("a limit lets 1 to {MAX_CALLS} pass");
    let found = Diagnostic::new(Code::E0340, message, bound.most.span, "this is another number")
        .with_help("to let none pass, write `forbid`");
    Decimal::from_i64(i64::from(bounds::count(checker, &bound.most, MAX_CALLS, found)))
}
