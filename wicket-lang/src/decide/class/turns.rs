//! When a comparison with `now` turns by itself.
//!
//! Both sides of such a comparison move with the clock, or stand: `args.due - now` loses a millisecond with each that
//! passes. So their distance moves evenly, and the instant at which it becomes nothing is found by a division. Between
//! two such instants the comparison stands still, which is what makes the class `at` exact.

use super::left::{Clock, Left};
use crate::interpret::{self, Around};
use crate::ir::{Node, NodeId};
use crate::request::{Environment, Request};
use crate::value::{ArithmeticOp, Instant, Missing, Truth, Value};

/// The instants after now at which a comparison of the tool's rules may turn, and of what decides whether the call
/// enters a track.
pub(super) fn turns(env: &Environment<'_>) -> Vec<Instant> {
    let Some(tool) = env.tool() else {
        return Vec::new();
    };
    let conditions = tool.guards.iter().map(|guard| guard.condition);
    let entering = tool.tallies.iter().map(|tally| tally.condition);
    conditions
        .chain(entering)
        .flat_map(|condition| edges_under(env, None, condition))
        .collect()
}

/// What has to change for a test that reads `now` to become `wanted`; `None` where the clock does not help.
pub(super) fn clock_left(env: &Environment<'_>, id: NodeId, wanted: bool, clock: Clock) -> Option<Left> {
    if !env.bundle.reads_now(id) {
        return None;
    }
    if env.request.now.is_none() {
        return Some(Left {
            unknown: ["now".to_owned()].into(),
            tests: [(id, wanted)].into(),
            ..Left::default()
        });
    }
    let clears = edges_under(env, None, id).into_iter().any(|edge| {
        let request = Request {
            now: Some(edge),
            ..*env.request
        };
        let then = Environment {
            request: &request,
            ..*env
        };
        interpret::condition(&then, id) == Truth::from(wanted)
    });
    (clears && clock == Clock::Moves).then(Left::time)
}

/// The instants after now at which a comparison in a condition may come out otherwise than just before; in the body of
/// a quantifier that of each element.
fn edges_under<'a>(env: &Environment<'a>, around: Option<&Around<'_, 'a>>, id: NodeId) -> Vec<Instant> {
    if !env.bundle.reads_now(id) {
        return Vec::new();
    }
    match env.bundle.arena.get(id) {
        Some(Node::Not(inner)) => edges_under(env, around, inner),
        Some(Node::And(left, right) | Node::Or(left, right)) => {
            let mut edges = edges_under(env, around, left);
            edges.extend(edges_under(env, around, right));
            edges
        }
        Some(Node::Any { over, body } | Node::All { over, body }) => {
            let Ok(elements) = interpret::elements(env, around, over) else {
                return Vec::new();
            };
            let of_element = |element: Value<'a>| {
                let inside = Around {
                    element: &element,
                    outer: around,
                };
                edges_under(env, Some(&inside), body)
            };
            elements.iter().flat_map(of_element).collect()
        }
        Some(Node::Compare { left, right, .. }) => edges(env, around, left, right),
        // No other test reads an instant.
        Some(_) | None => Vec::new(),
    }
}

/// The instants at which the distance of two values becomes nothing, or has just been nothing.
fn edges<'a>(
    env: &Environment<'a>,
    around: Option<&Around<'_, 'a>>,
    left: NodeId,
    right: NodeId,
) -> Vec<Instant> {
    let Some(now) = env.request.now else {
        return Vec::new();
    };
    let speed = speed(env, around, left) - speed(env, around, right);
    let values = (
        interpret::value_of(env, around, left),
        interpret::value_of(env, around, right),
    );
    let distance = match values {
        _ if speed == 0 => return Vec::new(),
        (Value::Instant(left), Value::Instant(right)) => i128::from(left.0) - i128::from(right.0),
        (Value::Duration(left), Value::Duration(right)) => i128::from(left.0) - i128::from(right.0),
        _ => return Vec::new(),
    };
    // How long until nothing is between them: a whole number of milliseconds, or between this one and the next.
    let whole = (-distance * speed.signum()).div_euclid(speed.abs());
    let edges = [whole, whole + 1].into_iter().filter(|wait| *wait > 0);
    edges
        .filter_map(|wait| now.0.checked_add(i64::try_from(wait).ok()?).map(Instant))
        .collect()
}

/// How far a value moves with each millisecond.
fn speed<'a>(env: &Environment<'a>, around: Option<&Around<'_, 'a>>, id: NodeId) -> i128 {
    let of = |id| speed(env, around, id);
    match env.bundle.arena.get(id) {
        Some(Node::Now) => 1,
        Some(Node::Arithmetic { op, left, right }) => match op {
            ArithmeticOp::Add => of(left) + of(right),
            ArithmeticOp::Subtract => of(left) - of(right),
            ArithmeticOp::Multiply => 0,
        },
        Some(Node::Else { value, fallback }) => {
            let is_absent = interpret::value_of(env, around, value) == Value::Missing(Missing::Absent);
            of(if is_absent { fallback } else { value })
        }
        // What else is compared with an instant stands.
        Some(_) | None => 0,
    }
}
