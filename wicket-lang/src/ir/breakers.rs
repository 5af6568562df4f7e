//! Breakers: what trips them, and what they stop while they are open.
//!
//! A breaker on plain denials counts them itself, because a call of a tool that does not exist is a denial as well.
//! Every other one looks at a track: mostly one of its own name.

use serde::{Deserialize, Serialize};

use super::{BreakerId, Digest, NodeId, Per, PolicyId, Template, ToolId, TrackId};
use crate::source::Span;
use crate::value::Decimal;

/// A breaker: so much of something, and it stops what it stops.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breaker {
    /// As it is declared.
    pub name: String,
    /// What trips it.
    pub trips: Trips,
    /// Whose calls stand together.
    pub per: Per,
    /// How long it stays open.
    pub hold: Hold,
    /// What it denies while open; `None` is everything.
    pub stops: Option<Vec<ToolId>>,
    /// What the agent reads where it stops a call; `None`: a sentence that Wicket makes.
    pub message: Option<Template>,
    /// Of what it counts, not of its bound, hold or message: state belongs to name and meaning.
    pub meaning: Digest,
    /// Where its name stands in the sources.
    pub span: Span,
}

/// What trips a breaker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trips {
    /// So many denials, which it counts itself.
    Denials {
        /// It trips with this denial; at least 1.
        after: u32,
        /// For which reason a denial counts.
        by: DeniedBy,
        /// `None`: of every tool, unknown ones included.
        of: Option<Vec<ToolId>>,
        /// The sliding window, in seconds.
        within_seconds: Option<u64>,
    },
    /// What a track holds, as soon as that may be so much.
    Track {
        /// One of the breaker's own name, or one that the author named.
        track: TrackId,
        /// How much.
        bound: Decimal,
        /// It has to be more than that, and not as much only.
        above: bool,
    },
    /// The failures among the calls that have ended, as soon as they may be such a share of them.
    Share {
        /// One of the breaker's own name, in which the calls that ended otherwise stand beside the failures.
        track: TrackId,
        /// From 1 to 100.
        percent: u32,
        /// Of fewer calls nothing follows; at least 1.
        among: u32,
    },
}

impl Breaker {
    /// The track that it looks at; `None`: it counts denials itself.
    #[must_use]
    pub fn track(&self) -> Option<TrackId> {
        match &self.trips {
            Trips::Denials { .. } => None,
            Trips::Track { track, .. } | Trips::Share { track, .. } => Some(*track),
        }
    }
}

/// Which denials a breaker counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeniedBy {
    /// Any denial that counts at all.
    Anything,
    /// `by forbid`: any rule that forbids.
    Forbid,
    /// `by default`: nothing permitted it.
    Default,
    /// `by limit`.
    Limit,
    /// `by arguments`: they did not fit the schema.
    Arguments,
    /// `by NAME`.
    Policy(PolicyId),
}

/// How long a breaker stays open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hold {
    /// Until an owner resets it.
    UntilReset,
    /// In seconds; then one probe decides.
    For(u64),
}

/// By which key a breaker that is kept by one looks at the calls of a tool that it stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    /// Which breaker.
    pub breaker: BreakerId,
    /// A value.
    pub key: NodeId,
}
