//! What trips a breaker, and what it means by that.

use super::{cause, denied_by, never_forgets, seconds};
use crate::check::names::Meaning;
use crate::check::{Checker, bounds, history, selectors};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::ir::{DeniedBy, Digest, Measure, Per, Remembers, ToolId, TrackId, Trips};
use crate::syntax::ast::{Expr, ExprKind, Name, Narrowed, Number, Trip, Tripping};
use crate::value::{CompareOp, Decimal};

/// The most denials or calls that a breaker may wait for.
const MAX_AFTER: u32 = 1000;

/// What trips a breaker, whose calls stand together, and what of it state belongs to.
pub(super) struct Tripped {
    pub(super) trips: Trips,
    pub(super) per: Per,
    pub(super) meaning: Digest,
}

pub(super) fn tripping(checker: &mut Checker<'_>, name: &Name, trip: Option<&Trip>) -> Tripped {
    match trip.map(|trip| &trip.on) {
        None => nothing(),
        Some(Tripping::Count {
            after,
            event,
            in_a_row,
            cause,
            of,
        }) => {
            let count = self::after(checker, after);
            if in_a_row.is_some() && event.text != "failures" {
                checker.report(
                    Diagnostic::new(
                        Code::E0350,
                        format!("no row of `{}` is counted", event.text),
                        in_a_row.unwrap_or(event.span),
                        "only failures are counted in a row: an answer ends it",
                    )
                    .with_help("count `failures in a row`, or leave `in a row` out"),
                );
            }
            match event.text.as_str() {
                "calls" | "failures" => {
                    if let (Some(on), true) = (&of.on, event.text == "failures") {
                        superfluous(checker, on, "a failure is how such a call has ended");
                    }
                    of_own(checker, name, count)
                }
                _ => denials(checker, name, count, event, cause.as_ref(), of),
            }
        }
        Some(Tripping::Share {
            percent,
            event,
            among,
            of,
        }) => share(checker, name, (percent, event, among), of),
        Some(Tripping::Track { what, op, bound, .. }) => of_track(checker, what, *op, bound),
    }
}

/// Where a mistake has been reported.
fn nothing() -> Tripped {
    Tripped {
        trips: Trips::Denials {
            after: 1,
            by: DeniedBy::Anything,
            of: None,
            within_seconds: None,
        },
        per: Per::Session,
        meaning: Digest::default(),
    }
}

fn after(checker: &mut Checker<'_>, number: &Number) -> u32 {
    let message = format!("a breaker trips after 1 to {MAX_AFTER} denials or calls");
    let found = Diagnostic::new(Code::E0313, message, number.span, "this cannot be counted")
        .with_help("write how many it waits for: `after 3 denials`");
    bounds::count(checker, number, MAX_AFTER, found)
}

fn superfluous(checker: &mut Checker<'_>, on: &Name, label: &str) {
    checker.report(
        Diagnostic::new(
            Code::E0347,
            "only calls are counted `on` an outcome",
            on.span,
            label,
        )
        .with_help(format!("leave `on {0}` out, or count `calls … on {0}`", on.text)),
    );
}

/// A breaker with a track of its own.
fn of_own(checker: &Checker<'_>, name: &Name, after: u32) -> Tripped {
    own_track(checker, name, |track| Trips::Track {
        track,
        bound: Decimal::from_i64(i64::from(after)),
        above: false,
    })
}

fn own_track(checker: &Checker<'_>, name: &Name, trips: impl FnOnce(TrackId) -> Trips) -> Tripped {
    let id = checker.bundle.find_track(&name.text);
    let track = id.and_then(|id| Some((id, checker.bundle.track(id)?)));
    // INVARIANT: what is counted in a track has been given one of this name.
    track.map_or_else(nothing, |(id, track)| Tripped {
        trips: trips(id),
        per: track.per,
        meaning: track.meaning,
    })
}

fn denials(
    checker: &mut Checker<'_>,
    name: &Name,
    after: u32,
    event: &Name,
    by: Option<&Name>,
    of: &Narrowed,
) -> Tripped {
    let message = format!("`{}` cannot be counted", event.text);
    let word = match event.text.as_str() {
        "errors" | "successes" => "calls",
        text => nearest(text, ["calls", "failures"]).unwrap_or("denials"),
    };
    bounds::word(
        checker,
        event,
        if event.text == "denials" { "denials" } else { word },
        Diagnostic::new(
            Code::E0313,
            message,
            event.span,
            "a breaker counts `denials`, `calls` or `failures`",
        ),
    );
    if let Some(on) = &of.on {
        superfluous(checker, on, "a call that was denied has no outcome");
    }
    if of.when.is_some() || of.by.is_some() {
        return of_own(checker, name, after);
    }
    let by = by.map_or(DeniedBy::Anything, |name| denied_by(checker, name));
    let tools = of.of.as_ref();
    let tools: Option<Vec<ToolId>> =
        tools.map(|selector| selectors::expand_one(checker, selector).into_iter().collect());
    let within_seconds = of.within.map(|within| seconds(checker, within));
    let per = per(checker, name, of);
    let meaning = meaning(checker, by, tools.as_deref(), per, within_seconds);
    Tripped {
        trips: Trips::Denials {
            after,
            by,
            of: tools,
            within_seconds,
        },
        per,
        meaning,
    }
}

/// Whose denials stand together.
fn per(checker: &mut Checker<'_>, name: &Name, of: &Narrowed) -> Per {
    let per = history::scope(checker, Code::E0313, &of.per);
    if per == Per::Connector {
        history::only_failures(checker, &of.per);
        return Per::Session;
    }
    if per != Per::Session && of.within.is_none() {
        never_forgets(checker, name, &of.per);
    }
    per
}

fn share(
    checker: &mut Checker<'_>,
    name: &Name,
    (percent, event, among): (&Number, &Name, &Number),
    of: &Narrowed,
) -> Tripped {
    if event.text != "failures" {
        checker.report(
            Diagnostic::new(
                Code::E0349,
                format!("`{}` are no share of calls", event.text),
                event.span,
                "a share is one of `failures`",
            )
            .with_help(
                "write `trip at 50% failures among at least 20 calls of github.* per connector within 10m`",
            ),
        );
    }
    if let Some(on) = &of.on {
        superfluous(checker, on, "a share is one of all calls that have ended");
    }
    let found = Diagnostic::new(
        Code::E0349,
        "a share is from 1% to 100%",
        percent.span,
        "this is another number",
    );
    let percent = bounds::count(checker, percent, 100, found);
    let message = format!("a share is one among at least 1 to {MAX_AFTER} calls");
    let found = Diagnostic::new(Code::E0349, message, among.span, "this is another number");
    let among = bounds::count(checker, among, MAX_AFTER, found);
    own_track(checker, name, |track| Trips::Share {
        track,
        percent,
        among,
    })
}

/// The name of the track in `NAME > 20` and `size(NAME) > 20`.
pub(in crate::check) fn track_of(what: &Expr) -> Option<&Name> {
    if let ExprKind::Call { function, arguments } = &what.kind {
        return match arguments.as_slice() {
            [inner] if function.text == "size" && matches!(inner.kind, ExprKind::Path(_)) => track_of(inner),
            _ => None,
        };
    }
    let ExprKind::Path(path) = &what.kind else {
        return None;
    };
    match path.segments.as_slice() {
        [name] => Some(name),
        _ => None,
    }
}

/// `when NAME > 20`.
fn of_track(checker: &mut Checker<'_>, what: &Expr, op: CompareOp, bound: &Expr) -> Tripped {
    let above = match op {
        CompareOp::Greater => true,
        CompareOp::GreaterEqual => false,
        CompareOp::Equal | CompareOp::NotEqual | CompareOp::Less | CompareOp::LessEqual => {
            let help = "write `>` or `>=`: a breaker trips when a track holds too much";
            wrong(
                checker,
                what,
                "a breaker trips above a bound",
                "this is no such bound",
                help,
            );
            return nothing();
        }
    };
    let help = "write `trip when NAME > 20`; of a track of values `trip when size(NAME) > 20`";
    let Some(name) = track_of(what) else {
        wrong(
            checker,
            what,
            "a breaker trips when a track holds so much",
            "this is no track",
            help,
        );
        return nothing();
    };
    let found = checker.bundle.find_track(&name.text);
    let track = found.and_then(|id| Some((id, checker.bundle.track(id)?)));
    let Some((id, track)) = track.filter(|(_, track)| track.of == Remembers::Track) else {
        no_track(checker, name);
        return nothing();
    };
    let is_size = matches!(what.kind, ExprKind::Call { .. });
    if is_size != (track.measure == Measure::Values) {
        let (label, help) = if is_size {
            (
                "this is a number already",
                format!("write `trip when {} > 20`", name.text),
            )
        } else {
            (
                "this is a set of values",
                format!("ask for its size: `trip when size({}) > 20`", name.text),
            )
        };
        let message = format!("`{}` is not read like this", name.text);
        checker.report(Diagnostic::new(Code::E0348, message, what.span, label).with_help(help));
        return nothing();
    }
    let (per, meaning) = (track.per, track.meaning);
    let number = if let ExprKind::Number(digits) = &bound.kind {
        Decimal::parse(digits).ok()
    } else {
        None
    };
    let is_bound = |number: &Decimal| {
        if above {
            !number.is_negative()
        } else {
            number.cmp(&Decimal::ZERO).is_gt()
        }
    };
    let Some(number) = number.filter(is_bound) else {
        let message = "the bound of a breaker is a number that nothing yet has reached";
        let help = "write a number from 0 behind `>`, or above 0 behind `>=`";
        wrong(checker, bound, message, "this is none", help);
        return nothing();
    };
    Tripped {
        trips: Trips::Track {
            track: id,
            bound: number,
            above,
        },
        per,
        meaning: Digest::of(format!("track {} {meaning}", name.text).as_bytes()),
    }
}

fn wrong(checker: &mut Checker<'_>, at: &Expr, message: &str, label: &str, help: &str) {
    checker.report(Diagnostic::new(Code::E0348, message, at.span, label).with_help(help));
}

fn no_track(checker: &mut Checker<'_>, name: &Name) {
    let label = checker
        .names
        .get(&name.text)
        .map_or("no track has this name".to_owned(), |meaning| {
            format!("this is {}", meaning.noun())
        });
    let near = checker
        .names
        .nearest(&name.text, |meaning| meaning == Meaning::Track);
    let near = near.map(str::to_owned);
    let message = format!("`{}` is no track", name.text);
    let found = Diagnostic::new(Code::E0348, message, name.span, label);
    checker.report(match near {
        Some(near) => found.with_near(name.span, Some(&near)),
        None => found.with_help(format!(
            "declare it: `track {} {{ calls of github:write within 1h }}`",
            name.text
        )),
    });
}

/// What is counted, by whom, within what: not the bound, the hold or the message.
fn meaning(
    checker: &Checker<'_>,
    by: DeniedBy,
    of: Option<&[ToolId]>,
    per: Per,
    within: Option<u64>,
) -> Digest {
    let by = cause(checker, by);
    let of = of.map(|tools| {
        let names = tools.iter().map(|tool| checker.bundle.tool_name(*tool));
        names.collect::<Vec<_>>()
    });
    let per = per.name();
    Digest::of(format!("denials by {by} of {of:?} per {per} within {within:?}").as_bytes())
}
