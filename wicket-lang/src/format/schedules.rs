//! Schedules: on one line where they have one entry, else one entry a line.

use super::flat;
use super::printer::{Gap, Printer};
use super::times::{date, time};
use crate::syntax::ast::{Days, Entry, Schedule, ScheduleBody, Times, Zone};

pub(super) fn schedule(printer: &mut Printer<'_>, schedule: &Schedule, end: u32) {
    let mut head = format!("schedule {}", flat::name(printer, &schedule.name));
    let mut head_end = schedule.name.span.end;
    if let Some(zone) = &schedule.zone {
        head = format!("{head} {}", self::zone(printer, zone));
        head_end = zone.span().end;
    }
    let ScheduleBody { include, except, .. } = &schedule.body;
    let content = body(printer, &schedule.body);
    let line = if content.is_empty() {
        format!("{head} {{}}")
    } else {
        format!("{head} {{ {content} }}")
    };
    let short = include.len() <= 1 && except.len() <= 1;
    if short && printer.fits(&line) && !printer.has_comment_before(end) {
        printer.write(&line);
        return;
    }
    printer.write(&head);
    printer.write(" {");
    printer.open(head_end);
    entries(printer, include);
    if !except.is_empty() {
        let start = except.first().map_or(end, |first| span(first).0);
        printer.begin_close(start);
        printer.write("except");
        printer.begin_block();
        entries(printer, except);
        printer.dedent();
    }
    printer.close(end, "}");
}

/// A schedule in a condition: always on one line.
pub(super) fn in_place(printer: &Printer<'_>, zone: Option<&Zone>, times: &ScheduleBody) -> String {
    let zone = zone.map_or_else(String::new, |zone| format!("{} ", self::zone(printer, zone)));
    format!("{zone}{{ {} }}", body(printer, times))
}

fn zone(printer: &Printer<'_>, zone: &Zone) -> String {
    match zone {
        Zone::Named(name) => format!("zone {}", printer.source(name.span)),
        Zone::Read(path) => format!("zone {}", flat::path(printer, path)),
    }
}

fn entries(printer: &mut Printer<'_>, list: &[Entry]) {
    for (number, one) in list.iter().enumerate() {
        let (start, end) = span(one);
        printer.begin(start, Gap::Keep);
        let text = entry(printer, one);
        printer.write(&text);
        if number + 1 < list.len() {
            printer.write(",");
        }
        printer.end(end);
    }
}

fn body(printer: &Printer<'_>, body: &ScheduleBody) -> String {
    let include = flat::join(&body.include, ", ", |one| entry(printer, one));
    if body.except.is_empty() {
        return include;
    }
    let except = flat::join(&body.except, ", ", |one| entry(printer, one));
    if include.is_empty() {
        format!("except {except}")
    } else {
        format!("{include} except {except}")
    }
}

fn entry(printer: &Printer<'_>, one: &Entry) -> String {
    match one {
        Entry::Windows { days, times, .. } => {
            let mut parts = Vec::new();
            if !days.is_empty() {
                parts.push(flat::join(days, ", ", self::days));
            }
            if !times.is_empty() {
                parts.push(flat::join(times, ", ", self::times));
            }
            parts.join(" ")
        }
        Entry::Ref(name) => flat::name(printer, name),
        Entry::Group(group) => format!("({})", body(printer, group)),
        Entry::All(all, _) => flat::join(all, " and ", |one| entry(printer, one)),
    }
}

fn span(entry: &Entry) -> (u32, u32) {
    let span = match entry {
        Entry::Windows { span, .. } | Entry::All(_, span) => *span,
        Entry::Ref(name) => name.span,
        Entry::Group(body) => body.span,
    };
    (span.start, span.end)
}

fn days(days: &Days) -> String {
    const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let day = |number: u8| NAMES.get(usize::from(number)).copied().unwrap_or_default();
    match days {
        Days::Weekdays { first, last, .. } if first == last => day(*first).to_owned(),
        Days::Weekdays { first, last, .. } => format!("{}..{}", day(*first), day(*last)),
        Days::Dates { first, last, .. } if first == last => date(*first),
        Days::Dates { first, last, .. } => format!("{}..{}", date(*first), date(*last)),
    }
}

fn times(times: &Times) -> String {
    format!("{}-{}", time(times.start), time(times.end))
}
