//! The instant that an author means by a date and a time.

use super::Checker;
use crate::calendar::{self, Date, LocalTime, Zone, ZoneId};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::FileId;
use crate::syntax::ast::Moment;
use crate::value::Instant;

/// The zone of a file, where it names one that is known.
pub(super) fn zone_of(checker: &Checker<'_>, file: FileId) -> Option<ZoneId> {
    let items = &checker.files.get(&file)?.items;
    let name = items.iter().find_map(|item| item.kind.as_zone())?;
    let zones = checker.bundle.calendar.zones.iter();
    let position = zones.into_iter().position(|zone| zone.name() == name.value)?;
    u32::try_from(position).ok().map(ZoneId)
}

/// The instant of `moment`: by its own offset, or in the zone of its file.
pub(crate) fn instant(code: Code, zone: Option<&Zone>, moment: &Moment) -> Result<Instant, Box<Diagnostic>> {
    let date = Date {
        year: Some(moment.year),
        month: moment.month,
        day: moment.day,
    };
    let Some(day) = date.day_number() else {
        return Err(Box::new(Diagnostic::new(
            code,
            format!("no calendar has the date {date}"),
            moment.span,
            "this day does not exist",
        )));
    };
    if let Some(offset) = moment.offset {
        let minutes = day * 24 * 60 + i64::from(moment.minute) - i64::from(offset);
        return Ok(Instant(minutes * 60_000));
    }
    let refused = |message: &str, label: &str, help: &str| {
        Err(Box::new(
            Diagnostic::new(code, message, moment.span, label).with_help(help),
        ))
    };
    let Some(zone) = zone else {
        return refused(
            "this time has no zone",
            "in which zone is it?",
            "name the zone of the file, `zone \"Europe/Berlin\"`, or write the offset: `12:00+01:00`",
        );
    };
    match calendar::local_time(zone, date, moment.minute) {
        Some(LocalTime::Once(instant)) => Ok(instant),
        Some(LocalTime::Twice(..)) => refused(
            "this time comes twice",
            "the clock is set back here",
            "write the offset as well: `02:30+02:00`",
        ),
        Some(LocalTime::Skipped) => refused(
            "this time is skipped",
            "the clock is set forward here",
            "write another time, or the offset as well",
        ),
        None => refused(
            "this time is not covered",
            "out of range",
            "years from 1970 to 2099 are covered",
        ),
    }
}
