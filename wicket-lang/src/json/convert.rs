//! To and from the values of serde_json, for the places that need them.

use super::{Json, Number, Object};
use crate::decimal::DecimalError;

impl TryFrom<&serde_json::Value> for Json {
    type Error = DecimalError;

    /// Fails on a number out of range (a double close to zero, such as `5e-324`).
    fn try_from(value: &serde_json::Value) -> Result<Self, Self::Error> {
        Ok(match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(value) => Self::Bool(*value),
            serde_json::Value::Number(number) => Self::Number(Number::parse(&number.to_string())?),
            serde_json::Value::String(text) => Self::String(text.clone()),
            serde_json::Value::Array(elements) => {
                Self::Array(elements.iter().map(Self::try_from).collect::<Result<_, _>>()?)
            }
            serde_json::Value::Object(map) => {
                let mut pairs = Vec::with_capacity(map.len());
                for (key, value) in map {
                    pairs.push((key.clone(), Self::try_from(value)?));
                }
                Self::Object(Object::from_distinct(pairs))
            }
        })
    }
}

impl From<&Json> for serde_json::Value {
    /// Integers of 64 bits are kept exactly; every other number becomes the nearest double, as serde_json has no more.
    fn from(value: &Json) -> Self {
        match value {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(number) => Self::Number(convert_number(number)),
            Json::String(text) => Self::String(text.clone()),
            Json::Array(elements) => Self::Array(elements.iter().map(Self::from).collect()),
            Json::Object(object) => Self::Object(
                object
                    .iter()
                    .map(|(key, value)| (key.to_owned(), Self::from(value)))
                    .collect(),
            ),
        }
    }
}

fn convert_number(number: &Number) -> serde_json::Number {
    let digits = number.value().to_string();
    if let Ok(integer) = digits.parse::<i64>() {
        return integer.into();
    }
    if let Ok(integer) = digits.parse::<u64>() {
        return integer.into();
    }
    // Within the range of a decimal a double is always finite, so the last alternative is never taken.
    digits
        .parse()
        .ok()
        .and_then(serde_json::Number::from_f64)
        .unwrap_or_else(|| 0.into())
}
