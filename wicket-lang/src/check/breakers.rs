//! Breakers.

mod trips;

use std::collections::BTreeSet;

use super::names::{Meaning, is_first};
use super::{Checker, bounds, history, messages, selectors};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::ir::{Breaker, BreakerId, DeniedBy, Hold, Stopped, ToolId, TrackId};
use crate::syntax::ast::{self, MessageKeyword, Name};

pub(super) use trips::track_of;

/// Who denies, beside policies.
const CAUSES: [&str; 4] = ["forbid", "default", "limit", "arguments"];

pub(super) fn check(checker: &mut Checker<'_>) {
    let mut breakers: Vec<&ast::Breaker> = checker
        .items()
        .filter_map(|(_, item)| item.kind.as_breaker())
        .filter(|breaker| is_first(checker, &breaker.name))
        .collect();
    breakers.sort_by(|a, b| a.name.text.cmp(&b.name.text));
    for (index, breaker) in breakers.into_iter().enumerate() {
        let trip = breaker.trip.as_ref();
        let tripping = trips::tripping(checker, &breaker.name, trip);
        let hold = match trip.map(|trip| trip.hold) {
            Some(ast::Hold::For(duration)) => Hold::For(seconds(checker, duration)),
            Some(ast::Hold::UntilReset) | None => Hold::UntilReset,
        };
        let stops: Option<Vec<ToolId>> = trip
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
        let breaker = Breaker {
            name: breaker.name.text.clone(),
            trips: tripping.trips,
            per: tripping.per,
            hold,
            stops,
            message,
            meaning: tripping.meaning,
            span: breaker.name.span,
        };
        if let Some(track) = breaker.track() {
            keys(checker, BreakerId::at(index), track, breaker.stops.as_deref());
        }
        checker.bundle.breakers.push(breaker);
    }
}

/// Says by which key the breaker looks at each tool that it stops, if it has keys.
fn keys(checker: &mut Checker<'_>, breaker: BreakerId, track: TrackId, stops: Option<&[ToolId]>) {
    if !checker.keys.contains_key(&track) {
        return;
    }
    let all: Vec<ToolId> = (0..checker.bundle.tools.len()).map(ToolId::at).collect();
    for tool in stops.unwrap_or(&all) {
        if let Some(key) = history::stopping(checker, *tool, track)
            && let Some(tool) = checker.bundle.tools.get_mut(tool.index())
        {
            tool.stopped.push(Stopped { breaker, key });
        }
    }
}

/// How long a window or a hold of a breaker lasts.
pub(super) fn seconds(checker: &mut Checker<'_>, duration: ast::Duration) -> u64 {
    bounds::seconds(checker, Code::E0313, "a window or a hold", duration)
}

/// Only what is kept per session may last as long as that.
pub(super) fn never_forgets(checker: &mut Checker<'_>, name: &Name, per: &Name) {
    checker.report(
        Diagnostic::new(
            Code::E0342,
            format!("`{}` never forgets", name.text),
            per.span,
            "only what is kept `per session` may last as long as that",
        )
        .with_help("say for how long: `within 1h`"),
    );
}

/// For which reason a denial counts.
pub(super) fn denied_by(checker: &mut Checker<'_>, name: &Name) -> DeniedBy {
    match name.text.as_str() {
        "forbid" => DeniedBy::Forbid,
        "default" => DeniedBy::Default,
        "limit" => DeniedBy::Limit,
        "arguments" => DeniedBy::Arguments,
        text => {
            if let Some(Meaning::Policy(id)) = checker.names.get(text) {
                return DeniedBy::Policy(id);
            }
            let named = checker.names.entries.iter();
            let policies = named
                .filter(|(_, entry)| matches!(entry.meaning, Meaning::Policy(_)))
                .map(|(name, _)| name.as_str());
            let near = nearest(text, policies.chain(CAUSES)).map(str::to_owned);
            let diagnostic = Diagnostic::new(
                Code::E0203,
                format!("`{text}` denies nothing"),
                name.span,
                "no policy has this name, and it is none of `forbid`, `default`, `limit`, `arguments`",
            );
            checker.report(match near {
                Some(near) => diagnostic.with_near(name.span, Some(&near)),
                None => diagnostic,
            });
            DeniedBy::Anything
        }
    }
}

/// Who denies, in words; a policy by its name, which stays where its place in the table does not.
pub(super) fn cause(checker: &Checker<'_>, by: DeniedBy) -> String {
    match by {
        DeniedBy::Anything => "anything".to_owned(),
        DeniedBy::Forbid => "forbid".to_owned(),
        DeniedBy::Default => "default".to_owned(),
        DeniedBy::Limit => "limit".to_owned(),
        DeniedBy::Arguments => "arguments".to_owned(),
        DeniedBy::Policy(id) => {
            let mut named = checker.names.entries.iter();
            let found = named.find(|(_, entry)| entry.meaning == Meaning::Policy(id));
            format!("policy {}", found.map_or("", |(name, _)| name.as_str()))
        }
    }
}
