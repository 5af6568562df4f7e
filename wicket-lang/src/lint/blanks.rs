//! W1029: a text that is compared as a whole, with a blank at one of its ends.

use super::context::{Context, sets};
use crate::diagnostic::{Code, Diagnostic, Edit, Safety};
use crate::syntax::ast::{self, Expr, ExprKind};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut whole: Vec<&Expr> = sets(context).flat_map(ast::Set::written).collect();
    for expr in context.expressions() {
        match &expr.kind {
            ExprKind::Compare { left, right, .. } => whole.extend([&**left, right]),
            ExprKind::List(elements) => whole.extend(elements),
            _ => {}
        }
    }
    let mut found = Vec::new();
    for expr in whole {
        let ExprKind::String(text) = &expr.kind else {
            continue;
        };
        let trimmed = text.trim();
        if trimmed == text || trimmed.is_empty() {
            continue;
        }
        let written = context.text(expr.span).replacen(text, trimmed, 1);
        found.push(
            Diagnostic::new(
                Code::W1029,
                "a blank at the end of a text counts",
                expr.span,
                "only a text with the same blank is equal to it",
            )
            .with_fix(
                format!("write {written}"),
                vec![Edit::replace(expr.span, written.clone())],
                Safety::Guess,
            ),
        );
    }
    found
}
