//! W1019: a limit that stops nothing, because no rule permits the calls that it counts.

use super::context::Context;
use super::idle_breaker::touches;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::Effect;

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let bundle = context.bundle;
    bundle
        .limits
        .iter()
        .filter(|limit| {
            !touches(bundle, Some(&bundle.tools_of(limit.track)), |rule| {
                rule.effect == Effect::Permit
            })
        })
        .map(|limit| {
            Diagnostic::new(
                Code::W1019,
                format!("limit `{}` stops nothing", limit.name),
                limit.span,
                "no rule permits a call that it counts",
            )
            .with_help("limit what is permitted, or take the limit out")
        })
        .collect()
}
