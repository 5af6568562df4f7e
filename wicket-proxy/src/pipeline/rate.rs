//! The rate of each key.
//!
//! A flood is told to wait, counts for no breaker, and leaves one record a key and second, with a count: the first
//! refusal at once, those that follow it together, a second later.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::audit::{CallBody, KeyId};

/// How many keys are remembered before those that are idle are forgotten.
const MANY_KEYS: usize = 10_000;

/// The time for which refusals are counted together.
const TOGETHER: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct RateLimits {
    limiter: RateLimiter<KeyId, HashMapStateStore<KeyId>, DefaultClock>,
    clock: DefaultClock,
    refused: Mutex<HashMap<KeyId, Flood>>,
    begun: <DefaultClock as governor::clock::Clock>::Instant,
}

/// The refusals of one key.
#[derive(Debug, Default)]
struct Flood {
    /// When the last record was written.
    recorded: Duration,
    /// How many refusals there were since.
    count: u64,
    /// The record that will stand for them.
    waiting: Option<Box<CallBody>>,
}

/// A call over the rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Excess {
    /// After which the next call may come.
    pub(super) wait: Duration,
    pub(super) due: Due,
}

/// Which record a refusal makes due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// One for it alone.
    Now,
    /// One for it and those that will follow it, after this time: see [`RateLimits::keep`].
    Later(Duration),
    /// None; it is counted.
    Counted,
}

impl RateLimits {
    pub(super) fn new(burst: u32, per_second: u32) -> Self {
        let at_least_one = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(at_least_one(per_second)).allow_burst(at_least_one(burst));
        let clock = DefaultClock::default();
        Self {
            limiter: RateLimiter::new(quota, HashMapStateStore::default(), clock.clone()),
            begun: clock.now(),
            clock,
            refused: Mutex::default(),
        }
    }

    /// Whether a call of this key is within its rate.
    pub(super) fn check(&self, key: KeyId) -> Result<(), Excess> {
        if self.limiter.len() > MANY_KEYS {
            self.limiter.retain_recent();
        }
        let Err(refused) = self.limiter.check_key(&key) else {
            return Ok(());
        };
        let now = self.clock.now();
        let since: Duration = now - self.begun;
        let mut floods = self.floods();
        if floods.len() > MANY_KEYS {
            floods.retain(|_, flood| {
                flood.count > 0 || since.saturating_sub(flood.recorded) < Duration::from_mins(1)
            });
        }
        let due = match floods.get_mut(&key) {
            Some(flood) if flood.count > 0 => {
                flood.count = flood.count.saturating_add(1);
                Due::Counted
            }
            Some(flood) if since.saturating_sub(flood.recorded) < TOGETHER => {
                flood.count = 1;
                Due::Later(TOGETHER.saturating_sub(since.saturating_sub(flood.recorded)))
            }
            Some(flood) => {
                flood.recorded = since;
                Due::Now
            }
            None => {
                let flood = Flood {
                    recorded: since,
                    ..Flood::default()
                };
                floods.insert(key, flood);
                Due::Now
            }
        };
        Err(Excess {
            wait: refused.wait_time_from(now),
            due,
        })
    }

    /// Keeps the record that will stand for what is counted of this key.
    pub(super) fn keep(&self, key: KeyId, body: CallBody) {
        if let Some(flood) = self.floods().get_mut(&key) {
            flood.waiting = Some(Box::new(body));
        }
    }

    /// The record that is due for this key, with its count.
    pub(super) fn take(&self, key: KeyId) -> Option<CallBody> {
        let since = self.clock.now() - self.begun;
        self.floods().get_mut(&key)?.take(since)
    }

    /// All records that are due, for the end of the program.
    pub(super) fn take_all(&self) -> Vec<CallBody> {
        let since: Duration = self.clock.now() - self.begun;
        self.floods()
            .values_mut()
            .filter_map(|flood| flood.take(since))
            .collect()
    }

    fn floods(&self) -> MutexGuard<'_, HashMap<KeyId, Flood>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Flood {
    fn take(&mut self, since: Duration) -> Option<CallBody> {
        let count = std::mem::take(&mut self.count);
        let body = *self.waiting.take()?;
        self.recorded = since;
        Some(CallBody {
            count: Some(count),
            ..body
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: i64) -> KeyId {
        number
            .to_string()
            .parse()
            .unwrap_or_else(|_| unreachable!("a number is a key's name"))
    }

    #[test]
    fn point_63_a_burst_passes_and_the_flood_behind_it_is_recorded_once() {
        let limits = RateLimits::new(5, 1);
        let answers: Vec<_> = (0..50).map(|_| limits.check(key(1))).collect();
        let refused: Vec<&Excess> = answers
            .iter()
            .filter_map(|answer| answer.as_ref().err())
            .collect();
        assert_eq!(refused.len(), 45);
        let due: Vec<Due> = refused.iter().map(|excess| excess.due).collect();
        assert!(matches!(
            due.as_slice(),
            [Due::Now, Due::Later(_), rest @ ..] if rest.iter().all(|due| *due == Due::Counted)
        ));
        let body = crate::gate::Permit::for_test().intent().clone();
        limits.keep(key(1), body);
        assert_eq!(limits.take(key(1)).and_then(|record| record.count), Some(44));
        assert_eq!(limits.take(key(1)), None);
        assert!(refused.iter().all(|excess| excess.wait <= Duration::from_secs(1)));
        assert!(limits.check(key(2)).is_ok(), "another key has a rate of its own");
    }
}
