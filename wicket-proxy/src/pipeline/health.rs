//! What is wrong, for `/readyz` and the log.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// A part of the service that can be less than it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Policies,
    Connectors,
}

/// Why the service is less than it should be; nothing of it is secret.
#[derive(Debug, Default)]
pub struct Health {
    degraded: Mutex<BTreeMap<Part, String>>,
}

impl Health {
    /// Says what is wrong with a part, or that nothing is any more.
    pub fn set(&self, part: Part, degraded: Option<String>) {
        let mut parts = self.degraded.lock().unwrap_or_else(PoisonError::into_inner);
        match degraded {
            Some(words) => parts.insert(part, words),
            None => parts.remove(&part),
        };
    }

    /// All that is wrong.
    #[must_use]
    pub fn degraded(&self) -> Option<String> {
        let parts = self.degraded.lock().unwrap_or_else(PoisonError::into_inner);
        (!parts.is_empty()).then(|| parts.values().cloned().collect::<Vec<_>>().join("; "))
    }
}
