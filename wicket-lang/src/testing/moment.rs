//! The instant that a test means by a date and a time.

use crate::calendar::{self, Date, LocalTime, Zone};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::Bundle;
use crate::syntax::ast::Moment;
use crate::value::Instant;

/// The instant of `moment`: by its own offset, or in the zone of its file.
pub(super) fn instant(bundle: &Bundle, zone: Option<&str>, moment: &Moment) -> Result<Instant, Diagnostic> {
    let date = Date {
        year: Some(moment.year),
        month: moment.month,
        day: moment.day,
    };
    let Some(day) = date.day_number() else {
        return Err(Diagnostic::new(
            Code::E0702,
            format!("no calendar has the date {date}"),
            moment.span,
            "this day does not exist",
        ));
    };
    if let Some(offset) = moment.offset {
        let minutes = day * 24 * 60 + i64::from(moment.minute) - i64::from(offset);
        return Ok(Instant(minutes * 60_000));
    }
    let zone: Option<&Zone> =
        zone.and_then(|name| bundle.calendar.zones.iter().find(|zone| zone.name() == name));
    let Some(zone) = zone else {
        return Err(Diagnostic::new(
            Code::E0702,
            "this time has no zone",
            moment.span,
            "in which zone is it?",
        )
        .with_help(
            "name the zone of the file, `zone \"Europe/Berlin\"`, or write the offset: `12:00+01:00`",
        ));
    };
    match calendar::local_time(zone, date, moment.minute) {
        Some(LocalTime::Once(instant)) => Ok(instant),
        Some(LocalTime::Twice(..)) => Err(Diagnostic::new(
            Code::E0702,
            "this time comes twice",
            moment.span,
            "the clock is set back here",
        )
        .with_help("write the offset as well: `02:30+02:00`")),
        Some(LocalTime::Skipped) => Err(Diagnostic::new(
            Code::E0702,
            "this time is skipped",
            moment.span,
            "the clock is set forward here",
        )
        .with_help("write another time, or the offset as well")),
        None => Err(Diagnostic::new(
            Code::E0702,
            "this time is not covered",
            moment.span,
            "years from 1970 to 2099 are",
        )),
    }
}
