//! What several tests, or several cases, have in common.

use super::{Literal, Moment, Name, Step};
use crate::source::Span;

/// `fixture NAME { … }`: what tests begin with; `given NAME` takes it in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixture {
    pub name: Name,
    pub steps: Vec<Step>,
}

/// `for each (channel, outcome) in [("C1", permit), …] { … }`: the steps, once for each row. A word in them that is
/// the name of a column stands for the row's cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Each {
    pub columns: Vec<Name>,
    pub rows: Vec<Row>,
    pub steps: Vec<Step>,
    /// From `for` to the end of the rows.
    pub head: Span,
    pub span: Span,
}

/// `("C1", permit)`; the parentheses may be left out where there is one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub cells: Vec<Cell>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A value, an outcome or a name: a word may be any of them.
    Value(Literal),
    /// `2026-03-02 12:00`, for `at`.
    Moment(Moment),
}
