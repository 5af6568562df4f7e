//! The next state of a session, from the final answer only.

use super::class;
use super::tally::{self, Entered};
use super::{Decision, Reason};
use crate::ir::{Breaker, Bundle, DeniedBy};
use crate::request::{Awaited, Environment, Request, Scope, Setting, State, Switches};

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
        denied(bundle, switches, request, &mut next, decision);
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
    let probes: Vec<&Breaker> = decision
        .probes
        .iter()
        .filter_map(|id| bundle.breaker(*id))
        .collect();
    let mut awaited = Awaited::default();
    if let (Some(now), false) = (request.now, probes.is_empty()) {
        for breaker in &probes {
            next.probe(breaker, now);
        }
        awaited.probes = Some((probes.iter().map(|breaker| breaker.name.clone()).collect(), now));
    }
    count(bundle, switches, request, next, decision);
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
    let entered: Vec<Entered<'_>> = tally::entered(&env, switches).collect();
    let waiting = entered.iter().filter(|entered| entered.track.on.is_some());
    awaited.calls = next.number(waiting.map(|entered| entered.track.per));
    for Entered { track, event, .. } in &entered {
        let member = request.caller.member_email.as_deref();
        next.enter(&bundle.calendar, track, event, member, &awaited.calls);
    }
    awaited
}

fn denied(
    bundle: &Bundle,
    switches: &Switches,
    request: &Request<'_>,
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
    count(bundle, switches, request, next, decision);
}

/// Lets each breaker that is not off count the decision, if it is one of those that it counts.
fn count(bundle: &Bundle, switches: &Switches, request: &Request<'_>, next: &mut State, decision: &Decision) {
    for breaker in &bundle.breakers {
        if switches.of(&breaker.name) != Setting::Off && is_counted(bundle, breaker, decision) {
            next.count(breaker, request.now);
        }
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

fn is_counted(bundle: &Bundle, breaker: &Breaker, decision: &Decision) -> bool {
    let of = match (&breaker.counts.of, decision.tool) {
        (None, _) => true,
        (Some(tools), Some(tool)) => tools.contains(&tool),
        (Some(_), None) => false,
    };
    let counts_calls = breaker.counts.by == DeniedBy::NothingButCalls;
    if counts_calls || decision.is_permit() {
        return of && counts_calls && decision.is_permit();
    }
    let reason = decision.counts_as(bundle);
    of && match &breaker.counts.by {
        DeniedBy::NothingButCalls => false,
        DeniedBy::Anything => true,
        DeniedBy::Forbid => reason == Reason::Policy,
        DeniedBy::Default => reason == Reason::Default,
        DeniedBy::Limit => reason == Reason::Limit,
        DeniedBy::Arguments => reason == Reason::Arguments,
        DeniedBy::Policy(policy) => {
            reason == Reason::Policy
                && decision
                    .rules
                    .iter()
                    .any(|rule| bundle.rule(*rule).is_some_and(|rule| rule.policy == *policy))
        }
    }
}
