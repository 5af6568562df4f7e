//! Tests on texts.

use std::borrow::Cow;

use super::folder::is_under;
use super::glob::is_like;
use super::{TextOp, Truth, Value, missing_of};

/// `text starts_with pattern` and its like; exact bytes, no normalisation.
///
/// Unknown where a value is missing or no text, and where the test holds only with ASCII letters folded and `fold` says
/// that case does not matter.
#[must_use]
pub fn text_test(op: TextOp, text: &Value<'_>, pattern: &Value<'_>, fold: bool) -> Truth {
    if let Some(missing) = missing_of(text, pattern) {
        return missing.into();
    }
    let (Value::Text(text), Value::Text(pattern)) = (text, pattern) else {
        return Truth::Unknown;
    };
    if holds(op, text, pattern) {
        Truth::True
    } else if fold && holds(op, &text.to_ascii_lowercase(), &pattern.to_ascii_lowercase()) {
        Truth::Unknown
    } else {
        Truth::False
    }
}

fn holds(op: TextOp, text: &str, pattern: &str) -> bool {
    match op {
        TextOp::StartsWith => text.starts_with(pattern),
        TextOp::EndsWith => text.ends_with(pattern),
        TextOp::Contains => text.contains(pattern),
        TextOp::Like => is_like(text, pattern),
        TextOp::Under => is_under(text, pattern),
    }
}

/// `lower(x)`: ASCII letters only, so that it means the same for every locale and version of Unicode.
#[must_use]
pub fn lower<'a>(value: &Value<'a>) -> Value<'a> {
    match value {
        Value::Text(text) if text.bytes().any(|byte| byte.is_ascii_uppercase()) => {
            Value::Text(Cow::Owned(text.to_ascii_lowercase()))
        }
        Value::Text(text) => Value::Text(text.clone()),
        Value::Missing(missing) => Value::Missing(*missing),
        Value::Bool(_)
        | Value::Number(_)
        | Value::List(_)
        | Value::Record(_)
        | Value::Between(_)
        | Value::Instant(_)
        | Value::Duration(_)
        | Value::Address(_) => Value::Missing(super::Missing::Unknown),
    }
}
