//! The next state of a session, from the final answer only.

use std::collections::BTreeMap;

use super::tally::{self, Entered};
use super::{Decision, Reason, breakers, class};
use crate::ir::{Breaker, BreakerId, Bundle, DeniedBy, TrackId, Trips};
use crate::request::{Awaited, Environment, Key, Probe, Request, Scope, Setting, State, Switches};

/// The state after `decision`. A permitted call may be a breaker's probe; a denied one counts once, whatever its
/// reason, except by an open breaker, for a pending approval, or for a fact that could not be fetched.
#[must_use]
pub fn settle(
    bundle: &Bundle,
    switches: &Switches,
    request: &Request<'_>,
    state: &State,
    decision: &Decision,
) -> State {
    settled(bundle, switches, request, state, decision).state
}

/// What follows from a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The state of the scopes after the call.
    pub state: State,
    /// What is awaited of the outcome, if the call goes out.
    pub awaited: Awaited,
}

/// The state after `decision`, and what is awaited of the call.
#[must_use]
pub fn settled(
    bundle: &Bundle,
    switches: &Switches,
    request: &Request<'_>,
    state: &State,
    decision: &Decision,
) -> Settled {
    let mut next = state.clone();
    next.last_call = request.now.or(state.last_call);
    if decision.is_permit() {
        let awaited = permitted(bundle, switches, request, state, &mut next, decision);
        return Settled { state: next, awaited };
    }
    if counts_as_denial(bundle, switches, request, state, decision) {
        denied(bundle, switches, request, state, &mut next, decision);
    }
    Settled {
        state: next,
        awaited: Awaited::default(),
    }
}

fn permitted(
    bundle: &Bundle,
    switches: &Switches,
    request: &Request<'_>,
    state: &State,
    next: &mut State,
    decision: &Decision,
) -> Awaited {
    let mut awaited = Awaited::default();
    let Some(tool) = decision.tool else {
        return awaited;
    };
    // A call is judged and counted by what came before it, even where it enters several tracks.
    let env = Environment {
        bundle,
        tool,
        request,
        state,
        scope: Scope::Call,
    };
    let mut probes = Vec::new();
    for id in &decision.probes {
        if let (Some(now), Some(breaker)) = (request.now, bundle.breaker(*id)) {
            let key = match breakers::key(&env, *id, breaker) {
                Some(Key::Known(key)) => Some(key),
                Some(Key::None | Key::Unknown) | None => None,
            };
            next.probe(breaker, key.as_deref(), now);
            probes.push(Probe {
                breaker: breaker.name.clone(),
                key,
            });
        }
    }
    awaited.probes = request
        .now
        .filter(|_| !probes.is_empty())
        .map(|now| (probes, now));
    let entered: Vec<Entered<'_>> = tally::entered(&env, switches).collect();
    let waiting = entered.iter().filter(|entered| entered.track.on.is_some());
    awaited.calls = next.number(waiting.clone().map(|entered| entered.track.per));
    let waiting = waiting.flat_map(|entered| on_track(bundle, switches, entered.tally.track));
    awaited.breakers = waiting.map(|(id, _)| id).collect();
    for Entered {
        tally, track, event, ..
    } in &entered
    {
        let member = request.caller.member_email.as_deref();
        next.enter(&bundle.calendar, track, event, member, &awaited.calls);
        for (_, breaker) in on_track(bundle, switches, tally.track) {
            next.trip(bundle, breaker, &event.key, request.now);
        }
    }
    awaited
}

/// The breakers that look at a track and are not off.
fn on_track<'a>(
    bundle: &'a Bundle,
    switches: &'a Switches,
    track: TrackId,
) -> impl Iterator<Item = (BreakerId, &'a Breaker)> {
    let all = bundle.breakers.iter().enumerate();
    all.filter(move |(_, breaker)| {
        breaker.track() == Some(track) && switches.of(&breaker.name) != Setting::Off
    })
    .map(|(index, breaker)| (BreakerId::at(index), breaker))
}

fn denied(
    bundle: &Bundle,
    switches: &Switches,
    request: &Request<'_>,
    state: &State,
    next: &mut State,
    decision: &Decision,
) {
    next.denials = next.denials.saturating_add(1);
    if decision.counts_as(bundle) == Reason::Policy {
        let mut policies: Vec<_> = decision
            .rules
            .iter()
            .filter_map(|rule| bundle.policy_of(*rule))
            .collect();
        policies.dedup_by_key(|policy| policy.name.as_str());
        for policy in policies {
            let count = next.denials_by_policy.entry(policy.name.clone()).or_default();
            *count = count.saturating_add(1);
        }
    }
    for breaker in &bundle.breakers {
        let Trips::Denials { by, of, .. } = &breaker.trips else {
            continue;
        };
        let counts = match (of, decision.tool) {
            (None, _) => true,
            (Some(tools), Some(tool)) => tools.contains(&tool),
            (Some(_), None) => false,
        };
        if counts && switches.of(&breaker.name) != Setting::Off && is_counted(bundle, *by, decision) {
            next.count(breaker, request.now);
        }
    }
    let entered = match decision.tool {
        Some(tool) => {
            let env = Environment {
                bundle,
                tool,
                request,
                state,
                scope: Scope::Call,
            };
            tally::denied(&env, switches, is_judged(decision.reason))
        }
        None => tally::denied_unknown(bundle, switches, request.now),
    };
    for (id, track, event) in entered {
        let counts = track
            .denials
            .is_some_and(|denials| is_counted(bundle, denials.by, decision));
        if !counts {
            continue;
        }
        let member = request.caller.member_email.as_deref();
        next.enter(&bundle.calendar, track, &event, member, &BTreeMap::new());
        for (_, breaker) in on_track(bundle, switches, id) {
            next.trip(bundle, breaker, &event.key, request.now);
        }
    }
}

/// Whether the arguments of a call that was denied for this reason fit its pinned schema, so that conditions can be
/// asked of them.
fn is_judged(reason: Reason) -> bool {
    match reason {
        Reason::Policy | Reason::Default | Reason::Limit | Reason::Expired => true,
        Reason::Breaker
        | Reason::ApprovalRequired
        | Reason::UnknownTool
        | Reason::Unclassified
        | Reason::DefinitionChanged
        | Reason::Arguments
        | Reason::RateLimit
        | Reason::NotRecorded
        | Reason::Overload => false,
    }
}

/// Closes breakers and sets their counts to nothing: all of them, or the one named.
#[must_use]
pub fn reset(state: &State, item: Option<&str>) -> (State, bool) {
    let mut next = state.clone();
    let found = next.reset(item);
    (next, found)
}

fn counts_as_denial(
    bundle: &Bundle,
    switches: &Switches,
    request: &Request<'_>,
    state: &State,
    decision: &Decision,
) -> bool {
    match decision.reason {
        Reason::Breaker
        | Reason::ApprovalRequired
        | Reason::RateLimit
        | Reason::NotRecorded
        | Reason::Overload => false,
        Reason::Limit
        | Reason::Expired
        | Reason::UnknownTool
        | Reason::Unclassified
        | Reason::DefinitionChanged
        | Reason::Arguments => true,
        // Only where facts failed can the denial be one for a fact that could not be fetched.
        Reason::Policy | Reason::Default => {
            let env = decision.tool.map(|tool| Environment {
                bundle,
                tool,
                request,
                state,
                scope: Scope::Call,
            });
            !request.facts.any_failed() || env.is_none_or(|env| !class::is_transient(&env, switches))
        }
    }
}

fn is_counted(bundle: &Bundle, by: DeniedBy, decision: &Decision) -> bool {
    let reason = decision.counts_as(bundle);
    match by {
        DeniedBy::Anything => true,
        DeniedBy::Forbid => reason == Reason::Policy,
        DeniedBy::Default => reason == Reason::Default,
        DeniedBy::Limit => reason == Reason::Limit,
        DeniedBy::Arguments => reason == Reason::Arguments,
        DeniedBy::Policy(policy) => {
            let mut rules = decision.rules.iter().filter_map(|rule| bundle.rule(*rule));
            reason == Reason::Policy && rules.any(|rule| rule.policy == policy)
        }
    }
}
