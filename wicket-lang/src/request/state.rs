//! The state of a session: what was denied, and which breakers are open.
//!
//! State changes by the final answer only (one call of [`State::after`] for each decision), so a call that is asked
//! about twice while facts are fetched counts once. Every piece has a bound that the bundle states: a breaker keeps
//! at most as many instants as it needs to trip.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ir::{Breaker, Bundle, DeniedBy, Digest, Hold, Limit};
use crate::value::Instant;

/// How long the outcome of a probe is waited for, in milliseconds. Above the time limit of a call.
pub const PROBE_LIMIT_MS: i64 = 60_000;

/// A session's state. Starts empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Denied calls of this session.
    pub denials: u64,
    /// The same by the policy that denied.
    #[serde(default)]
    pub denials_by_policy: BTreeMap<String, u64>,
    /// By name of breaker.
    #[serde(default)]
    pub breakers: BTreeMap<String, BreakerState>,
    /// By name of limit.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub limits: BTreeMap<String, LimitState>,
    /// The instant of the last call, whatever its fate.
    #[serde(default)]
    pub last_call: Option<Instant>,
}

/// One breaker's state; it belongs to the name and to the meaning of what is counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakerState {
    pub meaning: Digest,
    /// Denials or calls so far; with a window, only `events` count.
    pub count: u64,
    /// The instants of the newest of them, oldest first; only for a breaker with a window.
    #[serde(default)]
    pub events: Vec<Instant>,
    #[serde(default)]
    pub phase: Phase,
}

/// One limit's state; it belongs to the name and to the meaning of what is counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitState {
    pub meaning: Digest,
    /// Calls so far that are kept without an instant: of a limit without a window, or made at an unknown instant.
    pub count: u64,
    /// The instants of the newest calls, oldest first; at most as many as the limit lets pass.
    #[serde(default)]
    pub events: Vec<Instant>,
}

/// What a limit says of one more call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// It passes.
    Left,
    /// It would be too many; it may pass at this instant (`None`: after a reset).
    Spent(Option<Instant>),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "since")]
pub enum Phase {
    #[default]
    Closed,
    /// Tripped at this instant (`None`: at an instant that is not known).
    Open(Option<Instant>),
    /// Its hold is over and one call has been let through, at this instant, whose outcome is not known yet.
    Probing(Instant),
}

/// A call that breakers let through to learn from its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// The breakers that wait for it, by name.
    pub breakers: Vec<String>,
    /// The instant at which it was let through.
    pub at: Instant,
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
    /// The state of a session of which only counts are told. Breakers without a window have counted them; of one with
    /// a window, or that counts something else than these, nothing is told.
    #[must_use]
    pub fn with_denials(bundle: &Bundle, denials: u64, by_policy: &BTreeMap<String, u64>) -> Self {
        let mut state = Self {
            denials,
            denials_by_policy: by_policy.clone(),
            ..Self::default()
        };
        for breaker in &bundle.breakers {
            let counted = match (&breaker.counts.by, &breaker.counts.of, breaker.within_seconds) {
                (DeniedBy::Anything, None, None) => denials,
                (DeniedBy::Policy(policy), None, None) => bundle
                    .policy(*policy)
                    .and_then(|policy| by_policy.get(&policy.name))
                    .copied()
                    .unwrap_or_default(),
                (
                    DeniedBy::Anything
                    | DeniedBy::Forbid
                    | DeniedBy::Default
                    | DeniedBy::Limit
                    | DeniedBy::Arguments
                    | DeniedBy::Policy(_)
                    | DeniedBy::NothingButCalls,
                    _,
                    _,
                ) => 0,
            };
            if counted > 0 {
                let entry = state.entry(breaker);
                entry.count = counted;
                if counted >= u64::from(breaker.after) {
                    entry.phase = Phase::Open(None);
                }
            }
        }
        state
    }

    /// What `breaker` says of a call at `now`.
    #[must_use]
    pub fn stand(&self, breaker: &Breaker, now: Option<Instant>) -> Stand {
        let Some(state) = self.breakers.get(&breaker.name) else {
            return Stand::Passes;
        };
        match (state.phase, breaker.hold) {
            (Phase::Closed, _) => Stand::Passes,
            (Phase::Open(_) | Phase::Probing(_), Hold::UntilReset) => Stand::Stops(None),
            (Phase::Open(since), Hold::For(seconds)) => wait(since, seconds.saturating_mul(1000), now),
            (Phase::Probing(since), Hold::For(_)) => wait(Some(since), PROBE_LIMIT_MS.unsigned_abs(), now),
        }
    }

    /// What `limit` says of one more call at `now`. A window counts what is later than its start, up to now.
    #[must_use]
    pub fn room(&self, limit: &Limit, now: Option<Instant>) -> Room {
        let Some(state) = self
            .limits
            .get(&limit.name)
            .filter(|state| state.meaning == limit.meaning)
        else {
            return Room::Left;
        };
        let most = limit.most as usize;
        let (Some(seconds), Some(now)) = (limit.within_seconds, now) else {
            // Without a window, or without knowing when, every call counts.
            let all = state.count.saturating_add(state.events.len() as u64);
            return if all < u64::from(limit.most) {
                Room::Left
            } else {
                Room::Spent(None)
            };
        };
        let start = before(now, seconds);
        let inside: Vec<Instant> = state
            .events
            .iter()
            .copied()
            .filter(|event| *event > start)
            .collect();
        let unplaced = usize::try_from(state.count).unwrap_or(usize::MAX);
        let Some(over) = inside.len().saturating_add(unplaced).checked_sub(most) else {
            return Room::Left;
        };
        // One more has to leave than there are too many.
        let leaves = inside.get(over);
        Room::Spent(
            leaves.map(|event| Instant(event.0.saturating_add_unsigned(seconds.saturating_mul(1000)))),
        )
    }

    /// Counts one permitted call at `now` for `limit`.
    pub(crate) fn spend(&mut self, limit: &Limit, now: Option<Instant>) {
        let fresh = LimitState {
            meaning: limit.meaning,
            count: 0,
            events: Vec::new(),
        };
        let state = self
            .limits
            .entry(limit.name.clone())
            .or_insert_with(|| fresh.clone());
        if state.meaning != limit.meaning {
            *state = fresh;
        }
        if let (Some(seconds), Some(at)) = (limit.within_seconds, now) {
            state.events.push(at);
            let start = before(at, seconds);
            state.events.retain(|event| *event > start);
            let surplus = state.events.len().saturating_sub(limit.most as usize);
            state.events.drain(..surplus);
        } else {
            state.count = state.count.saturating_add(1);
        }
    }

    /// Counts one denial, or one permitted call, at `now` for `breaker` and trips it where the bound is reached.
    pub(crate) fn count(&mut self, breaker: &Breaker, now: Option<Instant>) {
        let state = self.entry(breaker);
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

    /// Marks the call at `now` as the probe of `breaker`.
    pub(crate) fn probe(&mut self, breaker: &Breaker, now: Instant) {
        self.entry(breaker).phase = Phase::Probing(now);
    }

    /// The outcome of a probe is known: a success closes the breakers that wait for it, anything else opens them anew
    /// from `now`.
    ///
    /// A breaker that waits for another call, or that has given this one up, learns nothing from it: else whoever may
    /// call two tools could close the breaker of the one with a success of the other.
    pub fn outcome(&mut self, probe: &Probe, success: bool, now: Instant) {
        for (_, state) in self
            .breakers
            .iter_mut()
            .filter(|(name, state)| state.phase == Phase::Probing(probe.at) && probe.breakers.contains(name))
        {
            state.phase = if success {
                Phase::Closed
            } else {
                Phase::Open(Some(now))
            };
            if success {
                state.count = 0;
                state.events.clear();
            }
        }
    }

    /// Closes breakers and sets their counts to nothing: all of them, or the one of this name. Says whether there
    /// was one.
    pub fn reset(&mut self, item: Option<&str>) -> bool {
        let before = self.breakers.len() + self.limits.len();
        match item {
            None => {
                self.denials = 0;
                self.denials_by_policy.clear();
                self.breakers.clear();
                self.limits.clear();
                true
            }
            Some(name) => {
                self.breakers.remove(name);
                self.limits.remove(name);
                self.breakers.len() + self.limits.len() < before
            }
        }
    }

    /// Whether nothing in the state holds the session together any more: it has been idle for longer than `idle_ms`,
    /// no breaker is open, and no event lies inside its window. Idleness clears only counts that have no window, so
    /// a session with anything else to remember goes on.
    #[must_use]
    pub fn is_over(&self, bundle: &Bundle, now: Instant, idle_ms: i64) -> bool {
        let idle = self
            .last_call
            .is_none_or(|last| now.0.saturating_sub(last.0) > idle_ms);
        idle && self.breakers.iter().all(|(name, state)| {
            let window = bundle
                .breakers
                .iter()
                .find(|b| b.name == *name)
                .and_then(|b| b.within_seconds);
            let live =
                window.is_some_and(|seconds| state.events.iter().any(|event| *event > before(now, seconds)));
            state.phase == Phase::Closed && !live
        }) && self.limits.iter().all(|(name, state)| {
            let window = bundle
                .limits
                .iter()
                .find(|limit| limit.name == *name)
                .and_then(|limit| limit.within_seconds);
            window.is_none_or(|seconds| state.events.iter().all(|event| *event <= before(now, seconds)))
        })
    }

    /// The state of `breaker`, anew where what it counts has changed; an open one stays open while its name exists.
    fn entry(&mut self, breaker: &Breaker) -> &mut BreakerState {
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
fn before(at: Instant, seconds: u64) -> Instant {
    Instant(at.0.saturating_sub_unsigned(seconds.saturating_mul(1000)))
}
