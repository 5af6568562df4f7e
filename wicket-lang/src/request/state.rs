//! The state that a decision reads and changes: what each scope of a call remembers.
//!
//! State changes by the final answer only (one step for each decision), so a call that is asked about twice while facts
//! are fetched counts once, and by the outcome of a call, once it is known. Every piece has a bound that the bundle
//! states.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::{Deserialize, Serialize};

use super::breakers::{Phase, Probe, before};
use super::history::{Event, History, Key};
use super::ledger::{Ledger, Since};
use crate::calendar::Calendar;
use crate::ir::{BreakerId, Bundle, DeniedBy, Outcome, Per, Track, Trips};
use crate::value::{Bounds, Decimal, Instant, Truth};

/// How long a session lasts without a call, in milliseconds, unless it is configured otherwise: half an hour.
pub const IDLE_MS: i64 = 30 * 60 * 1000;

/// The state of the scopes of a call. Starts empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Denied calls of this session.
    pub denials: u64,
    /// The same by the policy that denied.
    #[serde(default)]
    pub denials_by_policy: BTreeMap<String, u64>,
    /// What the session remembers.
    #[serde(flatten)]
    pub session: History,
    /// What the wider scopes of the call remember; each is kept for itself by whoever keeps state.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub shared: BTreeMap<Per, History>,
    /// The instant of the last call, whatever its fate.
    #[serde(default)]
    pub last_call: Option<Instant>,
}

/// What a limit says of one more call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// It passes.
    Left,
    /// It would be too many; it may pass at this instant (`None`: after a reset).
    Spent(Option<Instant>),
}

/// What is awaited of a permitted call's outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Awaited {
    /// The breakers for which it is the probe, and the instant at which it was let through.
    pub probes: Option<(Vec<Probe>, Instant)>,
    /// Its number in each scope where it stands in a track that asks how it ends.
    pub calls: BTreeMap<Per, u64>,
    /// The breakers that may trip on its outcome.
    pub breakers: Vec<BreakerId>,
}

impl Awaited {
    /// Whether the outcome changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.probes.is_none() && self.calls.is_empty()
    }
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
            let Trips::Denials {
                after,
                by,
                of: None,
                within_seconds: None,
            } = breaker.trips
            else {
                continue;
            };
            let counted = match by {
                DeniedBy::Anything => denials,
                DeniedBy::Policy(policy) => bundle
                    .policy(policy)
                    .and_then(|policy| by_policy.get(&policy.name))
                    .copied()
                    .unwrap_or_default(),
                DeniedBy::Forbid | DeniedBy::Default | DeniedBy::Limit | DeniedBy::Arguments => 0,
            };
            if counted > 0 && breaker.per == Per::Session {
                let entry = state.session.breaker_mut(breaker);
                entry.count = counted;
                if counted >= u64::from(after) {
                    entry.phase = Phase::Open(None);
                }
            }
        }
        state
    }

    /// What the scope remembers. A conversation reads the session's history beside its own.
    pub(super) fn histories(&self, per: Per) -> impl Iterator<Item = &History> {
        let (session, shared) = match per {
            Per::Session => (Some(&self.session), None),
            Per::Conversation => (Some(&self.session), self.shared.get(&per)),
            Per::Member | Per::Agent | Per::Connector => (None, self.shared.get(&per)),
        };
        session.into_iter().chain(shared)
    }

    pub(super) fn histories_mut(&mut self, per: Per) -> impl Iterator<Item = &mut History> {
        let (session, shared) = match per {
            Per::Session => (Some(&mut self.session), None),
            // Whoever names no conversation has none, and is counted by the session.
            Per::Conversation => (Some(&mut self.session), self.shared.get_mut(&per)),
            Per::Member | Per::Agent | Per::Connector => (None, Some(self.shared.entry(per).or_default())),
        };
        session.into_iter().chain(shared)
    }

    /// What a track has counted under `key` before this call, or the size of its set.
    #[must_use]
    pub fn bounds(&self, calendar: &Calendar, track: &Track, key: &Key, now: Option<Instant>) -> Bounds {
        let since = track.since(calendar, now);
        let found = self
            .histories(track.per)
            .filter_map(|history| history.track(track));
        found
            .map(|state| state.bounds(track, key, since))
            .reduce(Bounds::larger)
            .unwrap_or(Bounds::NOTHING)
    }

    /// Whether a track holds `value` under `key`.
    #[must_use]
    pub fn contains(
        &self,
        calendar: &Calendar,
        track: &Track,
        value: &str,
        fold: bool,
        key: &Key,
        now: Option<Instant>,
    ) -> Truth {
        let since = track.since(calendar, now);
        self.histories(track.per)
            .filter_map(|history| history.track(track))
            .map(|state| state.contains(value, fold, key, since))
            .fold(Truth::False, Truth::or)
    }

    /// Whether a track that may go up to `most` has room for one more event at its instant.
    #[must_use]
    pub fn room(
        &self,
        calendar: &Calendar,
        track: &Track,
        most: Decimal,
        event: &Event,
        member: Option<&str>,
    ) -> Room {
        let fits = |now: Option<Instant>| {
            let so_far = self.bounds(calendar, track, &event.key, now);
            so_far.plus(event.most()).is_at_most(most)
        };
        let has_key = self
            .histories(track.per)
            .filter_map(|history| history.track(track))
            .all(|state| state.has_room(track, &event.key, member, track.since(calendar, event.at)));
        if has_key && fits(event.at) {
            return Room::Left;
        }
        let edges = self.edges(calendar, track, event.at);
        if !has_key {
            return Room::Spent(edges.last().copied());
        }
        // Without signs a count only falls while nothing happens.
        let first = if track.signed {
            edges.iter().position(|edge| fits(Some(*edge)))
        } else {
            Some(edges.partition_point(|edge| !fits(Some(*edge))))
        };
        Room::Spent(first.and_then(|first| edges.get(first)).copied())
    }

    /// The instants after `now` at which an event of the track leaves its window, in order.
    #[must_use]
    pub fn edges(&self, calendar: &Calendar, track: &Track, now: Option<Instant>) -> Vec<Instant> {
        let Some(now) = now else { return Vec::new() };
        let states = self
            .histories(track.per)
            .filter_map(|history| history.track(track));
        let mut edges: Vec<Instant> = states
            .flat_map(|state| state.ledgers().flat_map(Ledger::instants))
            .filter_map(|event| track.leaves(calendar, event))
            .filter(|edge| *edge > now)
            .collect();
        edges.sort();
        edges.dedup();
        edges
    }

    /// Enters what a permitted call adds to a track; `calls` numbers those whose outcome is awaited.
    pub(crate) fn enter(
        &mut self,
        calendar: &Calendar,
        track: &Track,
        event: &Event,
        member: Option<&str>,
        calls: &BTreeMap<Per, u64>,
    ) {
        let since = track.since(calendar, event.at);
        let waits = track.on.is_some();
        let numbers: Vec<Option<u64>> = scopes(track.per)
            .map(|per| calls.get(&per).copied().filter(|_| waits))
            .collect();
        for (history, number) in self.histories_mut(track.per).zip(numbers) {
            history
                .track_mut(track)
                .enter(track, event, member, number, since);
        }
    }

    /// Puts what a result says in the place of what a call was thought to add, if it is still awaited; `None`: it adds
    /// nothing.
    pub(crate) fn revise(&mut self, track: &Track, calls: &BTreeMap<Per, u64>, event: Option<&Event>) {
        for per in scopes(track.per) {
            let history = match per {
                Per::Session => Some(&mut self.session),
                Per::Conversation | Per::Member | Per::Agent | Per::Connector => self.shared.get_mut(&per),
            };
            if let (Some(history), Some(call)) = (history, calls.get(&per)) {
                history.revise(track, *call, event);
            }
        }
    }

    /// Gives a call a number in each of these scopes.
    pub(crate) fn number(&mut self, per: impl IntoIterator<Item = Per>) -> BTreeMap<Per, u64> {
        let mut numbers = BTreeMap::new();
        for per in per.into_iter().flat_map(scopes) {
            let history = match per {
                Per::Session => &mut self.session,
                Per::Conversation => match self.shared.get_mut(&per) {
                    Some(history) => history,
                    None => continue,
                },
                Per::Member | Per::Agent | Per::Connector => self.shared.entry(per).or_default(),
            };
            if let Entry::Vacant(number) = numbers.entry(per) {
                history.calls = history.calls.saturating_add(1);
                number.insert(history.calls);
            }
        }
        numbers
    }

    /// The outcome of a call is known, or that it will never be (`None`). A success of a probe closes the breakers that
    /// wait for it, anything else opens them anew from `now`.
    ///
    /// A breaker that waits for another call, or that has given this one up, learns nothing from it: else whoever may
    /// call two tools could close the breaker of the one with a success of the other.
    pub fn outcome(&mut self, bundle: &Bundle, awaited: &Awaited, outcome: Option<Outcome>, now: Instant) {
        // First the call enters what it is to enter, so that a breaker which closes forgets it as well.
        let mut touched = Vec::new();
        for (per, call) in &awaited.calls {
            if let Some(history) = self.history_mut(*per) {
                touched.push((*per, history.settle(bundle, *call, outcome, now)));
            }
        }
        if let Some((probes, at)) = &awaited.probes {
            let success = outcome == Some(Outcome::Success);
            for history in std::iter::once(&mut self.session).chain(self.shared.values_mut()) {
                for Probe { breaker, key } in probes {
                    history.probed(breaker, key.as_deref(), *at, success, now);
                }
            }
        }
        for (per, touched) in touched {
            let Some(history) = self.history_mut(per) else {
                continue;
            };
            for (track, touched) in touched {
                let breakers = awaited.breakers.iter().filter_map(|id| bundle.breaker(*id));
                for breaker in breakers.filter(|breaker| breaker.track() == Some(track)) {
                    if let Some(track) = bundle.track(track) {
                        history.trip(&bundle.calendar, breaker, track, &touched, Some(now));
                    }
                }
            }
        }
    }

    fn history_mut(&mut self, per: Per) -> Option<&mut History> {
        match per {
            Per::Session => Some(&mut self.session),
            Per::Conversation | Per::Member | Per::Agent | Per::Connector => self.shared.get_mut(&per),
        }
    }

    /// Closes breakers and sets their counts, and those of limits, to nothing; or clears the one item of this name,
    /// which may be a mark or a track as well. Says whether there was one.
    pub fn reset(&mut self, item: Option<&str>) -> bool {
        let mut found = item.is_none();
        if item.is_none() {
            self.denials = 0;
            self.denials_by_policy.clear();
        }
        for history in std::iter::once(&mut self.session).chain(self.shared.values_mut()) {
            found |= history.reset(item);
        }
        found
    }

    /// What a call at `now` finds: this state, or where the session is over, only what wider scopes remember. A state of
    /// which no last call is known, or a call whose instant is not, is in no session that could be over.
    #[must_use]
    pub fn resumed(self, bundle: &Bundle, now: Option<Instant>, idle_ms: i64) -> Self {
        match (self.last_call, now) {
            (Some(_), Some(now)) if self.is_over(bundle, now, idle_ms) => Self {
                shared: self.shared,
                ..Self::default()
            },
            (Some(_) | None, _) => self,
        }
    }

    /// Whether nothing in the state holds the session together any more: it has been idle for longer than `idle_ms`,
    /// no breaker is open, and no event lies inside its window. Idleness clears only counts that have no window, so
    /// a session with anything else to remember, a mark for one, goes on.
    #[must_use]
    pub fn is_over(&self, bundle: &Bundle, now: Instant, idle_ms: i64) -> bool {
        let idle = self
            .last_call
            .is_none_or(|last| now.0.saturating_sub(last.0) > idle_ms);
        idle && self.session.breakers.iter().all(|(name, state)| {
            let breaker = bundle.breakers.iter().find(|b| b.name == *name);
            let window = breaker.and_then(|breaker| match breaker.trips {
                Trips::Denials { within_seconds, .. } => within_seconds,
                // What it looks at lies in a track.
                Trips::Track { .. } | Trips::Share { .. } => None,
            });
            let live =
                window.is_some_and(|seconds| state.events.iter().any(|event| *event > before(now, seconds)));
            state.phase == Phase::Closed && state.keys.is_empty() && !live
        }) && bundle.tracks.iter().all(|track| {
            let since = track.since(&bundle.calendar, Some(now));
            since == Since::Ever
                || self
                    .session
                    .track(track)
                    .is_none_or(|state| !state.is_live(since))
        })
    }
}

/// The scopes in which something `per` this one is kept, in the order of [`State::histories`].
fn scopes(per: Per) -> impl Iterator<Item = Per> {
    let also = (per == Per::Conversation).then_some(Per::Session);
    also.into_iter().chain([per])
}
