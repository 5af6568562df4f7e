//! Zones and schedules.

use std::collections::BTreeMap;

use super::names::{Meaning, is_first};
use super::{Checker, time_zones};
use crate::calendar::{self, Date, Days, Expression, Schedule, Times, ZoneId};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::ir::ScheduleId;
use crate::source::{FileId, Span};
use crate::syntax::ast::{self, Entry, ItemKind, Name, Text};
use crate::value::Instant;

/// The years over which two releases of the zone data are compared: 2025 to 2037.
const COMPARED: (Instant, Instant) = (Instant(1_735_689_600_000), Instant(2_145_916_800_000));

/// Fills the calendar: the zones of the files, then the schedules, each behind those that it refers to.
pub(super) fn check(checker: &mut Checker<'_>) {
    let zones = file_zones(checker);
    let own = zones.iter().find(|(file, _)| !checker.is_shared(**file));
    checker.bundle.zone = own.or(zones.iter().next()).map(|(_, zone)| *zone);
    let mut open: BTreeMap<&str, (FileId, &ast::Schedule)> = checker
        .items()
        .filter_map(|(file, item)| Some((file, item.kind.as_schedule()?)))
        .filter(|(_, schedule)| is_first(checker, &schedule.name))
        .map(|(file, schedule)| (schedule.name.text.as_str(), (file, schedule)))
        .collect();
    // In rounds: whatever refers only to what is there already. What is left at the end refers to itself.
    loop {
        let ready: Vec<&str> = open
            .iter()
            .filter(|(_, (_, schedule))| {
                refs(&schedule.body)
                    .iter()
                    .all(|name| !open.contains_key(name.text.as_str()))
            })
            .map(|(name, _)| *name)
            .collect();
        if ready.is_empty() {
            break;
        }
        for name in ready {
            if let Some((file, schedule)) = open.remove(name) {
                add(checker, &zones, file, schedule);
            }
        }
    }
    for (_, schedule) in open.into_values() {
        checker.report(
            Diagnostic::new(
                Code::E0504,
                format!("schedule `{}` refers to itself", schedule.name.text),
                schedule.name.span,
                "this schedule is needed to know itself",
            )
            .with_help("take the name out of one of the schedules in the circle"),
        );
    }
}

fn file_zones(checker: &mut Checker<'_>) -> BTreeMap<FileId, ZoneId> {
    let mut zones: BTreeMap<FileId, (Span, Option<ZoneId>)> = BTreeMap::new();
    for (file, item) in checker.items() {
        let ItemKind::Zone(name) = &item.kind else {
            continue;
        };
        if let Some((first, _)) = zones.get(&file) {
            let diagnostic = Diagnostic::new(Code::E0505, "a file has one zone", name.span, "a second zone")
                .with_label(*first, "the zone of this file")
                .with_help("a schedule can name its own: `schedule night zone \"Asia/Tokyo\" { … }`");
            checker.report(diagnostic);
            continue;
        }
        let zone = load(checker, name);
        zones.insert(file, (name.span, zone));
    }
    zones
        .into_iter()
        .filter_map(|(file, (_, zone))| Some((file, zone?)))
        .collect()
}

/// Where a schedule takes its zone from.
pub(super) enum Place {
    Zone(ZoneId),
    Attribute(ast::Path),
}

/// The zone that a schedule names for itself; `None` where a diagnostic was made.
pub(super) fn place(checker: &mut Checker<'_>, zone: &ast::Zone) -> Option<Place> {
    match zone {
        ast::Zone::Named(name) => load(checker, name).map(Place::Zone),
        ast::Zone::Read(path) => {
            time_zones::check_root(checker, path)?;
            Some(Place::Attribute(path.clone()))
        }
    }
}

/// Whether a file names its zone, be it well or not: what is wrong with it has been said.
pub(super) fn names_zone(checker: &Checker<'_>, file: FileId) -> bool {
    let tree = checker.files.get(&file);
    tree.is_some_and(|tree| tree.items.iter().any(|item| item.kind.as_zone().is_some()))
}

/// Whether the schedule that was added last is small enough.
pub(super) fn check_size(checker: &mut Checker<'_>, what: &str, span: Span) -> Option<()> {
    let Err(unsound) = checker.bundle.calendar.verify_schedules() else {
        return Some(());
    };
    checker.report(Diagnostic::new(
        Code::E0503,
        format!("{what} cannot be used: {unsound}"),
        span,
        "too large",
    ));
    // What refers to it would be too large as well, and to look through all of it could take for ever.
    if let Some(last) = checker.bundle.calendar.schedules.last_mut() {
        last.expression = Expression::Union(Vec::new());
    }
    None
}

fn load(checker: &mut Checker<'_>, name: &Text) -> Option<ZoneId> {
    let known = checker
        .bundle
        .calendar
        .zones
        .iter()
        .any(|zone| zone.name() == name.value);
    let zone = checker.bundle.calendar.add_zone(&name.value);
    match zone {
        None => {
            let near = nearest(&name.value, calendar::zone_names());
            let mut diagnostic = Diagnostic::new(
                Code::E0501,
                format!("no zone is called `{}`", name.value),
                name.span,
                "this is no name of the IANA time zone database",
            );
            if let Some(near) = near {
                diagnostic = diagnostic.with_near(name.span, Some(format!("\"{near}\"").as_str()));
            }
            checker.report(diagnostic);
        }
        Some(_) if !known => {
            if let Some(differ) = calendar::disagreement(&name.value, COMPARED.0, COMPARED.1) {
                checker.report(Diagnostic::new(
                    Code::N2002,
                    format!(
                        "`{}` has new rules in {}: other software that still has {} differs from {} on",
                        name.value,
                        calendar::tzdata_version(),
                        calendar::second_opinion_version(),
                        differ.at
                    ),
                    name.span,
                    "the rules of this zone changed lately",
                ));
            }
        }
        Some(_) => {}
    }
    zone
}

fn add(checker: &mut Checker<'_>, zones: &BTreeMap<FileId, ZoneId>, file: FileId, schedule: &ast::Schedule) {
    let place = match &schedule.zone {
        Some(zone) => place(checker, zone),
        None => zones.get(&file).copied().map(Place::Zone),
    };
    let expression = body(checker, &schedule.body);
    let Some(place) = place else {
        if schedule.zone.is_none() && !names_zone(checker, file) {
            checker.report(
                Diagnostic::new(
                    Code::E0502,
                    format!("schedule `{}` has no zone", schedule.name.text),
                    schedule.name.span,
                    "in which zone are these times?",
                )
                .with_help("name the zone of the file above: `zone \"Europe/Berlin\"`"),
            );
        }
        return;
    };
    let Some(expression) = expression else { return };
    let (zone, attribute) = match &place {
        Place::Zone(zone) => (*zone, None),
        Place::Attribute(path) => (ZoneId::GIVEN, Some(path)),
    };
    let named = Schedule {
        name: Some(schedule.name.text.clone()),
        zone,
        expression,
    };
    if let Some(id) = checker.bundle.calendar.add_schedule(named) {
        if time_zones::remember(checker, id, attribute, schedule.name.span).is_some() {
            enter(checker, &schedule.name, id);
        }
        let what = format!("schedule `{}`", schedule.name.text);
        let _ = check_size(checker, &what, schedule.body.span);
    }
}

fn enter(checker: &mut Checker<'_>, name: &Name, id: ScheduleId) {
    if let Some(entry) = checker.names.entries.get_mut(&name.text) {
        entry.meaning = Meaning::Schedule(Some(id));
    }
}

/// The union of what is included, less the union of what is excepted.
pub(super) fn body(checker: &mut Checker<'_>, body: &ast::ScheduleBody) -> Option<Expression> {
    let include = union(checker, &body.include)?;
    if body.except.is_empty() {
        return Some(include);
    }
    let except = union(checker, &body.except)?;
    Some(Expression::Except(Box::new(include), Box::new(except)))
}

fn union(checker: &mut Checker<'_>, entries: &[Entry]) -> Option<Expression> {
    let mut parts = entries
        .iter()
        .map(|part| entry(checker, part))
        .collect::<Option<Vec<_>>>()?;
    if parts.len() == 1 {
        parts.pop()
    } else {
        Some(Expression::Union(parts))
    }
}

fn entry(checker: &mut Checker<'_>, entry: &Entry) -> Option<Expression> {
    match entry {
        Entry::Windows { days, times, span } => windows(checker, days, times, *span),
        Entry::Ref(name) => reference(checker, name),
        Entry::Group(inner) => body(checker, inner),
        Entry::All(entries, _) => {
            let parts = entries
                .iter()
                .map(|part| self::entry(checker, part))
                .collect::<Option<Vec<_>>>()?;
            Some(Expression::Intersection(parts))
        }
    }
}

fn windows(
    checker: &mut Checker<'_>,
    days: &[ast::Days],
    times: &[ast::Times],
    span: Span,
) -> Option<Expression> {
    let date = |date: ast::Date| Date {
        year: date.year,
        month: date.month,
        day: date.day,
    };
    let days: Vec<(Days, Span)> = days
        .iter()
        .map(|days| match *days {
            ast::Days::Weekdays { first, last, span } => (Days::Weekdays { first, last }, span),
            ast::Days::Dates { first, last, span } => (
                Days::Dates {
                    first: date(first),
                    last: date(last),
                },
                span,
            ),
        })
        .collect();
    let times: Vec<(Times, Span)> = times
        .iter()
        .map(|times| {
            (
                Times {
                    start: times.start,
                    end: times.end,
                },
                times.span,
            )
        })
        .collect();
    let problems = days
        .iter()
        .filter_map(|(days, span)| Some((days.problem()?, *span)))
        .chain(
            times
                .iter()
                .filter_map(|(times, span)| Some((times.problem()?, *span))),
        );
    let mut problems: Vec<_> = problems.collect();
    if days.is_empty() && times.is_empty() {
        problems.push((calendar::Problem::NothingSaid, span));
    }
    if problems.is_empty() {
        return Some(Expression::Windows {
            days: days.into_iter().map(|(days, _)| days).collect(),
            times: times.into_iter().map(|(times, _)| times).collect(),
        });
    }
    for (problem, span) in problems {
        checker.report(Diagnostic::new(
            Code::E0503,
            problem.to_string(),
            span,
            "this window means nothing",
        ));
    }
    None
}

fn reference(checker: &mut Checker<'_>, name: &Name) -> Option<Expression> {
    match checker.names.get(&name.text) {
        Some(Meaning::Schedule(id)) => Some(Expression::Schedule(id?)),
        other => {
            let label = other.map_or("no schedule has this name".to_owned(), |meaning| {
                format!("this is {}", meaning.noun())
            });
            let near = checker
                .names
                .nearest(&name.text, |meaning| matches!(meaning, Meaning::Schedule(_)));
            let mut diagnostic = Diagnostic::new(
                Code::E0203,
                format!("`{}` is no schedule", name.text),
                name.span,
                label,
            );
            diagnostic = match near {
                Some(near) => diagnostic.with_near(name.span, Some(near)),
                None => {
                    diagnostic.with_help(format!("declare it: `schedule {} {{ 12-24..12-26 }}`", name.text))
                }
            };
            checker.report(diagnostic);
            None
        }
    }
}

/// The schedules that a body names.
pub(super) fn refs(body: &ast::ScheduleBody) -> Vec<&Name> {
    fn walk<'a>(entries: &'a [Entry], found: &mut Vec<&'a Name>) {
        for entry in entries {
            match entry {
                Entry::Windows { .. } => {}
                Entry::Ref(name) => found.push(name),
                Entry::Group(body) => {
                    walk(&body.include, found);
                    walk(&body.except, found);
                }
                Entry::All(entries, _) => walk(entries, found),
            }
        }
    }
    let mut found = Vec::new();
    walk(&body.include, &mut found);
    walk(&body.except, &mut found);
    found
}
