//! One ledger: the events of one track under one key, and the two bounds that follow from them.
//!
//! An event is what one call added. Its two bounds differ where it is not known that the call counts: it is in flight,
//! its outcome was never learnt, a condition was unknown. Events that no longer fit are merged into coarser ones, which
//! keep counting until the newest part leaves the window; so a full ledger errs only upwards, for those who restrict,
//! and downwards, for those who permit.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::history::Event;
use crate::value::{Bounds, Decimal, Instant, Truth};

/// After so long, in milliseconds, a call that has not ended never will. Above the time limit of a call.
pub(super) const OUTCOME_LIMIT_MS: i64 = 60_000;

/// The most calls in flight that are kept apart; of an older one it is given up to learn how it ends.
const MAX_IN_FLIGHT: usize = 256;

/// How a ledger keeps its events.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keeping {
    /// The most that are kept apart, those in flight aside.
    pub(super) kept: usize,
    /// A summand may be negative.
    pub(super) signed: bool,
    /// Events of one slice of this length, in milliseconds, are merged first.
    pub(super) slice_ms: Option<i64>,
}

/// Which events count at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// All of them.
    Ever,
    /// Those later than this.
    After(Instant),
    /// Those at this instant or later.
    From(Instant),
    /// It is not known when it is.
    Unknown,
}

impl Since {
    fn counts(self, at: Option<Instant>) -> Truth {
        match (self, at) {
            (Self::Ever, _) => Truth::True,
            (Self::After(start), Some(at)) => (at > start).into(),
            (Self::From(start), Some(at)) => (at >= start).into(),
            (Self::Unknown, _) | (Self::After(_) | Self::From(_), None) => Truth::Unknown,
        }
    }
}

/// What one call added, or several that were merged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The instant of the oldest part; `None` is not known.
    #[serde(rename = "at")]
    pub first: Option<Instant>,
    /// The instant of the newest part, where it is another.
    #[serde(rename = "to", default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Instant>,
    /// How much was added: of merged events together, of an event that may not count with zero as one bound.
    #[serde(rename = "n", default = "Bounds::one", skip_serializing_if = "is_one")]
    pub amount: Bounds,
    /// The element that it added to a set; `None` in a set means anything.
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What it will be once its outcome is known.
    #[serde(rename = "waits", default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<Waits>,
}

fn is_one(bounds: &Bounds) -> bool {
    *bounds == Bounds::one()
}

/// A call whose outcome is awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waits {
    /// The number of the call in its scope.
    pub call: u64,
    /// The amount if the outcome is the one that counts.
    pub amount: Bounds,
}

impl Entry {
    /// Whether its outcome is not awaited any more: it is known, or no call waits for one so long.
    fn is_settled(&self, now: Option<Instant>) -> bool {
        self.waits.is_none()
            || self
                .first
                .zip(now)
                .is_some_and(|(at, now)| now.0.saturating_sub(at.0) > OUTCOME_LIMIT_MS)
    }

    fn newest(&self) -> Option<Instant> {
        self.last.or(self.first)
    }

    /// What it adds to what is counted.
    fn within(&self, since: Since) -> Bounds {
        match (since.counts(self.first), since.counts(self.newest())) {
            (Truth::True, _) => self.amount,
            (_, Truth::False) => Bounds::NOTHING,
            (
                Truth::False | Truth::Unknown | Truth::Pending,
                Truth::True | Truth::Unknown | Truth::Pending,
            ) => self.amount.perhaps(),
        }
    }

    /// One entry for two, whose parts can no longer be told apart.
    fn merged(&self, newer: &Self, signed: bool) -> Self {
        let widened = |entry: &Self| {
            if signed || entry.waits.is_some() {
                entry.amount.perhaps()
            } else {
                entry.amount
            }
        };
        // An instant that is not known stays in every window.
        let both = self.newest().zip(newer.newest());
        Self {
            first: self.first.zip(newer.first).map(|(a, b)| a.min(b)),
            last: both.map(|(a, b)| a.max(b)),
            amount: widened(self).plus(widened(newer)),
            value: None,
            waits: None,
        }
    }
}

/// The events of one key, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ledger {
    /// At most as many as [`Track::kept`](crate::ir::Track::kept) says.
    pub entries: Vec<Entry>,
}

impl Ledger {
    /// Whether nothing was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The sum of what counts.
    #[must_use]
    pub fn sum(&self, since: Since) -> Bounds {
        self.entries
            .iter()
            .fold(Bounds::NOTHING, |sum, entry| sum.plus(entry.within(since)))
    }

    /// The same without the calls in flight at `now`.
    #[must_use]
    pub fn settled(&self, now: Option<Instant>) -> Self {
        let settled = self.entries.iter().filter(|entry| entry.is_settled(now));
        Self {
            entries: settled.cloned().collect(),
        }
    }

    /// How many different elements there are.
    #[must_use]
    pub fn size(&self, since: Since, fold: bool) -> Bounds {
        let (mut surely, mut perhaps, mut anything) = (BTreeSet::new(), BTreeSet::new(), Bounds::NOTHING);
        for entry in &self.entries {
            let amount = entry.within(since);
            if amount == Bounds::NOTHING {
                continue;
            }
            match &entry.value {
                Some(value) => {
                    perhaps.insert(value.as_str());
                    if amount.low.is_some_and(|low| low.cmp(&Decimal::ZERO).is_gt()) {
                        // What differs by case alone may be one element.
                        surely.insert(if fold {
                            value.to_ascii_lowercase()
                        } else {
                            value.clone()
                        });
                    }
                }
                None => anything = anything.plus(amount.perhaps()),
            }
        }
        let count = |elements: usize| i64::try_from(elements).ok().map(Decimal::from_i64);
        Bounds {
            low: count(surely.len()),
            high: count(perhaps.len()),
        }
        .plus(Bounds {
            low: Some(Decimal::ZERO),
            high: anything.high,
        })
    }

    /// Whether `value` is an element. With `fold`, one that is equal only without regard to case is unknown.
    #[must_use]
    pub fn contains(&self, value: &str, fold: bool, since: Since) -> Truth {
        let mut found = Truth::False;
        for entry in &self.entries {
            let amount = entry.within(since);
            if amount == Bounds::NOTHING {
                continue;
            }
            let surely = amount.low.is_some_and(|low| low.cmp(&Decimal::ZERO).is_gt());
            found = found.or(match &entry.value {
                Some(other) if other == value && surely => Truth::True,
                Some(other) if other == value || (fold && other.eq_ignore_ascii_case(value)) => {
                    Truth::Unknown
                }
                Some(_) => Truth::False,
                None => Truth::Unknown,
            });
        }
        found
    }

    /// The elements, each once for every event, and whether it is surely there; `None` is one that cannot be named.
    pub(super) fn elements(&self, since: Since) -> impl Iterator<Item = (Option<&str>, bool)> {
        self.entries.iter().filter_map(move |entry| {
            let amount = entry.within(since);
            let surely = amount.low.is_some_and(|low| low.cmp(&Decimal::ZERO).is_gt());
            (amount != Bounds::NOTHING).then_some((entry.value.as_deref(), surely))
        })
    }

    /// Adds an event and lets go of what counts no more.
    pub(super) fn enter(&mut self, entry: Entry, since: Since, keeping: Keeping) {
        self.forget(since);
        // An element that was surely added again is as old as its last time.
        if entry.value.is_some() && entry.amount == Bounds::one() {
            self.entries.retain(|other| other.value != entry.value);
        }
        self.entries.push(entry);
        if since == Since::Ever {
            self.merge_settled(keeping.signed);
        }
        self.shrink(keeping);
    }

    /// Without a window it does not matter when something happened.
    fn merge_settled(&mut self, signed: bool) {
        let mut all: Option<Entry> = None;
        let mut rest = Vec::new();
        for entry in self.entries.drain(..) {
            if entry.value.is_some() || entry.waits.is_some() {
                rest.push(entry);
                continue;
            }
            all = Some(match all {
                None => entry,
                // Nothing leaves, so nothing has to be widened.
                Some(all) => Entry {
                    amount: all.amount.plus(entry.amount),
                    ..all.merged(&entry, signed)
                },
            });
        }
        self.entries.extend(all);
        self.entries.extend(rest);
    }

    /// Merges what is too much, the oldest first; calls in flight only where nothing else is left.
    fn shrink(&mut self, keeping: Keeping) {
        loop {
            let settled: Vec<usize> = self
                .entries
                .iter()
                .enumerate()
                .filter(|(_, entry)| entry.waits.is_none())
                .map(|(place, _)| place)
                .collect();
            if settled.len() > keeping.kept.max(1) {
                self.merge(&settled, keeping);
            } else if self.entries.len() - settled.len() > MAX_IN_FLIGHT {
                if let Some(oldest) = self.entries.iter_mut().find(|entry| entry.waits.is_some()) {
                    oldest.waits = None;
                }
            } else {
                return;
            }
        }
    }

    /// Makes one of two events at these places: of two in one slice of time, or of the oldest two.
    fn merge(&mut self, places: &[usize], keeping: Keeping) {
        let slice = |place: usize| {
            let at = self.entries.get(place)?.newest()?;
            Some(at.0.div_euclid(keeping.slice_ms?.max(1)))
        };
        let mut pairs = places.array_windows::<2>();
        let same = pairs.find(|[a, b]| slice(*a).is_some_and(|one| slice(*b) == Some(one)));
        let oldest = places.array_windows::<2>().next();
        let Some([older, newer]) = same.or(oldest).copied() else {
            return;
        };
        let newer = self.entries.remove(newer);
        if let Some(older) = self.entries.get_mut(older) {
            *older = older.merged(&newer, keeping.signed);
        }
    }

    /// Forgets what has settled; calls in flight go on.
    pub(super) fn clear_settled(&mut self, now: Option<Instant>) {
        self.entries.retain(|entry| !entry.is_settled(now));
    }

    /// Lets go of what counts no more.
    pub(super) fn forget(&mut self, since: Since) {
        self.entries
            .retain(|entry| since.counts(entry.newest()) != Truth::False);
    }

    /// Whether anything in it still counts.
    #[must_use]
    pub fn is_live(&self, since: Since) -> bool {
        self.entries
            .iter()
            .any(|entry| since.counts(entry.newest()) != Truth::False)
    }

    /// The outcome of a call is known: it counts as it would, or not at all; `None` is never learnt. Says what it adds
    /// where it counts.
    pub(super) fn settle(&mut self, call: u64, counts: Option<bool>) -> Option<Entry> {
        let mut found = None;
        self.entries.retain_mut(|entry| {
            let Some(waits) = entry.waits.filter(|waits| waits.call == call) else {
                return true;
            };
            entry.waits = None;
            found = Some(Entry {
                amount: waits.amount,
                ..entry.clone()
            });
            match counts {
                Some(true) => entry.amount = waits.amount,
                Some(false) => return false,
                None => {}
            }
            true
        });
        found
    }

    /// What a call that is awaited adds is known by now; `None`: nothing. What lies `aside` stays what only may have
    /// been added.
    pub(super) fn revise(&mut self, call: u64, event: Option<&Event>, aside: bool) {
        self.entries.retain_mut(|entry| {
            let Some(waits) = entry.waits.filter(|waits| waits.call == call) else {
                return true;
            };
            let Some(event) = event else {
                return false;
            };
            entry.value.clone_from(&event.value);
            entry.amount = event.amount.perhaps();
            entry.waits = Some(Waits {
                amount: if aside {
                    event.most().perhaps()
                } else {
                    event.most()
                },
                ..waits
            });
            true
        });
    }

    /// The instants of the newest and of the oldest part of each event.
    pub(super) fn instants(&self) -> impl Iterator<Item = Instant> {
        self.entries
            .iter()
            .flat_map(|entry| [entry.first, entry.newest()])
            .flatten()
    }
}
