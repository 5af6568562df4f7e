//! W1037: an annotation that is nearly one that Wicket knows.
//!
//! Annotations are free, so a misspelt `@allow` would silence nothing and say nothing.

use super::context::Context;
use crate::diagnostic::{Code, Diagnostic, Edit, Safety, nearest};

const KNOWN: &[&str] = &["allow", "owner", "severity", "link"];

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let annotations = context.items().flat_map(|item| &item.annotations);
    annotations
        .filter_map(|annotation| {
            let name = &annotation.name;
            let near = nearest(&name.text, KNOWN.iter().copied())?;
            // Four letters have many neighbours; one slip is as far as this goes.
            let same_start = name.text.get(..1) == near.get(..1);
            if near == name.text || !same_start || name.text.len().abs_diff(near.len()) > 1 {
                return None;
            }
            Some(
                Diagnostic::new(
                    Code::W1037,
                    format!("Wicket knows no `@{}`", name.text),
                    name.span,
                    "this is kept and means nothing",
                )
                .with_fix(
                    format!("did you mean `@{near}`?"),
                    vec![Edit::replace(name.span, near)],
                    Safety::Guess,
                ),
            )
        })
        .collect()
}
