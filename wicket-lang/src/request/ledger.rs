//! One ledger: the events of one track under one key, and the two bounds that follow from them.
//!
//! An event is what one call added. Its two bounds differ where it is not known that the call counts: it is in flight,
//! its outcome was never learnt, a condition was unknown. Events that no longer fit are merged into coarser ones, which
//! keep counting until the newest part leaves the window; so a full ledger errs only upwards, for those who restrict,
//! and downwards, for those who permit.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::value::{Bounds, Decimal, Instant, Truth};

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

    /// The sum of what counts, calls in flight left out.
    #[must_use]
    pub fn settled_sum(&self, since: Since) -> Bounds {
        let settled = self.entries.iter().filter(|entry| entry.waits.is_none());
        settled.fold(Bounds::NOTHING, |sum, entry| sum.plus(entry.within(since)))
    }

    /// How many different elements there are.
    #[must_use]
    pub fn size(&self, since: Since) -> Bounds {
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
                        surely.insert(value.as_str());
                    }
                }
                None => anything = anything.plus(amount.perhaps()),
            }
        }
        let count = |set: &BTreeSet<&str>| i64::try_from(set.len()).ok().map(Decimal::from_i64);
        Bounds {
            low: count(&surely),
            high: count(&perhaps),
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

    /// Adds an event and lets go of what counts no more. At most `kept` are kept apart.
    pub(super) fn enter(&mut self, entry: Entry, since: Since, kept: usize, signed: bool) {
        self.forget(since);
        // An element that was surely added again is as old as its last time.
        if entry.value.is_some() && entry.amount == Bounds::one() {
            self.entries.retain(|other| other.value != entry.value);
        }
        self.entries.push(entry);
        if since == Since::Ever {
            self.merge_settled(signed);
        }
        while self.entries.len() > kept.max(1) {
            self.merge_oldest(signed);
        }
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

    fn merge_oldest(&mut self, signed: bool) {
        let rest = self.entries.split_off(self.entries.len().min(2));
        if let [older, newer] = self.entries.as_slice() {
            self.entries = vec![older.merged(newer, signed)];
        }
        self.entries.extend(rest);
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

    /// The outcome of a call is known: it counts as it would, or not at all; `None` is never learnt.
    pub(super) fn settle(&mut self, call: u64, counts: Option<bool>) -> bool {
        let mut found = false;
        self.entries.retain_mut(|entry| {
            let Some(waits) = entry.waits.filter(|waits| waits.call == call) else {
                return true;
            };
            found = true;
            entry.waits = None;
            match counts {
                Some(true) => entry.amount = waits.amount,
                Some(false) => return false,
                None => {}
            }
            true
        });
        found
    }

    /// The instants of the newest and of the oldest part of each event.
    pub(super) fn instants(&self) -> impl Iterator<Item = Instant> {
        self.entries
            .iter()
            .flat_map(|entry| [entry.first, entry.newest()])
            .flatten()
    }
}
