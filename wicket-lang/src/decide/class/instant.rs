//! When nothing but what the agent or a person can change is in the way of a call any more.
//!
//! Breakers, limits and approvals turn at instants that the state names. Between two of these turns the only things
//! that move are schedules, so the rules become one combination of them, whose first instant the calendar finds. That
//! makes the answer exact, however many windows have to be open together, and quick where they never are.

use std::collections::BTreeSet;

use super::elements;
use super::left::{self, Clock};
use super::{past, turns};
use crate::calendar::{self, Combination, Next};
use crate::decide::{approval, breakers};
use crate::interpret;
use crate::ir::{BreakerId, Effect, Node, NodeId, RuleId};
use crate::request::{Environment, Request, Room, Setting, Stand, Switches};
use crate::value::{Instant, Truth};

/// How many turns are looked at before the answer is "never": more than a state can hold, but where a schedule decides
/// whether a call counts it turns for ever.
const MAX_TURNS: usize = 4096;

/// What is taken for granted in the search.
pub(super) enum Granted<'a> {
    /// These tests come out so, and these rules are satisfied with their approvals.
    These {
        tests: &'a BTreeSet<(NodeId, bool)>,
        asks: &'a BTreeSet<RuleId>,
    },
    /// Every test that somebody can change comes out well, and whatever is asked is approved.
    WhateverCanChange,
}

/// The first instant, now included, at which the call passes by one of `permits`, if nothing else happens meanwhile.
/// What only a reset clears counts as cleared.
pub(super) fn first(
    env: &Environment<'_>,
    switches: &Switches,
    granted: &Granted<'_>,
    permits: &[RuleId],
) -> Option<Instant> {
    let mut from = env.request.now?;
    for _ in 0..MAX_TURNS {
        let request = Request {
            now: Some(from),
            ..*env.request
        };
        let env = Environment {
            request: &request,
            ..*env
        };
        let turn = next_turn(&env, switches, from);
        if nothing_is_spent(&env, switches) {
            let passes = passes(&env, switches, granted, permits);
            match calendar::first_in(&env.bundle.calendar, &passes, from, turn)? {
                Next::At(at) => return Some(at),
                Next::Never => {}
            }
        }
        from = turn?;
    }
    None
}

/// When the last of the breakers that stop the call lets one through, but for those that only a reset clears.
pub(super) fn end_of_holds(env: &Environment<'_>, switches: &Switches) -> Option<Instant> {
    let open = breakers::standing(env, switches).open.into_iter();
    let breakers = open.filter_map(|id| Some((id, env.bundle.breaker(id)?)));
    let ends = breakers.filter_map(|(id, breaker)| match breakers::stand(env, id, breaker) {
        Stand::Stops(until) => until,
        Stand::Passes | Stand::Probe | Stand::Unsure => None,
    });
    ends.max()
}

/// The first instant after `now` at which something else than a schedule turns by itself.
fn next_turn(env: &Environment<'_>, switches: &Switches, now: Instant) -> Option<Instant> {
    let all = env.bundle.breakers.iter().enumerate();
    let holds =
        all.filter_map(
            |(index, breaker)| match breakers::stand(env, BreakerId::at(index), breaker) {
                Stand::Stops(until) => until,
                Stand::Passes | Stand::Probe | Stand::Unsure => None,
            },
        );
    let lapses = env.request.approvals.iter().map(|approval| approval.expires);
    let turns = holds
        .chain(past::turns(env, switches))
        .chain(turns::turns(env))
        .chain(lapses);
    turns.filter(|turn| *turn > now).min()
}

/// Whether no breaker stops the call and no limit is spent, but for those that only a reset clears.
fn nothing_is_spent(env: &Environment<'_>, switches: &Switches) -> bool {
    let waits = breakers::standing(env, switches)
        .open
        .into_iter()
        .filter_map(|id| Some((id, env.bundle.breaker(id)?)))
        .any(|(id, breaker)| matches!(breakers::stand(env, id, breaker), Stand::Stops(Some(_))));
    let refills = past::rooms(env, switches)
        .into_iter()
        .any(|(_, room)| matches!(room, Room::Spent(Some(_))));
    !waits && !refills
}

/// The instants at which no rule forbids or asks, and a permit matches.
fn passes(
    env: &Environment<'_>,
    switches: &Switches,
    granted: &Granted<'_>,
    permits: &[RuleId],
) -> Combination {
    let guards = env.tool().map(|tool| tool.guards.as_slice()).unwrap_or_default();
    let (mut clear, mut ways) = (Vec::new(), Vec::new());
    for guard in guards {
        let Some(rule) = env.bundle.rule(guard.rule) else {
            continue;
        };
        if switches.of_rule(env.bundle, guard.rule) != Setting::Enforce {
            continue;
        }
        match rule.effect {
            Effect::Forbid => clear.push(when(env, granted, guard.condition, false)),
            Effect::Ask => {
                let satisfied = match granted {
                    Granted::WhateverCanChange => true,
                    Granted::These { asks, .. } => {
                        asks.contains(&guard.rule) || approval::is_given(env, guard.rule)
                    }
                };
                if !satisfied {
                    clear.push(when(env, granted, guard.condition, false));
                }
            }
            Effect::Permit if permits.contains(&guard.rule) => {
                ways.push(when(env, granted, guard.condition, true));
            }
            Effect::Permit => {}
        }
    }
    clear.push(Combination::any(ways));
    Combination::all(clear)
}

/// The instants at which a condition surely is `wanted`. What has not been asked for yet is taken to come out well, as
/// it is in [`left`].
fn when(env: &Environment<'_>, granted: &Granted<'_>, id: NodeId, wanted: bool) -> Combination {
    let both = |a, b| [when(env, granted, a, wanted), when(env, granted, b, wanted)];
    match (env.bundle.arena.get(id), wanted) {
        (Some(Node::Not(inner)), _) => when(env, granted, inner, !wanted),
        (Some(Node::And(a, b)), true) | (Some(Node::Or(a, b)), false) => Combination::all(both(a, b)),
        (Some(Node::And(a, b)), false) | (Some(Node::Or(a, b)), true) => Combination::any(both(a, b)),
        (Some(node @ (Node::InSchedule(_) | Node::InScheduleOf { .. })), _) => {
            open(env, granted, (id, node), wanted)
        }
        (Some(Node::Any { .. } | Node::All { .. }), _)
            if !env.bundle.schedules_read(id).is_empty() && !is_granted(env, granted, id, wanted) =>
        {
            elements::when(env, None, id, wanted)
        }
        (
            Some(
                Node::Any { .. }
                | Node::All { .. }
                | Node::Element(_)
                | Node::Field { .. }
                | Node::HasValue(_)
                | Node::Always(_)
                | Node::Unknowable(_)
                | Node::IsTrue(_)
                | Node::Compare { .. }
                | Node::InSet { .. }
                | Node::InList { .. }
                | Node::Text { .. }
                | Node::Pattern { .. }
                | Node::Has(_)
                | Node::IsKind { .. }
                | Node::IsWritten { .. }
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
                | Node::Tracked { .. }
                | Node::InTrack { .. },
            )
            | None,
            _,
        ) => {
            let truth = interpret::condition(env, id);
            let comes_out = truth == Truth::from(wanted)
                || truth == Truth::Pending
                || is_granted(env, granted, id, wanted);
            Combination::Constant(comes_out)
        }
    }
}

/// The same of a schedule. In a zone that nobody knows it is open where that is granted.
fn open(
    env: &Environment<'_>,
    granted: &Granted<'_>,
    (id, node): (NodeId, Node),
    wanted: bool,
) -> Combination {
    elements::open(env, None, node, wanted)
        .unwrap_or_else(|| Combination::Constant(is_granted(env, granted, id, wanted)))
}

/// Whether a test is taken to come out as `wanted`.
fn is_granted(env: &Environment<'_>, granted: &Granted<'_>, id: NodeId, wanted: bool) -> bool {
    match granted {
        Granted::These { tests, .. } => tests.contains(&(id, wanted)),
        Granted::WhateverCanChange => !left::left(env, id, wanted, Clock::Stands).never,
    }
}
