//! Dates, times and durations as they are written.
//!
//! A date without a year may be 29 February: in other years it simply does not occur.

use crate::syntax::ast::Date;

/// `2026-12-24` or `12-24`; `None` where there is no such day.
pub(super) fn date(raw: &str) -> Option<Date> {
    let mut parts = raw.rsplit('-');
    let day: u8 = parts.next()?.parse().ok()?;
    let month: u8 = parts.next()?.parse().ok()?;
    let year: Option<i32> = match parts.next() {
        Some(year) => Some(year.parse().ok()?),
        None => None,
    };
    let leap = year.is_none_or(|year| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    let exists = (1..=days).contains(&day) && year != Some(0);
    exists.then_some(Date { year, month, day })
}

/// `09:00` as minutes from midnight, at most `24:00`.
pub(super) fn minutes(raw: &str) -> Option<u16> {
    let (hours, minutes) = raw.trim().split_once(':')?;
    let hours: u16 = hours.parse().ok()?;
    let minutes: u16 = minutes.parse().ok()?;
    let total = hours * 60 + minutes;
    (hours <= 24 && minutes < 60 && total <= 24 * 60).then_some(total)
}

/// `09:00-17:00`: a window that opens before midnight and is not empty.
pub(super) fn window(start: &str, end: &str) -> Option<(u16, u16)> {
    let (start, end) = (minutes(start)?, minutes(end)?);
    (start < 24 * 60 && start != end).then_some((start, end))
}

/// A time of day with its offset in minutes east of Greenwich: `12:00`, `12:00Z`, `12:00+01:00`, `12:00-05:00`.
pub(super) fn time_of_day(raw: &str) -> Option<(u16, Option<i16>)> {
    let (time, offset) = match raw.find(['Z', '+', '-']) {
        Some(at) => (raw.get(..at)?, raw.get(at..)?),
        None => (raw, ""),
    };
    let time = minutes(time).filter(|minute| *minute < 24 * 60)?;
    let offset = match offset.split_at_checked(1) {
        None => None,
        Some(("Z", _)) => Some(0),
        Some((sign, amount)) => {
            let amount = minutes(amount).filter(|minutes| *minutes <= 18 * 60)?;
            let amount = i16::try_from(amount).ok()?;
            Some(if sign == "-" { -amount } else { amount })
        }
    };
    Some((time, offset))
}

/// `60s`, `30m`, `1h30m`, `1d` in seconds.
pub(super) fn seconds(raw: &str) -> Option<u64> {
    let length = crate::value::Duration::parse(raw).filter(|_| !raw.starts_with('P'))?;
    u64::try_from(length.0 / 1000).ok()
}

/// The number of a weekday, Monday 0.
pub(super) fn weekday(word: &str) -> Option<u8> {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    (0u8..)
        .zip(DAYS)
        .find(|(_, day)| *day == word)
        .map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_do_not_exist_are_refused() {
        assert!(date("02-29").is_some());
        assert!(date("2024-02-29").is_some());
        assert!(date("2026-02-29").is_none());
        assert!(date("13-01").is_none());
        assert!(date("2026-04-31").is_none());
    }

    #[test]
    fn times_end_at_midnight() {
        assert_eq!(minutes("24:00"), Some(1440));
        assert_eq!(minutes("24:01"), None);
        assert_eq!(minutes("09:60"), None);
        assert_eq!(window("22:00", "06:00"), Some((1320, 360)));
        assert_eq!(window("09:00", "09:00"), None);
        assert_eq!(time_of_day("12:00-05:30"), Some((720, Some(-330))));
        assert_eq!(time_of_day("12:00Z"), Some((720, Some(0))));
        assert_eq!(time_of_day("24:00"), None);
    }

    #[test]
    fn durations_are_whole_seconds() {
        assert_eq!(seconds("30m"), Some(1800));
        assert_eq!(seconds("1h30m"), Some(5400));
        assert_eq!(seconds("0s"), Some(0));
        assert_eq!(seconds("30m1h"), None);
        assert_eq!(seconds("36526d"), None);
        assert_eq!(seconds("99999999999999999999d"), None);
    }
}
