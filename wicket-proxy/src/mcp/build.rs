//! Short ways to build JSON values.

use wicket_lang::json::{Json, Number, Object};

/// An object of these pairs, in this order.
#[must_use]
pub fn object<const N: usize>(pairs: [(&str, Json); N]) -> Object {
    pairs
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

/// A string.
#[must_use]
pub fn text(value: impl Into<String>) -> Json {
    Json::String(value.into())
}

/// An integer.
#[must_use]
pub fn integer(value: i64) -> Json {
    Json::Number(Number::from(value))
}

/// A list of strings.
#[must_use]
pub fn texts<'a>(values: impl IntoIterator<Item = &'a str>) -> Json {
    Json::Array(values.into_iter().map(text).collect())
}
