//! Numbers of which only two bounds are known: what surely is, and what may be.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::{ArithmeticOp, CompareOp, Decimal, Missing, Truth, Value};

/// What surely is and what may be. `None` is no bound at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// It surely is at least so much; `None`: it may be anything below.
    pub low: Option<Decimal>,
    /// It surely is at most so much; `None`: it may be anything above.
    pub high: Option<Decimal>,
}

impl Bounds {
    /// Exactly zero: nothing has happened.
    pub const NOTHING: Self = Self::exactly(Decimal::ZERO);

    /// A number that is known.
    #[must_use]
    pub const fn exactly(value: Decimal) -> Self {
        Self {
            low: Some(value),
            high: Some(value),
        }
    }

    /// Exactly one: a call that counts.
    #[must_use]
    pub fn one() -> Self {
        Self::exactly(Decimal::from_i64(1))
    }

    /// Both added up; what does not fit a number has no bound.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let add = |a: Option<Decimal>, b: Option<Decimal>| a?.checked_add(b?);
        Self {
            low: add(self.low, other.low),
            high: add(self.high, other.high),
        }
    }

    /// The same of something that may not have happened at all.
    #[must_use]
    pub fn perhaps(self) -> Self {
        Self {
            low: self.low.map(|low| least(low, Decimal::ZERO)),
            high: self.high.map(|high| greatest(high, Decimal::ZERO)),
        }
    }

    /// The larger of two counts, bound by bound.
    #[must_use]
    pub fn larger(self, other: Self) -> Self {
        Self {
            low: match (self.low, other.low) {
                (Some(a), Some(b)) => Some(greatest(a, b)),
                (known, None) | (None, known) => known,
            },
            high: self.high.zip(other.high).map(|(a, b)| greatest(a, b)),
        }
    }

    /// Whether what is counted is surely at most `most`.
    #[must_use]
    pub fn is_at_most(self, most: Decimal) -> bool {
        self.high.is_some_and(|high| high.cmp(&most) != Ordering::Greater)
    }
}

fn least(a: Decimal, b: Decimal) -> Decimal {
    if b.cmp(&a).is_lt() { b } else { a }
}

fn greatest(a: Decimal, b: Decimal) -> Decimal {
    if b.cmp(&a).is_gt() { b } else { a }
}

/// A number as bounds; `None` for what is no number.
pub(super) fn range(value: &Value<'_>) -> Option<Bounds> {
    match value {
        Value::Number(number) => Some(Bounds::exactly(*number)),
        Value::Between(bounds) => Some(*bounds),
        Value::Bool(_)
        | Value::Text(_)
        | Value::List(_)
        | Value::Record(_)
        | Value::Instant(_)
        | Value::Duration(_)
        | Value::Address(_)
        | Value::Missing(_) => None,
    }
}

/// A comparison of which both bounds of both sides must say the same.
pub(super) fn compare_ranges(op: CompareOp, left: Bounds, right: Bounds) -> Truth {
    let below = |a: Option<Decimal>, b: Option<Decimal>| a.zip(b).is_some_and(|(a, b)| a.cmp(&b).is_lt());
    let up_to = |a: Option<Decimal>, b: Option<Decimal>| a.zip(b).is_some_and(|(a, b)| a.cmp(&b).is_le());
    let decided = |surely: bool, surely_not: bool| match (surely, surely_not) {
        (true, _) => Truth::True,
        (_, true) => Truth::False,
        (false, false) => Truth::Unknown,
    };
    let is_one = |bounds: Bounds| bounds.low.is_some() && bounds.low == bounds.high;
    match op {
        CompareOp::Equal | CompareOp::NotEqual => {
            let equal = is_one(left) && is_one(right) && left.low == right.low;
            let apart = below(left.high, right.low) || below(right.high, left.low);
            let truth = decided(equal, apart);
            if op == CompareOp::Equal {
                truth
            } else {
                truth.not()
            }
        }
        CompareOp::Less => decided(below(left.high, right.low), up_to(right.high, left.low)),
        CompareOp::LessEqual => decided(up_to(left.high, right.low), below(right.high, left.low)),
        CompareOp::Greater => compare_ranges(CompareOp::Less, right, left),
        CompareOp::GreaterEqual => compare_ranges(CompareOp::LessEqual, right, left),
    }
}

/// The bounds of a sum, a difference or a product.
pub(super) fn calculate(op: ArithmeticOp, left: Bounds, right: Bounds) -> Bounds {
    match op {
        ArithmeticOp::Add => left.plus(right),
        ArithmeticOp::Subtract => left.plus(Bounds {
            low: right.high.map(Decimal::negated),
            high: right.low.map(Decimal::negated),
        }),
        ArithmeticOp::Multiply => {
            let corners = [
                (left.low, right.low),
                (left.low, right.high),
                (left.high, right.low),
                (left.high, right.high),
            ];
            let products: Option<Vec<Decimal>> =
                corners.into_iter().map(|(a, b)| a?.checked_mul(b?)).collect();
            let products = products.unwrap_or_default();
            Bounds {
                low: products.iter().copied().reduce(least),
                high: products.iter().copied().reduce(greatest),
            }
        }
    }
}

impl From<Bounds> for Value<'_> {
    /// A number where both bounds are one.
    fn from(bounds: Bounds) -> Self {
        match (bounds.low, bounds.high) {
            (Some(low), Some(high)) if low == high => Self::Number(low),
            (None, None) => Self::Missing(Missing::Unknown),
            (Some(_), _) | (None, Some(_)) => Self::Between(bounds),
        }
    }
}
