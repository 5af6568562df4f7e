//! The calendar against an independent evaluation, and the answers of the language brief by their numbers.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop where it is"
)]

mod data;
mod generated;
mod minutes;
mod oracle;
mod points;
mod rules;

use super::{Calendar, Date, Days, Expression, Schedule, ScheduleId, Times};
use crate::value::Instant;

pub(super) const fn weekdays(first: u8, last: u8) -> Days {
    Days::Weekdays { first, last }
}

pub(super) const fn yearly(month: u8, day: u8) -> Date {
    Date {
        year: None,
        month,
        day,
    }
}

pub(super) const fn dated(year: i32, month: u8, day: u8) -> Date {
    Date {
        year: Some(year),
        month,
        day,
    }
}

pub(super) const fn dates(first: Date, last: Date) -> Days {
    Days::Dates { first, last }
}

/// `times("22:00-06:00")`.
pub(super) fn times(text: &str) -> Times {
    let minutes = |text: &str| {
        let (hour, minute) = text.split_once(':').unwrap();
        hour.parse::<u16>().unwrap() * 60 + minute.parse::<u16>().unwrap()
    };
    let (start, end) = text.split_once('-').unwrap();
    Times {
        start: minutes(start),
        end: minutes(end),
    }
}

pub(super) fn windows<const D: usize, const T: usize>(days: [Days; D], texts: [&str; T]) -> Expression {
    Expression::Windows {
        days: days.to_vec(),
        times: texts.iter().map(|text| times(text)).collect(),
    }
}

pub(super) fn except(from: Expression, without: Expression) -> Expression {
    Expression::Except(Box::new(from), Box::new(without))
}

/// A calendar of one schedule.
pub(super) fn calendar(zone: &str, expression: Expression) -> (Calendar, ScheduleId) {
    let mut calendar = Calendar::default();
    let id = add(&mut calendar, zone, Some("s"), expression);
    (calendar, id)
}

pub(super) fn add(
    calendar: &mut Calendar,
    zone: &str,
    name: Option<&str>,
    expression: Expression,
) -> ScheduleId {
    let zone = calendar.add_zone(zone).unwrap();
    let id = calendar
        .add_schedule(Schedule {
            name: name.map(str::to_owned),
            zone,
            expression,
        })
        .unwrap();
    calendar.verify().unwrap();
    id
}

/// An instant with its offset, like `2026-03-02T09:00+01:00`.
pub(super) fn at(text: &str) -> Instant {
    Instant(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}
