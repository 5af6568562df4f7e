//! What is wrong, for `/readyz` and the log.

use std::sync::{Mutex, PoisonError};

/// Why the service is less than it should be; nothing of it is secret.
#[derive(Debug, Default)]
pub struct Health {
    degraded: Mutex<Option<String>>,
}

impl Health {
    /// Says what is wrong, or that nothing is any more.
    pub fn set(&self, degraded: Option<String>) {
        *self.degraded.lock().unwrap_or_else(PoisonError::into_inner) = degraded;
    }

    #[must_use]
    pub fn degraded(&self) -> Option<String> {
        self.degraded
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
