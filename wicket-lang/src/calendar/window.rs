//! The parts a window is written with: dates, days, times of day.
//!
//! These are plain values that may be nonsense (`02-30`, `09:00-09:00`); [`Days::problem`] and [`Times::problem`] say
//! so. A range of dates without years may wrap past the end of the year, a range of weekdays past Sunday, times past
//! midnight.

use serde::{Deserialize, Serialize};

use super::civil::{self, CivilDay};

/// A date; without a year it is every year's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Date {
    /// 1970 to 2099; `None` is every year.
    pub year: Option<i32>,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

/// Days of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Days {
    /// From 0 (Monday) to 6 (Sunday), both ends included; `sat..mon` wraps.
    Weekdays {
        /// 0 to 6.
        first: u8,
        /// 0 to 6; below `first` the range wraps past Sunday.
        last: u8,
    },
    /// Both ends included; without years the range may wrap past the end of the year.
    Dates {
        /// The first day of the range.
        first: Date,
        /// The last day of the range, which belongs to it.
        last: Date,
    },
}

/// Minutes from midnight, the end not included. An end before the start is the next day's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Times {
    /// 0 to 1439.
    pub start: u16,
    /// 0 to 1440.
    pub end: u16,
}

/// Why days or times mean nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// No calendar has this date, like 02-30, or 02-29 in a year that is no leap year.
    NoSuchDate(Date),
    /// The year is outside what zone data covers, 1970 to 2099.
    YearOutOfRange(Date),
    /// One end of the range carries a year and the other does not.
    MixedYears,
    /// A range of dates with years that ends before it starts.
    EndsBeforeStart,
    /// A weekday above 6.
    NoSuchWeekday,
    /// A start after 23:59 or an end after 24:00.
    NoSuchTime,
    /// Start and end are the same minute: neither "never" nor "all day" may be guessed.
    StartIsEnd,
    /// A window with neither days nor times.
    NothingSaid,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoSuchDate(date) => write!(f, "no calendar has the date {date}"),
            Self::YearOutOfRange(date) => write!(f, "the year of {date} is not between 1970 and 2099"),
            Self::MixedYears => f.write_str("one end of the range carries a year and the other does not"),
            Self::EndsBeforeStart => f.write_str("the range ends before it starts"),
            Self::NoSuchWeekday => f.write_str("a week has seven days"),
            Self::NoSuchTime => f.write_str("a day lasts from 00:00 to 24:00"),
            Self::StartIsEnd => f.write_str("start and end are the same minute"),
            Self::NothingSaid => f.write_str("neither days nor times are given"),
        }
    }
}

/// As it is written: `2026-12-24`, or `12-24`.
impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(year) = self.year {
            write!(f, "{year}-")?;
        }
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

/// The first and the last year whose dates can be written in a schedule.
pub(super) const YEARS: std::ops::RangeInclusive<i32> = 1970..=2099;

const MINUTES_OF_DAY: u16 = 1440;

impl Date {
    /// Reads `2026-12-24` and nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (year, rest) = text.split_at_checked(4)?;
        let (month, day) = rest.strip_prefix('-')?.split_once('-')?;
        let is_plain =
            |digits: &str, count| digits.len() == count && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_plain(year, 4) || !is_plain(month, 2) || !is_plain(day, 2) {
            return None;
        }
        let date = Self {
            year: Some(year.parse().ok()?),
            month: month.parse().ok()?,
            day: day.parse().ok()?,
        };
        date.is_real().then_some(date)
    }

    /// Whether some calendar has this date. `02-29` without a year is real: it comes in leap years only.
    #[must_use]
    pub fn is_real(self) -> bool {
        // Any leap year stands for "some year".
        let year = self.year.map_or(2000, i64::from);
        self.day >= 1 && self.day <= civil::days_in_month(year, self.month)
    }

    /// Days since 1970-01-01, where the date is real and carries a year.
    #[must_use]
    pub fn day_number(self) -> Option<i64> {
        let year = self.year?;
        self.is_real()
            .then(|| civil::day_number(i64::from(year), self.month, self.day))
    }

    fn month_and_day(self) -> (u8, u8) {
        (self.month, self.day)
    }

    fn problem(self) -> Option<Problem> {
        if !self.is_real() {
            Some(Problem::NoSuchDate(self))
        } else if self.year.is_some_and(|year| !YEARS.contains(&year)) {
            Some(Problem::YearOutOfRange(self))
        } else {
            None
        }
    }
}

impl Days {
    /// A single date.
    #[must_use]
    pub fn date(date: Date) -> Self {
        Days::Dates {
            first: date,
            last: date,
        }
    }

    /// What is wrong with these days, if anything is.
    #[must_use]
    pub fn problem(self) -> Option<Problem> {
        match self {
            Days::Weekdays { first, last } => (first > 6 || last > 6).then_some(Problem::NoSuchWeekday),
            Days::Dates { first, last } => first.problem().or_else(|| last.problem()).or_else(|| {
                if first.year.is_some() != last.year.is_some() {
                    Some(Problem::MixedYears)
                } else if first.year.is_some() && last < first {
                    Some(Problem::EndsBeforeStart)
                } else {
                    None
                }
            }),
        }
    }

    pub(super) fn contains(self, day: CivilDay) -> bool {
        match self {
            Days::Weekdays { first, last } => within(day.weekday, first, last),
            Days::Dates { first, last } => match (first.year, last.year) {
                (Some(first_year), Some(last_year)) => {
                    let date = (day.year, day.month, day.day);
                    (i64::from(first_year), first.month, first.day) <= date
                        && date <= (i64::from(last_year), last.month, last.day)
                }
                (None, None) => within((day.month, day.day), first.month_and_day(), last.month_and_day()),
                (Some(_), None) | (None, Some(_)) => false,
            },
        }
    }

    /// Whether a day from `first_day` to `last_day` (numbers, both included) may be one of these. Never a wrong "no".
    pub(super) fn may_meet(self, first_day: i64, last_day: i64) -> bool {
        match self {
            Days::Weekdays { .. } => {
                last_day - first_day >= 6
                    || (first_day..=last_day).any(|number| self.contains(CivilDay::from_number(number)))
            }
            Days::Dates { .. } => self
                .runs(first_day, last_day)
                .any(|(start, end)| start <= last_day && first_day <= end),
        }
    }

    /// Whether all days from `first_day` to `last_day` surely are among these. Never a wrong "yes".
    pub(super) fn surely_cover(self, first_day: i64, last_day: i64) -> bool {
        match self {
            Days::Weekdays { .. } => (first_day..=last_day)
                .take(7)
                .all(|number| self.contains(CivilDay::from_number(number))),
            Days::Dates { .. } => self
                .runs(first_day, last_day)
                .any(|(start, end)| start <= first_day && last_day <= end),
        }
    }

    /// The last day of these, where they do end.
    pub(super) fn last_day(self) -> Option<i64> {
        match self {
            Days::Weekdays { .. } => None,
            Days::Dates { last, .. } => last.day_number(),
        }
    }

    /// The unbroken runs of dates (first and last day numbers) that may touch the given days.
    pub(super) fn runs(self, first_day: i64, last_day: i64) -> impl Iterator<Item = (i64, i64)> {
        // A range that wraps past the end of the year began in the year before.
        let years = CivilDay::from_number(first_day).year - 1..=CivilDay::from_number(last_day).year;
        let (range, every_year) = match self {
            Days::Weekdays { .. } => (None, false),
            Days::Dates { first, last } => (Some((first, last)), first.year.is_none() && last.year.is_none()),
        };
        let dated = range.and_then(|(first, last)| Some((first.day_number()?, last.day_number()?)));
        let yearly = range
            .filter(|_| every_year)
            .into_iter()
            .flat_map(move |(first, last)| {
                years.clone().map(move |year| {
                    let wraps = last.month_and_day() < first.month_and_day();
                    (
                        first_on_or_after(year, first),
                        last_on_or_before(year + i64::from(wraps), last),
                    )
                })
            });
        dated
            .into_iter()
            .chain(yearly)
            .filter(|(start, end)| start <= end)
    }
}

impl Times {
    /// Midnight to midnight.
    pub const WHOLE_DAY: Times = Times {
        start: 0,
        end: MINUTES_OF_DAY,
    };

    /// What is wrong with these times, if anything is.
    #[must_use]
    pub fn problem(self) -> Option<Problem> {
        if self.start >= MINUTES_OF_DAY || self.end > MINUTES_OF_DAY {
            Some(Problem::NoSuchTime)
        } else if self.start == self.end {
            Some(Problem::StartIsEnd)
        } else {
            None
        }
    }

    /// Whether the end is the next day's.
    #[must_use]
    pub fn wraps(self) -> bool {
        self.end < self.start
    }

    pub(super) fn start_second(self) -> i64 {
        i64::from(self.start) * 60
    }

    pub(super) fn end_second(self) -> i64 {
        i64::from(self.end) * 60
    }
}

/// Whether times of every day, without a gap between them, are all there is.
pub(super) fn covers_day(times: &[Times]) -> bool {
    let mut pieces: Vec<(u16, u16)> = Vec::with_capacity(times.len() + 1);
    for times in times {
        if times.wraps() {
            pieces.push((times.start, MINUTES_OF_DAY));
            pieces.push((0, times.end));
        } else {
            pieces.push((times.start, times.end));
        }
    }
    pieces.sort_unstable();
    let mut covered = 0;
    for (start, end) in pieces {
        if start > covered {
            return false;
        }
        covered = covered.max(end);
    }
    times.is_empty() || covered == MINUTES_OF_DAY
}

/// Whether a value lies in a range with both ends included, which wraps where the last is below the first.
fn within<T: PartialOrd + Copy>(value: T, first: T, last: T) -> bool {
    if first <= last {
        first <= value && value <= last
    } else {
        first <= value || value <= last
    }
}

fn first_on_or_after(year: i64, date: Date) -> i64 {
    // Only 29 February can be missing; the day number then is that of 1 March, as wanted here.
    civil::day_number(year, date.month, date.day)
}

fn last_on_or_before(year: i64, date: Date) -> i64 {
    civil::day_number(
        year,
        date.month,
        date.day.min(civil::days_in_month(year, date.month)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_in_one_way() {
        assert!(Date::parse("2028-02-29").is_some());
        for text in [
            "",
            "2026-02-29",
            "2026-2-01",
            "26-02-01",
            "+026-02-01",
            "2026-02-01T00:00:00Z",
            "2026-02-01 ",
            "2026/02/01",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }
}
