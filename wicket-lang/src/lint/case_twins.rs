//! W1030: two elements of a set or a list that differ in capitals only. Case counts, so most often one is a slip.

use super::context::{Context, element_lists};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Expr, ExprKind};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for elements in element_lists(context) {
        in_list(elements, &mut found);
    }
    found
}

fn in_list(elements: &[Expr], found: &mut Vec<Diagnostic>) {
    let mut seen: std::collections::BTreeMap<String, (&str, &Expr)> = std::collections::BTreeMap::new();
    for element in elements {
        let ExprKind::String(text) = &element.kind else {
            continue;
        };
        let folded = text.to_ascii_lowercase();
        match seen.get(&folded) {
            Some((other, first)) if other != text => found.push(
                Diagnostic::new(
                    Code::W1030,
                    format!("`{text}` and `{other}` differ in capitals only"),
                    element.span,
                    "case counts: each stands for itself",
                )
                .with_label(first.span, "the other one")
                .with_help("keep the one that is meant; where case does not matter, compare `lower(…)`"),
            ),
            Some(_) => {}
            None => {
                seen.insert(folded, (text, element));
            }
        }
    }
}
