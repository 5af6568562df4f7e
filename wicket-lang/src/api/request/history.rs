//! What a session has seen before the request.

use super::{Decide, DecideRequest, RequestError, ToolName, reading};
use crate::decide::{self, Answer, Decision, Reason, Settled, Verdict};
use crate::ir::{Bundle, Outcome, RuleId};
use crate::json::Object;
use crate::request::{Facts, Findings, Request, State};
use crate::value::Instant;

/// One earlier call.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Event {
    pub at: Option<Instant>,
    pub tool: ToolName,
    pub args: Object,
    /// What was decided then; `None`: what the bundle decides, no fact being known.
    pub permitted: Option<bool>,
    /// The policy or breaker that denied, or a reason like `default`.
    pub by: Option<String>,
    /// How it ended; `None` where that was never learnt.
    pub outcome: Option<Outcome>,
    /// What it answered.
    pub result: Option<Object>,
}

impl Event {
    /// The state after the call.
    pub(super) fn after(
        &self,
        request: &DecideRequest,
        bundle: &Bundle,
        state: &State,
        decide: Decide<'_>,
    ) -> Result<State, RequestError> {
        let facts = Facts::complete();
        let call = Request {
            connector: &self.tool.connector,
            tool: &self.tool.tool,
            args: &self.args,
            caller: &request.caller,
            facts: &facts,
            definition: request.definition,
            approvals: &[],
            now: self.at.or(request.now),
        };
        let Answer::Decided(judged) = decide(&request.switches, &call, state) else {
            return Ok(state.clone());
        };
        let decision = match self.permitted {
            None => judged,
            Some(true) => Decision {
                verdict: Verdict::Permit,
                reason: Reason::Policy,
                ..judged
            },
            Some(false) => {
                let (reason, rules) = self.denied_by(bundle)?;
                Decision {
                    verdict: Verdict::Deny,
                    reason,
                    rules,
                    findings: Findings::default(),
                    ..judged
                }
            }
        };
        let Settled { mut state, awaited } =
            decide::settled(bundle, &request.switches, &call, state, &decision);
        if let Some(outcome) = self.outcome {
            let ended = call.now.unwrap_or(Instant(0));
            if let (Some(result), Outcome::Success) = (&self.result, outcome) {
                let facts = Facts::complete().with_result(result.clone());
                let answered = Request {
                    facts: &facts,
                    ..call
                };
                decide::learn(bundle, &request.switches, &answered, &mut state, &awaited);
            }
            state.outcome(bundle, &awaited, Some(outcome), ended);
        }
        Ok(state)
    }

    fn denied_by(&self, bundle: &Bundle) -> Result<(Reason, Vec<RuleId>), RequestError> {
        let Some(by) = self.by.as_deref() else {
            return Ok((Reason::Policy, Vec::new()));
        };
        if let Some(reason) = Reason::ALL.iter().find(|reason| reason.name() == by) {
            return Ok((*reason, Vec::new()));
        }
        if bundle.breakers.iter().any(|breaker| breaker.name == by) {
            return Ok((Reason::Breaker, Vec::new()));
        }
        if bundle.limits.iter().any(|limit| limit.name == by) {
            return Ok((Reason::Limit, Vec::new()));
        }
        let rules = (0..bundle.rules.len())
            .map(RuleId::at)
            .filter(|rule| bundle.policy_of(*rule).is_some_and(|policy| policy.name == by))
            .collect::<Vec<_>>();
        if rules.is_empty() {
            let policies = bundle.policies.iter().map(|policy| policy.name.as_str());
            let breakers = bundle.breakers.iter().map(|breaker| breaker.name.as_str());
            let limits = bundle.limits.iter().map(|limit| limit.name.as_str());
            let known = policies.chain(breakers).chain(limits);
            return Err(reading::unknown("history[].by", by, known));
        }
        Ok((Reason::Policy, rules))
    }
}
