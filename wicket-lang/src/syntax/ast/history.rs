//! What remembers calls: tracks, marks and limits.

use super::{Duration, Expr, Message, Name, Number, Selector};
use crate::source::Span;

/// `track NAME { sum of args.limit in github:read when … on success by args.repo per session within 1h }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Track {
    pub name: Name,
    pub counted: Counted,
}

/// Which calls are counted, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    pub measure: Measure,
    pub of: Selector,
    pub when: Option<Expr>,
    /// `on success`.
    pub on: Option<Name>,
    /// `by args.space`: each value has a count of its own.
    pub by: Option<Expr>,
    /// `per session`; nothing is `per session` as well.
    pub per: Option<Name>,
    pub window: Option<Window>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measure {
    /// `calls of SELECTOR`; the word as it is written.
    Calls(Name),
    /// `sum of args.limit in SELECTOR`, `signed sum of …`.
    Sum { signed: bool, value: Expr },
    /// `values of args.build in SELECTOR`.
    Values(Expr),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Window {
    /// `within 1h`.
    Within(Duration),
    /// `each day`, `each week`, `each month`.
    Each(Name),
    /// `for 2h`, of a mark.
    For(Duration),
}

/// `mark NAME { SELECTOR when … on success for 2h }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub name: Name,
    pub of: Selector,
    pub when: Option<Expr>,
    pub on: Option<Name>,
    pub lasts: Option<Duration>,
    pub span: Span,
}

/// `limit NAME { at most 30 calls of github:write per session within 1h message "…" }`, or
/// `limit NAME { exported at most 5000 }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    pub name: Name,
    pub bound: Bound,
    pub message: Option<Message>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    pub most: Number,
    pub what: Bounded,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bounded {
    /// Calls that the limit counts itself.
    Calls(Box<Counted>),
    /// A track of this name.
    Track(Name),
}
