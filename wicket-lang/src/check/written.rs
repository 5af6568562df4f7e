//! Where the tests of conditions stand in the text.
//!
//! The typed tree knows no places, because equal expressions are one node. Coverage has to tell an author which test
//! was never false, so each is noted while it is lowered: a test is what `and`, `or` and `not` join, and what stands
//! inside of one is part of it.

use crate::ir::{NodeId, RuleId, ToolId};
use crate::source::Span;

/// A test in the condition of a rule, and the node that it is for one tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The rule; of a `permit … only when` the permit.
    pub rule: RuleId,
    /// The tool for which it was lowered.
    pub tool: ToolId,
    /// Where it stands.
    pub span: Span,
    /// What it is there.
    pub node: NodeId,
}

/// What was noted so far.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Nothing is noted inside of a test.
    inside: bool,
    pending: Vec<(Span, NodeId)>,
    noted: Vec<Written>,
}

impl Notes {
    /// A test begins; gives what [`Self::end`] wants to have.
    pub(super) fn begin(&mut self) -> bool {
        std::mem::replace(&mut self.inside, true)
    }

    /// The test at `span` became `node`.
    pub(super) fn end(&mut self, was_inside: bool, span: Span, node: Option<NodeId>) {
        self.inside = was_inside;
        if let (false, Some(node)) = (was_inside, node) {
            self.pending.push((span, node));
        }
    }

    /// The tests since the last call belong to `rule` where it judges `tool`.
    pub(super) fn belong_to(&mut self, rule: RuleId, tool: ToolId) {
        let tests = self.pending.drain(..);
        self.noted.extend(tests.map(|(span, node)| Written {
            rule,
            tool,
            span,
            node,
        }));
    }

    pub(super) fn take(self) -> Vec<Written> {
        self.noted
    }
}
