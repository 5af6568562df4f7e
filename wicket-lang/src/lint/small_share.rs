//! W1044: a share so small, of so few calls, that one failure among them is enough.

use super::context::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::Trips;

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let shares = context
        .bundle
        .breakers
        .iter()
        .filter_map(|breaker| match breaker.trips {
            Trips::Share { percent, among, .. } => Some((breaker, percent, among)),
            Trips::Denials { .. } | Trips::Track { .. } => None,
        });
    shares
        .filter(|(_, percent, among)| percent.saturating_mul(*among) <= 100)
        .map(|(breaker, percent, among)| {
            Diagnostic::new(
                Code::W1044,
                format!("one failure trips `{}`", breaker.name),
                breaker.span,
                format!("one of {among} calls is {percent}% or more"),
            )
            .with_help("look at more calls, or write `after 1 failures`")
        })
        .collect()
}
