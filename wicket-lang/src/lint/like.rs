//! W1008 and W1009: a `like` that asks for one text only, and one that takes every text.

use super::context::Context;
use crate::diagnostic::{Code, Diagnostic, Edit, Safety};
use crate::source::Span;
use crate::syntax::ast::{ExprKind, TextOp};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for expr in context.expressions() {
        let ExprKind::Text {
            op: TextOp::Like,
            left,
            right,
        } = &expr.kind
        else {
            continue;
        };
        let ExprKind::String(pattern) = &right.kind else {
            continue;
        };
        if !pattern.contains(['*', '?', '\\']) {
            let between = Span {
                start: left.span.end,
                end: right.span.start,
                ..expr.span
            };
            found.push(
                Diagnostic::new(
                    Code::W1008,
                    "this `like` takes one text only",
                    right.span,
                    "neither `*` nor `?` stands in it",
                )
                .with_note(
                    "`like` takes the whole text: for a part of it write `contains`, or `*` at both ends",
                )
                .with_fix(
                    "if this very text is meant, write `is`",
                    vec![Edit::replace(between, " is ")],
                    Safety::Safe,
                ),
            );
        } else if pattern.chars().all(|c| c == '*') {
            found.push(
                Diagnostic::new(
                    Code::W1009,
                    "this `like` takes every text",
                    right.span,
                    "`*` alone stands for any text",
                )
                .with_help("write what the text has to look like, or take the test out"),
            );
        }
    }
    found
}
