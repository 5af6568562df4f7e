//! Schedules and instants as people read them, in messages and in the dashboard.

use std::fmt::Write as _;

use super::civil::CivilDay;
use super::schedule::Expression;
use super::search::Next;
use super::window::{Date, Days, Times};
use super::zone::Zone;
use super::{Calendar, Located, ScheduleId, second_of};
use crate::value::Instant;

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A schedule in words, like `Mon-Fri 09:00-17:00 except holidays (Europe/Berlin)`. A schedule that it refers to is
/// called by its name.
#[must_use]
pub fn describe(calendar: &Calendar, schedule: impl Into<Located>) -> String {
    let located = schedule.into();
    let Some(found) = calendar.schedule(located.schedule) else {
        return "an unknown schedule".to_owned();
    };
    let mut text = String::new();
    write_expression(calendar, &found.expression, Place::Alone, &mut text);
    if let Some(zone) = calendar.zone_of(located) {
        text.push_str(" (");
        text.push_str(zone.name());
        text.push(')');
    }
    text
}

/// An instant as the wall clock of a zone reads, like `Mon 2 Mar 09:00 CET`, with the year where it is not that of
/// `now`. What the zone data does not reach is written in UTC.
#[must_use]
pub fn show_instant(zone: &Zone, instant: Instant, now: Instant) -> String {
    let second = second_of(instant);
    let (day, second_of_day, abbreviation) = match (zone.wall(second), zone.abbreviation(second)) {
        (Some(wall), Some(abbreviation)) => (wall.day, wall.second, abbreviation),
        (_, _) => (second.div_euclid(86_400), second.rem_euclid(86_400), "UTC"),
    };
    let day = CivilDay::from_number(day);
    let same_year = zone
        .date(second_of(now))
        .is_some_and(|today| today.year == day.year);
    let mut text = format!("{} {} {}", weekday(day.weekday), day.day, month(day.month));
    if !same_year {
        push(&mut text, format_args!(" {}", day.year));
    }
    let (hour, minute) = (second_of_day / 3600, second_of_day / 60 % 60);
    push(&mut text, format_args!(" {hour:02}:{minute:02} {abbreviation}"));
    text
}

/// [`show_instant`] of the next opening, or `never again`.
#[must_use]
pub fn show_next(zone: &Zone, next: Next, now: Instant) -> String {
    match next {
        Next::At(instant) => show_instant(zone, instant, now),
        Next::Never => "never again".to_owned(),
    }
}

/// Where an expression stands, which decides whether it needs parentheses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Alone,
    /// In a union, or on either side of `except`.
    Listed,
    InIntersection,
}

fn write_expression(calendar: &Calendar, expression: &Expression, place: Place, text: &mut String) {
    let parts = match expression {
        Expression::Union(parts) | Expression::Intersection(parts) => parts.as_slice(),
        Expression::Windows { .. } | Expression::Schedule(_) | Expression::Except(_, _) => &[],
    };
    if let [only] = parts {
        return write_expression(calendar, only, place, text);
    }
    let parentheses = match expression {
        Expression::Windows { .. } | Expression::Schedule(_) | Expression::Intersection(_) => false,
        Expression::Union(_) => place == Place::InIntersection,
        Expression::Except(_, _) => place != Place::Alone,
    };
    if parentheses {
        text.push('(');
    }
    match expression {
        Expression::Windows { days, times } => write_windows(days, times, text),
        Expression::Schedule(id) => write_reference(calendar, *id, place, text),
        Expression::Union(_) if parts.is_empty() => text.push_str("never"),
        Expression::Intersection(_) if parts.is_empty() => text.push_str("always"),
        Expression::Union(_) => write_all(calendar, parts, "; ", Place::Listed, text),
        Expression::Intersection(_) => write_all(calendar, parts, " and ", Place::InIntersection, text),
        Expression::Except(from, without) => {
            write_expression(calendar, from, Place::Listed, text);
            text.push_str(" except ");
            write_expression(calendar, without, Place::Listed, text);
        }
    }
    if parentheses {
        text.push(')');
    }
}

fn write_reference(calendar: &Calendar, id: ScheduleId, place: Place, text: &mut String) {
    match calendar.schedule(id) {
        Some(schedule) => match &schedule.name {
            Some(name) => text.push_str(name),
            None => write_expression(calendar, &schedule.expression, place, text),
        },
        None => text.push_str("an unknown schedule"),
    }
}

fn write_all(calendar: &Calendar, parts: &[Expression], separator: &str, place: Place, text: &mut String) {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            text.push_str(separator);
        }
        write_expression(calendar, part, place, text);
    }
}

fn write_windows(days: &[Days], times: &[Times], text: &mut String) {
    for (index, days) in days.iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        write_days(*days, text);
    }
    if days.is_empty() {
        text.push_str("daily");
    }
    for (index, times) in times.iter().enumerate() {
        text.push_str(if index > 0 { ", " } else { " " });
        let Times { start, end } = *times;
        push(
            text,
            format_args!(
                "{:02}:{:02}-{:02}:{:02}",
                start / 60,
                start % 60,
                end / 60,
                end % 60
            ),
        );
    }
}

fn write_days(days: Days, text: &mut String) {
    match days {
        Days::Weekdays { first, last } if first == last => text.push_str(weekday(first)),
        Days::Weekdays { first, last } => push(text, format_args!("{}-{}", weekday(first), weekday(last))),
        Days::Dates { first, last } if first == last => write_date(first, text),
        Days::Dates { first, last }
            if (first.year, first.month) == (last.year, last.month) && first < last =>
        {
            push(text, format_args!("{}-", first.day));
            write_date(last, text);
        }
        Days::Dates { first, last } => {
            // The year is said once where one is enough.
            let shown = Date {
                year: first.year.filter(|_| first.year != last.year),
                ..first
            };
            write_date(shown, text);
            text.push('-');
            write_date(last, text);
        }
    }
}

fn write_date(date: Date, text: &mut String) {
    push(text, format_args!("{} {}", date.day, month(date.month)));
    if let Some(year) = date.year {
        push(text, format_args!(" {year}"));
    }
}

fn weekday(number: u8) -> &'static str {
    WEEKDAYS.get(usize::from(number)).copied().unwrap_or("?")
}

fn month(number: u8) -> &'static str {
    usize::from(number)
        .checked_sub(1)
        .and_then(|index| MONTHS.get(index))
        .copied()
        .unwrap_or("?")
}

fn push(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(arguments);
}
