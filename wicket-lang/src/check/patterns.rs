//! `matches /…/` and `contains /…/`.

use super::conditions::unknowable;
use super::values::{self, Lowered, Site, lower, report_word};
use super::{Checker, settled};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Node, NodeId};
use crate::source::Span;
use crate::syntax::ast::{Expr, Text};
use crate::value::{Kind, PatternText};

pub(super) fn test(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    whole: bool,
    value: &Expr,
    pattern: &Text,
) -> Option<NodeId> {
    let lowered = lower(checker, site, value);
    let fold = matches!(lowered, Some(Lowered::Value { fold: true, .. }));
    let text = PatternText {
        source: pattern.value.clone(),
        whole,
        fold,
    };
    let id = add(checker, text, pattern.span);
    let (node, ty) = match lowered? {
        Lowered::Value { node, ty, .. } => (node, ty),
        Lowered::Missing(path) => return Some(unknowable(checker, path)),
        Lowered::Word(name) => {
            let _ = report_word(checker, &name);
            return None;
        }
    };
    let message = "a pattern is asked of a string";
    values::expect(checker, &ty, &[Kind::Text], value.span, message)?;
    let pattern = id?;
    Some(settled::settle(checker, Node::Pattern { text: node, pattern }))
}

/// A rule may touch a hundred tools, and a pattern that cannot be read is not read again for each.
fn add(checker: &mut Checker<'_>, text: PatternText, span: Span) -> Option<crate::ir::PatternId> {
    let part = |at: &std::ops::Range<usize>| {
        let offset = |bytes: usize| {
            span.start
                .saturating_add(u32::try_from(bytes).unwrap_or(u32::MAX))
        };
        Span {
            start: offset(at.start).min(span.end),
            end: offset(at.end).min(span.end),
            ..span
        }
    };
    if checker.bad_patterns.contains(&span) {
        return None;
    }
    match checker.bundle.patterns.add(text) {
        Ok(id) => Some(id),
        Err(error) => {
            checker.bad_patterns.insert(span);
            let diagnostic = Diagnostic::new(
                Code::E0240,
                error.problem.clone(),
                part(&error.at),
                "the pattern cannot be used",
            );
            checker.report(match error.help {
                Some(help) => diagnostic.with_help(help),
                None => diagnostic,
            });
            None
        }
    }
}
