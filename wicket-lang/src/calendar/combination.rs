//! Several schedules together, as a condition on time that stands in no calendar: "office hours and not holidays".
//!
//! Beside schedules there are bounds, "before this instant", which come from comparisons with `now`.
//!
//! What surprises: a combination is built for one question and thrown away. It has no name, no zone and no place in an
//! artifact; what a bundle says of schedules are [`Expression`](super::Expression)s.

use super::evaluate::{Possible, is_open_at, possible};
use super::{Calendar, Located, instant_of, second_of};
use crate::value::Instant;

/// A set of instants made of schedules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Combination {
    /// Every instant, or none.
    Constant(bool),
    /// The instants of one schedule.
    Schedule(Located),
    /// The instants before this one.
    Before(Instant),
    /// The instants that are not in this one.
    Not(Box<Combination>),
    /// The instants that lie in all of these.
    All(Vec<Combination>),
    /// The instants that lie in one of these.
    Any(Vec<Combination>),
}

impl Combination {
    /// The instants that are in neither.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Constant(value) => Self::Constant(!value),
            Self::Not(inner) => *inner,
            other @ (Self::Schedule(_) | Self::Before(_) | Self::All(_) | Self::Any(_)) => {
                Self::Not(Box::new(other))
            }
        }
    }

    /// The instants that lie in all of these.
    #[must_use]
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::joined(parts, true)
    }

    /// The instants that lie in one of these.
    #[must_use]
    pub fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::joined(parts, false)
    }

    /// Parts that change nothing are left out, and one that decides alone is all that stays.
    fn joined(parts: impl IntoIterator<Item = Self>, neutral: bool) -> Self {
        let mut kept: Vec<Self> = Vec::new();
        for part in parts {
            match part {
                Self::Constant(value) if value == neutral => {}
                Self::Constant(value) => return Self::Constant(value),
                part @ (Self::Schedule(_) | Self::Before(_) | Self::Not(_) | Self::All(_) | Self::Any(_)) => {
                    if !kept.contains(&part) {
                        kept.push(part);
                    }
                }
            }
        }
        match (kept.len(), kept.pop()) {
            (_, None) => Self::Constant(neutral),
            (1, Some(only)) => only,
            (_, Some(last)) => {
                kept.push(last);
                if neutral { Self::All(kept) } else { Self::Any(kept) }
            }
        }
    }

    /// The schedules that are named in it, as often as they are.
    pub(super) fn schedules(&self) -> Vec<Located> {
        let (mut found, mut open) = (Vec::new(), vec![self]);
        while let Some(part) = open.pop() {
            match part {
                Self::Constant(_) | Self::Before(_) => {}
                Self::Schedule(id) => found.push(*id),
                Self::Not(inner) => open.push(inner),
                Self::All(parts) | Self::Any(parts) => open.extend(parts),
            }
        }
        found
    }

    /// The instants at which it turns whatever the schedules say, as often as they are named.
    pub(super) fn bounds(&self) -> Vec<Instant> {
        let (mut found, mut open) = (Vec::new(), vec![self]);
        while let Some(part) = open.pop() {
            match part {
                Self::Constant(_) | Self::Schedule(_) => {}
                Self::Before(at) => found.push(*at),
                Self::Not(inner) => open.push(inner),
                Self::All(parts) | Self::Any(parts) => open.extend(parts),
            }
        }
        found
    }

    /// Whether the beginning of a second lies in it. None where the zone data does not reach, as for a single schedule.
    pub(super) fn holds(&self, calendar: &Calendar, second: i64) -> Option<bool> {
        self.holds_at(calendar, instant_of(second))
    }

    /// Whether an instant lies in it.
    pub(super) fn holds_at(&self, calendar: &Calendar, instant: Instant) -> Option<bool> {
        match self {
            Self::Constant(value) => Some(*value),
            Self::Schedule(located) => is_open_at(calendar, *located, second_of(instant)),
            Self::Before(bound) => Some(instant < *bound),
            Self::Not(inner) => inner.holds_at(calendar, instant).map(|holds| !holds),
            Self::All(parts) => parts
                .iter()
                .try_fold(true, |all, part| Some(all && part.holds_at(calendar, instant)?)),
            Self::Any(parts) => parts
                .iter()
                .try_fold(false, |any, part| Some(any || part.holds_at(calendar, instant)?)),
        }
    }

    /// What may be the case from one second to another (not included). A "no" is certain.
    pub(super) fn possible(&self, calendar: &Calendar, from: i64, to: i64) -> Option<Possible> {
        match self {
            Self::Constant(value) => Some(Possible {
                open: *value,
                shut: !*value,
            }),
            Self::Schedule(id) => possible(calendar, *id, from, to),
            Self::Before(bound) => Some(Possible {
                open: instant_of(from) < *bound,
                shut: instant_of(to) > *bound,
            }),
            Self::Not(inner) => inner.possible(calendar, from, to).map(|inner| Possible {
                open: inner.shut,
                shut: inner.open,
            }),
            Self::All(parts) => {
                let mut all = Possible {
                    open: true,
                    shut: false,
                };
                for part in parts {
                    let part = part.possible(calendar, from, to)?;
                    all.open &= part.open;
                    all.shut |= part.shut;
                }
                Some(all)
            }
            Self::Any(parts) => {
                let mut any = Possible {
                    open: false,
                    shut: true,
                };
                for part in parts {
                    let part = part.possible(calendar, from, to)?;
                    any.open |= part.open;
                    any.shut &= part.shut;
                }
                Some(any)
            }
        }
    }
}
