//! What breakers remember, and what an open one says of a call.

use serde::{Deserialize, Serialize};

use super::state::State;
use crate::ir::{Breaker, Digest, Hold};
use crate::value::Instant;

/// How long the outcome of a probe is waited for, in milliseconds. Above the time limit of a call.
pub const PROBE_LIMIT_MS: i64 = 60_000;

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
    /// Whether it is open.
    #[serde(default)]
    pub phase: Phase,
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
}

impl State {
    /// What `breaker` says of a call at `now`.
    #[must_use]
    pub fn stand(&self, breaker: &Breaker, now: Option<Instant>) -> Stand {
        let stands = self
            .histories(breaker.per)
            .filter_map(|history| history.breakers.get(&breaker.name));
        stands.fold(Stand::Passes, |so_far, state| {
            let next = match (state.phase, breaker.hold) {
                (Phase::Closed, _) => Stand::Passes,
                (Phase::Open(_) | Phase::Probing(_), Hold::UntilReset) => Stand::Stops(None),
                (Phase::Open(since), Hold::For(seconds)) => wait(since, seconds.saturating_mul(1000), now),
                (Phase::Probing(since), Hold::For(_)) => {
                    wait(Some(since), PROBE_LIMIT_MS.unsigned_abs(), now)
                }
            };
            so_far.harder(next)
        })
    }

    /// Counts one denial at `now` for `breaker` and trips it where the bound is reached.
    pub(crate) fn count(&mut self, breaker: &Breaker, now: Option<Instant>) {
        for history in self.histories_mut(breaker.per) {
            let state = history.breaker_mut(breaker);
            // Without an instant every denial lies in the window.
            let reached = if let (Some(seconds), Some(at)) = (breaker.within_seconds, now) {
                let keep = breaker.after as usize;
                state.events.push(at);
                let start = before(at, seconds);
                state.events.retain(|event| *event > start);
                let surplus = state.events.len().saturating_sub(keep);
                state.events.drain(..surplus);
                state.events.len() >= keep
            } else {
                state.count = state.count.saturating_add(1);
                state.count >= u64::from(breaker.after)
            };
            if reached && state.phase == Phase::Closed {
                state.phase = Phase::Open(now);
            }
        }
    }

    /// Marks the call at `now` as the probe of `breaker`.
    pub(crate) fn probe(&mut self, breaker: &Breaker, now: Instant) {
        for history in self.histories_mut(breaker.per) {
            history.breaker_mut(breaker).phase = Phase::Probing(now);
        }
    }
}

impl Stand {
    /// Of two scopes that speak of one call, the one that stops it longer.
    fn harder(self, other: Self) -> Self {
        match (self, other) {
            (Self::Stops(Some(a)), Self::Stops(Some(b))) => Self::Stops(Some(a.max(b))),
            (Self::Stops(None), _) | (_, Self::Stops(None)) => Self::Stops(None),
            (stops @ Self::Stops(Some(_)), _) | (_, stops @ Self::Stops(Some(_))) => stops,
            (Self::Probe, _) | (_, Self::Probe) => Self::Probe,
            (Self::Passes, Self::Passes) => Self::Passes,
        }
    }
}

impl super::history::History {
    /// The state of `breaker`, anew where what it counts has changed; an open one stays open while its name exists.
    pub(super) fn breaker_mut(&mut self, breaker: &Breaker) -> &mut BreakerState {
        let fresh = BreakerState {
            meaning: breaker.meaning,
            count: 0,
            events: Vec::new(),
            phase: Phase::Closed,
        };
        let state = self
            .breakers
            .entry(breaker.name.clone())
            .or_insert_with(|| fresh.clone());
        if state.meaning != breaker.meaning {
            *state = BreakerState {
                phase: state.phase,
                ..fresh
            };
        }
        state
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
