//! W1040: a rule, a count or a schedule whose last instant is near.

use super::context::Context;
use super::ending::endings;
use crate::diagnostic::{Code, Diagnostic};
use crate::value::Instant;

/// 30 days, in milliseconds.
const SOON: i64 = 30 * 86_400_000;

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some(now) = context.at else {
        return Vec::new();
    };
    let endings = endings(context, Instant(now.0.saturating_add(SOON))).into_iter();
    let told = endings.filter(|ending| ending.at > now).map(|ending| {
        let when = ending.told(context, now);
        Diagnostic::new(
            Code::W1040,
            format!("{} expires {when}", ending.what),
            ending.span,
            ending.so.clone(),
        )
        .with_help("give it later dates, or let it end")
    });
    told.collect()
}
