//! What can never match again, because the last instant at which it could is past.
//!
//! Of a condition only its schedules are looked at, and what compares now with instants that the author wrote; every
//! other test may come out as it likes. So "it has expired" is certain, whatever is sent, and a condition without a
//! bound on time never expires.

use super::{class, clock};
use crate::calendar::{self, Combination, Located, ScheduleId, ZoneId};
use crate::interpret;
use crate::ir::{Bundle, Effect, Node, NodeId, RuleId};
use crate::request::Environment;
use crate::value::{Instant, Missing, Truth};

/// The instant from which the condition can never be true again, whoever calls; `None` for one that does not end, or
/// that is never true.
#[must_use]
pub fn end(bundle: &Bundle, condition: NodeId) -> Option<Instant> {
    let latest = |schedule| match latest_end(bundle, schedule) {
        Some(end) => Combination::Before(end),
        None => Combination::Constant(true),
    };
    let open = |node: Node, wanted: bool| match (node, wanted) {
        (Node::InSchedule(schedule), true) => Combination::Schedule(schedule.into()),
        (Node::InSchedule(schedule), false) => Combination::Schedule(schedule.into()).negated(),
        // In which zone it is read is for the call to say.
        (Node::InScheduleOf { schedule, .. }, true) => latest(schedule),
        (_, _) => Combination::Constant(true),
    };
    calendar::last_in(&bundle.calendar, &window(bundle, condition, true, &open))
}

/// The last instant at which a schedule ends in any of the zones that it may be read in.
#[must_use]
pub fn latest_end(bundle: &Bundle, schedule: ScheduleId) -> Option<Instant> {
    let calendar = &bundle.calendar;
    let zones = u32::try_from(calendar.zones.len() + calendar.atlas.len()).ok()?;
    let ends = (0..zones).map(|zone| {
        let zone = Some(ZoneId(zone));
        calendar::last_open(calendar, Located { schedule, zone })
    });
    // The first zone in which it does not end settles it.
    ends.collect::<Option<Vec<Instant>>>()?.into_iter().max()
}

/// The instants at which schedules, and comparisons of now with what is written out, let a condition come out as
/// `wanted`. `open` says it of a schedule.
fn window(
    bundle: &Bundle,
    id: NodeId,
    wanted: bool,
    open: &dyn Fn(Node, bool) -> Combination,
) -> Combination {
    let both = |a, b| [window(bundle, a, wanted, open), window(bundle, b, wanted, open)];
    match (bundle.arena.get(id), wanted) {
        (Some(Node::Not(inner)), _) => window(bundle, inner, !wanted, open),
        (Some(Node::And(a, b)), true) | (Some(Node::Or(a, b)), false) => Combination::all(both(a, b)),
        (Some(Node::And(a, b)), false) | (Some(Node::Or(a, b)), true) => Combination::any(both(a, b)),
        (Some(node @ (Node::InSchedule(_) | Node::InScheduleOf { .. })), _) => open(node, wanted),
        (Some(Node::Always(truth)), _) => Combination::Constant(truth == wanted),
        (Some(node @ Node::Compare { .. }), _) => compared(bundle, node, wanted),
        (Some(_) | None, _) => Combination::Constant(true),
    }
}

fn compared(bundle: &Bundle, node: Node, wanted: bool) -> Combination {
    match clock::instants(bundle, node) {
        Some(instants) if wanted => instants,
        Some(instants) => instants.negated(),
        None => Combination::Constant(true),
    }
}

/// Of these permits, none of which applies, those that have expired and that nothing but time keeps from the call;
/// nothing where one of them has not expired, for that one is a way out.
pub(super) fn permits(env: &Environment<'_>, rules: &[RuleId]) -> Vec<RuleId> {
    if !rules.iter().all(|rule| is_past(env, *rule)) {
        return Vec::new();
    }
    let rules = rules.iter().copied();
    rules.filter(|rule| waits_for_time_alone(env, *rule)).collect()
}

/// Whether all of these forbids come from an `only when` whose permit has expired, with nothing but time in the way.
pub(super) fn are_left_of_permits(env: &Environment<'_>, forbids: &[RuleId]) -> bool {
    forbids.iter().all(|forbid| {
        permit_of(env, *forbid)
            .is_some_and(|permit| waits_for_time_alone(env, permit) && is_past(env, permit))
    })
}

/// The permit of the `only when` that the forbid comes from.
fn permit_of(env: &Environment<'_>, forbid: RuleId) -> Option<RuleId> {
    let rule = env.bundle.rule(forbid).filter(|rule| rule.from_only)?;
    let guards = env.tool()?.guards.iter();
    let of_same_text = |other: &RuleId| {
        env.bundle.rule(*other).is_some_and(|other| {
            other.effect == Effect::Permit && other.policy == rule.policy && other.span == rule.span
        })
    };
    guards.map(|guard| guard.rule).find(of_same_text)
}

fn is_past(env: &Environment<'_>, rule: RuleId) -> bool {
    let now = env.request.now;
    ended(env, rule).is_some_and(|end| now.is_some_and(|now| end <= now))
}

/// The instant from which the rule can never match a call of this tool again.
pub(super) fn ended(env: &Environment<'_>, rule: RuleId) -> Option<Instant> {
    let mut guards = env.tool()?.guards.iter();
    // Of an `only when` it is the permit that ends.
    let rule = permit_of(env, rule).unwrap_or(rule);
    let guard = guards.find(|guard| guard.rule == rule)?;
    let open = |node: Node, wanted: bool| match interpret::schedule_of(env, None, node) {
        Some(Ok(located)) if wanted => Combination::Schedule(located),
        Some(Ok(located)) => Combination::Schedule(located).negated(),
        Some(Err(_)) | None => Combination::Constant(true),
    };
    let window = window(env.bundle, guard.condition, true, &open);
    calendar::last_in(&env.bundle.calendar, &window)
}

fn waits_for_time_alone(env: &Environment<'_>, rule: RuleId) -> bool {
    let guards = env.tool().map(|tool| tool.guards.as_slice()).unwrap_or_default();
    let mut guards = guards.iter().filter(|guard| guard.rule == rule);
    guards.any(|guard| could_be(env, guard.condition, true))
}

/// Whether a test asks of nothing but time: of a schedule in a zone that is known, or to be known, or of now and what is
/// written out.
fn is_of_time(env: &Environment<'_>, node: Node) -> bool {
    let schedule = interpret::schedule_of(env, None, node);
    matches!(schedule, Some(Ok(_) | Err(Missing::Pending))) || clock::instants(env.bundle, node).is_some()
}

/// Whether a test comes out as `wanted` now, or after waiting.
fn comes_out(env: &Environment<'_>, id: NodeId, wanted: bool) -> bool {
    let truth = interpret::condition(env, id);
    truth == Truth::from(wanted) || truth == Truth::Pending || class::comes_with_time(env, id, wanted)
}

/// Whether the condition comes out as `wanted` for this call at some time. What has not been asked for is taken to come
/// out well.
fn could_be(env: &Environment<'_>, id: NodeId, wanted: bool) -> bool {
    match (env.bundle.arena.get(id), wanted) {
        (Some(Node::Not(inner)), _) => could_be(env, inner, !wanted),
        (Some(Node::And(a, b)), true) | (Some(Node::Or(a, b)), false) => {
            could_be(env, a, wanted) && could_be(env, b, wanted)
        }
        (Some(Node::And(a, b)), false) | (Some(Node::Or(a, b)), true) => {
            could_be(env, a, wanted) || could_be(env, b, wanted)
        }
        (Some(node), _) if is_of_time(env, node) => true,
        (Some(_) | None, _) => comes_out(env, id, wanted),
    }
}
