//! Dates as numbers: day 0 is 1970-01-01, in the Gregorian calendar, without any zone.
//!
//! Weekdays are numbered from 0 (Monday) to 6 (Sunday).

/// Seconds in a civil day.
pub(super) const DAY: i64 = 86_400;

/// One date, with all that a schedule may ask of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CivilDay {
    /// Days since 1970-01-01.
    pub(super) number: i64,
    pub(super) year: i64,
    pub(super) month: u8,
    pub(super) day: u8,
    pub(super) weekday: u8,
}

impl CivilDay {
    pub(super) fn from_number(number: i64) -> Self {
        // 400 years have 146 097 days, so the estimate is off by one year at most.
        let mut year = 1970 + number.saturating_mul(400).div_euclid(146_097);
        while first_day_of(year) > number {
            year -= 1;
        }
        while first_day_of(year + 1) <= number {
            year += 1;
        }
        let day_of_year = number - first_day_of(year);
        // No month has 32 days, so this is the month or one before it.
        let mut month = u8::try_from(day_of_year / 32 + 1).unwrap_or(12);
        while month < 12 && day_of_year >= days_before_month(year, month + 1) {
            month += 1;
        }
        let rest = day_of_year - days_before_month(year, month);
        CivilDay {
            number,
            year,
            month,
            day: u8::try_from(rest + 1).unwrap_or(31),
            weekday: u8::try_from((number + 3).rem_euclid(7)).unwrap_or(0),
        }
    }
}

/// The number of a date; the month and the day must be real ones.
pub(super) fn day_number(year: i64, month: u8, day: u8) -> i64 {
    first_day_of(year) + days_before_month(year, month) + i64::from(day) - 1
}

pub(super) fn is_leap(year: i64) -> bool {
    year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
}

/// 0 for a month that does not exist.
pub(super) fn days_in_month(year: i64, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 0,
    }
}

/// Days of the year before the month starts.
fn days_before_month(year: i64, month: u8) -> i64 {
    let in_common_years = match month {
        ..=1 => return 0,
        2 => return 31,
        3 => 59,
        4 => 90,
        5 => 120,
        6 => 151,
        7 => 181,
        8 => 212,
        9 => 243,
        10 => 273,
        11 => 304,
        12.. => 334,
    };
    in_common_years + i64::from(is_leap(year))
}

fn first_day_of(year: i64) -> i64 {
    let leap_years_through = |y: i64| y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400);
    365 * (year - 1970) + leap_years_through(year - 1) - leap_years_through(1969)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where it is")]

    use super::{CivilDay, day_number};

    #[test]
    fn agrees_with_another_calendar_on_every_day() {
        let mut date = jiff::civil::date(1969, 12, 25);
        for number in -7..48_000 {
            let day = CivilDay::from_number(number);
            assert_eq!(day.year, i64::from(date.year()));
            assert_eq!(
                (i64::from(day.month), i64::from(day.day)),
                (i64::from(date.month()), i64::from(date.day()))
            );
            assert_eq!(
                i64::from(day.weekday),
                i64::from(date.weekday().to_monday_zero_offset())
            );
            assert_eq!(day_number(day.year, day.month, day.day), number);
            date = date.tomorrow().unwrap();
        }
    }
}
