//! The next state of a session, from the final answer only.

use super::class;
use super::{Decision, Reason};
use crate::ir::{Breaker, Bundle, DeniedBy};
use crate::request::{Environment, Request, Scope, Setting, State, Switches};

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
    let mut next = state.clone();
    next.last_call = request.now.or(state.last_call);
    if decision.is_permit() {
        if let Some(now) = request.now {
            for breaker in decision.probes.iter().filter_map(|id| bundle.breaker(*id)) {
                next.probe(breaker, now);
            }
        }
        count(bundle, switches, request, &mut next, decision);
        if let Some(tool) = decision.tool {
            let limits = bundle.limits.iter();
            for limit in limits.filter(|limit| limit.of.binary_search(&tool).is_ok()) {
                if switches.of(&limit.name) != Setting::Off {
                    next.spend(limit, request.now);
                }
            }
        }
        return next;
    }
    if !counts_as_denial(bundle, switches, request, state, decision) {
        return next;
    }
    next.denials = next.denials.saturating_add(1);
    if decision.reason == Reason::Policy {
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
    count(bundle, switches, request, &mut next, decision);
    next
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
    of && match &breaker.counts.by {
        DeniedBy::NothingButCalls => false,
        DeniedBy::Anything => true,
        DeniedBy::Forbid => decision.reason == Reason::Policy,
        DeniedBy::Default => decision.reason == Reason::Default,
        DeniedBy::Limit => decision.reason == Reason::Limit,
        DeniedBy::Arguments => decision.reason == Reason::Arguments,
        DeniedBy::Policy(policy) => {
            decision.reason == Reason::Policy
                && decision
                    .rules
                    .iter()
                    .any(|rule| bundle.rule(*rule).is_some_and(|rule| rule.policy == *policy))
        }
    }
}
