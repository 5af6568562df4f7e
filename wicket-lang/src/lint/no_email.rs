//! W1031: the address of a member is compared with a text that is no address.

use super::context::{Context, dotted, sets};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Expr, ExprKind};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut compared: Vec<&Expr> = Vec::new();
    for expr in context.expressions() {
        match &expr.kind {
            ExprKind::Compare { left, right, .. } if is_email(left) => compared.push(right),
            ExprKind::Compare { left, right, .. } if is_email(right) => compared.push(left),
            ExprKind::In { value, container, .. } if is_email(value) => match &container.kind {
                ExprKind::List(elements) => compared.extend(elements),
                ExprKind::Path(path) => {
                    let name = dotted(path);
                    let set = sets(context).find(|set| set.name.text == name);
                    compared.extend(set.iter().flat_map(|set| &set.elements));
                }
                _ => {}
            },
            _ => {}
        }
    }
    compared.sort_by_key(|expr| expr.span);
    compared.dedup_by_key(|expr| expr.span);
    compared
        .into_iter()
        .filter_map(|expr| {
            let ExprKind::String(text) = &expr.kind else { return None };
            (!is_address(text)).then(|| {
                Diagnostic::new(
                    Code::W1031,
                    format!("`{text}` is no address of a member"),
                    expr.span,
                    "an address is written like `anna@acme.example`",
                )
                .with_help("write the whole address; for all of a domain, `member.email ends_with \"@acme.example\"`")
            })
        })
        .collect()
}

fn is_email(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Path(path) => dotted(path) == "member.email",
        ExprKind::Call { arguments, .. } => arguments.iter().any(is_email),
        _ => false,
    }
}

fn is_address(text: &str) -> bool {
    let mut halves = text.split('@');
    let (Some(name), Some(domain), None) = (halves.next(), halves.next(), halves.next()) else {
        return false;
    };
    !name.is_empty() && !domain.is_empty() && !text.contains(char::is_whitespace)
}
