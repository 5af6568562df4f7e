//! The reference interpreter: the meaning of a condition, written as plainly as it can be.
//!
//! This is the specification that the machine must equal. It walks the tree, looks at nothing twice on purpose, and
//! is not meant to be fast. `and` and `or` look at both sides, because an unknown side decides nothing; the order in
//! which they are looked at can therefore never matter.

use crate::ir::{Node, NodeId};
use crate::request::{Environment, Finding, Findings};
use crate::value::{self, Missing, Truth, Value};

/// For each rule that touches the tool, whether it matches.
#[must_use]
pub fn findings(env: &Environment<'_>) -> Findings {
    let guards = env.tool().map(|tool| tool.guards.as_slice()).unwrap_or_default();
    let rules = guards
        .iter()
        .filter_map(|guard| {
            let rule = env.bundle.rule(guard.rule)?;
            Some(Finding {
                rule: guard.rule,
                effect: rule.effect,
                matches: condition(env, guard.condition),
            })
        })
        .collect();
    Findings { rules }
}

/// The truth of a condition.
#[must_use]
pub fn condition(env: &Environment<'_>, id: NodeId) -> Truth {
    let Some(node) = env.bundle.arena.get(id) else {
        return Truth::Unknown;
    };
    match node {
        Node::Always(truth) => Truth::from(truth),
        Node::Not(inner) => condition(env, inner).not(),
        Node::And(left, right) => condition(env, left).and(condition(env, right)),
        Node::Or(left, right) => condition(env, left).or(condition(env, right)),
        Node::IsTrue(inner) => value::as_condition(&value(env, inner)),
        Node::Compare {
            op,
            left,
            right,
            fold,
        } => value::compare(op, &value(env, left), &value(env, right), fold),
        Node::InSet {
            value: inner,
            set,
            fold,
        } => env.in_set(&value(env, inner), set, fold),
        Node::InList {
            value: inner,
            list,
            fold,
        } => value::is_in_list(&value(env, inner), &value(env, list), fold),
        Node::InTrack {
            value: inner,
            track,
            key,
            fold,
        } => {
            let key = key.map(|key| value(env, key));
            env.in_track(&value(env, inner), track, key.as_ref(), fold)
        }
        Node::Text {
            op,
            text,
            pattern,
            fold,
        } => value::text_test(op, &value(env, text), &value(env, pattern), fold),
        Node::Pattern { text, pattern } => env.fits(&value(env, text), pattern),
        Node::InSchedule(schedule) => env.in_schedule(schedule),
        Node::Has(path) => value::has(&env.load(path)),
        Node::IsKind { value: inner, kind } => value::is_type(&value(env, inner), kind),
        // What the tool never names; and a value where a condition is wanted, which the checker never builds.
        Node::Unknowable(_)
        | Node::Constant(_)
        | Node::Load(_)
        | Node::Lower(_)
        | Node::Size(_)
        | Node::Else { .. }
        | Node::Arithmetic { .. }
        | Node::Tracked { .. } => Truth::Unknown,
    }
}

/// The value of an expression.
#[must_use]
pub fn value<'a>(env: &Environment<'a>, id: NodeId) -> Value<'a> {
    match env.bundle.arena.get(id) {
        Some(Node::Constant(constant)) => env.constant(constant),
        Some(Node::Load(path)) => env.load(path),
        Some(Node::Lower(inner)) => value::lower(&value(env, inner)),
        Some(Node::Size(inner)) => value::size(&value(env, inner)),
        Some(Node::Else {
            value: inner,
            fallback,
        }) => value::or_else(value(env, inner), || value(env, fallback)),
        Some(Node::Arithmetic { op, left, right }) => {
            value::arithmetic(op, &value(env, left), &value(env, right))
        }
        Some(Node::Tracked { track, key }) => {
            let key = key.map(|key| value(env, key));
            env.tracked(track, key.as_ref())
        }
        // A condition where a value is wanted: the checker never builds it.
        Some(
            Node::Always(_)
            | Node::Unknowable(_)
            | Node::IsTrue(_)
            | Node::Compare { .. }
            | Node::InSet { .. }
            | Node::InList { .. }
            | Node::InTrack { .. }
            | Node::Text { .. }
            | Node::Pattern { .. }
            | Node::InSchedule(_)
            | Node::Has(_)
            | Node::IsKind { .. }
            | Node::Not(_)
            | Node::And(..)
            | Node::Or(..),
        )
        | None => Value::Missing(Missing::Unknown),
    }
}
