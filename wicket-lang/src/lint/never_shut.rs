//! W1017: a schedule that is always open.

use super::context::{Context, schedules};
use super::standing::{Standing, standing};
use crate::diagnostic::{Code, Diagnostic};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    schedules(context)
        .filter(|(_, id)| standing(&context.bundle.calendar, *id) == Some(Standing::Always))
        .map(|(schedule, _)| {
            Diagnostic::new(
                Code::W1017,
                format!("schedule `{}` is always open", schedule.name.text),
                schedule.name.span,
                "every instant lies in it",
            )
            .with_help("a rule that asks for it asks for nothing; say the days or times that are meant")
        })
        .collect()
}
