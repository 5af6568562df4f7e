//! A length of time, as a value: exact milliseconds, and negative where an earlier instant has a later one taken away.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Milliseconds; a day is 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Duration(pub i64);

/// The units in which the language writes lengths of time, the largest first, in milliseconds.
const UNITS: [(char, i64); 4] = [('d', 86_400_000), ('h', 3_600_000), ('m', 60_000), ('s', 1000)];

/// The longest length of time that is read, a hundred years.
const LONGEST: i64 = 36_525 * 86_400_000;

impl Duration {
    /// Reads `90m`, `1h30m`, and ISO 8601 as far as it is exact: `PT90M`, `P1DT12H`, but no months and no years, which
    /// are not all of one length. The units stand in their order, each once.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let Some(iso) = text.strip_prefix('P') else {
            return parse_units(text, &UNITS);
        };
        if let Some(weeks) = iso.strip_suffix('W') {
            return parse_units(&format!("{weeks}W"), &[('W', 7 * 86_400_000)]);
        }
        let (days, rest) = match iso.split_once('T') {
            Some((days, rest)) => (days, Some(rest)),
            None => (iso, None),
        };
        let days = match (days, rest) {
            ("", Some(_)) => Some(Self(0)),
            (days, _) => parse_units(days, &[('D', 86_400_000)]),
        };
        let rest = rest.map_or(Some(Self(0)), |rest| {
            parse_units(rest, &[('H', 3_600_000), ('M', 60_000), ('S', 1000)])
        });
        let whole = days?.0.checked_add(rest?.0)?;
        (whole <= LONGEST).then_some(Self(whole))
    }
}

/// `1h30m`: whole numbers, each with its unit, in the order of the units and at least one of them.
fn parse_units(text: &str, units: &[(char, i64)]) -> Option<Duration> {
    let mut units = units.iter();
    let mut rest = text;
    let mut sum = 0_i64;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let (digits, behind) = rest.split_at_checked(end)?;
        let unit = behind.chars().next()?;
        let (_, length) = units.find(|(name, _)| *name == unit)?;
        sum = sum.checked_add(digits.parse::<i64>().ok()?.checked_mul(*length)?)?;
        rest = behind.strip_prefix(unit)?;
    }
    (!text.is_empty() && sum <= LONGEST).then_some(Duration(sum))
}

impl fmt::Display for Duration {
    /// `1d12h`, `-30s`; what is finer than a second is written as its number.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 % 1000 != 0 {
            return write!(formatter, "{} ms", self.0);
        }
        if self.0 == 0 {
            return formatter.write_str("0s");
        }
        let mut rest = self.0.unsigned_abs();
        if self.0 < 0 {
            formatter.write_str("-")?;
        }
        for (name, length) in UNITS {
            let length = length.unsigned_abs();
            if rest >= length {
                write!(formatter, "{}{name}", rest / length)?;
                rest %= length;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<i64> {
        Duration::parse(text).map(|length| length.0 / 1000)
    }

    #[test]
    fn lengths_are_read_exactly_or_not_at_all() {
        assert_eq!(seconds("1h30m"), Some(5400));
        assert_eq!(seconds("0s"), Some(0));
        assert_eq!(seconds("PT90M"), Some(5400));
        assert_eq!(seconds("P1DT12H"), Some(129_600));
        assert_eq!(seconds("P2W"), Some(1_209_600));
        for bad in [
            "",
            "P",
            "PT",
            "P1Y",
            "P1M",
            "30m1h",
            "1h1h",
            "1.5h",
            "-1h",
            "1",
            "h",
            "P1D2H",
            "1h ",
            "99999999999d",
        ] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_length_is_written_as_the_language_writes_it() {
        for text in ["1d12h", "45m", "0s", "1d1s"] {
            assert_eq!(
                Duration::parse(text).map(|length| length.to_string()),
                Some(text.to_owned())
            );
        }
        assert_eq!(Duration(-30_000).to_string(), "-30s");
    }
}
