//! How long something took for those who waited; the proxy's own clock stands still meanwhile.

use std::time::{Duration, Instant};

#[derive(Clone, Copy)]
pub struct StopWatch(Instant);

#[expect(
    clippy::disallowed_methods,
    reason = "promises about waiting are about real time"
)]
impl StopWatch {
    pub fn start() -> StopWatch {
        StopWatch(Instant::now())
    }

    pub fn took(self) -> Duration {
        self.0.elapsed()
    }
}
