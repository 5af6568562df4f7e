//! W1017: a schedule that is always open.

use super::context::{Context, all_schedules};
use super::standing::{Standing, standing};
use crate::diagnostic::{Code, Diagnostic};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    all_schedules(context)
        .into_iter()
        .filter(|(_, _, id)| standing(&context.bundle.calendar, *id) == Some(Standing::Always))
        .map(|(what, span, _)| {
            Diagnostic::new(
                Code::W1017,
                format!("{what} is always open"),
                span,
                "every instant lies in it",
            )
            .with_help("a rule that asks for it asks for nothing; say the days or times that are meant")
        })
        .collect()
}
