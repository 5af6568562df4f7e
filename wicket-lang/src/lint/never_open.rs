//! W1016: a schedule that is never open.

use super::context::{Context, schedules};
use super::standing::{Standing, standing};
use crate::diagnostic::{Code, Diagnostic};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    schedules(context)
        .filter(|(_, id)| standing(&context.bundle.calendar, *id) == Some(Standing::Never))
        .map(|(schedule, _)| {
            Diagnostic::new(
                Code::W1016,
                format!("schedule `{}` is never open", schedule.name.text),
                schedule.name.span,
                "no instant lies in it",
            )
            .with_help("an `except` may take all of it away, or the times of an `and` never meet")
        })
        .collect()
}
