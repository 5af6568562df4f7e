//! The bodies of the other records: outcomes, administrative acts, publications.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use wicket_lang::catalog::Digest;
use wicket_lang::request::Switches;
use wicket_lang::value::Instant;

use super::BODY_VERSION;
use super::call::{CallBody, Input};
use super::id::{CallId, Epoch, SessionId};

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum UpstreamOutcome {
    /// A result.
    Success,
    /// A result with `isError`.
    Error,
    /// No usable answer: transport, time-out, an HTTP or JSON-RPC error.
    Failure,
    /// Never learnt: the process ended in between.
    Unknown,
}

impl UpstreamOutcome {
    /// The word in records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Error => "error",
            Self::Failure => "failure",
            Self::Unknown => "unknown",
        }
    }
}

/// The end of a call. There is at most one for each intent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutcomeBody {
    /// The version of this body.
    pub v: u32,
    /// The call that ended.
    pub call: CallId,
    /// When its end was recorded.
    pub time: Instant,
    /// As in the intent.
    pub agent: String,
    /// As in the intent.
    pub member: String,
    /// As in the intent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// As in the intent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// As in the intent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// How it ended.
    pub outcome: UpstreamOutcome,
    /// The HTTP status or JSON-RPC code that the upstream answered with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<i64>,
    /// What went wrong, in our words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// How long the call took, in milliseconds; absent where nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<i64>,
    /// What tracks read of the result, as the inputs of a decision are kept.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub result: Vec<Input>,
}

impl OutcomeBody {
    /// The end of the call that `intent` announced. The store sets its instant.
    #[must_use]
    pub fn of(intent: &CallBody, outcome: UpstreamOutcome) -> Self {
        Self {
            v: BODY_VERSION,
            call: intent.call.clone(),
            time: intent.time,
            agent: intent.agent.clone(),
            member: intent.member.clone(),
            session: intent.session.clone(),
            service: intent.service.clone(),
            tool: intent.tool.clone(),
            outcome,
            status: None,
            detail: None,
            duration: None,
            result: Vec::new(),
        }
    }
}

/// An administrative act.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AdminBody {
    /// The version of this body.
    pub v: u32,
    /// When.
    pub time: Instant,
    /// Who, as they called themselves to Wicket.
    pub author: String,
    /// What, such as `key.create`.
    pub act: String,
    /// The agent concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The member concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// The session concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// Further particulars.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub detail: BTreeMap<String, Value>,
}

/// An artifact, or other switches, became current for an agent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PublicationBody {
    /// The version of this body.
    pub v: u32,
    /// When.
    pub time: Instant,
    /// The agent.
    pub agent: String,
    /// The member whose set this is, of an untrusted agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// The new epoch.
    pub epoch: Epoch,
    /// The digest of the artifact.
    pub artifact: Digest,
    /// The policies of the artifact.
    pub policies: Vec<PublishedPolicy>,
    /// The items that are not simply enforced.
    pub switches: Switches,
    /// Who published.
    pub author: String,
    /// Why.
    pub reason: String,
}

/// A policy in a publication's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublishedPolicy {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u64,
    /// Its digest.
    pub digest: Digest,
}
