//! Breakers.

use std::collections::BTreeSet;

use super::names::{Meaning, is_first};
use super::{Checker, bounds, history, messages, selectors};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::ir::{Breaker, Counts, DeniedBy, Digest, Hold, Per, ToolId};
use crate::syntax::ast::{self, MessageKeyword, Name, Trip};

/// The most denials or calls that a breaker may wait for.
const MAX_AFTER: u32 = 1000;

pub(super) fn check(checker: &mut Checker<'_>) {
    let mut breakers: Vec<&ast::Breaker> = checker
        .items()
        .filter_map(|(_, item)| item.kind.as_breaker())
        .filter(|breaker| is_first(checker, &breaker.name))
        .collect();
    breakers.sort_by(|a, b| a.name.text.cmp(&b.name.text));
    for breaker in breakers {
        let trip = breaker.trip.as_ref();
        let (after, counts) = trip.map_or((1, anything()), |trip| {
            (after(checker, trip), counts(checker, trip))
        });
        let within_seconds = trip
            .and_then(|trip| trip.within)
            .map(|within| seconds(checker, within));
        let hold = match trip.map(|trip| trip.hold) {
            Some(ast::Hold::For(duration)) => Hold::For(seconds(checker, duration)),
            Some(ast::Hold::UntilReset) | None => Hold::UntilReset,
        };
        let stops = trip
            .and_then(|trip| trip.stop.as_ref())
            .map(|selector| selectors::expand_one(checker, selector).into_iter().collect());
        let message = breaker.message.as_ref().map(|message| {
            if message.keyword == MessageKeyword::Otherwise {
                checker.report(
                    Diagnostic::new(
                        Code::E0304,
                        "a breaker has no `otherwise`",
                        message.span,
                        "`otherwise` is said by a permit",
                    )
                    .with_help("write `message` instead"),
                );
            }
            messages::template(checker, message, &BTreeSet::new(), &BTreeSet::new())
        });
        let per = trip.map_or(Per::Session, |trip| per(checker, &breaker.name, trip));
        let meaning = meaning(checker, &counts, per, within_seconds);
        checker.bundle.breakers.push(Breaker {
            name: breaker.name.text.clone(),
            after,
            counts,
            per,
            within_seconds,
            hold,
            stops,
            message,
            meaning,
            span: breaker.name.span,
        });
    }
}

fn anything() -> Counts {
    Counts {
        by: DeniedBy::Anything,
        of: None,
    }
}

fn after(checker: &mut Checker<'_>, trip: &Trip) -> u32 {
    let message = format!("a breaker trips after 1 to {MAX_AFTER} denials or calls");
    let found = Diagnostic::new(Code::E0313, message, trip.after.span, "this cannot be counted")
        .with_help("write how many it waits for: `after 3 denials`");
    bounds::count(checker, &trip.after, MAX_AFTER, found)
}

fn seconds(checker: &mut Checker<'_>, duration: ast::Duration) -> u64 {
    bounds::seconds(checker, Code::E0313, "a window or a hold", duration)
}

/// Whose calls stand together. Only what is kept per session may last as long as that.
fn per(checker: &mut Checker<'_>, name: &Name, trip: &Trip) -> Per {
    let per = history::scope(checker, Code::E0313, &trip.per);
    if per == Per::Connector {
        history::only_failures(checker, &trip.per);
        return Per::Session;
    }
    if per != Per::Session && trip.within.is_none() {
        checker.report(
            Diagnostic::new(
                Code::E0342,
                format!("`{}` never forgets", name.text),
                trip.per.span,
                "only what is kept `per session` may last as long as that",
            )
            .with_help("say for how long: `within 1h`"),
        );
    }
    per
}

fn counts(checker: &mut Checker<'_>, trip: &Trip) -> Counts {
    let counts_calls = trip.event.text == "calls";
    if !counts_calls {
        expect_word(
            checker,
            &trip.event,
            "denials",
            "a breaker counts `denials` or `calls`",
        );
    }
    let by = match &trip.by {
        Some(name) if counts_calls => {
            checker.report(
                Diagnostic::new(
                    Code::E0313,
                    "calls are not counted `by` anything",
                    name.span,
                    "this says who denied, and a call that counts was permitted",
                )
                .with_help("leave `by` out, or count `denials`"),
            );
            DeniedBy::NothingButCalls
        }
        Some(name) => denied_by(checker, name),
        None if counts_calls => DeniedBy::NothingButCalls,
        None => DeniedBy::Anything,
    };
    let of: Option<Vec<ToolId>> = trip
        .of
        .as_ref()
        .map(|selector| selectors::expand_one(checker, selector).into_iter().collect());
    Counts { by, of }
}

fn expect_word(checker: &mut Checker<'_>, name: &Name, word: &str, label: &str) {
    let message = format!("`{}` cannot be counted", name.text);
    bounds::word(
        checker,
        name,
        word,
        Diagnostic::new(Code::E0313, message, name.span, label),
    );
}

fn denied_by(checker: &mut Checker<'_>, name: &Name) -> DeniedBy {
    match name.text.as_str() {
        "forbid" => DeniedBy::Forbid,
        "default" => DeniedBy::Default,
        "limit" => DeniedBy::Limit,
        "arguments" => DeniedBy::Arguments,
        text => {
            if let Some(Meaning::Policy(id)) = checker.names.get(text) {
                return DeniedBy::Policy(id);
            }
            let policies = checker.bundle.policies.iter().map(|policy| policy.name.as_str());
            let near = nearest(text, policies.chain(["forbid", "default", "limit", "arguments"]));
            let diagnostic = Diagnostic::new(
                Code::E0203,
                format!("`{text}` denies nothing"),
                name.span,
                "no policy has this name, and it is none of `forbid`, `default`, `limit`, `arguments`",
            );
            checker.report(match near {
                Some(near) => diagnostic.with_near(name.span, Some(near)),
                None => diagnostic,
            });
            DeniedBy::Anything
        }
    }
}

/// What is counted, by whom, within what: not the bound, the hold or the message.
fn meaning(checker: &Checker<'_>, counts: &Counts, per: Per, within: Option<u64>) -> Digest {
    let by = match &counts.by {
        DeniedBy::Anything => "anything".to_owned(),
        DeniedBy::Forbid => "forbid".to_owned(),
        DeniedBy::Default => "default".to_owned(),
        DeniedBy::Limit => "limit".to_owned(),
        DeniedBy::NothingButCalls => "nothing, calls".to_owned(),
        DeniedBy::Arguments => "arguments".to_owned(),
        DeniedBy::Policy(id) => {
            format!(
                "policy {}",
                checker
                    .bundle
                    .policy(*id)
                    .map(|policy| policy.name.as_str())
                    .unwrap_or_default()
            )
        }
    };
    let of = counts.of.as_ref().map(|tools| {
        tools
            .iter()
            .map(|tool| checker.bundle.tool_name(*tool))
            .collect::<Vec<_>>()
    });
    let per = per.name();
    Digest::of(format!("denials by {by} of {of:?} per {per} within {within:?}").as_bytes())
}
