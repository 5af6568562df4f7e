//! What one scope remembers: its tracks, by name and key, and its breakers.
//!
//! The number of keys is bounded. Those that are known stay exact; an event of a key for which there is no room is
//! kept aside, where it counts for every key that is not known. In a scope that several members share each has a
//! share of the keys, so that nobody can use them all up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::breakers::BreakerState;
use super::ledger::{Entry, Keeping, Ledger, Since, Waits};
use crate::calendar::{Calendar, period};
use crate::ir::{Digest, Measure, Others, Per, Remembers, Track, Window};
use crate::value::{Bounds, Decimal, Instant, Truth, Value};

/// The most keys that a track keeps apart in a session, and in a shared scope for the calls of one member.
pub const MAX_KEYS: usize = 128;

/// The most keys that a track keeps apart in a shared scope.
pub(super) const MAX_SHARED_KEYS: usize = 2048;

/// Into so many slices a window is cut where events of one slice may be merged.
const SLICES: u64 = 32;

/// A longer key is known by its digest.
const MAX_KEY: usize = 80;

/// What one scope remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// How many calls had an outcome to wait for.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub calls: u64,
    /// By name of breaker.
    #[serde(default)]
    pub breakers: BTreeMap<String, BreakerState>,
    /// By name of track.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tracks: BTreeMap<String, TrackState>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// One track's state; it belongs to the name and to the meaning of what is counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackState {
    /// The kind of item that it belongs to.
    pub of: Remembers,
    /// That of the track that counted, [`Track::meaning`]; where it is another now, the state is that of another track.
    pub meaning: Digest,
    /// By key; a track without keys has the empty one.
    pub keys: BTreeMap<String, Kept>,
    /// Events whose key was not known: they may be of any.
    #[serde(default, skip_serializing_if = "Ledger::is_empty")]
    pub unplaced: Ledger,
    /// Events of keys for which there was no room: they may be of any key that is not known.
    #[serde(default, skip_serializing_if = "Ledger::is_empty")]
    pub overflow: Ledger,
    /// The calls that ended otherwise than those that count, by key, where they stand beside them; the parts that have
    /// no key of their own stand under `unplaced` and `overflow`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, Kept>,
}

/// The events of one key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// What its calls added.
    #[serde(rename = "events")]
    pub ledger: Ledger,
    /// The member whose call brought the key; only of a track that has keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// By which key a track is read, or entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// The track has no keys.
    None,
    /// This one, as [`spelled`] writes it; a long one as its digest.
    Known(String),
    /// There is one, and it is not known which.
    Unknown,
}

impl Key {
    /// The key that a value is.
    #[must_use]
    pub fn of(value: &Value<'_>) -> Self {
        spelled(value).map_or(Self::Unknown, |text| {
            if text.len() > MAX_KEY {
                Self::Known(format!("digest {}", Digest::of(text.as_bytes())))
            } else {
                Self::Known(text)
            }
        })
    }
}

/// A value as a key or an element; what has no value, or is no text, number or truth value, has no spelling.
#[must_use]
pub fn spelled(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Text(text) => Some(format!("text {text}")),
        Value::Number(number) => Some(format!("number {number}")),
        Value::Bool(value) => Some(format!("bool {value}")),
        Value::List(_)
        | Value::Record(_)
        | Value::Between(_)
        | Value::Instant(_)
        | Value::Duration(_)
        | Value::Address(_)
        | Value::Missing(_) => None,
    }
}

/// What one call adds to a track.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When; `None` is not known.
    pub at: Option<Instant>,
    /// Under which key.
    pub key: Key,
    /// Whether it is known to enter.
    pub surely: bool,
    /// Of each measure: 1, the summand, or 1.
    pub amount: Bounds,
    /// The element; `None` is any.
    pub value: Option<String>,
}

impl Track {
    /// Which events count at `now`.
    #[must_use]
    pub fn since(&self, calendar: &Calendar, now: Option<Instant>) -> Since {
        match (self.window, now) {
            (Window::Whole, _) => Since::Ever,
            (Window::Within(_) | Window::Each(..), None) => Since::Unknown,
            (Window::Within(seconds), Some(now)) => Since::After(Instant(
                now.0.saturating_sub_unsigned(seconds.saturating_mul(1000)),
            )),
            (Window::Each(length, zone), Some(now)) => calendar
                .zone(zone)
                .and_then(|zone| period(zone, length, now))
                .map_or(Since::Unknown, |(start, _)| Since::From(start)),
        }
    }

    /// How its events are kept.
    pub(super) fn keeping(&self) -> Keeping {
        let slice_ms = match (self.others, self.window) {
            // So that a share stays one of nearly all calls, however many there are.
            (Others::StandBeside, Window::Within(seconds)) => {
                i64::try_from(seconds.saturating_mul(1000) / SLICES).ok()
            }
            (Others::StandBeside | Others::Leave | Others::EndTheRow, _) => None,
        };
        Keeping {
            kept: self.kept as usize,
            signed: self.signed,
            slice_ms,
        }
    }

    /// The first instant at which an event of this instant no longer counts; `None` is never.
    #[must_use]
    pub fn leaves(&self, calendar: &Calendar, event: Instant) -> Option<Instant> {
        match self.window {
            Window::Whole => None,
            Window::Within(seconds) => Some(Instant(
                event.0.saturating_add_unsigned(seconds.saturating_mul(1000)),
            )),
            Window::Each(length, zone) => {
                let (_, next) = period(calendar.zone(zone)?, length, event)?;
                Some(next)
            }
        }
    }
}

impl TrackState {
    pub(super) fn new(track: &Track) -> Self {
        Self {
            of: track.of,
            meaning: track.meaning,
            keys: BTreeMap::new(),
            unplaced: Ledger::default(),
            overflow: Ledger::default(),
            answers: BTreeMap::new(),
        }
    }

    /// What is counted under `key`: a count, a sum, or the size of a set.
    #[must_use]
    pub fn bounds(&self, track: &Track, key: &Key, since: Since) -> Bounds {
        self.measured(track, key, |ledger| match track.measure {
            Measure::Calls | Measure::Sum => ledger.sum(since),
            Measure::Values => ledger.size(since, track.fold),
        })
    }

    /// The same without the calls in flight at `now`, which have not ended yet.
    #[must_use]
    pub fn settled_bounds(&self, track: &Track, key: &Key, since: Since, now: Option<Instant>) -> Bounds {
        self.measured(track, key, |ledger| {
            let settled = ledger.settled(now);
            match track.measure {
                Measure::Calls | Measure::Sum => settled.sum(since),
                Measure::Values => settled.size(since, track.fold),
            }
        })
    }

    fn measured(&self, track: &Track, key: &Key, measure: impl Fn(&Ledger) -> Bounds) -> Bounds {
        let aside = measure(&self.unplaced).perhaps();
        let own = match key {
            Key::None => self
                .keys
                .get("")
                .map_or(Bounds::NOTHING, |kept| measure(&kept.ledger)),
            Key::Known(key) => match self.keys.get(key) {
                Some(kept) => measure(&kept.ledger),
                None => measure(&self.overflow).perhaps(),
            },
            // Whichever it is: no less than the least of all, no more than the most.
            Key::Unknown => {
                let mut range = measure(&self.overflow).perhaps();
                for kept in self.keys.values() {
                    let one = measure(&kept.ledger).perhaps();
                    range = Bounds {
                        low: range
                            .low
                            .zip(one.low)
                            .map(|(a, b)| if b.cmp(&a).is_lt() { b } else { a }),
                        high: range
                            .high
                            .zip(one.high)
                            .map(|(a, b)| if b.cmp(&a).is_gt() { b } else { a }),
                    };
                }
                range
            }
        };
        if track.keyed { own.plus(aside) } else { own }
    }

    /// Whether `value` was added under `key`.
    #[must_use]
    pub fn contains(&self, value: &str, fold: bool, key: &Key, since: Since) -> Truth {
        let perhaps = |truth: Truth| {
            if truth.is_false() {
                Truth::False
            } else {
                Truth::Unknown
            }
        };
        let aside = perhaps(self.unplaced.contains(value, fold, since));
        let own = match key {
            Key::None => self
                .keys
                .get("")
                .map_or(Truth::False, |kept| kept.ledger.contains(value, fold, since)),
            Key::Known(key) => match self.keys.get(key) {
                Some(kept) => kept.ledger.contains(value, fold, since),
                None => perhaps(self.overflow.contains(value, fold, since)),
            },
            Key::Unknown => self.ledgers().fold(Truth::False, |found, ledger| {
                found.or(perhaps(ledger.contains(value, fold, since)))
            }),
        };
        own.or(aside)
    }

    /// Whether there is room to keep `key` apart, for a call of `member`. While something counts that found no room, no
    /// further key is kept apart: it may be of that very key, which would then count too little.
    #[must_use]
    pub fn has_room(&self, track: &Track, key: &Key, member: Option<&str>, since: Since) -> bool {
        let Key::Known(key) = key else {
            return true;
        };
        let is_kept = self.keys.contains_key(key);
        is_kept
            || (!self.overflow.is_live(since) && Self::has_room_among(&self.keys, track, key, member, since))
    }

    pub(super) fn has_room_among(
        keys: &BTreeMap<String, Kept>,
        track: &Track,
        key: &str,
        member: Option<&str>,
        since: Since,
    ) -> bool {
        if keys.contains_key(key) {
            return true;
        }
        // Of a key whose events have all left nothing has to be kept.
        let live = || keys.values().filter(|kept| kept.ledger.is_live(since));
        let own = live().filter(|kept| kept.by.as_deref() == member || !is_shared(track.per));
        let all = if is_shared(track.per) {
            MAX_SHARED_KEYS
        } else {
            MAX_KEYS
        };
        own.count() < MAX_KEYS && live().count() < all
    }

    /// Enters what a call added; `call` is its number where its outcome is awaited.
    pub(super) fn enter(
        &mut self,
        track: &Track,
        event: &Event,
        member: Option<&str>,
        call: Option<u64>,
        since: Since,
    ) {
        self.forget(since);
        let surely = event.surely;
        let amount = if surely && call.is_none() {
            event.amount
        } else {
            event.amount.perhaps()
        };
        let settled = if surely {
            event.amount
        } else {
            event.amount.perhaps()
        };
        let entry = Entry {
            first: event.at,
            last: None,
            amount,
            value: event.value.clone(),
            waits: call.map(|call| Waits {
                call,
                amount: settled,
            }),
        };
        let has_room = self.has_room(track, &event.key, member, since);
        let aside = |entry: Entry| Entry {
            amount: entry.amount.perhaps(),
            waits: entry.waits.map(|waits| Waits {
                amount: waits.amount.perhaps(),
                ..waits
            }),
            ..entry
        };
        let (ledger, entry) = match &event.key {
            Key::None => (&mut self.keys.entry(String::new()).or_default().ledger, entry),
            Key::Known(key) if has_room => {
                let kept = self.keys.entry(key.clone()).or_insert_with(|| Kept {
                    ledger: Ledger::default(),
                    by: member.filter(|_| is_shared(track.per)).map(str::to_owned),
                });
                (&mut kept.ledger, entry)
            }
            Key::Known(_) => (&mut self.overflow, aside(entry)),
            Key::Unknown => (&mut self.unplaced, aside(entry)),
        };
        ledger.enter(entry, since, track.keeping());
    }

    pub(super) fn forget(&mut self, since: Since) {
        self.keys.retain(|_, kept| {
            kept.ledger.forget(since);
            !kept.ledger.is_empty()
        });
        self.answers.retain(|_, kept| {
            kept.ledger.forget(since);
            !kept.ledger.is_empty()
        });
        self.unplaced.forget(since);
        self.overflow.forget(since);
    }

    pub(super) fn ledgers(&self) -> impl Iterator<Item = &Ledger> {
        let keys = self.keys.values().chain(self.answers.values());
        let keys = keys.map(|kept| &kept.ledger);
        keys.chain([&self.unplaced, &self.overflow])
    }

    /// Whether anything in it still counts.
    #[must_use]
    pub fn is_live(&self, since: Since) -> bool {
        self.ledgers().any(|ledger| ledger.is_live(since))
    }
}

pub(super) fn is_shared(per: Per) -> bool {
    match per {
        Per::Session | Per::Conversation => false,
        Per::Member | Per::Agent | Per::Connector => true,
    }
}

impl Event {
    /// What a call adds that is counted, summed up, or put into a set: `value` is the summand or the element.
    #[must_use]
    pub fn of(track: &Track, at: Option<Instant>, key: Key, surely: bool, value: Option<&Value<'_>>) -> Self {
        let any = || Bounds {
            low: (!track.signed).then_some(Decimal::ZERO),
            high: None,
        };
        let (amount, element) = match (track.measure, value) {
            (Measure::Calls, _) => (Bounds::one(), None),
            (Measure::Sum, Some(Value::Number(number))) if track.signed || !number.is_negative() => {
                (Bounds::exactly(*number), None)
            }
            (Measure::Sum, Some(Value::Between(bounds))) => (*bounds, None),
            (Measure::Sum, _) => (any(), None),
            (Measure::Values, value) => {
                let element = value.and_then(spelled);
                let amount = if element.is_some() {
                    Bounds::one()
                } else {
                    Bounds::one().perhaps()
                };
                (amount, element)
            }
        };
        Self {
            at,
            key,
            surely,
            amount,
            value: element,
        }
    }

    /// What the call may add at most.
    #[must_use]
    pub fn most(&self) -> Bounds {
        if self.surely {
            self.amount
        } else {
            self.amount.perhaps()
        }
    }
}

impl History {
    /// The state of a track, if it was kept under the same meaning.
    #[must_use]
    pub fn track(&self, track: &Track) -> Option<&TrackState> {
        self.tracks
            .get(&track.name)
            .filter(|state| state.meaning == track.meaning)
    }

    pub(super) fn track_mut(&mut self, track: &Track) -> &mut TrackState {
        let state = self
            .tracks
            .entry(track.name.clone())
            .or_insert_with(|| TrackState::new(track));
        if state.meaning != track.meaning {
            *state = TrackState::new(track);
        }
        state
    }

    /// Closes breakers and sets their counts, and those of limits, to nothing; or clears the one item of this name,
    /// which may be a mark or a track as well. Says whether there was one.
    pub fn reset(&mut self, item: Option<&str>) -> bool {
        if let Some(name) = item {
            let breaker = self.breakers.remove(name).is_some();
            return self.tracks.remove(name).is_some() || breaker;
        }
        self.breakers.clear();
        // Marks and tracks are cleared by name only.
        self.tracks.retain(|_, state| match state.of {
            Remembers::Track | Remembers::Mark => true,
            Remembers::Limit | Remembers::Breaker => false,
        });
        true
    }
}
