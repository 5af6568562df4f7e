//! Random schedules, as text for Wicket and as the minutes at which they are open.

use crate::chance::Chance;
use crate::clock::{Clock, Day};

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

type Date = (u32, u32);

#[derive(Clone, Copy)]
enum Days {
    Weekdays(usize, usize),
    /// Month and day, both ends included.
    EveryYear(Date, Date),
    /// The same of one year.
    Dates(i32, Date, Date),
}

impl Days {
    fn random(chance: &mut Chance, year: i32) -> Self {
        let mut date = || {
            let month = 1 + chance.below(12);
            let longest = if month == 2 { 28 } else { 30 };
            let day = 1 + chance.below(longest);
            (u32::try_from(month).unwrap(), u32::try_from(day).unwrap())
        };
        let (first, last) = (date(), date());
        match chance.below(6) {
            0..=2 => Self::Weekdays(chance.below(7), chance.below(7)),
            3 => Self::EveryYear(first, last),
            4 => Self::EveryYear((2, 29), (2, 29)),
            _ => {
                let (first, last) = (first.min(last), first.max(last));
                let year = year + i32::try_from(chance.below(2)).unwrap();
                Self::Dates(year, first, last)
            }
        }
    }

    fn text(self) -> String {
        match self {
            Self::Weekdays(first, last) => format!("{}..{}", WEEKDAYS[first], WEEKDAYS[last]),
            Self::EveryYear(first, last) => format!("{}..{}", written(first), written(last)),
            Self::Dates(year, first, last) => {
                format!("{year}-{}..{year}-{}", written(first), written(last))
            }
        }
    }

    fn hold(self, day: Day) -> bool {
        let date = (day.month, day.of_month);
        match self {
            // Weekday by weekday, as on a calendar on the wall.
            Self::Weekdays(first, last) => {
                let mut weekday = first;
                while weekday != day.weekday && weekday != last {
                    weekday = (weekday + 1) % 7;
                }
                weekday == day.weekday
            }
            Self::EveryYear(first, last) if first <= last => first <= date && date <= last,
            Self::EveryYear(first, last) => first <= date || date <= last,
            Self::Dates(year, first, last) => year == day.year && first <= date && date <= last,
        }
    }
}

fn written((month, day): Date) -> String {
    format!("{month:02}-{day:02}")
}

/// Days, and from when to when on them; an end before the start is the next day's.
struct Entry {
    days: Vec<Days>,
    times: Vec<(u16, u16)>,
}

impl Entry {
    fn random(chance: &mut Chance, year: i32) -> Self {
        let days = (0..=chance.below(2))
            .map(|_| Days::random(chance, year))
            .collect();
        let times = (0..=chance.below(2)).map(|_| {
            // Many in the small hours, when clocks are changed.
            let mut minute = || {
                let span = if chance.in_a_hundred(40) { 240 } else { 1440 };
                let step = if chance.in_a_hundred(50) { 30 } else { 1 };
                u16::try_from(chance.below(span) / step * step).unwrap()
            };
            let (start, end) = (minute(), minute());
            if start == end { (start, 1440) } else { (start, end) }
        });
        Self {
            times: times.collect(),
            days,
        }
    }

    fn text(&self) -> String {
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        let days: Vec<String> = self.days.iter().map(|days| days.text()).collect();
        let times = self
            .times
            .iter()
            .map(|(start, end)| format!("{}-{}", clock(*start), clock(*end)));
        format!("{} {}", days.join(", "), times.collect::<Vec<_>>().join(", "))
    }

    fn open(&self, clock: &Clock) -> Vec<bool> {
        let on: Vec<bool> = clock
            .days
            .iter()
            .map(|day| self.days.iter().any(|days| days.hold(*day)))
            .collect();
        let readings = clock.readings.iter();
        readings
            .map(|(day, minute)| {
                self.times.iter().any(|(start, end)| {
                    if start < end {
                        on[*day] && start <= minute && minute < end
                    } else {
                        (on[*day] && start <= minute) || (on[*day - 1] && minute < end)
                    }
                })
            })
            .collect()
    }
}

/// A schedule, and whether it is open at each reading of the clock.
pub(crate) struct Schedule {
    /// What stands between its braces.
    pub(crate) text: String,
    pub(crate) open: Vec<bool>,
}

impl Schedule {
    /// One that may refer to those before it: in a union, in what is taken away, or in what it has to share.
    pub(crate) fn random(
        chance: &mut Chance,
        clock: &Clock,
        year: i32,
        before: &[(String, Vec<bool>)],
    ) -> Self {
        let entries: Vec<Entry> = (0..=chance.below(2))
            .map(|_| Entry::random(chance, year))
            .collect();
        let texts: Vec<String> = entries.iter().map(Entry::text).collect();
        let mut schedule = Self {
            text: texts.join(", "),
            open: union(entries.iter().map(|entry| entry.open(clock))),
        };
        let other = (!before.is_empty()).then(|| &before[chance.below(before.len())]);
        match (chance.below(4), other) {
            (0, Some((name, open))) => {
                schedule.text = format!("{name}, {}", schedule.text);
                schedule.open = union([schedule.open, open.clone()]);
            }
            (1, Some((name, open))) => {
                schedule.text = format!("{} except {name}", schedule.text);
                schedule.without(open);
            }
            (2, Some((name, open))) => {
                schedule.text = format!("({}) and {name}", schedule.text);
                for (own, other) in schedule.open.iter_mut().zip(open) {
                    *own &= *other;
                }
            }
            (_, _) => {
                let day = Days::random(chance, year);
                let on: Vec<bool> = clock.days.iter().map(|date| day.hold(*date)).collect();
                let shut: Vec<bool> = clock.readings.iter().map(|(day, _)| on[*day]).collect();
                schedule.text = format!("{} except {}", schedule.text, day.text());
                schedule.without(&shut);
            }
        }
        schedule
    }

    fn without(&mut self, other: &[bool]) {
        for (own, other) in self.open.iter_mut().zip(other) {
            *own &= !*other;
        }
    }
}

fn union(parts: impl IntoIterator<Item = Vec<bool>>) -> Vec<bool> {
    let parts = parts.into_iter();
    parts
        .reduce(|mut all, part| {
            for (own, other) in all.iter_mut().zip(part) {
                *own |= other;
            }
            all
        })
        .unwrap()
}

/// The next place at which it opens, having been shut at the one before.
pub(crate) fn openings(open: &[bool]) -> Vec<usize> {
    let pairs = (1..).zip(open.windows(2));
    pairs
        .filter(|(_, pair)| !pair[0] && pair[1])
        .map(|(place, _)| place)
        .collect()
}
