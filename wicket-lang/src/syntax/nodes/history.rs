//! Makers of the nodes of tracks, marks and limits.

use super::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{
    Counted, Duration, Expr, Mark, Measure, Name, Past, Remembered, Selector, Step, Window,
};

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
    /// `given marks NAME, NAME`: no other word stands there.
    pub(in crate::syntax) fn marks(&self, start: usize, word: &Name, names: Vec<Name>, end: usize) -> Step {
        if word.text != "marks" {
            self.report(
                Diagnostic::new(
                    Code::E0117,
                    format!("`{}` is given without what it is", word.text),
                    word.span,
                    "here may stand `marks`",
                )
                .with_help("write `given marks NAME`, `given track NAME 4` or `given breaker NAME open`; a fact is `given repo { archived: true }`"),
            );
        }
        Step::Remembered(Remembered {
            what: Past::Marks(names),
            span: self.span(start, end),
        })
    }

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
