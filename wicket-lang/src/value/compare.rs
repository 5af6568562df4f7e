//! Comparison and membership.

use std::cmp::Ordering;

use super::bounds::{compare_ranges, range};
use super::{CompareOp, Truth, Value, missing_of};
use crate::json::Json;

/// `left op right`. With `fold` the connector says that case does not matter for one of the two.
///
/// Unknown where a value is missing, where the kinds differ (a schema with alternatives lets both `5` and `"5"`
/// through), where texts are equal only with their ASCII letters folded and `fold` is set, and for an order between
/// values that have none: numbers, instants and durations do.
#[must_use]
pub fn compare(op: CompareOp, left: &Value<'_>, right: &Value<'_>, fold: bool) -> Truth {
    if let (Value::Between(_), other) | (other, Value::Between(_)) = (left, right)
        && range(other).is_some()
        && let Some((left, right)) = range(left).zip(range(right))
    {
        return compare_ranges(op, left, right);
    }
    match op {
        CompareOp::Equal => equal(left, right, fold),
        CompareOp::NotEqual => equal(left, right, fold).not(),
        CompareOp::Less => in_order(left, right, Ordering::is_lt),
        CompareOp::LessEqual => in_order(left, right, Ordering::is_le),
        CompareOp::Greater => in_order(left, right, Ordering::is_gt),
        CompareOp::GreaterEqual => in_order(left, right, Ordering::is_ge),
    }
}

/// `value in list`: true if it surely equals an element, false if it surely equals none.
///
/// A missing value is in no list that we can tell, not even outside of the empty one.
#[must_use]
pub fn is_in_list(value: &Value<'_>, list: &Value<'_>, fold: bool) -> Truth {
    if let Some(missing) = missing_of(value, list) {
        return missing.into();
    }
    let Value::List(elements) = list else {
        return Truth::Unknown;
    };
    let mut found = Truth::False;
    for element in elements.iter() {
        found = found.or(equal(value, &Value::of(element), fold));
        if found.is_true() {
            break;
        }
    }
    found
}

fn equal(left: &Value<'_>, right: &Value<'_>, fold: bool) -> Truth {
    if let Some(missing) = missing_of(left, right) {
        return missing.into();
    }
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => (left == right).into(),
        (Value::Number(left), Value::Number(right)) => (left == right).into(),
        (Value::Text(left), Value::Text(right)) => equal_texts(left, right, fold),
        (Value::List(left), Value::List(right)) => equal_lists(left, right, fold),
        (Value::Instant(left), Value::Instant(right)) => (left == right).into(),
        (Value::Duration(left), Value::Duration(right)) => (left == right).into(),
        (Value::Address(left), Value::Address(right)) => (left == right).into(),
        // Records are compared field by field, by the author.
        (
            Value::Bool(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Record(_)
            | Value::Between(_)
            | Value::Instant(_)
            | Value::Duration(_)
            | Value::Address(_)
            | Value::Missing(_),
            _,
        ) => Truth::Unknown,
    }
}

fn equal_texts(left: &str, right: &str, fold: bool) -> Truth {
    if left == right {
        Truth::True
    } else if fold && left.eq_ignore_ascii_case(right) {
        Truth::Unknown
    } else {
        Truth::False
    }
}

/// Lists are equal if their elements are, one by one. Their depth is bounded by the reader of JSON.
fn equal_lists(left: &[Json], right: &[Json], fold: bool) -> Truth {
    if left.len() != right.len() {
        return Truth::False;
    }
    left.iter().zip(right).fold(Truth::True, |so_far, (left, right)| {
        so_far.and(equal(&Value::of(left), &Value::of(right), fold))
    })
}

fn in_order(left: &Value<'_>, right: &Value<'_>, holds: fn(Ordering) -> bool) -> Truth {
    if let Some(missing) = missing_of(left, right) {
        return missing.into();
    }
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => holds(left.cmp(right)).into(),
        (Value::Instant(left), Value::Instant(right)) => holds(left.cmp(right)).into(),
        (Value::Duration(left), Value::Duration(right)) => holds(left.cmp(right)).into(),
        (
            Value::Bool(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Record(_)
            | Value::Between(_)
            | Value::Instant(_)
            | Value::Duration(_)
            | Value::Address(_)
            | Value::Missing(_),
            _,
        ) => Truth::Unknown,
    }
}
