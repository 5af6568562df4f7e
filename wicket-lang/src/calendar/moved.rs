//! Which schedules newer zone data moves.
//!
//! Both releases are laid into one calendar, each schedule twice: read in the tables of the one and in those of the
//! other. Where the two differ is then a combination of schedules like any other, and its first instant is found as
//! exactly as the next opening.

use super::combination::Combination;
use super::schedule::{Expression, Schedule};
use super::search::{Next, first_in};
use super::zone::Zone;
use super::{Calendar, Located, ScheduleId, ZoneId};
use crate::value::Instant;

/// A schedule that is open, or shut, at other instants than it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Which one, of the newer calendar.
    pub schedule: ScheduleId,
    /// Of a schedule whose zone an attribute names: the zone in which it differs first.
    pub zone: Option<String>,
    /// The first instant at which it differs.
    pub at: Instant,
}

/// Two tables of a zone, as places in the joint calendar.
#[derive(Clone, Copy)]
struct Pair {
    newer: ZoneId,
    older: ZoneId,
}

/// The schedules of `newer` that would be open at other instants from `from` on if they were read in the zone tables of
/// `older`. A zone that only one of the two has is passed over.
#[must_use]
pub fn moved(older: &Calendar, newer: &Calendar, from: Instant) -> Vec<Moved> {
    let mut joint = Calendar {
        zones: newer.zones.clone(),
        schedules: newer.schedules.clone(),
        atlas: Vec::new(),
    };
    let pairs = pair(older, newer, from, &mut joint);
    let Some(count) = u32::try_from(newer.schedules.len())
        .ok()
        .filter(|_| !pairs.is_empty())
    else {
        return Vec::new();
    };
    joint.schedules.extend(
        newer
            .schedules
            .iter()
            .map(|schedule| in_older_tables(schedule, count, &pairs)),
    );
    let mut found = Vec::new();
    for schedule in (0..count).map(ScheduleId) {
        let before = ScheduleId(schedule.0 + count);
        let first = |newer: Option<ZoneId>, older: Option<ZoneId>| {
            let now = Located {
                schedule,
                zone: newer,
            };
            let before = Located {
                schedule: before,
                zone: older,
            };
            match first_in(&joint, &difference(now, before), from, None) {
                Some(Next::At(at)) => Some(at),
                Some(Next::Never) | None => None,
            }
        };
        if newer.needs_zone(schedule) {
            let firsts = pairs.iter().filter_map(|pair| {
                let at = first(Some(pair.newer), Some(pair.older))?;
                Some((at, joint.zone(pair.newer)?.name().to_owned()))
            });
            found.extend(firsts.min().map(|(at, zone)| Moved {
                schedule,
                zone: Some(zone),
                at,
            }));
        } else {
            found.extend(first(None, None).map(|at| Moved {
                schedule,
                zone: None,
                at,
            }));
        }
    }
    found
}

/// The zones whose tables differ, both of them among those of the joint calendar.
fn pair(older: &Calendar, newer: &Calendar, from: Instant, joint: &mut Calendar) -> Vec<Pair> {
    let end = Instant(i64::MAX);
    let table = |name: &str| older.find_zone(name).and_then(|id| older.zone(id));
    let differs = |zone: &Zone| {
        let before = table(zone.name())?;
        zone.first_difference(before, from, end)
            .is_some()
            .then(|| before.clone())
    };
    let mut pairs = Vec::new();
    let mut push = |joint: &mut Calendar, newer: usize, before: Zone| {
        joint.zones.push(before);
        let place = |place: usize| u32::try_from(place).ok().map(ZoneId);
        if let (Some(newer), Some(older)) = (place(newer), place(joint.zones.len() - 1)) {
            pairs.push(Pair { newer, older });
        }
    };
    for (place, zone) in newer.zones.iter().enumerate() {
        if let Some(before) = differs(zone) {
            push(joint, place, before);
        }
    }
    for zone in &newer.atlas {
        let is_known = newer.zones.iter().any(|known| known.name() == zone.name());
        if let Some(before) = differs(zone).filter(|_| !is_known) {
            joint.zones.push(zone.clone());
            let place = joint.zones.len() - 1;
            push(joint, place, before);
        }
    }
    pairs
}

/// The instants that lie in one of the two.
fn difference(a: Located, b: Located) -> Combination {
    let (a, b) = (Combination::Schedule(a), Combination::Schedule(b));
    Combination::any([
        Combination::all([a.clone(), b.clone().negated()]),
        Combination::all([a.negated(), b]),
    ])
}

/// The schedule as it was read: in the older tables, and through the older reading of what it refers to.
fn in_older_tables(schedule: &Schedule, count: u32, pairs: &[Pair]) -> Schedule {
    let older = pairs.iter().find(|pair| pair.newer == schedule.zone);
    Schedule {
        name: None,
        zone: older.map_or(schedule.zone, |pair| pair.older),
        expression: shifted(&schedule.expression, count),
    }
}

/// The expression with each reference so many places further on.
fn shifted(expression: &Expression, by: u32) -> Expression {
    let all = |parts: &[Expression]| parts.iter().map(|part| shifted(part, by)).collect();
    match expression {
        Expression::Windows { .. } => expression.clone(),
        Expression::Schedule(id) => Expression::Schedule(ScheduleId(id.0 + by)),
        Expression::Union(parts) => Expression::Union(all(parts)),
        Expression::Intersection(parts) => Expression::Intersection(all(parts)),
        Expression::Except(from, without) => {
            Expression::Except(Box::new(shifted(from, by)), Box::new(shifted(without, by)))
        }
    }
}
