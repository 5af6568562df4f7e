//! W1003: a `forbid` that does not say why. The agent then tries again, or in another way.

use super::context::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::Effect;

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let silent = context
        .rules()
        .filter(|rule| rule.effect == Effect::Forbid && rule.message.is_none());
    silent
        .map(|rule| {
            Diagnostic::new(
                Code::W1003,
                "this `forbid` does not say why",
                rule.span,
                "who is refused here is told nothing",
            )
            .with_help("say what to do instead: `message \"Agents never merge. Ask a maintainer.\"`")
        })
        .collect()
}
