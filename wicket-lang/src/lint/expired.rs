//! W1039: a rule, a count or a schedule whose last instant is past.

use super::context::Context;
use super::ending::endings;
use crate::diagnostic::{Code, Diagnostic};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some(now) = context.at else {
        return Vec::new();
    };
    let endings = endings(context, now).into_iter();
    let told = endings.map(|ending| {
        let when = ending.told(context, now);
        Diagnostic::new(
            Code::W1039,
            format!("{} has expired: it ended {when}", ending.what),
            ending.span,
            format!("so {}", ending.so),
        )
        .with_help("take it out, or give it dates that are to come")
    });
    told.collect()
}
