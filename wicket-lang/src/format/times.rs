//! Dates, times of day and instants, as they stand in schedules, conditions and tests.

use crate::syntax::ast::{Date, Moment};

pub(super) fn date(date: Date) -> String {
    let Date { year, month, day } = date;
    match year {
        Some(year) => format!("{year:04}-{month:02}-{day:02}"),
        None => format!("{month:02}-{day:02}"),
    }
}

pub(super) fn time(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// `2026-03-02 12:00+01:00`.
pub(super) fn moment(moment: &Moment) -> String {
    let day = date(Date {
        year: Some(moment.year),
        month: moment.month,
        day: moment.day,
    });
    let offset = match moment.offset {
        None => String::new(),
        Some(offset) => {
            let sign = if offset < 0 { '-' } else { '+' };
            format!("{sign}{}", time(offset.unsigned_abs()))
        }
    };
    format!("{day} {}{offset}", time(moment.minute))
}
