//! What a schedule does at all times, and what several do together.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::calendar::{
    Calendar, Expression, Located, Next, Schedule, ScheduleId, ZoneId, is_open, next_close, next_open,
};
use crate::value::Instant;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Never,
    Always,
}

/// Two days into the zone data, so that every zone has a day before.
const BEGINNING: Instant = Instant(2 * 86_400_000);

/// `None` for a schedule that opens and shuts, and where nothing is known. Where an attribute names its zone, it is the
/// same in all of them.
pub(super) fn standing(calendar: &Calendar, id: ScheduleId) -> Option<Standing> {
    if !calendar.needs_zone(id) {
        return of(calendar, id.into());
    }
    let count = u32::try_from(calendar.zones.len() + calendar.atlas.len()).ok()?;
    let mut standings = (0..count).map(|zone| {
        let zone = Some(ZoneId(zone));
        of(calendar, Located { schedule: id, zone })
    });
    let first = standings.next()??;
    standings.all(|standing| standing == Some(first)).then_some(first)
}

fn of(calendar: &Calendar, schedule: Located) -> Option<Standing> {
    if is_open(calendar, schedule, BEGINNING)? {
        (next_close(calendar, schedule, BEGINNING)? == Next::Never).then_some(Standing::Always)
    } else {
        (next_open(calendar, schedule, BEGINNING)? == Next::Never).then_some(Standing::Never)
    }
}

/// Answers about schedules together, each worked out once.
#[derive(Debug, Default)]
pub(super) struct Together {
    known: RefCell<BTreeMap<Vec<(ScheduleId, bool)>, bool>>,
}

impl Together {
    /// Whether all may be as they are said to be, open or shut, at some instant.
    pub(super) fn is_possible(&self, calendar: &Calendar, mut wanted: Vec<(ScheduleId, bool)>) -> bool {
        wanted.sort();
        wanted.dedup();
        if let Some(known) = self.known.borrow().get(&wanted) {
            return *known;
        }
        let possible = work_out(calendar, &wanted).unwrap_or(true);
        self.known.borrow_mut().insert(wanted, possible);
        possible
    }
}

fn work_out(calendar: &Calendar, wanted: &[(ScheduleId, bool)]) -> Option<bool> {
    let (first, _) = wanted.first()?;
    let parts = wanted.iter().map(|(id, open)| {
        let schedule = Expression::Schedule(*id);
        if *open {
            schedule
        } else {
            let always = Expression::Intersection(Vec::new());
            Expression::Except(Box::new(always), Box::new(schedule))
        }
    });
    let mut calendar = calendar.clone();
    let joint = Schedule {
        name: None,
        zone: calendar.schedule(*first)?.zone,
        expression: Expression::Intersection(parts.collect()),
    };
    let id = calendar.add_schedule(joint)?;
    Some(standing(&calendar, id) != Some(Standing::Never))
}
