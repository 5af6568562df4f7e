//! Breakers: what trips them, what they stop, and for how long.

use super::{CompareOp, Duration, Expr, Message, Name, Number, Selector};
use crate::source::Span;

/// `breaker NAME { trip … message "…" }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breaker {
    pub name: Name,
    /// `None` where the text is incomplete; a diagnostic has been made.
    pub trip: Option<Trip>,
    pub message: Option<Message>,
}

/// `trip … [, until reset|for T] [, stop SELECTOR [for T]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trip {
    pub on: Tripping,
    pub hold: Hold,
    pub stop: Option<Selector>,
    pub span: Span,
}

/// What trips a breaker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tripping {
    /// `after N denials|calls|failures [in a row] …`.
    Count {
        after: Number,
        /// What is counted: `denials`, `calls`, `failures`.
        event: Name,
        /// `in a row`.
        in_a_row: Option<Span>,
        /// `by forbid`, `by default`, `by limit`, `by NAME` (a policy), of denials.
        cause: Option<Name>,
        of: Box<Narrowed>,
    },
    /// `at 50% failures among at least 20 calls …`.
    Share {
        percent: Number,
        event: Name,
        among: Number,
        of: Box<Narrowed>,
    },
    /// `when NAME > 20`, `when size(NAME) >= 5`.
    Track {
        what: Expr,
        op: CompareOp,
        bound: Expr,
        span: Span,
    },
}

/// Which of them count, and whose stand together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Narrowed {
    pub of: Option<Selector>,
    pub when: Option<Expr>,
    /// `on error`, of calls.
    pub on: Option<Name>,
    /// `by args.repo`: each value has a count of its own, and is stopped by itself.
    pub by: Option<Expr>,
    /// `per session`.
    pub per: Name,
    pub within: Option<Duration>,
}

/// How long a breaker stays open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    UntilReset,
    For(Duration),
}

impl Tripping {
    /// What is counted of it, but where a track is.
    #[must_use]
    pub fn narrowed(&self) -> Option<&Narrowed> {
        match self {
            Self::Count { of, .. } | Self::Share { of, .. } => Some(of),
            Self::Track { .. } => None,
        }
    }
}
