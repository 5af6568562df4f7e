//! How a number is kept: in an artifact as its two parts, in a text of JSON so that every reader of JSON can bear it.
//!
//! JSON has no numbers of 128 bits, and what reads it piece by piece refuses them even where they are small. So in JSON
//! the two parts are numbers of 64 bits, and a number that is longer is a text.

use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use super::Decimal;

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return <(i128, i32)>::from(*self).serialize(serializer);
        }
        match i64::try_from(self.coefficient) {
            Ok(coefficient) => (coefficient, self.exponent).serialize(serializer),
            Err(_) => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return deserializer.deserialize_any(Kept);
        }
        let parts = <(i128, i32)>::deserialize(deserializer)?;
        Self::try_from(parts).map_err(de::Error::custom)
    }
}

struct Kept;

impl<'de> Visitor<'de> for Kept {
    type Value = Decimal;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a number as its two parts, or as a text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Decimal, E> {
        Decimal::parse(text).map_err(de::Error::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Decimal, A::Error> {
        let missing = || de::Error::custom("a number has two parts");
        let coefficient: i64 = parts.next_element()?.ok_or_else(missing)?;
        let exponent: i32 = parts.next_element()?.ok_or_else(missing)?;
        if parts.next_element::<de::IgnoredAny>()?.is_some() {
            return Err(missing());
        }
        Decimal::try_from((i128::from(coefficient), exponent)).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is remembered stands inside of other records, where JSON is read piece by piece.
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Outer {
        #[serde(flatten)]
        inner: Inner,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Inner {
        number: Decimal,
    }

    #[test]
    #[expect(clippy::unwrap_used, reason = "tests")]
    fn every_number_comes_back_from_json_wherever_it_stands() {
        for text in [
            "0",
            "1",
            "-7.25",
            "9223372036854775807",
            "9999999999999999999999999999999999",
            "-1.234567890123456789012345678901e-300",
        ] {
            let number = Decimal::parse(text).unwrap();
            let outer = Outer {
                inner: Inner { number },
            };
            let json = serde_json::to_string(&outer).unwrap();
            assert_eq!(serde_json::from_str::<Outer>(&json).unwrap(), outer, "{json}");
            let bytes = postcard::to_stdvec(&number).unwrap();
            assert_eq!(postcard::from_bytes::<Decimal>(&bytes).unwrap(), number);
        }
        for wrong in [
            r#"{"number":[1]}"#,
            r#"{"number":[10,0]}"#,
            r#"{"number":[1,0,0]}"#,
            r#"{"number":"x"}"#,
        ] {
            assert!(serde_json::from_str::<Outer>(wrong).is_err(), "{wrong}");
        }
    }
}
