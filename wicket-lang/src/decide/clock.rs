//! Comparisons of now with what the author wrote: at which instants they hold.
//!
//! Both sides are now, instants and lengths of time that are written out, and sums and differences of these. So their
//! distance moves evenly with the clock, or not at all, and the comparison turns once.

use crate::calendar::Combination;
use crate::ir::{Bundle, Constant, Node, NodeId};
use crate::value::{ArithmeticOp, CompareOp, Instant};

/// The instants at which a comparison holds; `None` where it reads more than the clock, or does not read it, and for
/// any other node.
pub(super) fn instants(bundle: &Bundle, node: Node) -> Option<Combination> {
    let Node::Compare { op, left, right, .. } = node else {
        return None;
    };
    let (left, right) = (line(bundle, left)?, line(bundle, right)?);
    // The sign of `speed * now + rest` is the order of the two sides.
    let speed = left.speed - right.speed;
    let rest = left.rest - right.rest;
    if speed == 0 {
        return None;
    }
    // The distance is nothing at this many milliseconds, or between two of them.
    let (zero, per) = (-rest * speed.signum(), speed.abs());
    let (first_not_below, first_above) = (-(-zero).div_euclid(per), zero.div_euclid(per) + 1);
    // Of a distance that grows. One that shrinks is the opposite of one that grows.
    let (below, not_above) = (before(first_not_below)?, before(first_above)?);
    let equal = Combination::all([below.clone().negated(), not_above.clone()]);
    Some(match (op, speed > 0) {
        (CompareOp::Equal, _) => equal,
        (CompareOp::NotEqual, _) => equal.negated(),
        (CompareOp::Less, true) | (CompareOp::Greater, false) => below,
        (CompareOp::LessEqual, true) | (CompareOp::GreaterEqual, false) => not_above,
        (CompareOp::Greater, true) | (CompareOp::Less, false) => not_above.negated(),
        (CompareOp::GreaterEqual, true) | (CompareOp::LessEqual, false) => below.negated(),
    })
}

/// Every instant before this millisecond.
fn before(millisecond: i128) -> Option<Combination> {
    Some(Combination::Before(Instant(i64::try_from(millisecond).ok()?)))
}

/// A value that moves evenly: `speed` milliseconds with each that passes, from `rest` at the Unix epoch.
#[derive(Clone, Copy)]
struct Line {
    speed: i128,
    rest: i128,
}

fn line(bundle: &Bundle, id: NodeId) -> Option<Line> {
    match bundle.arena.get(id) {
        Some(Node::Now) => Some(Line { speed: 1, rest: 0 }),
        Some(Node::Constant(constant)) => match bundle.constants.get(constant.index())? {
            Constant::Instant(instant) => Some(Line {
                speed: 0,
                rest: i128::from(instant.0),
            }),
            Constant::Duration(length) => Some(Line {
                speed: 0,
                rest: i128::from(length.0),
            }),
            Constant::Bool(_) | Constant::Number(_) | Constant::Text(_) | Constant::Network(_) => None,
        },
        Some(Node::Arithmetic { op, left, right }) => {
            let (left, right) = (line(bundle, left)?, line(bundle, right)?);
            let sign = match op {
                ArithmeticOp::Add => 1,
                ArithmeticOp::Subtract => -1,
                ArithmeticOp::Multiply => return None,
            };
            Some(Line {
                speed: left.speed + sign * right.speed,
                rest: left.rest + sign * right.rest,
            })
        }
        Some(_) | None => None,
    }
}
