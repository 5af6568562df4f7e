//! A point in time, as a value: evaluation reads no clock.

use std::fmt;

use chrono::{DateTime, SecondsFormat};
use serde::{Deserialize, Serialize};

/// Milliseconds since the start of 1970 in UTC, leap seconds ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

/// A text that is no instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("an instant is written like 2026-03-02T12:00:00Z or 2026-03-02T12:00:00+01:00")]
pub struct InstantError;

impl Instant {
    /// Reads RFC 3339; an offset or `Z` is required. What is finer than a millisecond is cut off.
    pub fn parse(text: &str) -> Result<Self, InstantError> {
        DateTime::parse_from_rfc3339(text)
            .map(|instant| Self(instant.timestamp_millis()))
            .map_err(|_| InstantError)
    }

    /// Reads RFC 3339 as all programs do: capital `T` and `Z`, nothing finer than a millisecond, no leap second.
    #[must_use]
    pub fn parse_exactly(text: &str) -> Option<Self> {
        if text.as_bytes().get(10) != Some(&b'T') || text.contains('z') {
            return None;
        }
        let instant = DateTime::parse_from_rfc3339(text).ok()?;
        let finer = instant.timestamp_subsec_nanos();
        (finer < 1_000_000_000 && finer % 1_000_000 == 0).then(|| Self(instant.timestamp_millis()))
    }
}

impl fmt::Display for Instant {
    /// RFC 3339 in UTC, with milliseconds only where there are some. An instant outside of the calendar that chrono
    /// knows is written as its number.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let precision = if self.0 % 1000 == 0 {
            SecondsFormat::Secs
        } else {
            SecondsFormat::Millis
        };
        match DateTime::from_timestamp_millis(self.0) {
            Some(instant) => formatter.write_str(&instant.to_rfc3339_opts(precision, true)),
            None => write!(formatter, "{} ms", self.0),
        }
    }
}
