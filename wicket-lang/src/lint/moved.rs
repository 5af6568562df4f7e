//! W1046: a schedule that newer zone data moves.
//!
//! It is asked for with the artifact that is in force, whose zone tables it is held against.

use super::context::{Context, schedules};
use crate::calendar::{self, Moved, show_instant};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Bundle, ScheduleId};
use crate::source::Span;

pub(super) fn lint(context: &Context<'_>, in_force: &Bundle) -> Vec<Diagnostic> {
    let Some(from) = context.at else {
        return Vec::new();
    };
    let calendar = &context.bundle.calendar;
    let moved = calendar::moved(&in_force.calendar, calendar, from);
    let named: Vec<(ScheduleId, Span)> = schedules(context)
        .map(|(schedule, id)| (id, schedule.name.span))
        .collect();
    let mut found = Vec::new();
    for Moved { schedule, zone, at } in moved {
        let named = named.iter().find(|(id, _)| *id == schedule);
        let in_place = context.in_place.iter().find(|(_, id)| **id == Some(schedule));
        let Some(span) = named.map(|(_, span)| *span).or(in_place.map(|(span, _)| *span)) else {
            continue;
        };
        let what = calendar.schedule(schedule).and_then(|found| found.name.as_ref());
        let what = what.map_or_else(|| "this schedule".to_owned(), |name| format!("schedule `{name}`"));
        let of_name = zone.as_deref().and_then(|name| calendar.find_zone(name));
        let shown = of_name.or_else(|| Some(calendar.schedule(schedule)?.zone));
        let shown = shown.and_then(|zone| calendar.zone(zone));
        let when = shown.map_or_else(|| at.to_string(), |zone| show_instant(zone, at, from));
        let among = zone.map_or_else(String::new, |zone| format!(", in {zone} first"));
        found.push(
            Diagnostic::new(
                Code::W1046,
                format!("newer zone data moves {what} from {when} on{among}"),
                span,
                format!(
                    "{} is in force, and this is built with {}",
                    in_force.tzdata, context.bundle.tzdata
                ),
            )
            .with_help(
                "publish the bundle where the new rules are meant; until then those of the artifact hold",
            ),
        );
    }
    found
}
