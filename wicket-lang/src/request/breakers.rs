//! What breakers remember, and what an open one says of a call.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::history::{History, Key, MAX_KEYS, MAX_SHARED_KEYS, is_shared};
use super::ledger::OUTCOME_LIMIT_MS;
use super::settling::Touched;
use super::state::State;
use crate::calendar::Calendar;
use crate::ir::{Breaker, Bundle, Digest, Hold, Per, Remembers, Track, Trips};
use crate::value::Instant;

/// How long the outcome of a probe is waited for, in milliseconds. Above the time limit of a call.
pub const PROBE_LIMIT_MS: i64 = OUTCOME_LIMIT_MS;

/// One breaker's state; it belongs to the name and to the meaning of what is counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakerState {
    /// That of the breaker that counted, [`Breaker::meaning`]; where it is another now, the state is that of another
    /// breaker.
    pub meaning: Digest,
    /// Denials so far; with a window, only `events` count. What a track counts stands there.
    pub count: u64,
    /// The instants of the newest of them, oldest first; only for a breaker with a window.
    #[serde(default)]
    pub events: Vec<Instant>,
    /// Whether it is open; of one that has keys: for every key.
    #[serde(default)]
    pub phase: Phase,
    /// The keys for which alone it is not closed. A key for which there is no room opens it for every one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub keys: BTreeMap<String, Held>,
}

/// How a breaker stands for one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Never closed.
    pub phase: Phase,
    /// The member whose call brought the key, in a scope that several share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// One breaker for which a call is the probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// The name of the breaker.
    pub breaker: String,
    /// The key of the call, where the breaker has keys.
    pub key: Option<String>,
}

/// How a breaker stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "since")]
pub enum Phase {
    /// It stops nothing.
    #[default]
    Closed,
    /// Tripped at this instant (`None`: at an instant that is not known).
    Open(Option<Instant>),
    /// Its hold is over and one call has been let through, at this instant, whose outcome is not known yet.
    Probing(Instant),
}

/// What an open breaker says of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// It does not stop the call.
    Passes,
    /// It does not stop the call, and if the call is permitted it is the probe.
    Probe,
    /// It stops the call; it may let one through at this instant (`None`: after a reset).
    Stops(Option<Instant>),
    /// It stops calls of some keys, and nobody knows the key of this one.
    Unsure,
}

impl State {
    /// What `breaker` says of a call under `key` at `now`.
    #[must_use]
    pub fn stand(&self, breaker: &Breaker, key: &Key, now: Option<Instant>) -> Stand {
        let stands = self
            .histories(breaker.per)
            .filter_map(|history| history.breakers.get(&breaker.name));
        stands.fold(Stand::Passes, |so_far, state| {
            so_far.harder(state.stand(breaker, key, now))
        })
    }

    /// Counts one denial at `now` for `breaker` and trips it where the bound is reached.
    pub(crate) fn count(&mut self, breaker: &Breaker, now: Option<Instant>) {
        let Trips::Denials {
            after,
            within_seconds,
            ..
        } = breaker.trips
        else {
            return;
        };
        for history in self.histories_mut(breaker.per) {
            let state = history.breaker_mut(breaker);
            // Without an instant every denial lies in the window.
            let reached = if let (Some(seconds), Some(at)) = (within_seconds, now) {
                let keep = after as usize;
                state.events.push(at);
                let start = before(at, seconds);
                state.events.retain(|event| *event > start);
                let surplus = state.events.len().saturating_sub(keep);
                state.events.drain(..surplus);
                state.events.len() >= keep
            } else {
                state.count = state.count.saturating_add(1);
                state.count >= u64::from(after)
            };
            if reached && state.phase == Phase::Closed {
                state.phase = Phase::Open(now);
            }
        }
    }

    /// Trips `breaker` at `now` where what a call has added under `key` to its track reaches its bound.
    pub(crate) fn trip(&mut self, bundle: &Bundle, breaker: &Breaker, key: &Key, now: Option<Instant>) {
        let Some(track) = breaker.track().and_then(|track| bundle.track(track)) else {
            return;
        };
        for history in self.histories_mut(breaker.per) {
            let touched = history.track(track).map(|state| state.touched(key));
            if let Some(touched) = touched {
                history.trip(&bundle.calendar, breaker, track, &touched, now);
            }
        }
    }

    /// Opens `breaker` at `at`, for `key` where it has keys and one is known.
    pub(crate) fn open(&mut self, breaker: &Breaker, key: &Key, at: Option<Instant>) {
        for history in self.histories_mut(breaker.per) {
            let state = history.breaker_mut(breaker);
            match key {
                Key::Known(key) => state.open(key, None, breaker.per, at),
                Key::None | Key::Unknown => state.open_for_all(at),
            }
        }
    }

    /// Marks the call at `now` as the probe of `breaker` for `key`.
    pub(crate) fn probe(&mut self, breaker: &Breaker, key: Option<&str>, now: Instant) {
        for history in self.histories_mut(breaker.per) {
            let state = history.breaker_mut(breaker);
            let held = key
                .and_then(|key| state.keys.get_mut(key))
                .map(|held| &mut held.phase);
            for phase in held.into_iter().chain([&mut state.phase]) {
                if *phase != Phase::Closed {
                    *phase = Phase::Probing(now);
                }
            }
        }
    }
}

impl BreakerState {
    fn stand(&self, breaker: &Breaker, key: &Key, now: Option<Instant>) -> Stand {
        let of = |phase: Phase| match (phase, breaker.hold) {
            (Phase::Closed, _) => Stand::Passes,
            (Phase::Open(_) | Phase::Probing(_), Hold::UntilReset) => Stand::Stops(None),
            (Phase::Open(since), Hold::For(seconds)) => wait(since, seconds.saturating_mul(1000), now),
            (Phase::Probing(since), Hold::For(_)) => wait(Some(since), PROBE_LIMIT_MS.unsigned_abs(), now),
        };
        let for_every_key = of(self.phase);
        match key {
            // Keys of another meaning tell nothing, and an open breaker stays open while its name exists.
            _ if self.meaning != breaker.meaning => {
                let held = self.keys.values().map(|held| of(held.phase));
                held.fold(for_every_key, Stand::harder)
            }
            Key::Known(key) => {
                let held = self.keys.get(key).map(|held| of(held.phase));
                held.into_iter().fold(for_every_key, Stand::harder)
            }
            Key::Unknown if !self.keys.is_empty() => for_every_key.harder(Stand::Unsure),
            Key::None | Key::Unknown => for_every_key,
        }
    }

    /// Opens it at `at` for `key`, or where there is no room for every one.
    fn open(&mut self, key: &str, by: Option<String>, per: Per, at: Option<Instant>) {
        if self.keys.contains_key(key) {
            return;
        }
        let own = self.keys.values().filter(|held| held.by == by).count();
        let most = if is_shared(per) { MAX_SHARED_KEYS } else { MAX_KEYS };
        if own < MAX_KEYS && self.keys.len() < most {
            let phase = Phase::Open(at);
            self.keys.insert(key.to_owned(), Held { phase, by });
        } else {
            self.open_for_all(at);
        }
    }

    fn open_for_all(&mut self, at: Option<Instant>) {
        if self.phase == Phase::Closed {
            self.phase = Phase::Open(at);
        }
    }

    /// A probe for `key` has ended. Says whether what was counted starts anew: under the key, or under every one.
    pub(super) fn probed(&mut self, key: Option<&str>, at: Instant, success: bool, now: Instant) -> Probed {
        let mut probed = Probed::default();
        let next = if success {
            Phase::Closed
        } else {
            Phase::Open(Some(now))
        };
        // A breaker that waits for another call, or that has given this one up, learns nothing from it.
        if self.phase == Phase::Probing(at) {
            self.phase = next;
            probed.all = success;
            if success {
                self.count = 0;
                self.events.clear();
            }
        }
        if let Some((key, held)) = key.and_then(|key| Some((key, self.keys.get_mut(key)?)))
            && held.phase == Phase::Probing(at)
        {
            held.phase = next;
            if success {
                self.keys.remove(key);
                probed.key = true;
            }
        }
        probed
    }
}

/// What a probe has closed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Probed {
    /// The breaker for every key.
    pub(super) all: bool,
    /// The breaker for the key of the call.
    pub(super) key: bool,
}

impl Stand {
    /// Of two scopes that speak of one call, the one that stops it longer.
    fn harder(self, other: Self) -> Self {
        match (self, other) {
            (Self::Stops(Some(a)), Self::Stops(Some(b))) => Self::Stops(Some(a.max(b))),
            (Self::Stops(None), _) | (_, Self::Stops(None)) => Self::Stops(None),
            (Self::Unsure, _) | (_, Self::Unsure) => Self::Unsure,
            (stops @ Self::Stops(Some(_)), _) | (_, stops @ Self::Stops(Some(_))) => stops,
            (Self::Probe, _) | (_, Self::Probe) => Self::Probe,
            (Self::Passes, Self::Passes) => Self::Passes,
        }
    }
}

impl History {
    /// Trips `breaker` for the keys whose track has changed, where it has reached the bound.
    pub(super) fn trip(
        &mut self,
        calendar: &Calendar,
        breaker: &Breaker,
        track: &Track,
        touched: &Touched,
        now: Option<Instant>,
    ) {
        let Some(state) = self.track(track) else {
            return;
        };
        let since = track.since(calendar, now);
        let may_trip = |key: &str| state.may_trip(&breaker.trips, track, key, since, now);
        let keys: Vec<&str> = match touched {
            Touched::Key(key) => vec![key],
            Touched::Any => state.keys.keys().map(String::as_str).collect(),
        };
        let tripped = keys.into_iter().filter(|key| may_trip(key));
        let tripped: Vec<(String, Option<String>)> = tripped
            .map(|key| {
                (
                    key.to_owned(),
                    state.keys.get(key).and_then(|kept| kept.by.clone()),
                )
            })
            .collect();
        // No key is spelled with nothing, so this is what is counted for every key that is not known.
        let others = *touched == Touched::Any && may_trip("");
        if tripped.is_empty() && !others {
            return;
        }
        let state = self.breaker_mut(breaker);
        if others || (!track.keyed && !tripped.is_empty()) {
            state.open_for_all(now);
        } else {
            for (key, by) in tripped {
                state.open(&key, by, breaker.per, now);
            }
        }
    }

    /// A probe of the breaker of this name has ended. Where that closes it, what it counted starts anew.
    pub(super) fn probed(&mut self, name: &str, key: Option<&str>, at: Instant, success: bool, now: Instant) {
        let Some(state) = self.breakers.get_mut(name) else {
            return;
        };
        let probed = state.probed(key, at, success, now);
        // A track that the author declared is read by others; it keeps what it holds.
        let own = self
            .tracks
            .get_mut(name)
            .filter(|track| track.of == Remembers::Breaker);
        if let (true, Some(track)) = (probed.all || probed.key, own) {
            track.start_anew(key.filter(|_| !probed.all), now);
        }
    }

    /// The state of `breaker`, anew where what it counts has changed; an open one stays open while its name exists.
    pub(super) fn breaker_mut(&mut self, breaker: &Breaker) -> &mut BreakerState {
        let fresh = BreakerState {
            meaning: breaker.meaning,
            count: 0,
            events: Vec::new(),
            phase: Phase::Closed,
            keys: BTreeMap::new(),
        };
        let state = self
            .breakers
            .entry(breaker.name.clone())
            .or_insert_with(|| fresh.clone());
        if state.meaning != breaker.meaning {
            let held = state.keys.values().map(|held| held.phase);
            *state = BreakerState {
                phase: held.fold(state.phase, Phase::longer),
                ..fresh
            };
        }
        state
    }
}

impl Phase {
    /// Of two, the one that stops longer.
    fn longer(self, other: Self) -> Self {
        match (self, other) {
            (Self::Closed, phase) | (phase, Self::Closed) => phase,
            (Self::Open(a), Self::Open(b)) => Self::Open(a.zip(b).map(|(a, b)| a.max(b))),
            (open @ Self::Open(_), Self::Probing(_)) | (Self::Probing(_), open @ Self::Open(_)) => open,
            (Self::Probing(a), Self::Probing(b)) => Self::Probing(a.max(b)),
        }
    }
}

fn wait(since: Option<Instant>, milliseconds: u64, now: Option<Instant>) -> Stand {
    let until = since.map(|since| Instant(since.0.saturating_add_unsigned(milliseconds)));
    match (until, now) {
        (Some(until), Some(now)) if now >= until => Stand::Probe,
        (until, _) => Stand::Stops(until),
    }
}

/// The instant that many seconds before `at`.
pub(super) fn before(at: Instant, seconds: u64) -> Instant {
    Instant(at.0.saturating_sub_unsigned(seconds.saturating_mul(1000)))
}
