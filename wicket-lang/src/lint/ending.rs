//! What in a bundle ends, because its dates carry years: rules, what is counted, and schedules.

use std::collections::BTreeSet;

use super::context::{Context, schedules};
use super::never_true::whole;
use crate::calendar::{self, Expression, ScheduleId};
use crate::decide;
use crate::ir::{Effect, NodeId, TrackId};
use crate::source::Span;
use crate::value::Instant;

/// Something that has a last instant.
pub(super) struct Ending {
    pub(super) span: Span,
    /// `this condition`, `schedule \`trip\``.
    pub(super) what: String,
    /// What follows from it, as in "so …".
    pub(super) so: String,
    /// From this instant on it is over.
    pub(super) at: Instant,
    /// The schedules that it asks for.
    schedules: Vec<ScheduleId>,
}

impl Ending {
    /// Its end on the wall clock of a schedule that it asks for.
    pub(super) fn told(&self, context: &Context<'_>, now: Instant) -> String {
        let calendar = &context.bundle.calendar;
        let of_schedule = self.schedules.first().and_then(|id| calendar.zone_of(*id));
        let zone = of_schedule.or_else(|| calendar.zone(context.bundle.zone?));
        zone.map_or_else(
            || self.at.to_string(),
            |zone| calendar::show_instant(zone, self.at, now),
        )
    }
}

/// All that ends before `until`; of a schedule only where nothing that asks for it has been told of.
pub(super) fn endings(context: &Context<'_>, until: Instant) -> Vec<Ending> {
    let mut found: Vec<Ending> = rules(context).chain(counted(context)).collect();
    found.retain(|ending| ending.at <= until);
    let told: Vec<ScheduleId> = found.iter().flat_map(|ending| ending.schedules.clone()).collect();
    let mut told = referred(context, told);
    // A schedule stands behind those that it refers to.
    let mut named: Vec<_> = schedules(context).collect();
    named.sort_by_key(|(_, id)| std::cmp::Reverse(*id));
    for (schedule, id) in named {
        let calendar = &context.bundle.calendar;
        let end = if calendar.needs_zone(id) {
            decide::latest_end(context.bundle, id)
        } else {
            calendar::last_in(calendar, &calendar::Combination::Schedule(id.into()))
        };
        let Some(at) = end else { continue };
        if at > until || told.contains(&id) {
            continue;
        }
        told.extend(referred(context, vec![id]));
        found.push(Ending {
            span: schedule.name.span,
            what: format!("schedule `{}`", schedule.name.text),
            so: "what asks for it finds it shut for ever".to_owned(),
            at,
            schedules: vec![id],
        });
    }
    found
}

fn rules<'c>(context: &'c Context<'_>) -> impl Iterator<Item = Ending> + 'c {
    context.rules().filter_map(|rule| {
        let (id, effect) = context.own(rule)?;
        let conditions: Vec<NodeId> = context.guards(id).iter().map(|(_, node)| *node).collect();
        let so = match effect {
            Effect::Permit => "this rule permits nothing then",
            Effect::Forbid => "this rule forbids nothing then",
            Effect::Ask => "this rule asks nobody then",
        };
        ending(context, whole(rule)?, "this condition", so, &conditions)
    })
}

/// Limits, marks and tracks.
fn counted<'c>(context: &'c Context<'_>) -> impl Iterator<Item = Ending> + 'c {
    let tracks = context.bundle.tracks.iter().enumerate();
    tracks.filter_map(|(index, track)| {
        let tools = context.bundle.tools.iter();
        let tallies = tools.flat_map(|tool| &tool.tallies);
        let conditions: Vec<NodeId> = tallies
            .filter(|tally| tally.track == TrackId::at(index))
            .map(|tally| tally.condition)
            .collect();
        let what = format!("`{}`", track.name);
        ending(context, track.span, &what, "nothing is counted then", &conditions)
    })
}

/// The last end of these conditions, where all of them end.
fn ending(context: &Context<'_>, span: Span, what: &str, so: &str, conditions: &[NodeId]) -> Option<Ending> {
    let ends = conditions.iter().map(|node| decide::end(context.bundle, *node));
    let at = ends.collect::<Option<Vec<Instant>>>()?.into_iter().max()?;
    let schedules = conditions
        .iter()
        .flat_map(|node| context.bundle.schedules_read(*node));
    Some(Ending {
        span,
        what: what.to_owned(),
        so: so.to_owned(),
        at,
        schedules: schedules.collect(),
    })
}

/// These schedules, and those that they refer to.
fn referred(context: &Context<'_>, schedules: Vec<ScheduleId>) -> BTreeSet<ScheduleId> {
    let (mut found, mut open) = (BTreeSet::new(), schedules);
    while let Some(id) = open.pop() {
        let Some(schedule) = context.bundle.calendar.schedule(id).filter(|_| found.insert(id)) else {
            continue;
        };
        let mut parts = vec![&schedule.expression];
        while let Some(part) = parts.pop() {
            match part {
                Expression::Windows { .. } => {}
                Expression::Schedule(id) => open.push(*id),
                Expression::Union(more) | Expression::Intersection(more) => parts.extend(more),
                Expression::Except(from, without) => parts.extend([&**from, &**without]),
            }
        }
    }
    found
}
