//! W1051: a set of which nothing is left: all of it is taken away, or what stands on both sides of an `and` has nothing
//! in common. A rule that asks for one of its elements is then never met.

use super::context::{Context, sets};
use super::idle_except::values;
use crate::check::Meaning;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Expr, ExprKind};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for set in sets(context) {
        let commons = set.written().filter(|one| matches!(one.kind, ExprKind::And(_)));
        let idle: Vec<&Expr> = commons.filter(|one| values(context, one).is_empty()).collect();
        for common in &idle {
            found.push(
                Diagnostic::new(
                    Code::W1051,
                    "these sets have nothing in common",
                    common.span,
                    "no value is in all of them",
                )
                .with_help(
                    "`and` keeps what is in all of them; to have what is in one of them, write a comma",
                ),
            );
        }
        let Some(Meaning::Set(Some(id))) = context.names.get(&set.name.text) else {
            continue;
        };
        let is_empty = context
            .bundle
            .sets
            .get(id.index())
            .is_some_and(|set| set.elements.is_empty());
        if is_empty && idle.is_empty() && !set.except.is_empty() && !set.elements.is_empty() {
            found.push(
                Diagnostic::new(
                    Code::W1051,
                    format!("nothing is left of `{}`", set.name.text),
                    set.name.span,
                    "all of it is taken away",
                )
                .with_help("if nothing is meant, say so: `set NAME: string = []`"),
            );
        }
    }
    found
}
