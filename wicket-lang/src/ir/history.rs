//! What a bundle remembers of calls: tracks, and which calls enter them.
//!
//! There is one kind of history. A `track` says it in full; a `mark`, a `limit` of calls and a breaker on calls or
//! failures are short forms, each with a track of its own name. What enters a track is stated for each tool, like the
//! conditions of rules.

use serde::{Deserialize, Serialize};

use super::{DeniedBy, Digest, NodeId, TrackId, ZoneId};
use crate::calendar::Period;
use crate::source::Span;

/// One history of calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Track {
    /// As it is declared; a mark, a limit or a breaker gives the track its own name.
    pub name: String,
    /// The item that it belongs to.
    pub of: Remembers,
    /// What it makes of its calls.
    pub measure: Measure,
    /// Whose calls it holds together.
    pub per: Per,
    /// How long a call stays in it.
    pub window: Window,
    /// Which calls count once their outcome is known; `None`: every permitted call, whatever becomes of it.
    pub on: Option<Outcome>,
    /// What becomes of a call whose outcome does not count.
    pub others: Others,
    /// Which denials enter it; `None`: permitted calls do, and no denial.
    pub denials: Option<Denials>,
    /// A negative summand lowers the sum; else it is unknown.
    pub signed: bool,
    /// Case does not matter to the connector in its elements.
    pub fold: bool,
    /// Whether it is kept by a key.
    pub keyed: bool,
    /// How many events are kept apart for each key; older ones are merged. At least 1.
    pub kept: u32,
    /// Of what enters it, by which key, in which scope and window: state belongs to name and meaning.
    pub meaning: Digest,
    /// Where its name stands in the sources.
    pub span: Span,
}

/// Which kind of item a track belongs to. It decides what a reset clears, and how the track is spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remembers {
    /// A `track`.
    Track,
    /// A `mark`.
    Mark,
    /// A `limit` of calls.
    Limit,
    /// A breaker that counts calls or failures, or denials by a condition or a key.
    Breaker,
}

/// What becomes of a call whose outcome does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Others {
    /// It leaves the track.
    Leave,
    /// It ends the row: what was counted before it is forgotten.
    EndTheRow,
    /// It stands beside those that count, as one among which they are a share.
    StandBeside,
}

/// Which denials enter a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Denials {
    /// For which reason.
    pub by: DeniedBy,
    /// Those of tools that do not exist as well: of them nobody knows a condition or a key.
    pub of_unknown_tools: bool,
}

/// What is made of the calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Measure {
    /// How many there were.
    Calls,
    /// A number of each, added up.
    Sum,
    /// A value of each, as a set.
    Values,
}

/// Whose calls stand together. All scopes lie within one agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// Those of one session.
    Session,
    /// The larger of the conversation's and the session's count.
    Conversation,
    /// Those of one member, in all of their sessions.
    Member,
    /// Those of the agent, whoever calls.
    Agent,
    /// The connector of the tool that is called, for all callers of the agent.
    Connector,
}

impl Per {
    /// Every scope, the narrowest first; a connector's lies across the others.
    pub const ALL: [Self; 5] = [
        Self::Session,
        Self::Conversation,
        Self::Member,
        Self::Agent,
        Self::Connector,
    ];

    /// As authors write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Conversation => "conversation",
            Self::Member => "member",
            Self::Agent => "agent",
            Self::Connector => "connector",
        }
    }
}

/// How long an event counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Window {
    /// As long as the session.
    Whole,
    /// That many seconds: events later than so long ago, up to now.
    Within(u64),
    /// Since the last start of a day, week or month in this zone.
    Each(Period, ZoneId),
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A result that does not say of itself that it is an error.
    Success,
    /// A result that says of itself that it is an error.
    Error,
    /// No usable answer: transport, time-out, an error of HTTP or JSON-RPC.
    Failure,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 3] = [Self::Success, Self::Error, Self::Failure];

    /// As in records: `success`, `error`, `failure`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Error => "error",
            Self::Failure => "failure",
        }
    }
}

/// How calls of one tool enter a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// The track that they enter.
    pub track: TrackId,
    /// When a call enters; unknown: it may have.
    pub condition: NodeId,
    /// A value; only of a track that is kept by a key.
    pub key: Option<NodeId>,
    /// The summand, or the element; `None` where calls are counted.
    pub value: Option<NodeId>,
}
