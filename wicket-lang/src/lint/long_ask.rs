//! W1032: an approval that may be used for more than a week after it was asked for.

use super::context::Context;
use crate::diagnostic::{Code, Diagnostic};

const WEEK: u64 = 7 * 24 * 60 * 60;

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let lasting = context.rules().filter_map(|rule| {
        let within = rule.approval.as_ref()?.within?;
        (within.seconds > WEEK).then_some(within)
    });
    lasting
        .map(|within| {
            let days = within.seconds / (24 * 60 * 60);
            Diagnostic::new(
                Code::W1032,
                "who approves speaks of today, and this lasts for weeks",
                within.span,
                format!("an approval may be used {days} days after it was asked for"),
            )
            .with_help("let it lapse sooner, `within 8h`: the agent can ask again")
        })
        .collect()
}
