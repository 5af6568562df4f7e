//! The reference interpreter: the meaning of a condition, written as plainly as it can be.
//!
//! This is the specification that the machine must equal. It walks the tree, looks at nothing twice on purpose, and
//! is not meant to be fast. `and` and `or` look at both sides, because an unknown side decides nothing; the order in
//! which they are looked at can therefore never matter.

use crate::calendar::Located;
use crate::ir::{Node, NodeId, Over};
use crate::request::{Elements, Environment, Finding, Findings};
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

/// The elements that the quantifiers around a node look at, the nearest first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Around<'b, 'a> {
    pub(crate) element: &'b Value<'a>,
    pub(crate) outer: Option<&'b Around<'b, 'a>>,
}

/// The truth of a condition.
#[must_use]
pub fn condition(env: &Environment<'_>, id: NodeId) -> Truth {
    condition_of(env, None, id)
}

/// The value of an expression.
#[must_use]
pub fn value<'a>(env: &Environment<'a>, id: NodeId) -> Value<'a> {
    value_of(env, None, id)
}

/// What a quantifier looks through, or what it answers where that cannot be told.
pub(crate) fn elements<'a>(
    env: &Environment<'a>,
    around: Option<&Around<'_, 'a>>,
    over: Over,
) -> Result<Elements<'a>, Truth> {
    match over {
        Over::List(list) => Elements::of(value_of(env, around, list)),
        Over::Set(set) => env.members(set),
        Over::Texts(value) => Elements::texts(&value_of(env, around, value)),
        Over::Tracked { track, key } => {
            let key = key.map(|key| value_of(env, around, key));
            env.tracked_members(track, key.as_ref())
        }
    }
}

/// The truth of a condition inside of quantifiers.
pub(crate) fn condition_of<'a>(env: &Environment<'a>, around: Option<&Around<'_, 'a>>, id: NodeId) -> Truth {
    let Some(node) = env.bundle.arena.get(id) else {
        return Truth::Unknown;
    };
    match node {
        Node::Always(truth) => Truth::from(truth),
        Node::Not(inner) => condition_of(env, around, inner).not(),
        Node::And(left, right) => condition_of(env, around, left).and(condition_of(env, around, right)),
        Node::Or(left, right) => condition_of(env, around, left).or(condition_of(env, around, right)),
        Node::IsTrue(inner) => value::as_condition(&value_of(env, around, inner)),
        Node::Compare {
            op,
            left,
            right,
            fold,
        } => value::compare(
            op,
            &value_of(env, around, left),
            &value_of(env, around, right),
            fold,
        ),
        Node::InSet {
            value: inner,
            set,
            fold,
        } => env.in_set(&value_of(env, around, inner), set, fold),
        Node::InList {
            value: inner,
            list,
            fold,
        } => value::is_in_list(&value_of(env, around, inner), &value_of(env, around, list), fold),
        Node::InTrack {
            value: inner,
            track,
            key,
            fold,
        } => {
            let key = key.map(|key| value_of(env, around, key));
            env.in_track(&value_of(env, around, inner), track, key.as_ref(), fold)
        }
        Node::Text {
            op,
            text,
            pattern,
            fold,
        } => value::text_test(
            op,
            &value_of(env, around, text),
            &value_of(env, around, pattern),
            fold,
        ),
        Node::Pattern { text, pattern } => env.fits(&value_of(env, around, text), pattern),
        Node::InSchedule(schedule) => env.in_schedule(schedule),
        Node::InScheduleOf { .. } => is_open(env, around, node),
        Node::IsWritten { value: inner, exact } => exact.test(&value_of(env, around, inner)),
        Node::Has(path) => value::has(&env.load(path)),
        Node::HasValue(inner) => value::has(&value_of(env, around, inner)),
        Node::Any { over, body } => quantified(env, around, true, over, body),
        Node::All { over, body } => quantified(env, around, false, over, body),
        Node::IsKind { value: inner, kind } => value::is_type(&value_of(env, around, inner), kind),
        // What the tool never names; and a value where a condition is wanted, which the checker never builds.
        Node::Unknowable(_)
        | Node::Constant(_)
        | Node::Load(_)
        | Node::Now
        | Node::Read { .. }
        | Node::Date { .. }
        | Node::Moment { .. }
        | Node::Lower(_)
        | Node::Size(_)
        | Node::Else { .. }
        | Node::Arithmetic { .. }
        | Node::Element(_)
        | Node::Field { .. }
        | Node::Tracked { .. } => Truth::Unknown,
    }
}

/// Whether the body holds for at least one element, or for every one.
fn quantified<'a>(
    env: &Environment<'a>,
    around: Option<&Around<'_, 'a>>,
    is_any: bool,
    over: Over,
    body: NodeId,
) -> Truth {
    let elements = match elements(env, around, over) {
        Ok(elements) => elements,
        Err(truth) => return truth,
    };
    let each = elements.iter().enumerate().map(|(place, element)| {
        let truth = body_of(env, around, &element, body);
        elements.weighed(place, is_any, truth)
    });
    let truth = if is_any {
        each.fold(Truth::False, Truth::or)
    } else {
        each.fold(Truth::True, Truth::and)
    };
    elements.concluded(is_any, truth)
}

/// The truth of a quantifier's body for one element.
pub(crate) fn body_of<'a>(
    env: &Environment<'a>,
    outer: Option<&Around<'_, 'a>>,
    element: &Value<'a>,
    body: NodeId,
) -> Truth {
    condition_of(env, Some(&Around { element, outer }), body)
}

pub(crate) fn value_of<'a>(env: &Environment<'a>, around: Option<&Around<'_, 'a>>, id: NodeId) -> Value<'a> {
    match env.bundle.arena.get(id) {
        Some(Node::Constant(constant)) => env.constant(constant),
        Some(Node::Load(path)) => env.load(path),
        Some(Node::Now) => env.now(),
        Some(Node::Read { text, reading }) => value::read(reading, &value_of(env, around, text)),
        Some(Node::Date { text, zone }) => env.first_instant(&value_of(env, around, text), zone),
        Some(Node::Moment { text, zone }) => env.moment(&value_of(env, around, text), zone),
        Some(Node::Lower(inner)) => value::lower(&value_of(env, around, inner)),
        Some(Node::Size(inner)) => value::size(&value_of(env, around, inner)),
        Some(Node::Else {
            value: inner,
            fallback,
        }) => value::or_else(value_of(env, around, inner), || value_of(env, around, fallback)),
        Some(Node::Arithmetic { op, left, right }) => {
            value::arithmetic(op, &value_of(env, around, left), &value_of(env, around, right))
        }
        Some(Node::Tracked { track, key }) => {
            let key = key.map(|key| value_of(env, around, key));
            env.tracked(track, key.as_ref())
        }
        Some(Node::Element(out)) => element(around, out),
        Some(Node::Field { value: inner, name }) => env.field(&value_of(env, around, inner), name),
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
            | Node::InScheduleOf { .. }
            | Node::Has(_)
            | Node::IsKind { .. }
            | Node::IsWritten { .. }
            | Node::HasValue(_)
            | Node::Any { .. }
            | Node::All { .. }
            | Node::Not(_)
            | Node::And(..)
            | Node::Or(..),
        )
        | None => Value::Missing(Missing::Unknown),
    }
}

fn is_open<'a>(env: &Environment<'a>, around: Option<&Around<'_, 'a>>, node: Node) -> Truth {
    if let Node::InScheduleOf { schedule, zone } = node {
        env.in_schedule_of(schedule, &value_of(env, around, zone))
    } else {
        Truth::Unknown
    }
}

/// Of a test whether a schedule is open: the schedule as this call means it, or why there is no zone to read it in.
/// `None` for any other node.
pub(crate) fn schedule_of<'a>(
    env: &Environment<'a>,
    around: Option<&Around<'_, 'a>>,
    node: Node,
) -> Option<Result<Located, Missing>> {
    if let Node::InSchedule(schedule) = node {
        return Some(Ok(schedule.into()));
    }
    let Node::InScheduleOf { schedule, zone } = node else {
        return None;
    };
    Some(env.located(schedule, &value_of(env, around, zone)))
}

/// The schedules that a condition asks for, as this call means them; without those that have no zone here.
pub(crate) fn schedules_under(env: &Environment<'_>, id: NodeId) -> Vec<Located> {
    let nodes = env.bundle.arena.under(id).into_iter();
    let mut found: Vec<Located> = nodes
        .filter_map(|node| schedule_of(env, None, node)?.ok())
        .collect();
    found.sort();
    found.dedup();
    found
}

/// The element of the quantifier that is so far out.
fn element<'a>(around: Option<&Around<'_, 'a>>, out: u32) -> Value<'a> {
    let mut at = around;
    for _ in 0..out {
        at = at.and_then(|around| around.outer);
    }
    at.map_or(Value::Missing(Missing::Unknown), |around| around.element.clone())
}
