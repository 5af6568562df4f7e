//! What an author says of a track, whichever item says it.

use crate::calendar::Period;
use crate::check::moments::zone_of;
use crate::check::names::is_first;
use crate::check::{Checker, bounds};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::ir::{Others, Outcome, Per, Remembers, Window};
use crate::source::FileId;
use crate::syntax::ast::{
    self, Bounded, Counted, Expr, ExprKind, ItemKind, Name, Number, Selector, Tripping,
};

/// How many events a track keeps apart, if nothing needs more.
const KEPT: u32 = 64;

/// The most.
const MAX_KEPT: u32 = 1000;

/// How long a mark lasts that does not say it: a day.
const MARK_SECONDS: u64 = 24 * 60 * 60;

/// One track, by whatever item.
#[derive(Debug)]
pub(in crate::check) struct Said<'a> {
    pub(super) name: &'a Name,
    pub(super) of: Remembers,
    pub(super) measure: Measured<'a>,
    /// `None`: every tool.
    pub(super) selector: Option<&'a Selector>,
    pub(super) when: Option<&'a Expr>,
    pub(super) on: Option<&'a Name>,
    pub(super) by: Option<&'a Expr>,
    per: Option<&'a Name>,
    window: Option<ast::Window>,
    /// The word for what is counted.
    event: Option<&'a Name>,
    /// Of a breaker: what it counts.
    pub(super) counts: Counts<'a>,
    /// Of a breaker: what becomes of calls that do not count.
    pub(super) others: Others,
    /// Of a breaker: of how many it has to know.
    least: Option<&'a Number>,
    file: FileId,
}

/// What enters a track.
#[derive(Clone, Copy, Debug)]
pub(super) enum Counts<'a> {
    Calls,
    /// Calls that had no usable answer.
    Failures,
    /// Denials, and for which reason.
    Denials(Option<&'a Name>),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Measured<'a> {
    Calls,
    Sum { signed: bool, value: &'a Expr },
    Values(&'a Expr),
}

impl<'a> Measured<'a> {
    pub(super) fn value(self) -> Option<&'a Expr> {
        match self {
            Self::Calls => None,
            Self::Sum { value, .. } | Self::Values(value) => Some(value),
        }
    }
}

/// Every track of the bundle, by name.
pub(super) fn collect<'a>(checker: &mut Checker<'a>) -> Vec<Said<'a>> {
    let mut all: Vec<Said<'a>> = checker
        .items()
        .filter_map(|(file, item)| said(file, &item.kind))
        .filter(|said| is_first(checker, said.name))
        .collect();
    all.sort_by(|a, b| a.name.text.cmp(&b.name.text));
    for said in &all {
        if let Some(event) = said.event
            && event.text != "calls"
        {
            let message = format!("`{}` cannot be counted", event.text);
            let found = Diagnostic::new(Code::E0341, message, event.span, "what is counted are `calls`");
            bounds::word(checker, event, "calls", found);
        }
    }
    all
}

fn said(file: FileId, kind: &ItemKind) -> Option<Said<'_>> {
    match kind {
        ItemKind::Track(track) => Some(counted(file, &track.name, Remembers::Track, &track.counted)),
        ItemKind::Limit(limit) => match &limit.bound.what {
            Bounded::Calls(of) => Some(counted(file, &limit.name, Remembers::Limit, of)),
            Bounded::Track(_) => None,
        },
        ItemKind::Mark(mark) => Some(Said {
            name: &mark.name,
            of: Remembers::Mark,
            measure: Measured::Calls,
            selector: Some(&mark.of),
            when: mark.when.as_ref(),
            on: mark.on.as_ref(),
            by: None,
            per: None,
            window: Some(ast::Window::For(mark.lasts.unwrap_or(ast::Duration {
                seconds: MARK_SECONDS,
                span: mark.span,
            }))),
            event: None,
            counts: Counts::Calls,
            others: Others::Leave,
            least: None,
            file,
        }),
        ItemKind::Breaker(breaker) => of_breaker(file, breaker),
        ItemKind::Use(_)
        | ItemKind::Shared(_)
        | ItemKind::Zone(_)
        | ItemKind::Schedule(_)
        | ItemKind::Set(_)
        | ItemKind::Connector(_)
        | ItemKind::Directory(_)
        | ItemKind::Policy(_)
        | ItemKind::Test(_)
        | ItemKind::Fixture(_)
        | ItemKind::Error => None,
    }
}

fn counted<'a>(file: FileId, name: &'a Name, of: Remembers, counted: &'a Counted) -> Said<'a> {
    let (measure, event) = match &counted.measure {
        ast::Measure::Calls(event) => (Measured::Calls, Some(event)),
        ast::Measure::Sum { signed, value } => (
            Measured::Sum {
                signed: *signed,
                value,
            },
            None,
        ),
        ast::Measure::Values(value) => (Measured::Values(value), None),
    };
    Said {
        name,
        of,
        measure,
        selector: Some(&counted.of),
        when: counted.when.as_ref(),
        on: counted.on.as_ref(),
        by: counted.by.as_ref(),
        per: counted.per.as_ref(),
        window: counted.window.clone(),
        event,
        counts: Counts::Calls,
        others: Others::Leave,
        least: None,
        file,
    }
}

/// What a breaker remembers in a track; plain denials it counts itself.
fn of_breaker(file: FileId, breaker: &ast::Breaker) -> Option<Said<'_>> {
    let (of, counts, others, least) = match &breaker.trip.as_ref()?.on {
        Tripping::Count {
            after,
            event,
            in_a_row,
            cause,
            of,
        } => {
            let counts = match event.text.as_str() {
                "calls" => Counts::Calls,
                "failures" => Counts::Failures,
                _ if of.when.is_some() || of.by.is_some() => Counts::Denials(cause.as_ref()),
                _ => return None,
            };
            let ends_row = in_a_row.is_some() && matches!(counts, Counts::Failures);
            let others = if ends_row {
                Others::EndTheRow
            } else {
                Others::Leave
            };
            (of, counts, others, after)
        }
        Tripping::Share { among, of, .. } => (of, Counts::Failures, Others::StandBeside, among),
        Tripping::Track { .. } => return None,
    };
    Some(Said {
        name: &breaker.name,
        of: Remembers::Breaker,
        measure: Measured::Calls,
        selector: of.of.as_ref(),
        when: of.when.as_ref(),
        on: of.on.as_ref().filter(|_| matches!(counts, Counts::Calls)),
        by: of.by.as_ref(),
        per: Some(&of.per),
        window: of.within.map(ast::Window::Within),
        event: None,
        counts,
        others,
        least: Some(least),
        file,
    })
}

/// `per session`, where nothing is said.
pub(super) fn per(checker: &mut Checker<'_>, said: &Said<'_>) -> Per {
    let Some(name) = said.per else {
        return Per::Session;
    };
    let code = match said.of {
        Remembers::Breaker => Code::E0313,
        Remembers::Track | Remembers::Mark | Remembers::Limit => Code::E0341,
    };
    let per = scope(checker, code, name);
    let counts_failures = match said.counts {
        Counts::Failures => true,
        Counts::Calls => said.on.is_some_and(|on| on.text == Outcome::Failure.name()),
        Counts::Denials(_) => false,
    };
    if per == Per::Connector && !counts_failures {
        only_failures(checker, name);
        return Per::Session;
    }
    per
}

/// The scope of this name.
pub(in crate::check) fn scope(checker: &mut Checker<'_>, code: Code, name: &Name) -> Per {
    if let Some(per) = Per::ALL.into_iter().find(|per| per.name() == name.text) {
        return per;
    }
    let near = nearest(&name.text, Per::ALL.map(Per::name)).map(str::to_owned);
    let found = Diagnostic::new(
        code,
        format!("nothing is counted per `{}`", name.text),
        name.span,
        "it is counted `per session`, `conversation`, `member`, `agent` or `connector`",
    );
    checker.report(match near {
        Some(near) => found.with_near(name.span, Some(&near)),
        None => found.with_help("write `per session`, or whose calls are counted together"),
    });
    Per::Session
}

/// All callers of an agent share its connectors, so nothing but their health is counted there.
pub(in crate::check) fn only_failures(checker: &mut Checker<'_>, name: &Name) {
    checker.report(
        Diagnostic::new(
            Code::E0346,
            "only failures are counted per connector",
            name.span,
            "this counts something else",
        )
        .with_help("count `on failure`, or `per agent`, where the calls of everybody stand together"),
    );
}

pub(super) fn window(checker: &mut Checker<'_>, said: &Said<'_>, per: Per) -> Window {
    match &said.window {
        Some(ast::Window::Within(length)) if said.of == Remembers::Breaker => {
            Window::Within(crate::check::breakers::seconds(checker, *length))
        }
        Some(ast::Window::Within(length)) => {
            Window::Within(bounds::seconds(checker, Code::E0342, "a window", *length))
        }
        Some(ast::Window::For(length)) => {
            Window::Within(bounds::seconds(checker, Code::E0342, "a mark", *length))
        }
        Some(ast::Window::Each(period)) => each(checker, said, period),
        None => {
            if per != Per::Session {
                if let (Remembers::Breaker, Some(scope)) = (said.of, said.per) {
                    crate::check::breakers::never_forgets(checker, said.name, scope);
                    return Window::Within(1);
                }
                checker.report(
                    Diagnostic::new(
                        Code::E0342,
                        format!("`{}` never forgets", said.name.text),
                        said.name.span,
                        "only what is kept `per session` may last as long as that",
                    )
                    .with_help("say for how long: `within 1h`, or `each day`"),
                );
                return Window::Within(1);
            }
            Window::Whole
        }
    }
}

fn each(checker: &mut Checker<'_>, said: &Said<'_>, name: &Name) -> Window {
    let period = match name.text.as_str() {
        "day" => Some(Period::Day),
        "week" => Some(Period::Week),
        "month" => Some(Period::Month),
        _ => None,
    };
    let Some(period) = period else {
        let near = nearest(&name.text, ["day", "week", "month"]);
        checker.report(
            Diagnostic::new(
                Code::E0342,
                format!("no count starts anew each `{}`", name.text),
                name.span,
                "it may start anew each `day`, `week` or `month`",
            )
            .with_near(name.span, near),
        );
        return Window::Whole;
    };
    let Some(zone) = zone_of(checker, said.file) else {
        checker.report(
            Diagnostic::new(
                Code::E0342,
                format!("nobody knows when `{}` starts anew", said.name.text),
                name.span,
                "a day begins at another instant in each zone, and this file names none",
            )
            .with_help("say where: `zone \"Europe/Berlin\"`"),
        );
        return Window::Whole;
    };
    Window::Each(period, zone)
}

/// `success`, `error` or `failure`.
pub(super) fn outcome(checker: &mut Checker<'_>, name: &Name) -> Option<Outcome> {
    let found = Outcome::ALL.into_iter().find(|one| one.name() == name.text);
    if found.is_none() {
        let near = nearest(&name.text, Outcome::ALL.map(Outcome::name));
        checker.report(
            Diagnostic::new(
                Code::E0341,
                format!("no call ends with `{}`", name.text),
                name.span,
                "a call ends with `success`, `error` or `failure`",
            )
            .with_near(name.span, near),
        );
    }
    found
}

/// How many events have to be kept apart, so that every limit of the track knows when it has room again, and every
/// breaker how much there is.
pub(super) fn kept(checker: &Checker<'_>, said: &Said<'_>) -> u32 {
    let limits = checker.items().filter_map(|(_, item)| item.kind.as_limit());
    let of_limits = limits
        .filter(|limit| match &limit.bound.what {
            Bounded::Calls(_) => limit.name.text == said.name.text,
            Bounded::Track(track) => track.text == said.name.text,
        })
        .map(|limit| limit.bound.most.digits.as_str());
    let breakers = checker.items().filter_map(|(_, item)| item.kind.as_breaker());
    let of_breakers = breakers.filter_map(|breaker| match &breaker.trip.as_ref()?.on {
        Tripping::Track { what, bound, .. } => {
            let reads = crate::check::breakers::track_of(what)?.text == said.name.text;
            let ExprKind::Number(digits) = &bound.kind else {
                return None;
            };
            reads.then_some(digits.as_str())
        }
        Tripping::Count { .. } | Tripping::Share { .. } => None,
    });
    let own = said.least.map(|least| least.digits.as_str());
    of_limits
        .chain(of_breakers)
        .chain(own)
        .filter_map(|digits| digits.parse::<u32>().ok())
        // A breaker that trips above a bound has to see one more.
        .map(|count| count.saturating_add(1))
        .fold(KEPT, u32::max)
        .min(MAX_KEPT)
}
