//! Makers of the nodes of tracks, marks and limits.

use super::Context;
use crate::source::Span;
use crate::syntax::ast::{Counted, Duration, Expr, Mark, Measure, Name, Selector, Window};

/// What may follow the calls of an item that counts.
#[derive(Debug)]
pub(in crate::syntax) struct Counting {
    pub(in crate::syntax) when: Option<Expr>,
    pub(in crate::syntax) on: Option<Name>,
    pub(in crate::syntax) by: Option<Expr>,
    pub(in crate::syntax) per: Option<Name>,
    pub(in crate::syntax) window: Option<Window>,
}

/// What stands in a mark.
#[derive(Debug)]
pub(in crate::syntax) struct MarkBody {
    pub(in crate::syntax) of: Selector,
    pub(in crate::syntax) when: Option<Expr>,
    pub(in crate::syntax) on: Option<Name>,
    pub(in crate::syntax) lasts: Option<Duration>,
    pub(in crate::syntax) span: Span,
}

impl MarkBody {
    pub(in crate::syntax) fn of_name(self, name: Name) -> Mark {
        let Self {
            of,
            when,
            on,
            lasts,
            span,
        } = self;
        Mark {
            name,
            of,
            when,
            on,
            lasts,
            span,
        }
    }
}

impl Context {
    pub(in crate::syntax) fn counted(
        &self,
        start: usize,
        measure: Measure,
        of: Selector,
        clauses: Counting,
        end: usize,
    ) -> Counted {
        let Counting {
            when,
            on,
            by,
            per,
            window,
        } = clauses;
        Counted {
            measure,
            of,
            when,
            on,
            by,
            per,
            window,
            span: self.span(start, end),
        }
    }
}
