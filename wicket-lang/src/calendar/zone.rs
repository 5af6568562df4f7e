//! A time zone as a table: from which second on which offset holds.
//!
//! This is all that a decision reads of a zone. The table ends (at the end of 2099 as compiled); outside of it nothing
//! is known, and every function says so by `None`.

use serde::{Deserialize, Serialize};

use super::civil::{CivilDay, DAY};
use super::{instant_of, second_of};
use crate::value::Instant;

/// One IANA zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    pub(super) name: String,
    /// Sorted; the first one stands for the beginning of the table.
    pub(super) transitions: Vec<Transition>,
    pub(super) abbreviations: Vec<String>,
    /// The first second that the table no longer covers.
    pub(super) until: i64,
}

/// From `at` on, local time is UTC plus `offset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// Unix seconds.
    pub at: i64,
    /// Seconds east of UTC.
    pub offset: i32,
    /// Index of the abbreviation, like `CET`.
    pub abbreviation: u16,
}

/// What a wall clock reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wall {
    pub(super) day: i64,
    /// Seconds since the day's midnight, as the clock shows them.
    pub(super) second: i64,
}

/// What a local date and time means as an instant, in Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Once(i64),
    /// The clock was put forward past it; the next valid instant.
    Skipped(i64),
    /// The clock was put back.
    Twice {
        first: i64,
        second: i64,
    },
}

impl Zone {
    /// The IANA name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The table itself.
    #[must_use]
    pub fn transitions(&self) -> &[Transition] {
        &self.transitions
    }

    /// Whether the table keeps what the functions here rely on. A zone that was loaded from zone data is sound; one
    /// that was read from bytes must be asked.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let sorted = self
            .transitions
            .is_sorted_by(|earlier, later| earlier.at < later.at);
        let in_range = self.transitions.iter().all(|transition| {
            (0..self.until).contains(&transition.at)
                && i64::from(transition.offset).abs() < DAY
                && usize::from(transition.abbreviation) < self.abbreviations.len()
        });
        // The bound keeps sums of seconds far from overflow; it is the year 9999.
        !self.transitions.is_empty() && sorted && in_range && self.until <= 253_402_300_800
    }

    /// The first instant in a span at which two tables of a zone, from two releases of zone data, give different local
    /// times. What only one of them covers is left out.
    #[must_use]
    pub fn first_difference(&self, other: &Zone, from: Instant, to: Instant) -> Option<Instant> {
        let (ours, theirs) = (self.span()?, other.span()?);
        let mut second = second_of(from).max(ours.start).max(theirs.start);
        let end = second_of(to).min(ours.end).min(theirs.end);
        while second < end {
            let (our, our_end) = self.segment(second)?;
            let (their, their_end) = other.segment(second)?;
            if our.offset != their.offset {
                return Some(instant_of(second));
            }
            second = our_end.min(their_end);
        }
        None
    }

    /// The seconds that the table covers.
    pub(super) fn span(&self) -> Option<std::ops::Range<i64>> {
        Some(self.transitions.first()?.at..self.until)
    }

    /// The segment in which a second lies, and the segment's end.
    pub(super) fn segment(&self, second: i64) -> Option<(&Transition, i64)> {
        if second >= self.until {
            return None;
        }
        let after = self
            .transitions
            .partition_point(|transition| transition.at <= second);
        let current = self.transitions.get(after.checked_sub(1)?)?;
        Some((
            current,
            self.transitions.get(after).map_or(self.until, |next| next.at),
        ))
    }

    pub(super) fn wall(&self, second: i64) -> Option<Wall> {
        let (transition, _) = self.segment(second)?;
        Some(wall(second, transition.offset))
    }

    pub(super) fn abbreviation(&self, second: i64) -> Option<&str> {
        let (transition, _) = self.segment(second)?;
        self.abbreviations
            .get(usize::from(transition.abbreviation))
            .map(String::as_str)
    }

    /// The first and last local dates that occur in a span of seconds (end not included), as day numbers.
    pub(super) fn local_days(&self, from: i64, to: i64) -> Option<(i64, i64)> {
        let after = self
            .transitions
            .partition_point(|transition| transition.at <= from);
        let end = self.transitions.partition_point(|transition| transition.at < to);
        let offsets = || {
            self.transitions
                .iter()
                .take(end)
                .skip(after.saturating_sub(1))
                .map(|t| t.offset)
        };
        let (least, greatest) = (offsets().min()?, offsets().max()?);
        Some((wall(from, least).day, wall(to - 1, greatest).day))
    }

    /// The next second after `second` at which the date changes, the clock reaches one of `edges` (seconds of the day,
    /// sorted), or the offset changes.
    pub(super) fn next_edge(&self, second: i64, edges: &[i64]) -> Option<i64> {
        let (transition, end) = self.segment(second)?;
        let now = wall(second, transition.offset);
        let edge = edges
            .iter()
            .copied()
            .find(|edge| *edge > now.second)
            .unwrap_or(DAY);
        Some((second + edge - now.second).min(end))
    }

    /// What a local date (a day number) and second of the day means.
    pub(super) fn meaning(&self, day: i64, second: i64) -> Option<Meaning> {
        let local = day.checked_mul(DAY)?.checked_add(second)?;
        // No offset is a day or more away from UTC, so every candidate starts or lies in these segments.
        let first = self
            .transitions
            .partition_point(|transition| transition.at <= local.saturating_sub(DAY));
        let mut found = None;
        let mut skipped = None;
        for (index, transition) in self.transitions.iter().enumerate().skip(first.saturating_sub(1)) {
            if transition.at > local.saturating_add(DAY) {
                break;
            }
            let end = self.transitions.get(index + 1).map_or(self.until, |next| next.at);
            let candidate = local - i64::from(transition.offset);
            if candidate < transition.at {
                skipped = skipped.or(Some(transition.at));
            } else if candidate < end {
                match found {
                    None => found = Some(candidate),
                    Some(first) => {
                        return Some(Meaning::Twice {
                            first,
                            second: candidate,
                        });
                    }
                }
            }
        }
        match (found, skipped) {
            (Some(second), _) => Some(Meaning::Once(second)),
            (None, Some(at)) if Some(at) != self.transitions.first().map(|t| t.at) => {
                Some(Meaning::Skipped(at))
            }
            (None, _) => None,
        }
    }

    /// The first second of a date; of a date that the zone skipped, the first after it.
    pub(super) fn first_second(&self, day: i64) -> Option<i64> {
        match self.meaning(day, 0)? {
            Meaning::Once(second) | Meaning::Skipped(second) | Meaning::Twice { first: second, .. } => {
                Some(second)
            }
        }
    }

    /// The local date at a second.
    pub(super) fn date(&self, second: i64) -> Option<CivilDay> {
        Some(CivilDay::from_number(self.wall(second)?.day))
    }
}

fn wall(second: i64, offset: i32) -> Wall {
    let local = second + i64::from(offset);
    Wall {
        day: local.div_euclid(DAY),
        second: local.rem_euclid(DAY),
    }
}
