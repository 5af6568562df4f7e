//! What a decision is made from: the request, the state of its session, the publication's switches.
//!
//! Everything here is a value that the caller hands over. What is not given is unknown, never assumed.

mod breakers;
mod dates;
mod elements;
mod environment;
mod history;
mod ledger;
mod members;
mod settling;
mod references;
mod state;
mod switching;

pub use breakers::{BreakerState, Held, PROBE_LIMIT_MS, Phase, Probe, Stand};
pub use elements::{Elements, MAX_ELEMENTS};
pub(crate) use environment::argument;
pub use environment::{Environment, Scope};
pub use history::{Event, History, Kept, Key, MAX_KEYS, TrackState, spelled};
pub use ledger::{Entry, Ledger, Since, Waits};
pub use members::Members;
pub use state::{Awaited, IDLE_MS, Room, State};
pub use switching::Misread;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ir::{Bundle, Digest, Effect, ResourceId, RuleId};
use crate::json::{self, Json, Object};
use crate::value::{Instant, Truth};

/// One call that asks to be allowed.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The connector as the bundle names it, `github`.
    pub connector: &'a str,
    /// The tool's own name, `merge_pull_request`.
    pub tool: &'a str,
    /// The arguments, as they would be sent.
    pub args: &'a Object,
    /// Who calls, through which agent and client.
    pub caller: &'a Caller,
    /// What is known of the resources that the arguments name.
    pub facts: &'a Facts,
    /// Whether the tool is still what was pinned.
    pub definition: Definition,
    /// What people have approved, for this call or for others.
    pub approvals: &'a [Approval],
    /// `None` only in tests that do not say when: then every schedule is unknown.
    pub now: Option<Instant>,
}

/// Who asks; what is `None` is unknown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Caller {
    /// By which the member is known, `a@b.c`.
    pub member_email: Option<String>,
    /// The names of the groups that they are in; an empty list says that they are in none.
    pub member_groups: Option<Vec<String>>,
    /// By the names of the bundle's directory; what is not there, or not of the declared type, is unknown.
    pub member_attributes: Object,
    /// The name of the agent through which they call.
    pub agent_name: Option<String>,
    /// Likewise.
    pub agent_attributes: Object,
    /// What the client calls itself.
    pub client_name: Option<String>,
    /// The version of itself that the client states.
    pub client_version: Option<String>,
    /// Where the connection comes from, without its port.
    pub client_address: Option<String>,
}

/// What people have approved: one call, once. Whoever keeps approvals hands over those that are not used yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The member whose call it is, by email.
    pub member: String,
    /// The connector as the bundle names it.
    pub connector: String,
    /// The tool's own name.
    pub tool: String,
    /// The definition of the tool that was shown, see [`crate::ir::Tool::definition`].
    pub definition: Digest,
    /// The arguments that were shown, see [`arguments_digest`].
    pub arguments: Digest,
    /// Those who approved; which of them count is for the rule that asks.
    pub approvers: Vec<Approver>,
    /// It may be used before this instant.
    pub expires: Instant,
}

/// Somebody who approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approver {
    /// By email.
    pub member: String,
    /// The names of the groups that they are in.
    pub groups: Vec<String>,
    /// Whether they own the agent.
    pub is_owner: bool,
}

/// The digest of arguments that an approval is for: SHA-256 of their canonical JSON (RFC 8785).
#[must_use]
pub fn arguments_digest(args: &Object) -> Digest {
    Digest::of(json::canonical(&Json::Object(args.clone())).as_bytes())
}

impl Request<'_> {
    /// The digest of tool and arguments together: two calls have the same if they are the same call.
    #[must_use]
    pub fn call_digest(&self) -> Digest {
        let called = Json::Array(vec![
            Json::String(self.connector.to_owned()),
            Json::String(self.tool.to_owned()),
            Json::Object(self.args.clone()),
        ]);
        Digest::of(json::canonical(&called).as_bytes())
    }
}

/// Whether the upstream's live definition of the tool is the pinned one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Definition {
    /// It is.
    #[default]
    Pinned,
    /// Its shape or its texts differ from the pin, or its texts are not pinned.
    Changed,
}

/// Facts about the resources that the call names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    known: BTreeMap<ResourceId, Fact>,
    /// What a resource that is not in `known` is: not asked for yet, or not to be had.
    pub complete: bool,
    /// What the call answered, where that is what is asked.
    result: Option<Object>,
}

/// What is known of one resource.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// The record that was read. An attribute that it lacks is absent.
    Known {
        /// The record's attributes, by the names of the bundle's declaration.
        attributes: Object,
        /// When it was fetched; `None` where nobody has said.
        read_at: Option<Instant>,
    },
    /// There is no such record, or it is too old: unknown.
    Unknown,
    /// It could not be fetched: unknown, and worth another try.
    Failed,
}

impl Facts {
    /// Facts of which nothing has been asked for: a decision that depends on one answers that it needs it.
    #[must_use]
    pub fn none_yet() -> Self {
        Self::default()
    }

    /// Facts to which nothing will be added: what is not there is unknown.
    #[must_use]
    pub fn complete() -> Self {
        Self {
            known: BTreeMap::new(),
            complete: true,
            result: None,
        }
    }

    /// The same with what the call answered: the `structuredContent` of its result.
    #[must_use]
    pub fn with_result(self, result: Object) -> Self {
        Self {
            result: Some(result),
            ..self
        }
    }

    /// What the call answered; nothing before it has ended.
    #[must_use]
    pub fn result(&self) -> Option<&Object> {
        self.result.as_ref()
    }

    /// Sets what is known of a resource, in the place of what was known before.
    pub fn insert(&mut self, resource: ResourceId, fact: Fact) {
        self.known.insert(resource, fact);
    }

    /// `None`: not asked for yet.
    #[must_use]
    pub fn get(&self, resource: ResourceId) -> Option<&Fact> {
        match self.known.get(&resource) {
            Some(fact) => Some(fact),
            None if self.complete => Some(&Fact::Unknown),
            None => None,
        }
    }

    /// Whether one of them could not be fetched.
    #[must_use]
    pub fn any_failed(&self) -> bool {
        self.known.values().any(|fact| *fact == Fact::Failed)
    }

    /// What was handed over, in the order of the resources; nothing for those that were not.
    pub fn iter(&self) -> impl Iterator<Item = (ResourceId, &Fact)> {
        self.known.iter().map(|(resource, fact)| (*resource, fact))
    }
}

/// A record that a decision depends on: which resource of the call's connector, and its key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FactRef {
    /// The resource in the bundle's table, under which the fact is to be inserted.
    pub resource: ResourceId,
    /// The connector as the bundle names it.
    pub connector: String,
    /// The kind of the record, as the connector declares it: `repo`.
    pub name: String,
    /// The parts of the key by name, in the order of the declaration.
    pub key: Vec<(String, String)>,
    /// Whether the case of letters in the key does not matter to the connector.
    pub ignoring_case: bool,
    /// How old a fact may be, in seconds; `None` where the resource has no source.
    pub fresh_seconds: Option<u64>,
}

/// What the publication sets for each item that can deny or count; an item that is not named is enforced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Switches(pub BTreeMap<String, Setting>);

/// Whether an item takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// It decides and counts.
    #[default]
    Enforce,
    /// Evaluated and recorded, never enforced.
    Shadow,
    /// It is passed over.
    Off,
}

impl Switches {
    /// The setting of the policy, breaker, limit or track of this name.
    #[must_use]
    pub fn of(&self, item: &str) -> Setting {
        self.0.get(item).copied().unwrap_or_default()
    }

    /// The setting of the policy that `rule` belongs to.
    #[must_use]
    pub fn of_rule(&self, bundle: &Bundle, rule: RuleId) -> Setting {
        if self.0.is_empty() {
            return Setting::Enforce;
        }
        bundle
            .policy_of(rule)
            .map_or(Setting::Enforce, |policy| self.of(&policy.name))
    }
}

/// What the machine and the interpreter find: for each rule that touches the tool, whether it matches. Both must
/// find the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// In the order of the tool's guards.
    pub rules: Vec<Finding>,
}

/// What was found of one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub rule: RuleId,
    /// What the rule does where it matches.
    pub effect: Effect,
    /// Whether its condition holds, that the rule is for the caller included.
    pub matches: Truth,
}

/// An attribute of a record as JSON, for those who build [`Fact`]s.
#[must_use]
pub fn record(fields: impl IntoIterator<Item = (String, Json)>) -> Object {
    let mut object = Object::default();
    for (name, value) in fields {
        object.insert(name, value);
    }
    object
}
