//! The doors to time and chance.
//!
//! Nobody else in the proxy reads a clock or rolls a die: what depends on either takes a [`Clock`] or a [`Chance`], so
//! that a test (and `wicket demo`) can move the one and fix the other.

mod chance;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

pub use chance::{Chance, ChanceError};
use wicket_lang::value::Instant;

/// Where the present comes from.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The clock of this machine.
    System,
    /// A clock that only moves when its handle is moved.
    Manual(ManualClock),
}

impl Clock {
    /// The present.
    ///
    /// It may be earlier than what an earlier call returned (an operator may set the machine's clock back); the store
    /// sees to it that time never runs backwards within a scope.
    #[must_use]
    pub fn now(&self) -> Instant {
        match self {
            Self::System => {
                #[expect(clippy::disallowed_methods, reason = "this is the door to time")]
                let now = SystemTime::now();
                // A machine set to before 1970 gets a negative instant rather than a wrong one.
                let millis = match now.duration_since(UNIX_EPOCH) {
                    Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
                    Err(before) => {
                        i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |millis| -millis)
                    }
                };
                Instant(millis)
            }
            Self::Manual(manual) => manual.now(),
        }
    }
}

/// A clock that its holder moves; clones are handles to the same clock.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// A clock that stands at `start`.
    #[must_use]
    pub fn new(start: Instant) -> Self {
        Self(Arc::new(AtomicI64::new(start.0)))
    }

    /// Where the clock stands.
    #[must_use]
    pub fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst))
    }

    /// Moves the clock to `instant`, which may be in the past.
    pub fn set(&self, instant: Instant) {
        self.0.store(instant.0, Ordering::SeqCst);
    }

    /// Moves the clock on by that many milliseconds.
    pub fn advance_millis(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use wicket_lang::value::Instant;

    use super::{Clock, ManualClock};

    #[test]
    fn a_manual_clock_moves_for_all_its_handles() {
        let hand = ManualClock::new(Instant(1_000));
        let clock = Clock::Manual(hand.clone());
        hand.advance_millis(500);
        assert_eq!(clock.now(), Instant(1_500));
        hand.set(Instant(7));
        assert_eq!(clock.now(), Instant(7));
    }

    #[test]
    fn the_system_clock_reads_this_century() {
        let now = Clock::System.now().0;
        assert!(now > 1_700_000_000_000 && now < 4_102_444_800_000, "{now}");
    }
}
