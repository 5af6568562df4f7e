//! W1016: a schedule that is never open.

use super::context::{Context, all_schedules};
use super::standing::{Standing, standing};
use crate::diagnostic::{Code, Diagnostic};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    all_schedules(context)
        .into_iter()
        .filter(|(_, _, id)| standing(&context.bundle.calendar, *id) == Some(Standing::Never))
        .map(|(what, span, _)| {
            Diagnostic::new(
                Code::W1016,
                format!("{what} is never open"),
                span,
                "no instant lies in it",
            )
            .with_help("an `except` may take all of it away, or the times of an `and` never meet")
        })
        .collect()
}
