//! The tests that ask whether there is a value and what it is.

use super::{Decimal, Kind, Missing, Truth, Value};

/// `has x`: false only where the value is known to be absent.
#[must_use]
pub fn has(value: &Value<'_>) -> Truth {
    match value {
        Value::Missing(Missing::Absent) => Truth::False,
        Value::Missing(Missing::Unknown) => Truth::Unknown,
        Value::Missing(Missing::Pending) => Truth::Pending,
        Value::Bool(_)
        | Value::Number(_)
        | Value::Text(_)
        | Value::List(_)
        | Value::Record(_)
        | Value::Between(_)
        | Value::Instant(_)
        | Value::Duration(_)
        | Value::Address(_) => Truth::True,
    }
}

/// `x is TYPE`: unknown where there is no value.
#[must_use]
pub fn is_type(value: &Value<'_>, kind: Kind) -> Truth {
    match value {
        Value::Missing(missing) => (*missing).into(),
        Value::Bool(_) => (kind == Kind::Bool).into(),
        Value::Number(number) => match kind {
            Kind::Integer => number.to_i64().is_some().into(),
            Kind::Decimal => Truth::True,
            Kind::Bool | Kind::Text | Kind::List | Kind::Record => Truth::False,
        },
        Value::Between(_) => match kind {
            Kind::Decimal => Truth::True,
            Kind::Integer => Truth::Unknown,
            Kind::Bool | Kind::Text | Kind::List | Kind::Record => Truth::False,
        },
        Value::Text(_) => (kind == Kind::Text).into(),
        Value::List(_) => (kind == Kind::List).into(),
        Value::Record(_) => (kind == Kind::Record).into(),
        Value::Instant(_) | Value::Duration(_) | Value::Address(_) => Truth::False,
    }
}

/// A value in the place of a condition: only `true` is true and only `false` is false.
#[must_use]
pub fn as_condition(value: &Value<'_>) -> Truth {
    match value {
        Value::Bool(value) => (*value).into(),
        Value::Missing(missing) => (*missing).into(),
        Value::Number(_)
        | Value::Text(_)
        | Value::List(_)
        | Value::Record(_)
        | Value::Between(_)
        | Value::Instant(_)
        | Value::Duration(_)
        | Value::Address(_) => Truth::Unknown,
    }
}

/// `size(x)`: the characters of a text, the elements of a list.
#[must_use]
pub fn size(value: &Value<'_>) -> Value<'static> {
    let count = match value {
        Value::Text(text) => text.chars().count(),
        Value::List(elements) => elements.len(),
        Value::Missing(missing) => return Value::Missing(*missing),
        Value::Bool(_)
        | Value::Number(_)
        | Value::Record(_)
        | Value::Between(_)
        | Value::Instant(_)
        | Value::Duration(_)
        | Value::Address(_) => return Value::Missing(Missing::Unknown),
    };
    match i64::try_from(count) {
        Ok(count) => Value::Number(Decimal::from_i64(count)),
        Err(_) => Value::Missing(Missing::Unknown),
    }
}

/// `x else d`: `d` only where `x` is known to be absent. What could not be had stays unknown.
#[must_use]
pub fn or_else<'a>(value: Value<'a>, fallback: impl FnOnce() -> Value<'a>) -> Value<'a> {
    match value {
        Value::Missing(Missing::Absent) => fallback(),
        Value::Missing(Missing::Unknown | Missing::Pending)
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Text(_)
        | Value::List(_)
        | Value::Record(_)
        | Value::Between(_)
        | Value::Instant(_)
        | Value::Duration(_)
        | Value::Address(_) => value,
    }
}
