//! Sums, differences and products: exact, or unknown.

use super::bounds::{calculate, range};
use super::{ArithmeticOp, Missing, Value, missing_of};

/// `left op right`: unknown where a side is missing or no number, and where the exact result does not fit.
///
/// The result is never *absent*: a sum with a missing part is not something that was left out.
#[must_use]
pub fn arithmetic(op: ArithmeticOp, left: &Value<'_>, right: &Value<'_>) -> Value<'static> {
    if let Some(missing) = missing_of(left, right) {
        return Value::Missing(missing);
    }
    let (Value::Number(left), Value::Number(right)) = (left, right) else {
        let both = range(left).zip(range(right));
        return both.map_or(Value::Missing(Missing::Unknown), |(left, right)| {
            calculate(op, left, right).into()
        });
    };
    let result = match op {
        ArithmeticOp::Add => left.checked_add(*right),
        ArithmeticOp::Subtract => left.checked_sub(*right),
        ArithmeticOp::Multiply => left.checked_mul(*right),
    };
    result.map_or(Value::Missing(Missing::Unknown), Value::Number)
}
