//! Schedules written in place: `now in { mon..fri 09:00-17:00 except holidays }`.
//!
//! It is a schedule like one with a name, in the zone of its file unless it says another. Two that are equal are one.

use super::Checker;
use super::moments::zone_of;
use super::schedules::{self, Place};
use crate::calendar::{Schedule, ZoneId};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::ScheduleId;
use crate::source::Span;
use crate::syntax::ast::{ScheduleBody, Zone};

/// The schedule, new or the one that is there already; `None` where a diagnostic was made.
pub(super) fn schedule(
    checker: &mut Checker<'_>,
    zone: Option<&Zone>,
    body: &ScheduleBody,
    span: Span,
) -> Option<ScheduleId> {
    if let Some(known) = checker.in_place.get(&span) {
        return *known;
    }
    let made = make(checker, zone, body, span);
    checker.in_place.insert(span, made);
    made
}

fn make(
    checker: &mut Checker<'_>,
    zone: Option<&Zone>,
    body: &ScheduleBody,
    span: Span,
) -> Option<ScheduleId> {
    let place = match zone {
        Some(zone) => schedules::place(checker, zone),
        None => zone_of(checker, span.file).map(Place::Zone),
    };
    let expression = schedules::body(checker, body);
    let Some(place) = place else {
        if zone.is_none() && !schedules::names_zone(checker, span.file) {
            checker.report(
                Diagnostic::new(
                    Code::E0502,
                    "this schedule has no zone",
                    span,
                    "in which zone are these times?",
                )
                .with_help("name the zone of the file above: `zone \"Europe/Berlin\"`"),
            );
        }
        return None;
    };
    let expression = expression?;
    let (zone, attribute) = match &place {
        Place::Zone(zone) => (*zone, None),
        Place::Attribute(path) => (ZoneId::GIVEN, Some(path)),
    };
    let made = Schedule {
        name: None,
        zone,
        expression,
    };
    // One that takes its zone from an attribute is only the same where the attribute is.
    let known = (0..).map(ScheduleId).zip(&checker.bundle.calendar.schedules);
    let known = known.into_iter().find(|(id, known)| {
        let of_known = checker.zone_attributes.get(id).map(super::time_zones::dotted);
        **known == made && (zone != ZoneId::GIVEN || of_known == attribute.map(super::time_zones::dotted))
    });
    if let Some((id, _)) = known {
        return Some(id);
    }
    let id = checker.bundle.calendar.add_schedule(made)?;
    schedules::check_size(checker, "this schedule", body.span)?;
    super::time_zones::remember(checker, id, attribute, span)?;
    Some(id)
}
