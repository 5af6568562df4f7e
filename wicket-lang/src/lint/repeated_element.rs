//! W1006: an element that stands twice in a set or a list. Most often one of the two was to be another.

use std::collections::BTreeMap;

use super::context::{Context, element_lists};
use crate::diagnostic::{Code, Diagnostic, Edit, Safety};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for elements in element_lists(context) {
        in_list(elements, &mut found);
    }
    found
}

fn in_list(elements: &[Expr], found: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    let mut before = None;
    for element in elements {
        let previous = before.replace(element.span);
        let Some(text) = shown(element) else { continue };
        let Some(first) = seen.get(&text).copied() else {
            seen.insert(text, element.span);
            continue;
        };
        found.push(
            Diagnostic::new(
                Code::W1006,
                format!("{text} stands twice"),
                element.span,
                "this adds nothing",
            )
            .with_label(first, "it stands here already")
            .with_fix(
                "take it out",
                vec![Edit::remove(Context::with_comma(previous, element.span, None))],
                Safety::Safe,
            ),
        );
    }
}

fn shown(element: &Expr) -> Option<String> {
    if let ExprKind::String(text) = &element.kind {
        Some(format!("`{text}`"))
    } else if let ExprKind::Number(digits) = &element.kind {
        Some(format!("`{digits}` (a number)"))
    } else if let ExprKind::Path(path) = &element.kind {
        Some(format!("`{}` (a name)", super::context::dotted(path)))
    } else {
        None
    }
}
