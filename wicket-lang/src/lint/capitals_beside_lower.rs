//! W1024: `lower(x)` is compared with a text that has capitals: it is never that.

use super::context::{Context, sets};
use crate::diagnostic::{Code, Diagnostic, Edit, Safety};
use crate::syntax::ast::{Expr, ExprKind};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for expr in context.expressions() {
        match &expr.kind {
            ExprKind::Compare { left, right, .. } if is_lower(left) => look(context, right, &mut found),
            ExprKind::Compare { left, right, .. } if is_lower(right) => look(context, left, &mut found),
            ExprKind::Text { left, right, .. } if is_lower(left) => look(context, right, &mut found),
            ExprKind::In { value, container, .. } if is_lower(value) => match &container.kind {
                ExprKind::List(elements) => {
                    for element in elements {
                        look(context, element, &mut found);
                    }
                }
                ExprKind::Path(path) => {
                    let [name] = path.segments.as_slice() else {
                        continue;
                    };
                    let set = sets(context).find(|set| set.name.text == name.text);
                    for element in set.iter().flat_map(|set| set.written()) {
                        look(context, element, &mut found);
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
    found
}

fn is_lower(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Call { function, .. } if function.text == "lower")
}

fn look(context: &Context<'_>, expr: &Expr, found: &mut Vec<Diagnostic>) {
    let ExprKind::String(text) = &expr.kind else {
        return;
    };
    let told = |found: &Diagnostic| found.primary.span == expr.span;
    if !text.bytes().any(|byte| byte.is_ascii_uppercase()) || found.iter().any(told) {
        return;
    }
    let small = context.text(expr.span).to_ascii_lowercase();
    found.push(
        Diagnostic::new(
            Code::W1024,
            format!("`{text}` is never equal to a text in small letters"),
            expr.span,
            "`lower` leaves no capital",
        )
        .with_fix(
            format!("write {small}"),
            vec![Edit::replace(expr.span, small)],
            Safety::Guess,
        ),
    );
}
