//! W1033: a breaker or a limit that does not say why it stopped a call.

use super::context::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::ItemKind;

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let silent = context.items().filter_map(|item| match &item.kind {
        ItemKind::Breaker(breaker) if breaker.message.is_none() => Some(("breaker", &breaker.name)),
        ItemKind::Limit(limit) if limit.message.is_none() => Some(("limit", &limit.name)),
        _ => None,
    });
    silent
        .map(|(noun, name)| {
            Diagnostic::new(
                Code::W1033,
                format!("{noun} `{}` does not say why", name.text),
                name.span,
                "who is stopped here is told nothing",
            )
            .with_help("say what to do instead: `message \"Stopped after three refusals. Ask an owner.\"`")
        })
        .collect()
}
