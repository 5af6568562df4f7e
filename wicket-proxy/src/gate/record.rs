//! The record of a decision: everything that went into it, and nothing that is secret.

use std::collections::BTreeMap;

use wicket_lang::api;
use wicket_lang::catalog::Digest;
use wicket_lang::decide::{self, Decision, Explanation, Reason, Verdict};
use wicket_lang::json::{self, Json};
use wicket_lang::request::{Environment, Fact, Key, Request, Scope, State};
use wicket_lang::value::Decimal;

use super::{Policies, Step, used};
use crate::audit::{BODY_VERSION, CallBody, Input, SessionId};

/// The longest key of a resource that is recorded; of a longer one it is the digest.
const LONGEST_KEY: usize = 512;

/// The record of a call that policies judged.
pub(super) fn body(
    step: &Step<'_>,
    policies: &Policies,
    request: &Request<'_>,
    state: &State,
    decision: &Decision,
    explanation: &Explanation,
    session: SessionId,
) -> CallBody {
    let bundle = &policies.artifact.bundle;
    let tool = decision.tool.and_then(|id| bundle.tool(id));
    let mut definitions = BTreeMap::new();
    if let Some(tool) = tool {
        definitions.insert("shape".to_owned(), tool.shape);
        definitions.extend(tool.text.map(|text| ("text".to_owned(), text)));
    }
    let class = explanation
        .class
        .as_ref()
        .map(|class| serde_json::Value::from(&api::class(class)));
    let others = explanation.others.iter();
    let others = others.map(|class| serde_json::Value::from(&api::class(class)));
    let breakers = decision.breakers.iter().filter_map(|id| bundle.breaker(*id));
    let limits = decision.limits.iter().filter_map(|id| bundle.limit(*id));
    CallBody {
        epoch: Some(policies.epoch),
        artifact: Some(policies.artifact.digest()),
        tzdata: Some(policies.artifact.tzdata().to_owned()),
        policies: used(policies, decision),
        breakers: breakers.map(|breaker| breaker.name.clone()).collect(),
        limits: limits.map(|limit| limit.name.clone()).collect(),
        definitions,
        resource: resources(policies, request, state, decision),
        inputs: inputs(step, policies, request, state, decision),
        decision: decision.verdict,
        reason: decision.reason,
        class,
        others: others.collect(),
        expired: explanation.expired.map(|expired| expired.to_string()),
        message: explanation.message.clone(),
        unknowns: explanation.unknown.clone(),
        ..bare(step, session)
    }
}

/// The record of a call for whose caller nothing was published.
pub(super) fn unpublished(step: &Step<'_>, session: SessionId, message: &str) -> CallBody {
    CallBody {
        message: Some(message.to_owned()),
        ..bare(step, session)
    }
}

/// What is known of a call before anything judged it.
fn bare(step: &Step<'_>, session: SessionId) -> CallBody {
    CallBody {
        v: BODY_VERSION,
        call: step.call.clone(),
        time: step.now,
        epoch: None,
        artifact: None,
        tzdata: None,
        policies: Vec::new(),
        breakers: Vec::new(),
        limits: Vec::new(),
        agent: step.caller.agent.clone(),
        member: step.caller.member.clone(),
        key: step.caller.key,
        session: Some(session),
        conversation: step.origin.conversation.clone(),
        client: step.origin.client.clone(),
        address: Some(step.origin.address.clone()),
        era: step.origin.era.clone(),
        method: "tools/call".to_owned(),
        service: (!step.request.service.is_empty()).then(|| step.request.service.clone()),
        tool: Some(step.request.tool.clone()),
        definitions: BTreeMap::new(),
        arguments: Digest::of(json::canonical(&Json::Object(step.request.arguments.clone())).as_bytes()),
        resource: BTreeMap::new(),
        inputs: Vec::new(),
        decision: Verdict::Deny,
        reason: Reason::Default,
        class: None,
        others: Vec::new(),
        expired: None,
        message: None,
        unknowns: Vec::new(),
        count: None,
    }
}

/// The resources that the arguments name, `repo` → `acme/site`.
fn resources(
    policies: &Policies,
    request: &Request<'_>,
    state: &State,
    decision: &Decision,
) -> BTreeMap<String, String> {
    let bundle = &policies.artifact.bundle;
    let Some(tool) = decision.tool else {
        return BTreeMap::new();
    };
    let env = Environment {
        bundle,
        tool,
        request,
        state,
        scope: Scope::Call,
    };
    let bindings = bundle
        .tool(tool)
        .map(|tool| tool.bindings.as_slice())
        .unwrap_or_default();
    bindings
        .iter()
        .filter_map(|binding| {
            Some((
                bundle.resources.get(binding.resource.index())?,
                env.fact_ref(binding.resource)?,
            ))
        })
        .map(|(resource, reference)| {
            let key: Vec<String> = reference.key.into_iter().map(|(_, part)| part).collect();
            let key = key.join("/");
            // It is the caller's text, and is kept for ever.
            let key = if key.len() > LONGEST_KEY {
                Digest::of(key.as_bytes()).to_string()
            } else {
                key
            };
            (resource.name.clone(), key)
        })
        .collect()
}

/// Each value that a condition read, facts with their age, and the counters before this call.
fn inputs(
    step: &Step<'_>,
    policies: &Policies,
    request: &Request<'_>,
    state: &State,
    decision: &Decision,
) -> Vec<Input> {
    let bundle = &policies.artifact.bundle;
    let mut inputs: Vec<Input> = decide::inputs(bundle, request, state, decision)
        .into_iter()
        .map(Input::from)
        .collect();
    for (resource, fact) in request.facts.iter() {
        let (
            Fact::Known {
                read_at: Some(read_at),
                ..
            },
            Some(declared),
        ) = (fact, bundle.resources.get(resource.index()))
        else {
            continue;
        };
        let prefix = format!("{}.", declared.name);
        for input in inputs.iter_mut().filter(|input| input.path.starts_with(&prefix)) {
            input.age = Some(step.now.0.saturating_sub(read_at.0));
        }
    }
    inputs.extend(bundle.tracks.iter().filter(|track| !track.keyed).map(|track| {
        let bounds = state.bounds(&bundle.calendar, track, &Key::None, Some(step.now));
        let shown = |bound: Option<Decimal>| bound.map_or("?".to_owned(), |bound| bound.to_string());
        let (low, high) = (shown(bounds.low), shown(bounds.high));
        Input {
            path: track.name.clone(),
            value: Some(if low == high {
                low
            } else {
                format!("{low} to {high}")
            }),
            missing: None,
            age: None,
            tests: Vec::new(),
        }
    }));
    let wider = state.shared.values().flat_map(|history| &history.breakers);
    inputs.extend(state.session.breakers.iter().chain(wider).map(|(name, breaker)| {
        let count = breaker
            .count
            .max(u64::try_from(breaker.events.len()).unwrap_or(u64::MAX));
        Input {
            path: name.clone(),
            value: Some(count.to_string()),
            missing: None,
            age: None,
            tests: Vec::new(),
        }
    }));
    inputs
}
