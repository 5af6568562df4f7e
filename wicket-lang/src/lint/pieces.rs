//! The parts of conditions, each with the node that it is for each tool of its rule.

use std::collections::BTreeMap;

use crate::check::{Again, Checked};
use crate::ir::{NodeId, ToolId};
use crate::source::{FileId, Span};
use crate::syntax::ast::{self, Expr, ExprKind};

use super::context::conditions;

/// More parts than these are not looked at: the check of a large bundle has to stay quick.
const MAX_NODES: usize = 10_000;

/// Two or more conditions, joined by the same word.
pub(super) struct Row {
    /// Joined by `and`, not by `or`.
    pub(super) and: bool,
    pub(super) parts: Vec<Part>,
}

pub(super) struct Part {
    pub(super) span: Span,
    pub(super) nodes: Vec<(ToolId, NodeId)>,
}

pub(super) struct Pieces {
    pub(super) rows: Vec<Row>,
}

impl Pieces {
    pub(super) fn new(files: &BTreeMap<FileId, ast::File>, checked: &Checked, again: &mut Again<'_>) -> Self {
        let mut tools: BTreeMap<Span, Vec<ToolId>> = BTreeMap::new();
        for (index, tool) in checked.bundle.tools.iter().enumerate() {
            for guard in &tool.guards {
                if let Some(rule) = checked.bundle.rule(guard.rule)
                    && !rule.from_only
                {
                    tools.entry(rule.span).or_default().push(ToolId::at(index));
                }
            }
        }
        let mut rows = Vec::new();
        let mut left = MAX_NODES;
        let items = files.values().flat_map(|file| &file.items);
        for rule in items
            .filter_map(|item| item.kind.as_policy())
            .flat_map(|policy| &policy.rules)
        {
            let Some(tools) = tools.get(&rule.span) else {
                continue;
            };
            let mut found = Vec::new();
            for condition in conditions(rule) {
                collect(condition, &mut found);
            }
            for (and, parts) in found {
                let cost = parts.len().saturating_mul(tools.len());
                if cost > left {
                    return Self { rows };
                }
                left -= cost;
                let parts = parts.iter().map(|part| Part {
                    span: part.span,
                    nodes: tools
                        .iter()
                        .filter_map(|tool| Some((*tool, again.condition(*tool, rule, part)?)))
                        .collect(),
                });
                rows.push(Row {
                    and,
                    parts: parts.collect(),
                });
            }
        }
        Self { rows }
    }
}

/// The rows of a condition, the outer ones first.
fn collect<'a>(expr: &'a Expr, found: &mut Vec<(bool, &'a [Expr])>) {
    match &expr.kind {
        ExprKind::And(parts) | ExprKind::Or(parts) => {
            found.push((matches!(expr.kind, ExprKind::And(_)), parts));
            for part in parts {
                collect(part, found);
            }
        }
        ExprKind::Not(inner) => collect(inner, found),
        _ => {}
    }
}
