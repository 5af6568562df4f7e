//! The names of a bundle: items, connectors and resources share one space.

use std::collections::BTreeMap;

use super::Checker;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::ir::{BreakerId, ConnectorId, LimitId, PolicyId, ScheduleId, SetId};
use crate::source::Span;
use crate::syntax::ast::{self, ItemKind, Name};

/// Words that mean something of their own in an expression.
const RESERVED: &[&str] = &[
    "args", "member", "agent", "client", "session", "now", "tool", "result", "default", "next",
];

/// What each name stands for.
#[derive(Clone, Debug, Default)]
pub struct Names {
    pub entries: BTreeMap<String, Entry>,
}

#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub meaning: Meaning,
    /// Where it is declared; `None` for what comes from a shipped connector.
    pub span: Option<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    Connector(ConnectorId),
    /// A resource of one or more connectors.
    Resource,
    /// `None` until it is checked, or where it is broken.
    Schedule(Option<ScheduleId>),
    Set(Option<SetId>),
    Policy(PolicyId),
    Breaker(BreakerId),
    Limit(LimitId),
    Track,
    Mark,
}

impl Meaning {
    /// For diagnostics.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Connector(_) => "a connector",
            Self::Resource => "a resource",
            Self::Schedule(_) => "a schedule",
            Self::Set(_) => "a set",
            Self::Policy(_) => "a policy",
            Self::Breaker(_) => "a breaker",
            Self::Limit(_) => "a limit",
            Self::Track => "a track",
            Self::Mark => "a mark",
        }
    }
}

impl Names {
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Meaning> {
        self.entries.get(name).map(|entry| entry.meaning)
    }

    /// The name nearest to `name` among those that `wanted` accepts.
    #[must_use]
    pub fn nearest(&self, name: &str, wanted: impl Fn(Meaning) -> bool) -> Option<&str> {
        nearest(
            name,
            self.entries
                .iter()
                .filter(|(_, entry)| wanted(entry.meaning))
                .map(|(name, _)| name.as_str()),
        )
    }
}

/// Gives every item its name. Policies and breakers get their ids here: in the order of their names.
pub(super) fn collect(checker: &mut Checker<'_>) {
    for index in 0..checker.bundle.resources.len() {
        let name = checker
            .bundle
            .resources
            .get(index)
            .map(|resource| resource.name.clone())
            .unwrap_or_default();
        checker.names.entries.entry(name).or_insert(Entry {
            meaning: Meaning::Resource,
            span: None,
        });
    }
    let mut policies: Vec<&Name> = Vec::new();
    let mut breakers: Vec<&Name> = Vec::new();
    let mut limits: Vec<&Name> = Vec::new();
    for (_, item) in checker.items() {
        match &item.kind {
            ItemKind::Schedule(schedule) => declare(checker, &schedule.name, Meaning::Schedule(None)),
            ItemKind::Set(set) => declare(checker, &set.name, Meaning::Set(None)),
            ItemKind::Policy(policy) => policies.push(&policy.name),
            ItemKind::Breaker(breaker) => breakers.push(&breaker.name),
            ItemKind::Limit(limit) => limits.push(&limit.name),
            ItemKind::Track(track) => declare(checker, &track.name, Meaning::Track),
            ItemKind::Mark(mark) => declare(checker, &mark.name, Meaning::Mark),
            ItemKind::Use(_)
            | ItemKind::Shared(_)
            | ItemKind::Zone(_)
            | ItemKind::Connector(_)
            | ItemKind::Directory(_)
            | ItemKind::Test(_)
            | ItemKind::Fixture(_)
            | ItemKind::Error => {}
        }
    }
    number(checker, policies, |index| Meaning::Policy(PolicyId::at(index)));
    number(checker, breakers, |index| Meaning::Breaker(BreakerId::at(index)));
    number(checker, limits, |index| Meaning::Limit(LimitId::at(index)));
}

fn number(checker: &mut Checker<'_>, mut names: Vec<&Name>, meaning: impl Fn(usize) -> Meaning) {
    // By name, then by place: of two with one name the first keeps it.
    names.sort_by(|a, b| (&a.text, a.span).cmp(&(&b.text, b.span)));
    let mut index = 0;
    let mut last: Option<&str> = None;
    for name in names {
        declare(checker, name, meaning(index));
        if last != Some(name.text.as_str()) {
            index += 1;
        }
        last = Some(&name.text);
    }
}

/// Whether `name` may be given to something; says so where it is a word of the language.
pub(super) fn check_free(checker: &mut Checker<'_>, name: &Name) -> bool {
    if RESERVED.contains(&name.text.as_str()) {
        checker.report(
            Diagnostic::new(
                Code::E0202,
                format!("`{}` is a word of the language", name.text),
                name.span,
                "this name has a meaning of its own",
            )
            .with_help("choose another name"),
        );
        return false;
    }
    true
}

/// Enters `name`, or says what already has it.
pub(super) fn declare(checker: &mut Checker<'_>, name: &Name, meaning: Meaning) {
    if !check_free(checker, name) {
        return;
    }
    match checker.names.entries.get(&name.text).copied() {
        None => {
            checker.names.entries.insert(
                name.text.clone(),
                Entry {
                    meaning,
                    span: Some(name.span),
                },
            );
        }
        Some(entry) => {
            let mut diagnostic = Diagnostic::new(
                Code::E0201,
                format!("`{}` is declared twice", name.text),
                name.span,
                format!("{} of this name exists", entry.meaning.noun()),
            )
            .with_help("names are unique in a bundle: items, connectors and resources share one space");
            if let Some(span) = entry.span {
                diagnostic = diagnostic.with_label(span, "declared here first");
            }
            checker.report(diagnostic);
        }
    }
}

/// Whether this very `name` is the one that the bundle knows, and not a second of the same name.
pub(super) fn is_first(checker: &Checker<'_>, name: &ast::Name) -> bool {
    checker
        .names
        .entries
        .get(&name.text)
        .is_some_and(|entry| entry.span == Some(name.span))
}
