//! Quantifiers in the search for an instant: what they ask of each element may hang on schedules.

use crate::calendar::{self, Combination, Next};
use crate::interpret::{self, Around};
use crate::ir::{Node, NodeId};
use crate::request::Environment;
use crate::value::{Missing, Truth};

/// The instants at which a condition surely is `wanted`, all but time being as it is. What has not been asked for yet is
/// taken to come out well.
pub(super) fn when<'a>(
    env: &Environment<'a>,
    around: Option<&Around<'_, 'a>>,
    id: NodeId,
    wanted: bool,
) -> Combination {
    let is_well = |truth: Truth| truth == Truth::from(wanted) || truth == Truth::Pending;
    let Some(node) = env.bundle.arena.get(id) else {
        return Combination::Constant(false);
    };
    if let Node::Not(inner) = node {
        return when(env, around, inner, !wanted);
    }
    if let Node::And(left, right) | Node::Or(left, right) = node {
        let both = [when(env, around, left, wanted), when(env, around, right, wanted)];
        return join(matches!(node, Node::And(..)) == wanted, both);
    }
    if let Node::InSchedule(_) | Node::InScheduleOf { .. } = node {
        return open(env, around, node, wanted).unwrap_or(Combination::Constant(false));
    }
    if let Node::Any { over, body } | Node::All { over, body } = node {
        let is_all = matches!(node, Node::All { .. });
        return match interpret::elements(env, around, over) {
            Err(truth) => Combination::Constant(is_well(truth)),
            Ok(elements) => {
                let is_conjunction = is_all == wanted;
                let each = elements.iter().enumerate().map(|(place, element)| {
                    // What may not be there brings nothing about, and stands in the way all the same.
                    if !is_conjunction && !elements.is_sure(place) {
                        return Combination::Constant(false);
                    }
                    let around = Around {
                        element: &element,
                        outer: around,
                    };
                    when(env, Some(&around), body, wanted)
                });
                let others = elements.is_whole() || !is_conjunction;
                let others = (!others).then_some(Combination::Constant(false));
                join(is_conjunction, each.chain(others))
            }
        };
    }
    Combination::Constant(is_well(interpret::condition_of(env, around, id)))
}

/// The instants at which a schedule is open, or shut; `None` where nobody knows in which zone it is read.
pub(super) fn open<'a>(
    env: &Environment<'a>,
    around: Option<&Around<'_, 'a>>,
    node: Node,
    wanted: bool,
) -> Option<Combination> {
    match interpret::schedule_of(env, around, node)? {
        Ok(located) if wanted => Some(Combination::Schedule(located)),
        Ok(located) => Some(Combination::Schedule(located).negated()),
        Err(Missing::Pending) => Some(Combination::Constant(true)),
        Err(Missing::Absent | Missing::Unknown) => None,
    }
}

fn join(all: bool, parts: impl IntoIterator<Item = Combination>) -> Combination {
    if all {
        Combination::all(parts)
    } else {
        Combination::any(parts)
    }
}

/// Whether waiting is a way out: the quantifier speaks of time, and will come out as `wanted`.
pub(super) fn comes(env: &Environment<'_>, id: NodeId, wanted: bool) -> bool {
    if env.bundle.schedules_read(id).is_empty() {
        return false;
    }
    let (way, now) = (when(env, None, id, wanted), env.request.now);
    let first = now.and_then(|now| calendar::first_in(&env.bundle.calendar, &way, now, None));
    matches!(first, Some(Next::At(_)))
}
