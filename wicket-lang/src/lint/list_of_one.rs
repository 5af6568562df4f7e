//! W1007: `in` a list of one element asks whether two values are equal; `is` says so.
//!
//! A set with a name is left alone: it may grow.

use super::context::Context;
use crate::diagnostic::{Code, Diagnostic, Edit, Safety};
use crate::source::Span;
use crate::syntax::ast::ExprKind;

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for expr in context.expressions() {
        let ExprKind::In {
            negated,
            value,
            container,
        } = &expr.kind
        else {
            continue;
        };
        let ExprKind::List(elements) = &container.kind else {
            continue;
        };
        // Another kind of element may have another meaning alone.
        let [element] = elements.as_slice() else { continue };
        if !matches!(element.kind, ExprKind::String(_) | ExprKind::Number(_)) {
            continue;
        }
        let word = if *negated { "is not" } else { "is" };
        let rest = Span {
            start: value.span.end,
            ..expr.span
        };
        found.push(
            Diagnostic::new(
                Code::W1007,
                "a list of one element",
                container.span,
                "nothing else is ever equal to it",
            )
            .with_fix(
                format!("write `{word}`"),
                vec![Edit::replace(
                    rest,
                    format!(" {word} {}", context.text(element.span)),
                )],
                Safety::Safe,
            ),
        );
    }
    found
}
