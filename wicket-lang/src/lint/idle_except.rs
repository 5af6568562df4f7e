//! W1050: an `except` of a set that takes nothing away. Most often a slip in what is taken away, which then stays.

use super::context::{Context, sets};
use crate::check::Meaning;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Constant, Set};
use crate::syntax::ast::{Expr, ExprKind};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for set in sets(context) {
        let whole: Vec<Constant> = set.elements.iter().flat_map(|one| values(context, one)).collect();
        for taken in &set.except {
            let of = values(context, taken);
            if of.is_empty() || of.iter().any(|value| whole.contains(value)) {
                continue;
            }
            found.push(
                Diagnostic::new(
                    Code::W1050,
                    "this takes nothing away",
                    taken.span,
                    format!("nothing of it is in what stands before in `{}`", set.name.text),
                )
                .with_help("correct it, or take it out"),
            );
        }
    }
    found
}

/// The values that an element of a set stands for.
pub(super) fn values(context: &Context<'_>, element: &Expr) -> Vec<Constant> {
    match &element.kind {
        ExprKind::String(text) => vec![Constant::Text(text.clone())],
        ExprKind::Bool(value) => vec![Constant::Bool(*value)],
        ExprKind::Number(digits) => {
            let number = crate::value::Decimal::parse(digits).ok();
            number.map(Constant::Number).into_iter().collect()
        }
        ExprKind::Path(path) => match path.segments.as_slice() {
            [name] => named(context, &name.text).map_or_else(Vec::new, |set| set.elements.clone()),
            _ => Vec::new(),
        },
        ExprKind::And(parts) => {
            let mut parts = parts.iter().map(|part| values(context, part));
            let first = parts.next().unwrap_or_default();
            parts.fold(first, |mut common, other| {
                common.retain(|value| other.contains(value));
                common
            })
        }
        _ => Vec::new(),
    }
}

fn named<'a>(context: &Context<'a>, name: &str) -> Option<&'a Set> {
    let Some(Meaning::Set(Some(id))) = context.names.get(name) else {
        return None;
    };
    context.bundle.sets.get(id.index())
}
