//! The body of a call's record: an intent or a denial.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use wicket_lang::catalog::Digest;
use wicket_lang::decide::{Reason, Tested, Verdict};
use wicket_lang::value::Instant;

use super::id::{CallId, Epoch, KeyId, SessionId};

/// Everything that went into a decision, and the decision.
///
/// Absent parts are left out of the JSON. Times are milliseconds since 1970, UTC.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CallBody {
    /// The version of this body, [`super::BODY_VERSION`].
    pub v: u32,
    /// The call.
    pub call: CallId,
    /// The instant at which it was judged.
    pub time: Instant,
    /// The publication by which it was judged; absent where the agent has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epoch: Option<Epoch>,
    /// The digest of the artifact of that publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artifact: Option<Digest>,
    /// The version of the time-zone data that the artifact was built with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tzdata: Option<String>,
    /// The policies that decided or matched.
    pub policies: Vec<PolicyUsed>,
    /// The breakers that decided.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub breakers: Vec<String>,
    /// The limits that decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<String>,
    /// The agent's name.
    pub agent: String,
    /// The member's name.
    pub member: String,
    /// The number of the member key.
    pub key: KeyId,
    /// The session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// What the client calls the conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// What the client calls itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientName>,
    /// The address that the request came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The revision of the protocol that the request spoke.
    pub era: String,
    /// The protocol's method, such as `tools/call`.
    pub method: String,
    /// The service, such as `github`; absent where the name led to none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The tool, such as `merge_pull_request`; for an unknown tool the name that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// The digests of the tool's pinned definition, by the part that they cover.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub definitions: BTreeMap<String, Digest>,
    /// The digest of the arguments' canonical JSON.
    pub arguments: Digest,
    /// The resources that the arguments name, by kind.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub resource: BTreeMap<String, String>,
    /// Each value that a condition read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<Input>,
    /// Permit or deny.
    pub decision: Verdict,
    /// The reason, from the closed list.
    pub reason: Reason,
    /// The class of a denial: what would have to change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<Value>,
    /// What is in the way beside it, from the hardest.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Value>,
    /// Of the reason `expired`: when what would permit the call ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expired: Option<String>,
    /// What the agent is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What was unknown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknowns: Vec<String>,
    /// How many calls this record stands for, where that is not one: a rate limit is recorded once a key and second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
}

/// The word for a verdict in records and on the command line.
#[must_use]
pub const fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Permit => "permit",
        Verdict::Deny => "deny",
    }
}

/// A policy in a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyUsed {
    /// Its name.
    pub name: String,
    /// Its version: a digest seen before keeps its number.
    pub version: u64,
    /// Its digest.
    pub digest: Digest,
    /// What it did, such as `permit` or `forbid`.
    pub effect: String,
}

/// What a client calls itself. It is a claim, and recorded as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClientName {
    /// The name.
    pub name: String,
    /// The version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// A value that a condition read: an argument, an attribute of a resource, a counter before this call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Input {
    /// Its path, such as `args.channel_id`, `repo.visibility` or a breaker's name.
    pub path: String,
    /// The value as JSON text, cut to its digest where it is long; absent where it was missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Why it was missing, such as `absent` or `unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// How old a fact was when it was read, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<i64>,
    /// Of a value that was cut to its digest: the tests that were made on it, and what came out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<Tested>,
}

impl From<wicket_lang::decide::Input> for Input {
    fn from(read: wicket_lang::decide::Input) -> Self {
        Self {
            path: read.path,
            value: read.value,
            missing: read.missing,
            age: None,
            tests: read.tests,
        }
    }
}
