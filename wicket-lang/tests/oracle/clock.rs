//! What the wall clock of a zone reads at every minute of two years.

use chrono::{DateTime, Datelike as _, NaiveDate, Offset as _, TimeZone as _};
use wicket_lang::calendar;
use wicket_lang::value::Instant;

/// A local date, with what a window may ask of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Day {
    pub(crate) year: i32,
    pub(crate) month: u32,
    pub(crate) of_month: u32,
    /// 0 is Monday.
    pub(crate) weekday: usize,
}

pub(crate) struct Clock {
    /// The Unix minute of the first reading.
    start: i64,
    /// For each minute the place of its local date in `days`, and the local minute of the day.
    pub(crate) readings: Vec<(usize, u16)>,
    /// From the day before the first reading to its last day, without a gap.
    pub(crate) days: Vec<Day>,
}

impl Clock {
    /// Two years from the start of `year` in UTC.
    pub(crate) fn new(zone: &str, year: i32) -> Self {
        let tz: chrono_tz::Tz = zone.parse().unwrap();
        let unix = |year| {
            let day = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
            day.and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp()
        };
        let (from, to) = (unix(year), unix(year + 2));
        // Else the two libraries would differ, and not the two ways of reckoning.
        assert_eq!(
            calendar::disagreement(zone, Instant(from * 1000), Instant(to * 1000)),
            None,
            "releases of zone data differ"
        );
        // The number of a date is that of days since 1970.
        let number = |local: i64| local.div_euclid(1440);
        let mut readings = Vec::new();
        let mut earliest = i64::MAX;
        let mut latest = i64::MIN;
        let mut offset = 0;
        for minute in from / 60..to / 60 {
            // No clock is changed but at a quarter of an hour.
            if minute % 15 == 0 {
                let utc = DateTime::from_timestamp(minute * 60, 0).unwrap();
                offset = tz
                    .offset_from_utc_datetime(&utc.naive_utc())
                    .fix()
                    .local_minus_utc();
                assert_eq!(offset % 60, 0);
            }
            let local = minute + i64::from(offset / 60);
            earliest = earliest.min(number(local));
            latest = latest.max(number(local));
            readings.push(local);
        }
        let first = earliest - 1;
        let days = (first..=latest).map(|number| {
            let date = DateTime::from_timestamp(number * 86_400, 0).unwrap().date_naive();
            Day {
                year: date.year(),
                month: date.month(),
                of_month: date.day(),
                weekday: usize::try_from(date.weekday().num_days_from_monday()).unwrap(),
            }
        });
        let place = |local: i64| {
            (
                usize::try_from(number(local) - first).unwrap(),
                u16::try_from(local.rem_euclid(1440)).unwrap(),
            )
        };
        Self {
            start: from / 60,
            readings: readings.into_iter().map(place).collect(),
            days: days.collect(),
        }
    }

    /// The instant of a reading.
    pub(crate) fn instant(&self, place: usize) -> Instant {
        Instant((self.start + i64::try_from(place).unwrap()) * 60_000)
    }

    /// The first reading at or after an instant.
    pub(crate) fn place(&self, instant: Instant) -> usize {
        let minutes = (instant.0 + 59_999).div_euclid(60_000) - self.start;
        usize::try_from(minutes).unwrap()
    }
}
