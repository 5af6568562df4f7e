//! One request as JSON, as `wicket decide` and the scenarios of the tests read it, and the answer to it.
//!
//! ```json
//! { "tool": "github.merge_pull_request", "args": {},
//!   "member": { "email": "a@b.c", "groups": [], "attributes": { "clearance": 3 } },
//!   "agent": { "name": "coding", "attributes": { "stage": "prod" } },
//!   "client": { "name": "editor", "version": "1.2", "address": "192.0.2.7" }, "session": { "denials": { "total": 0, "by_policy": {} } },
//!   "history": [{ "at": "…", "tool": "…", "args": {}, "decision": "deny", "by": "public_only", "outcome": null }],
//!   "approvals": [{ "by": [{ "member": "x@b.c", "groups": ["security"], "owner": false }], "expires": "…" }],
//!   "facts": { "repo": { "visibility": "public" } }, "at": "2026-03-02T12:00:00+01:00" }
//! ```
//!
//! Only `tool` and `args` are needed. What is left out is unknown, and unknown never helps the caller; a key that is not
//! known is refused, so that a slip does not pass for a fact. A fact that is `null` could not be had, one that is
//! `"failed"` could not be fetched just now.

mod answer;
mod history;
mod reading;

pub use answer::{answer, class, classes};

use std::collections::BTreeMap;

use crate::artifact::Artifact;
use crate::decide::{self, Answer, Decision, Explanation};
use crate::ir::{Bundle, Directory, ResourceId, Tool};
use crate::json::{Json, Object};
use crate::request::{
    Approval, Approver, Caller, Definition, Fact, Facts, IDLE_MS, Request, State, Switches, arguments_digest,
};
use crate::value::Instant;
use history::Event;

/// A request that was read, not yet held against a bundle.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DecideRequest {
    /// `github.merge_pull_request`.
    pub tool: ToolName,
    /// The arguments, as JSON.
    pub args: Object,
    /// Who asks.
    pub caller: Caller,
    /// Whether the upstream's live definition of the tool is the pinned one.
    pub definition: Definition,
    /// When; without it every schedule is unknown.
    pub now: Option<Instant>,
    /// What is enforced, in shadow, or off; what is not named is enforced.
    pub switches: Switches,
    facts: BTreeMap<String, Fact>,
    approvals: Vec<Approved>,
    denials: u64,
    denials_by_policy: BTreeMap<String, u64>,
    history: Vec<Event>,
}

/// What a request says of an approval: who gave it, until when, and for which arguments if not for these.
#[derive(Clone, Debug, PartialEq)]
struct Approved {
    by: Vec<Approver>,
    args: Option<Object>,
    expires: Instant,
}

/// The name of a tool with its connector's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToolName {
    /// As the bundle calls it: `github`, or the alias of an instance.
    pub connector: String,
    /// As the upstream calls it: `merge_pull_request`.
    pub tool: String,
}

/// Why a request was not read, or does not fit the bundle.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RequestError(String);

/// A call that has been judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// Permit or deny, and what decided.
    pub decision: Decision,
    /// The same for the caller: message, class, when to try again.
    pub explanation: Explanation,
    /// The state of the session after it.
    pub state: State,
}

/// Judges one call: the machine or the interpreter.
pub type Decide<'a> = &'a dyn Fn(&Switches, &Request<'_>, &State) -> Answer;

impl DecideRequest {
    /// Reads a request, strictly. An error names the key that is unknown, missing or of the wrong form.
    pub fn read(bytes: &[u8]) -> Result<Self, RequestError> {
        reading::read(bytes)
    }

    /// The facts that it gives, and no others: what it does not give is unknown. An error names a fact about something
    /// that is no resource of the bundle.
    pub fn facts(&self, bundle: &Bundle) -> Result<Facts, RequestError> {
        let mut facts = Facts::complete();
        for (name, fact) in &self.facts {
            let known = |of_this_call: bool| {
                bundle.resources.iter().position(|resource| {
                    let connector = bundle.connectors.get(resource.connector.index());
                    resource.name == *name
                        && (!of_this_call || connector.is_some_and(|c| c.name == self.tool.connector))
                })
            };
            match (known(true), known(false)) {
                (Some(index), _) => facts.insert(ResourceId::at(index), fact.clone()),
                // A fact about a resource of another connector says nothing of this call.
                (None, Some(_)) => {}
                (None, None) => {
                    let names = bundle.resources.iter().map(|resource| resource.name.as_str());
                    return Err(reading::unknown("facts", name, names));
                }
            }
        }
        Ok(facts)
    }

    /// Whether the bundle has everything that the request names, so that a slip does not pass for something that is not
    /// known, and whether its switches go together ([`Switches::misread`]). The error says what does not.
    pub fn check(&self, bundle: &Bundle) -> Result<(), RequestError> {
        self.check_attributes(bundle)?;
        self.check_facts(bundle)?;
        let known = |name: &str| bundle.switchable().any(|item| item == name);
        if let Some(name) = self.switches.0.keys().find(|name| !known(name)) {
            return Err(reading::unknown("switches", name, bundle.switchable()));
        }
        match self.switches.misread(bundle).first() {
            Some(misread) => Err(RequestError(format!("`switches`: {misread}"))),
            None => Ok(()),
        }
    }

    fn check_facts(&self, bundle: &Bundle) -> Result<(), RequestError> {
        for (name, fact) in &self.facts {
            let Fact::Known { attributes, .. } = fact else {
                continue;
            };
            let resources = bundle.resources.iter().filter(|resource| resource.name == *name);
            let declared: Vec<&str> = resources
                .flat_map(|resource| &resource.attributes)
                .map(|attribute| attribute.name.as_str())
                .collect();
            if let Some(slip) = attributes.keys().find(|given| !declared.contains(given)) {
                return Err(reading::unknown(&format!("facts.{name}"), slip, declared));
            }
        }
        Ok(())
    }

    fn check_attributes(&self, bundle: &Bundle) -> Result<(), RequestError> {
        let Directory { member, agent, .. } = &bundle.directory;
        for (place, given, declared) in [
            ("member.attributes", &self.caller.member_attributes, member),
            ("agent.attributes", &self.caller.agent_attributes, agent),
        ] {
            let known = |name: &str| declared.iter().any(|attribute| attribute.name == name);
            if let Some(name) = given.keys().find(|name| !known(name)) {
                let names = declared.iter().map(|attribute| attribute.name.as_str());
                return Err(reading::unknown(place, name, names));
            }
        }
        Ok(())
    }

    /// The approvals that it gives, for the tool as the bundle pins it.
    #[must_use]
    pub fn approvals(&self, bundle: &Bundle) -> Vec<Approval> {
        let definition = bundle
            .find_tool(&self.tool.connector, &self.tool.tool)
            .and_then(|id| bundle.tool(id))
            .map(Tool::definition);
        let (Some(definition), Some(member)) = (definition, &self.caller.member_email) else {
            return Vec::new();
        };
        let approvals = self.approvals.iter().map(|approved| Approval {
            member: member.clone(),
            connector: self.tool.connector.clone(),
            tool: self.tool.tool.clone(),
            definition,
            arguments: arguments_digest(approved.args.as_ref().unwrap_or(&self.args)),
            approvers: approved.by.clone(),
            expires: approved.expires,
        });
        approvals.collect()
    }

    /// What [`Self::facts`] gives, where more can still be fetched: what the request does not give is yet to be asked for.
    pub fn facts_so_far(&self, bundle: &Bundle) -> Result<Facts, RequestError> {
        let mut facts = self.facts(bundle)?;
        facts.complete = false;
        Ok(facts)
    }

    /// The state of the session that it tells of: the counts that it gives, and then its history, call by call. A session
    /// ends by [`IDLE_MS`] without a call. An error says that an event of it means nothing to the bundle.
    pub fn state(&self, bundle: &Bundle, decide: Decide<'_>) -> Result<State, RequestError> {
        let mut state = State::with_denials(bundle, self.denials, &self.denials_by_policy);
        for event in &self.history {
            state = state.resumed(bundle, event.at.or(self.now), IDLE_MS);
            state = event.after(self, bundle, &state, decide)?;
        }
        Ok(state.resumed(bundle, self.now, IDLE_MS))
    }

    /// Judges it with the machine, in `state`: the state of the session after the call before, or
    /// `State::default()`. An error says that the request names something that the bundle does not have.
    pub fn decide(&self, artifact: &Artifact, state: &State) -> Result<Judged, RequestError> {
        let bound = Self {
            switches: artifact.binding(&self.switches),
            ..self.clone()
        };
        bound.judge(&artifact.bundle, state, &|switches, request, state| {
            artifact.decide(switches, request, state)
        })
    }

    /// Judges it in `state` with the machine or with the interpreter. An error says that the request names something that
    /// the bundle does not have.
    pub fn judge(&self, bundle: &Bundle, state: &State, decide: Decide<'_>) -> Result<Judged, RequestError> {
        self.check(bundle)?;
        let facts = self.facts(bundle)?;
        let approvals = self.approvals(bundle);
        let request = Request {
            connector: &self.tool.connector,
            tool: &self.tool.tool,
            args: &self.args,
            caller: &self.caller,
            facts: &facts,
            definition: self.definition,
            approvals: &approvals,
            now: self.now,
        };
        match decide(&self.switches, &request, state) {
            Answer::Decided(decision) => {
                let explanation = decide::explain(bundle, &self.switches, &request, state, &decision);
                let state = decide::settle(bundle, &self.switches, &request, state, &decision);
                Ok(Judged {
                    decision,
                    explanation,
                    state,
                })
            }
            // INVARIANT: the facts are complete, so nothing more can be asked for.
            Answer::Needs(_) => Err(RequestError("a fact is needed that nothing can give".to_owned())),
        }
    }
}

impl ToolName {
    fn parse(text: &str) -> Option<Self> {
        let (connector, tool) = text.split_once('.')?;
        (!connector.is_empty() && !tool.is_empty()).then(|| Self {
            connector: connector.to_owned(),
            tool: tool.to_owned(),
        })
    }
}

/// What is known of a resource, from a request's `facts`.
fn fact(name: &str, value: &Json) -> Result<Fact, RequestError> {
    match value {
        Json::Null => Ok(Fact::Unknown),
        Json::String(word) if word == "failed" => Ok(Fact::Failed),
        Json::Object(attributes) => Ok(Fact::Known {
            attributes: attributes.clone(),
            read_at: None,
        }),
        Json::String(_) | Json::Bool(_) | Json::Number(_) | Json::Array(_) => Err(RequestError(format!(
            "`facts.{name}` is an object of attributes, null, or \"failed\""
        ))),
    }
}
