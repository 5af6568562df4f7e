//! A number of bytes as people write it: `4MiB`, or a plain number.

use std::fmt;

use serde::de::{Deserializer, Error, Visitor};

const EXPECTED: &str = "a number of bytes such as \"4MiB\", \"64KiB\" or 65536";

/// A number of bytes in a configuration file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(pub usize);

impl ByteSize {
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at_checked(digits)?;
        let factor = match unit.trim() {
            "" | "B" => 1,
            "KiB" => 1024,
            "MiB" => 1024 * 1024,
            _ => return None,
        };
        number.parse::<usize>().ok()?.checked_mul(factor).map(Self)
    }
}

impl fmt::Debug for ByteSize {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} bytes", self.0)
    }
}

impl<'de> serde::Deserialize<'de> for ByteSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl Visitor<'_> for Reader {
            type Value = ByteSize;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(EXPECTED)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<ByteSize, E> {
                ByteSize::read(text).ok_or_else(|| E::custom(format!("expected {EXPECTED}")))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<ByteSize, E> {
                usize::try_from(number)
                    .map(ByteSize)
                    .map_err(|_| E::custom(format!("expected {EXPECTED}")))
            }
        }

        deserializer.deserialize_any(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_binary() {
        assert_eq!(ByteSize::read("4MiB"), Some(ByteSize(4 * 1024 * 1024)));
        assert_eq!(ByteSize::read("64 KiB"), Some(ByteSize(65536)));
        assert_eq!(ByteSize::read("10"), Some(ByteSize(10)));
        assert_eq!(ByteSize::read("10MB"), None);
        assert_eq!(ByteSize::read("99999999999999999999"), None);
    }
}
