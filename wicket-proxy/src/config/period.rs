//! A length of time as people write it: `30s`, `90m`, `1h30m`.

use std::fmt;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error as _};

/// A length of time in a configuration file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period(pub Duration);

impl Period {
    #[must_use]
    pub const fn seconds(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    /// Reads `1h30m`: whole numbers with units, the larger units first or not.
    fn read(text: &str) -> Option<Self> {
        let mut total = Duration::ZERO;
        let mut rest = text.trim();
        if rest.is_empty() {
            return None;
        }
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit())?;
            let (number, after) = rest.split_at_checked(digits)?;
            let end = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
            let (unit, after) = after.split_at_checked(end)?;
            let millis = match unit.trim() {
                "ms" => 1,
                "s" => 1_000,
                "m" => 60_000,
                "h" => 3_600_000,
                "d" => 86_400_000,
                _ => return None,
            };
            let part = number.parse::<u64>().ok()?.checked_mul(millis)?;
            total = total.checked_add(Duration::from_millis(part))?;
            rest = after;
        }
        Some(Self(total))
    }
}

impl fmt::Debug for Period {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text).ok_or_else(|| {
            D::Error::custom("expected a length of time such as \"30s\", \"15m\", \"1h30m\" or \"2d\"")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_add_up() {
        assert_eq!(Period::read("1h30m"), Some(Period::seconds(5400)));
        assert_eq!(Period::read("2d"), Some(Period::seconds(172_800)));
        assert_eq!(Period::read("30 s"), Some(Period::seconds(30)));
    }

    #[test]
    fn a_number_needs_a_unit() {
        for text in [
            "",
            "30",
            "s",
            "30x",
            "-1s",
            "1.5h",
            "99999999999999999999s",
            "18446744073709551615d",
        ] {
            assert_eq!(Period::read(text), None, "{text}");
        }
    }
}
