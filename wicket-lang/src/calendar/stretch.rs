//! Stretches of time in which weeks repeat.
//!
//! What a schedule says of an instant hangs on three things: the local weekday and time of day, and which of its dates
//! the local day and the day before are. While no offset changes and no date comes or goes, only the first of them
//! moves, and it comes round every week.

use std::collections::{BTreeMap, BTreeSet};

use super::civil::{CivilDay, DAY};
use super::search::Clock;
use super::window::Days;

/// Seconds in a week.
pub(super) const WEEK: i64 = 7 * DAY;

/// What is the same all through a stretch: for each zone its offset, and for each of the dates asked for there whether
/// the day before and the day itself are among them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pattern(Vec<(i32, Vec<[bool; 2]>)>);

impl Pattern {
    /// The pattern that holds at a second, and the first second at which it no longer does. `None` where the zone data
    /// does not reach.
    pub(super) fn at(clocks: &[Clock<'_>], second: i64) -> Option<(Self, i64)> {
        let mut pattern = Vec::with_capacity(clocks.len());
        let mut end = i64::MAX;
        for clock in clocks {
            let (transition, segment_end) = clock.zone.segment(second)?;
            end = end.min(segment_end);
            let today = clock.zone.date(second)?;
            let yesterday = CivilDay::from_number(today.number - 1);
            let dates = clock.dates.iter();
            pattern.push((
                transition.offset,
                dates
                    .map(|days| [days.contains(yesterday), days.contains(today)])
                    .collect(),
            ));
            if let Some(day) = clock.dates.iter().map(|days| days.next_turn(today)).min() {
                end = end.min(day.saturating_mul(DAY) - i64::from(transition.offset));
            }
        }
        Some((Self(pattern), end))
    }
}

/// What has been looked at in vain.
#[derive(Debug, Default)]
pub(super) struct Fruitless {
    /// Patterns of which a whole week was looked at.
    weeks: BTreeSet<Pattern>,
    /// Of shorter stretches, by pattern and the second of the week at which they began, how much was looked at.
    pieces: BTreeMap<(Pattern, i64), i64>,
}

impl Fruitless {
    pub(super) fn covers(&self, pattern: &Pattern, from: i64, to: i64) -> bool {
        self.weeks.contains(pattern)
            || self
                .pieces
                .get(&(pattern.clone(), from.rem_euclid(WEEK)))
                .is_some_and(|length| to - from <= *length)
    }

    /// Remembers that nothing was found from one second to another, all of one pattern.
    pub(super) fn insert(&mut self, pattern: Pattern, from: i64, to: i64) {
        if to - from >= WEEK {
            self.weeks.insert(pattern);
        } else {
            self.pieces.insert((pattern, from.rem_euclid(WEEK)), to - from);
        }
    }
}

impl Days {
    pub(super) fn are_dates(self) -> bool {
        match self {
            Days::Weekdays { .. } => false,
            Days::Dates { .. } => true,
        }
    }

    /// The first day after `today` on which it may be another answer whether a day and the day before it are among
    /// these dates. Perhaps too early, never too late.
    fn next_turn(self, today: CivilDay) -> i64 {
        let horizon = today.number + 366;
        let turns: BTreeSet<i64> = self
            .runs(today.number - 1, horizon)
            .flat_map(|(first, last)| [first, last + 1])
            .collect();
        if turns.contains(&today.number) {
            // Today differs from yesterday, so tomorrow, whose yesterday is today, may differ from both.
            return today.number + 1;
        }
        // Where nothing was seen as far as was looked, there may be something behind: 29 February is seldom.
        turns.range(today.number + 1..).next().copied().unwrap_or(horizon)
    }
}
