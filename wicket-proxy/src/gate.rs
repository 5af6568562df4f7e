//! The pure core: who may call what, now.
//!
//! [`admit`] gets loaded values and the instant, and returns an [`Admission`]: the ruling, the next state of the
//! session, and the record. It reads no clock, no file and no socket; the store runs it where the calls of a session
//! are put in order. The only way to forward a call is to hand over a [`Permit`], and only this module makes one.

#![cfg_attr(not(test), deny(clippy::wildcard_enum_match_arm))]

mod record;
#[cfg(test)]
mod testing;

use std::collections::BTreeMap;
use std::sync::Arc;

use wicket_lang::artifact::Artifact;
use wicket_lang::catalog::Digest;
use wicket_lang::decide::{self, Answer, Class, Decision, Explanation, Reason, Settled};
use wicket_lang::ir::{Bundle, CallerAttribute, Outcome, Per};
use wicket_lang::json::{self, Object};
use wicket_lang::request::{
    Awaited, Caller as LanguageCaller, Definition, Fact, FactRef, Facts, History, Request, State, Switches,
};
use wicket_lang::value::Instant;

use crate::audit::{CallBody, CallId, ClientName, Epoch, Input, KeyId, PolicyUsed, Record, SessionId};

/// The publication in force: the artifact, loaded, and how it is switched.
#[derive(Clone, Debug)]
pub struct Policies {
    pub artifact: Arc<Artifact>,
    pub epoch: Epoch,
    pub switches: Switches,
    /// The version of each policy, by name.
    pub versions: BTreeMap<String, u64>,
}

/// Who calls, as the store knows it.
#[derive(Clone, Debug)]
pub struct Caller {
    pub agent: String,
    /// The member's name: the address by which it was invited.
    pub member: String,
    pub groups: Vec<String>,
    /// Of the agent.
    pub tags: Vec<String>,
    pub key: KeyId,
}

/// Where a call comes from; all of it is recorded. What the client says of itself narrows, and never permits.
#[derive(Clone, Debug)]
pub struct Origin {
    pub conversation: Option<String>,
    pub client: Option<ClientName>,
    /// The address that the request came from, without its port.
    pub address: String,
    /// The revision of the protocol.
    pub era: String,
}

/// One call of a tool, understood and not yet judged.
#[derive(Clone, Debug)]
pub struct Call {
    /// The connector as the bundle names it; the name that was asked for where it leads to none.
    pub service: String,
    pub tool: String,
    pub arguments: Object,
    /// Why the call could be read otherwise than it is judged.
    pub doubt: Option<Doubt>,
    pub live: Live,
}

/// Why a call could be read otherwise than it is judged. Such a call is refused like arguments that do not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Two keys of the arguments differ by case only: this one, and one before it.
    TwoSpellings(String),
    /// Under this key stands a number that a reader which keeps numbers as doubles takes for another one.
    Rounded(String),
    /// This header repeats an argument, and does not say what the body says.
    Header(String),
}

/// The upstream's own definition of the tool, as it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Live {
    /// The digests of its two parts.
    Digests { shape: Digest, text: Digest },
    /// The upstream has no such tool, or none that can be pinned.
    Missing,
    /// The upstream could not be asked. The call is judged, and then cannot leave.
    Unavailable,
}

/// What was learnt of the records that a decision asked for.
#[derive(Clone, Debug, Default)]
pub struct Learnt {
    /// The artifact whose resources are meant.
    pub artifact: Option<Digest>,
    pub facts: Vec<(FactRef, Fact)>,
}

impl Learnt {
    /// Adds what was learnt for this artifact. Another artifact means other resources by the same numbers, so what was
    /// learnt for the one before is forgotten.
    pub fn add(&mut self, artifact: Digest, facts: impl IntoIterator<Item = (FactRef, Fact)>) {
        if self.artifact != Some(artifact) {
            self.facts.clear();
        }
        self.artifact = Some(artifact);
        self.facts.extend(facts);
    }
}

/// A session as it stands before the call.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: SessionId,
    pub state: State,
}

/// Everything that is judged in one step.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    pub call: CallId,
    pub now: Instant,
    pub caller: &'a Caller,
    pub origin: &'a Origin,
    pub request: &'a Call,
    /// `None`: nothing was published for this caller.
    pub policies: Option<&'a Policies>,
    pub learnt: &'a Learnt,
    /// `None`: the caller has no session yet.
    pub session: Option<Session>,
    /// The name of the session that begins if the last one is over.
    pub fresh: SessionId,
    /// How long a session may be idle, in milliseconds.
    pub idle_ms: i64,
    /// What the wider scopes of the call remember. A conversation stands here only if the client names one.
    pub shared: BTreeMap<Per, History>,
}

/// The right to forward one call, once.
#[derive(Debug)]
pub struct Permit {
    call: CallId,
    /// What the outcome record repeats of the intent.
    intent: Box<CallBody>,
    /// What the history learns from the outcome.
    awaited: Option<Awaits>,
}

impl Permit {
    /// The call that may be forwarded.
    #[must_use]
    pub fn call(&self) -> &CallId {
        &self.call
    }

    /// The intent as it is recorded.
    #[must_use]
    pub fn intent(&self) -> &CallBody {
        &self.intent
    }

    /// What the history learns from the outcome of this call, if anything waits for it.
    #[must_use]
    pub fn awaits(&self) -> Option<&Awaits> {
        self.awaited.as_ref()
    }
}

/// What waits for the outcome of a call, and by whose meaning.
#[derive(Clone, Debug)]
pub struct Awaits {
    artifact: Arc<Artifact>,
    awaited: Awaited,
    /// The call, where something remembers what it answers.
    call: Option<Box<Answering>>,
}

/// A call whose result is remembered: what its tracks read beside the result.
#[derive(Clone, Debug)]
struct Answering {
    service: String,
    tool: String,
    arguments: Object,
    caller: LanguageCaller,
    facts: Facts,
    switches: Switches,
    now: Instant,
}

impl Awaits {
    /// The state after the call has ended; `None` is an outcome that nobody will ever learn. A success may have a
    /// result.
    #[must_use]
    pub fn settle(
        &self,
        mut state: State,
        outcome: Option<Outcome>,
        result: Option<&Object>,
        now: Instant,
    ) -> State {
        let bundle = &self.artifact.bundle;
        if let (Some(call), Some(result), Some(Outcome::Success)) = (&self.call, result, outcome) {
            call.with(result, |request| {
                decide::learn(bundle, &call.switches, request, &mut state, &self.awaited);
            });
        }
        state.outcome(bundle, &self.awaited, outcome, now);
        state
    }

    /// What is read of a result, for the record.
    #[must_use]
    pub fn learnt(&self, result: &Object) -> Vec<Input> {
        let read = self
            .call
            .as_ref()
            .map(|call| call.with(result, |request| decide::learnt(&self.artifact.bundle, request)));
        read.unwrap_or_default().into_iter().map(Input::from).collect()
    }
}

impl Answering {
    /// Asks something of the call with its result.
    fn with<T>(&self, result: &Object, ask: impl FnOnce(&Request<'_>) -> T) -> T {
        let facts = self.facts.clone().with_result(result.clone());
        ask(&Request {
            connector: &self.service,
            tool: &self.tool,
            args: &self.arguments,
            caller: &self.caller,
            facts: &facts,
            definition: Definition::Pinned,
            approvals: &[],
            now: Some(self.now),
        })
    }
}

/// A refusal, with what the caller is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub call: CallId,
    pub reason: Reason,
    /// Answer as for a tool that does not exist.
    pub hidden: bool,
    pub class: Option<Class>,
    /// What is in the way beside the class.
    pub others: Vec<Class>,
    pub message: String,
    /// The names of the policies and breakers that decided.
    pub policies: Vec<String>,
    pub next: Option<Instant>,
    /// When what would permit the call ended.
    pub expired: Option<Instant>,
}

/// What was decided.
#[derive(Debug)]
pub enum Ruling {
    Permit(Permit),
    Deny(Refusal),
    /// Nothing was decided yet: fetch these records and ask again.
    Needs {
        artifact: Digest,
        facts: Vec<FactRef>,
    },
}

/// A ruling and what follows from it. Both change together or not at all.
#[derive(Debug)]
pub struct Admission {
    pub ruling: Ruling,
    /// The session's next state; `None` where nothing was decided.
    pub next: Option<NextSession>,
    /// What the wider scopes of the call remember now, where that has changed.
    pub shared: BTreeMap<Per, History>,
    /// The record; `None` where nothing was decided.
    pub record: Option<Record>,
}

/// What becomes of the session.
#[derive(Clone, Debug, PartialEq)]
pub enum NextSession {
    Keep(State),
    /// The last one is over, or there was none.
    Fresh(State),
}

/// Judges one call.
#[must_use]
pub fn admit(step: &Step<'_>) -> Admission {
    let Some(policies) = step.policies else {
        return unpublished(step);
    };
    let bundle = &policies.artifact.bundle;
    let over = step
        .session
        .as_ref()
        .is_none_or(|session| session.state.is_over(bundle, step.now, step.idle_ms));
    let (own, session) = match &step.session {
        Some(session) if !over => (session.state.clone(), session.id.clone()),
        Some(_) | None => (State::default(), step.fresh.clone()),
    };
    // A session ends, what its member and its agent have done does not.
    let state = State {
        shared: step.shared.clone(),
        ..own
    };
    let caller = caller(bundle, step.caller, step.origin);
    let facts = facts(policies, step.learnt);
    let request = Request {
        connector: &step.request.service,
        tool: &step.request.tool,
        args: &step.request.arguments,
        caller: &caller,
        facts: &facts,
        definition: definition(policies, step.request),
        approvals: &[],
        now: Some(step.now),
    };
    let decision = match judge(step, policies, &request, &state) {
        Answer::Decided(decision) => decision,
        Answer::Needs(needs) => {
            return Admission {
                ruling: Ruling::Needs {
                    artifact: policies.artifact.digest(),
                    facts: needs,
                },
                next: None,
                shared: BTreeMap::new(),
                record: None,
            };
        }
    };
    let explanation = decide::explain(bundle, &policies.switches, &request, &state, &decision);
    let Settled {
        state: mut after,
        awaited,
    } = decide::settled(bundle, &policies.switches, &request, &state, &decision);
    let body = record::body(step, policies, &request, &state, &decision, &explanation, session);
    let mut shared = std::mem::take(&mut after.shared);
    shared.retain(|per, history| step.shared.get(per).unwrap_or(&History::default()) != history);
    let next = if over {
        NextSession::Fresh(after)
    } else {
        NextSession::Keep(after)
    };
    let awaits = (!awaited.is_empty()).then(|| Awaits {
        artifact: Arc::clone(&policies.artifact),
        awaited,
        call: bundle
            .remembers_results(request.connector, request.tool)
            .then(|| {
                Box::new(Answering {
                    service: request.connector.to_owned(),
                    tool: request.tool.to_owned(),
                    arguments: request.args.clone(),
                    caller: caller.clone(),
                    facts: facts.clone(),
                    switches: policies.switches.clone(),
                    now: step.now,
                })
            }),
    });
    let (ruling, record) = rule(step, policies, &decision, explanation, body, awaits);
    Admission {
        ruling,
        next: Some(next),
        shared,
        record: Some(record),
    }
}

/// Who calls, as policies see it: what the store knows, what the client says of itself, and where it calls from.
///
/// The store keeps words, so an attribute of the directory is delivered by one that says it: a group `clearance=3` of
/// the member, a tag `stage=prod` of the agent.
#[must_use]
pub fn caller(bundle: &Bundle, caller: &Caller, origin: &Origin) -> LanguageCaller {
    let delivered = |declared: &[CallerAttribute], words: &[String]| {
        let attributes = declared.iter().filter_map(|attribute| {
            let value = attribute.among(words.iter().map(String::as_str))?;
            Some((attribute.name.clone(), value))
        });
        attributes.collect()
    };
    let client = origin.client.as_ref();
    LanguageCaller {
        member_email: Some(caller.member.clone()),
        member_groups: Some(caller.groups.clone()),
        member_attributes: delivered(&bundle.directory.member, &caller.groups),
        agent_name: Some(caller.agent.clone()),
        agent_attributes: delivered(&bundle.directory.agent, &caller.tags),
        client_name: client.map(|client| client.name.clone()),
        client_version: client.and_then(|client| client.version.clone()),
        client_address: Some(origin.address.clone()),
    }
}

/// How the live definition stands to the pinned one. A tool whose texts nobody has pinned was never looked at.
fn definition(policies: &Policies, call: &Call) -> Definition {
    let bundle = &policies.artifact.bundle;
    let Some(pinned) = bundle
        .find_tool(&call.service, &call.tool)
        .and_then(|id| bundle.tool(id))
    else {
        return Definition::Pinned;
    };
    match call.live {
        Live::Unavailable => Definition::Pinned,
        Live::Digests { shape, text } if pinned.shape == shape && pinned.text == Some(text) => {
            Definition::Pinned
        }
        Live::Digests { .. } | Live::Missing => Definition::Changed,
    }
}

/// A call that two readers could read otherwise is refused like arguments that do not fit, and at the same step: what
/// was read of its arguments is not worth judging.
fn judge(step: &Step<'_>, policies: &Policies, request: &Request<'_>, state: &State) -> Answer {
    let answer = policies.artifact.decide(&policies.switches, request, state);
    let Some(doubt) = &step.request.doubt else {
        return answer;
    };
    let bundle = &policies.artifact.bundle;
    match answer {
        Answer::Decided(decision) if comes_before_arguments(decision.reason) => Answer::Decided(decision),
        Answer::Decided(decision) => Answer::Decided(Decision {
            hidden: decision.hidden,
            ..misfit(decision.tool, doubt)
        }),
        Answer::Needs(_) => {
            let tool = bundle.find_tool(request.connector, request.tool);
            Answer::Decided(misfit(tool, doubt))
        }
    }
}

/// Whether a denial with this reason is given without a look at the arguments.
fn comes_before_arguments(reason: Reason) -> bool {
    match reason {
        Reason::UnknownTool
        | Reason::Breaker
        | Reason::Unclassified
        | Reason::DefinitionChanged
        | Reason::RateLimit
        | Reason::NotRecorded
        | Reason::Overload => true,
        Reason::Policy
        | Reason::Default
        | Reason::Limit
        | Reason::ApprovalRequired
        | Reason::Expired
        | Reason::Arguments => false,
    }
}

fn misfit(tool: Option<wicket_lang::ir::ToolId>, doubt: &Doubt) -> Decision {
    match doubt {
        Doubt::TwoSpellings(key) => decide::misfit(tool, key, json::Doubt::TwoSpellings(key).problem()),
        Doubt::Rounded(key) => decide::misfit(tool, key, json::Doubt::Rounded(key).problem()),
        Doubt::Header(name) => decide::misfit(tool, name, "does not say what the body says"),
    }
}

fn rule(
    step: &Step<'_>,
    policies: &Policies,
    decision: &Decision,
    explanation: Explanation,
    body: CallBody,
    awaited: Option<Awaits>,
) -> (Ruling, Record) {
    if decision.is_permit() {
        let permit = Permit {
            call: step.call.clone(),
            intent: Box::new(body.clone()),
            awaited,
        };
        return (Ruling::Permit(permit), Record::Intent(Box::new(body)));
    }
    let refusal = Refusal {
        call: step.call.clone(),
        reason: decision.reason,
        hidden: decision.hidden,
        class: explanation.class,
        others: explanation.others,
        message: explanation.message.unwrap_or_default(),
        policies: decision
            .deciders(&policies.artifact.bundle)
            .into_iter()
            .map(str::to_owned)
            .collect(),
        next: explanation.next,
        expired: explanation.expired,
    };
    (Ruling::Deny(refusal), Record::Denied(Box::new(body)))
}

/// What was learnt, if it was learnt for the artifact that judges; another one is asked for its own records.
fn facts(policies: &Policies, learnt: &Learnt) -> Facts {
    let mut facts = Facts::none_yet();
    if learnt.artifact == Some(policies.artifact.digest()) {
        for (reference, fact) in &learnt.facts {
            facts.insert(reference.resource, fact.clone());
        }
    }
    facts
}

/// Nothing was published for this caller, and that is a denial by default.
fn unpublished(step: &Step<'_>) -> Admission {
    let (state, session) = match &step.session {
        Some(session) => (session.state.clone(), session.id.clone()),
        None => (State::default(), step.fresh.clone()),
    };
    let message = "No policies are published for this agent.".to_owned();
    let body = record::unpublished(step, session, &message);
    let refusal = Refusal {
        call: step.call.clone(),
        reason: Reason::Default,
        hidden: true,
        class: Some(Class::Never),
        others: Vec::new(),
        message,
        policies: Vec::new(),
        next: None,
        expired: None,
    };
    let next = if step.session.is_some() {
        NextSession::Keep(state)
    } else {
        NextSession::Fresh(state)
    };
    Admission {
        ruling: Ruling::Deny(refusal),
        next: Some(next),
        shared: BTreeMap::new(),
        record: Some(Record::Denied(Box::new(body))),
    }
}

/// The policies of a record, each with the version that its name has in this publication.
fn used(policies: &Policies, decision: &Decision) -> Vec<PolicyUsed> {
    decide::policies(&policies.artifact.bundle, &policies.switches, decision)
        .into_iter()
        .filter(|policy| policy.role != decide::Role::NotEvaluated)
        .map(|policy| PolicyUsed {
            version: policies.versions.get(&policy.name).copied().unwrap_or(0),
            effect: if policy.role == decide::Role::Shadow {
                format!("shadow {}", policy.effect.name())
            } else {
                policy.effect.name().to_owned()
            },
            digest: policy.digest,
            name: policy.name,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use wicket_lang::ir::ResourceId;

    use super::*;

    #[test]
    fn what_was_learnt_for_one_artifact_is_never_told_to_another() {
        let about = |number: usize| {
            let reference = FactRef {
                resource: ResourceId::at(number),
                connector: "github".to_owned(),
                name: "repo".to_owned(),
                key: Vec::new(),
                ignoring_case: false,
                fresh_seconds: None,
            };
            (reference, Fact::Unknown)
        };
        let (one, other) = (Digest::of(b"one"), Digest::of(b"other"));
        let mut learnt = Learnt::default();
        learnt.add(one, [about(0)]);
        learnt.add(one, [about(1)]);
        assert_eq!(learnt.facts.len(), 2);
        learnt.add(other, [about(2)]);
        assert_eq!(learnt.artifact, Some(other));
        assert_eq!(learnt.facts, [about(2)]);
    }
}
