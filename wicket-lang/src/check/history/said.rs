//! What an author says of a track, whichever item says it.

use crate::calendar::Period;
use crate::check::moments::zone_of;
use crate::check::names::is_first;
use crate::check::{Checker, bounds};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::ir::{Outcome, Per, Remembers, Window};
use crate::source::FileId;
use crate::syntax::ast::{self, Bounded, Counted, Expr, ItemKind, Name, Selector};

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
    pub(super) selector: &'a Selector,
    pub(super) when: Option<&'a Expr>,
    pub(super) on: Option<&'a Name>,
    pub(super) by: Option<&'a Expr>,
    per: Option<&'a Name>,
    window: Option<ast::Window>,
    /// The word for what is counted.
    event: Option<&'a Name>,
    file: FileId,
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
            selector: &mark.of,
            when: mark.when.as_ref(),
            on: mark.on.as_ref(),
            by: None,
            per: None,
            window: Some(ast::Window::For(mark.lasts.unwrap_or(ast::Duration {
                seconds: MARK_SECONDS,
                span: mark.span,
            }))),
            event: None,
            file,
        }),
        ItemKind::Use(_)
        | ItemKind::Shared(_)
        | ItemKind::Zone(_)
        | ItemKind::Schedule(_)
        | ItemKind::Set(_)
        | ItemKind::Connector(_)
        | ItemKind::Directory(_)
        | ItemKind::Policy(_)
        | ItemKind::Breaker(_)
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
        selector: &counted.of,
        when: counted.when.as_ref(),
        on: counted.on.as_ref(),
        by: counted.by.as_ref(),
        per: counted.per.as_ref(),
        window: counted.window.clone(),
        event,
        file,
    }
}

/// `per session`, where nothing is said.
pub(super) fn per(checker: &mut Checker<'_>, said: &Said<'_>) -> Per {
    let Some(name) = said.per else {
        return Per::Session;
    };
    let per = scope(checker, Code::E0341, name);
    if per == Per::Connector && said.on.is_none_or(|on| on.text != Outcome::Failure.name()) {
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
        Some(ast::Window::Within(length)) => {
            Window::Within(bounds::seconds(checker, Code::E0342, "a window", *length))
        }
        Some(ast::Window::For(length)) => {
            Window::Within(bounds::seconds(checker, Code::E0342, "a mark", *length))
        }
        Some(ast::Window::Each(period)) => each(checker, said, period),
        None => {
            if per != Per::Session {
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

/// How many events have to be kept apart, so that every limit of the track knows when it has room again.
pub(super) fn kept(checker: &Checker<'_>, said: &Said<'_>) -> u32 {
    let limits = checker.items().filter_map(|(_, item)| item.kind.as_limit());
    let of_this = limits.filter(|limit| match &limit.bound.what {
        Bounded::Calls(_) => limit.name.text == said.name.text,
        Bounded::Track(track) => track.text == said.name.text,
    });
    of_this
        .filter_map(|limit| limit.bound.most.digits.parse::<u32>().ok())
        .fold(KEPT, u32::max)
        .min(MAX_KEPT)
}
