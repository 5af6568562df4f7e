//! Sums, differences and products of numbers, sums and differences of instants and durations: exact, or unknown.

use super::bounds::{calculate, range};
use super::{ArithmeticOp, Duration, Instant, Missing, Value, missing_of};

/// `left op right`: unknown where a side is missing or no number, and where the exact result does not fit.
///
/// The result is never *absent*: a sum with a missing part is not something that was left out.
#[must_use]
pub fn arithmetic(op: ArithmeticOp, left: &Value<'_>, right: &Value<'_>) -> Value<'static> {
    if let Some(missing) = missing_of(left, right) {
        return Value::Missing(missing);
    }
    if let Some(result) = of_time(op, left, right) {
        return result;
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

/// Instants and durations: `None` where a side is neither, unknown where they do not join or the result does not fit.
fn of_time(op: ArithmeticOp, left: &Value<'_>, right: &Value<'_>) -> Option<Value<'static>> {
    use ArithmeticOp::{Add, Subtract};
    use Value::{Duration as D, Instant as I};
    let result = match (op, left, right) {
        (Add, I(at), D(length)) | (Add, D(length), I(at)) => {
            at.0.checked_add(length.0).map(|at| I(Instant(at)))
        }
        (Subtract, I(at), D(length)) => at.0.checked_sub(length.0).map(|at| I(Instant(at))),
        (Subtract, I(left), I(right)) => left.0.checked_sub(right.0).map(|length| D(Duration(length))),
        (Add, D(left), D(right)) => left.0.checked_add(right.0).map(|length| D(Duration(length))),
        (Subtract, D(left), D(right)) => left.0.checked_sub(right.0).map(|length| D(Duration(length))),
        (_, I(_) | D(_), _) | (_, _, I(_) | D(_)) => None,
        _ => return None,
    };
    Some(result.unwrap_or(Value::Missing(Missing::Unknown)))
}
