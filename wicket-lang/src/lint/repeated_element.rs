//! W1006: an element that stands twice in a set or a list. Most often one of the two was to be another.

use super::context::{Context, sets};
use crate::diagnostic::{Code, Diagnostic, Edit, Safety};
use crate::syntax::ast::{Expr, ExprKind};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for set in sets(context) {
        in_list(&set.elements, &mut found);
    }
    for expr in context.expressions() {
        if let ExprKind::List(elements) = &expr.kind {
            in_list(elements, &mut found);
        }
    }
    found
}

fn in_list(elements: &[Expr], found: &mut Vec<Diagnostic>) {
    for (index, element) in elements.iter().enumerate() {
        let Some(text) = shown(element) else { continue };
        let mut before = elements.iter().take(index);
        let Some(first) = before.find(|other| shown(other).as_ref() == Some(&text)) else {
            continue;
        };
        let previous = elements.get(index - 1).map(|previous| previous.span);
        found.push(
            Diagnostic::new(
                Code::W1006,
                format!("{text} stands twice"),
                element.span,
                "this adds nothing",
            )
            .with_label(first.span, "it stands here already")
            .with_fix(
                "take it out",
                vec![Edit::remove(Context::with_comma(previous, element.span, None))],
                Safety::Safe,
            ),
        );
    }
}

fn shown(element: &Expr) -> Option<String> {
    match &element.kind {
        ExprKind::String(text) => Some(format!("`{text}`")),
        ExprKind::Number(digits) => Some(format!("`{digits}` (a number)")),
        ExprKind::Path(path) => Some(format!("`{}` (a name)", super::context::dotted(path))),
        ExprKind::And(_)
        | ExprKind::Or(_)
        | ExprKind::Not(_)
        | ExprKind::Compare { .. }
        | ExprKind::In { .. }
        | ExprKind::IsType { .. }
        | ExprKind::Text { .. }
        | ExprKind::Has(_)
        | ExprKind::Arithmetic { .. }
        | ExprKind::Call { .. }
        | ExprKind::Bool(_)
        | ExprKind::List(_)
        | ExprKind::Error => None,
    }
}
