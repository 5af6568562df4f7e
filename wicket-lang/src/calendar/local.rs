//! From local dates and times to instants, for what authors write: a date in an expression, the instant of a test, the
//! calendar's day of `each day`.
//!
//! Decisions about schedules never go this way, for a local time may come twice or not at all.

use super::civil::CivilDay;
use super::window::Date;
use super::zone::{Meaning, Zone};
use super::{instant_of, second_of};
use crate::value::Instant;

/// What a local date and time means as an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalTime {
    /// The clock shows it at this instant and at no other.
    Once(Instant),
    /// The clock is put forward past it.
    Skipped,
    /// The clock is put back and shows it twice.
    Twice(Instant, Instant),
}

/// A stretch of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Period {
    /// From midnight to midnight.
    Day,
    /// From Monday.
    Week,
    /// From the first of the month.
    Month,
}

/// What a date (with its year) and a minute of the day mean in a zone. None for a date that is not real, a minute past
/// 23:59, or where the zone data does not reach.
#[must_use]
pub fn local_time(zone: &Zone, date: Date, minute: u16) -> Option<LocalTime> {
    if minute >= 1440 {
        return None;
    }
    Some(match zone.meaning(date.day_number()?, i64::from(minute) * 60)? {
        Meaning::Once(second) => LocalTime::Once(instant_of(second)),
        Meaning::Skipped(_) => LocalTime::Skipped,
        Meaning::Twice { first, second } => LocalTime::Twice(instant_of(first), instant_of(second)),
    })
}

/// The first instant of a date (with its year) in a zone; of a date that the zone skipped, the first one after it.
#[must_use]
pub fn first_instant(zone: &Zone, date: Date) -> Option<Instant> {
    zone.first_second(date.day_number()?).map(instant_of)
}

/// The date whose first instant in a zone this is.
#[must_use]
pub fn date_that_begins(zone: &Zone, instant: Instant) -> Option<Date> {
    let day = zone.date(second_of(instant))?;
    let begins = zone.first_second(day.number).map(instant_of) == Some(instant);
    begins.then_some(Date {
        year: Some(i32::try_from(day.year).ok()?),
        month: day.month,
        day: day.day,
    })
}

/// The start of the calendar's day, week or month in which an instant lies, and the start of the next one.
#[must_use]
pub fn period(zone: &Zone, period: Period, instant: Instant) -> Option<(Instant, Instant)> {
    let today = zone.date(second_of(instant))?;
    let (first, next) = match period {
        Period::Day => (today.number, today.number + 1),
        Period::Week => {
            let monday = today.number - i64::from(today.weekday);
            (monday, monday + 7)
        }
        Period::Month => {
            let first = today.number - i64::from(today.day) + 1;
            // The month after starts within the next 31 days.
            let in_next = CivilDay::from_number(first + 31);
            (first, in_next.number - i64::from(in_next.day) + 1)
        }
    };
    Some((
        instant_of(zone.first_second(first)?),
        instant_of(zone.first_second(next)?),
    ))
}
