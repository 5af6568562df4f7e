//! The rate of each key.
//!
//! A flood is told to wait, counts for no breaker, and leaves one record a key and second, with a count.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::audit::KeyId;

/// How many keys are remembered before those that are idle are forgotten.
const MANY_KEYS: usize = 10_000;

#[derive(Debug)]
pub(super) struct RateLimits {
    limiter: RateLimiter<KeyId, HashMapStateStore<KeyId>, DefaultClock>,
    clock: DefaultClock,
    /// For each key the second of its last record, and how many calls were refused since.
    refused: Mutex<HashMap<KeyId, (Duration, u64)>>,
    begun: <DefaultClock as governor::clock::Clock>::Instant,
}

/// A call over the rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Excess {
    /// After which the next call may come.
    pub(super) wait: Duration,
    /// How many refusals a record now stands for; `None`: none is due.
    pub(super) to_record: Option<u64>,
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
        let mut counts = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() > MANY_KEYS {
            counts.retain(|_, (last, _)| since.saturating_sub(*last) < Duration::from_mins(1));
        }
        let to_record = match counts.get_mut(&key) {
            Some((last, count)) if since.saturating_sub(*last) < Duration::from_secs(1) => {
                *count = count.saturating_add(1);
                None
            }
            Some((last, count)) => {
                let due = count.saturating_add(1);
                (*last, *count) = (since, 0);
                Some(due)
            }
            None => {
                counts.insert(key, (since, 0));
                Some(1)
            }
        };
        Err(Excess {
            wait: refused.wait_time_from(now),
            to_record,
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
        assert_eq!(
            refused.iter().filter(|excess| excess.to_record.is_some()).count(),
            1
        );
        assert!(refused.iter().all(|excess| excess.wait <= Duration::from_secs(1)));
        assert!(limits.check(key(2)).is_ok(), "another key has a rate of its own");
    }
}
