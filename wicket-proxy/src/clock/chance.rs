//! Randomness.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ring::digest;
use ring::rand::{SecureRandom, SystemRandom};

/// Where random bytes come from.
#[derive(Debug, Clone)]
pub struct Chance(Source);

#[derive(Debug, Clone)]
enum Source {
    System(SystemRandom),
    Seeded { seed: u64, drawn: Arc<AtomicU64> },
}

/// The operating system gave no randomness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gives no randomness; check that /dev/urandom or getrandom is available")]
pub struct ChanceError;

impl Chance {
    /// The operating system's generator.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the door to chance")]
    pub fn system() -> Self {
        Self(Source::System(SystemRandom::new()))
    }

    /// A sequence that depends on `seed` alone. For tests: whoever knows the seed knows every key drawn from it.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded {
            seed,
            drawn: Arc::new(AtomicU64::new(0)),
        })
    }

    /// Fills `target` with random bytes.
    pub fn fill(&self, target: &mut [u8]) -> Result<(), ChanceError> {
        match &self.0 {
            Source::System(system) => system.fill(target).map_err(|_| ChanceError),
            Source::Seeded { seed, drawn } => {
                for part in target.chunks_mut(digest::SHA256_OUTPUT_LEN) {
                    let count = drawn.fetch_add(1, Ordering::SeqCst);
                    let mut context = digest::Context::new(&digest::SHA256);
                    context.update(&seed.to_be_bytes());
                    context.update(&count.to_be_bytes());
                    for (byte, random) in part.iter_mut().zip(context.finish().as_ref()) {
                        *byte = *random;
                    }
                }
                Ok(())
            }
        }
    }

    /// That many random bytes.
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N], ChanceError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::Chance;

    #[test]
    fn a_seed_fixes_the_sequence_and_two_draws_differ() {
        let (one, other) = (Chance::seeded(7), Chance::seeded(7));
        let first: [u8; 40] = one.bytes().unwrap();
        assert_eq!(first, other.bytes().unwrap());
        assert_ne!(first, one.bytes().unwrap());
        assert_ne!(Chance::seeded(8).bytes::<40>().unwrap(), first);
    }

    #[test]
    fn the_system_generator_does_not_repeat_itself() {
        let chance = Chance::system();
        assert_ne!(chance.bytes::<32>().unwrap(), chance.bytes::<32>().unwrap());
    }
}
