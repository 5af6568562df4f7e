//! W1004: an `only when` without `otherwise`: it refuses, and does not say why.

use super::context::Context;
use crate::diagnostic::{Code, Diagnostic};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let silent = context.rules().filter_map(|rule| {
        let when = rule.when.as_ref().filter(|when| when.only)?;
        rule.message.is_none().then_some(when.condition.span)
    });
    silent
        .map(|span| {
            Diagnostic::new(
                Code::W1004,
                "this `only when` has no `otherwise`",
                span,
                "where this does not hold the call is refused, and nobody is told why",
            )
            .with_help("say what is open, and when: `otherwise \"Only {channels} may be posted to.\"`")
        })
        .collect()
}
