//! Zones and schedules: sets of instants, to the minute.
//!
//! A [`Calendar`] holds the zones and schedules of one bundle. It is plain data, goes into the artifact as it is, and
//! answers from its own tables: neither the clock nor the zone data of the machine it runs on has a say.
//!
//! One rule carries the whole module. A schedule is asked about an instant; the instant is mapped to what a wall clock
//! in the schedule's zone reads, and only that reading is compared with the windows. So a schedule is defined for every
//! instant, and a change of the clock needs no rule of its own:
//!
//! - a window `22:00-06:00` of Friday is open where the clock reads Friday and 22:00 or later, or Saturday and earlier
//!   than 06:00, by the calendar's Friday and Saturday, however long that night was;
//! - in an hour that the clock repeats both passes read alike, so both are open or both are shut;
//! - what the clock skips is never read, so a window that would open inside opens at the next valid instant, and one
//!   that would shut inside shuts there. The same holds for a date that a zone skipped as a whole.
//!
//! After that schedules are sets of instants: `except`, union and intersection know nothing of days any more, and
//! schedules in different zones combine.
//!
//! An instant outside the zone tables (1970 to 2099) has no answer: everything here then returns `None`.

mod atlas;
mod civil;
mod combination;
mod evaluate;
mod local;
mod located;
mod moved;
mod schedule;
mod search;
mod sound;
mod stretch;
mod text;
mod tzdata;
mod window;
mod zone;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub(crate) use atlas::Atlas;
pub use combination::Combination;
pub use evaluate::is_open;
pub use local::{LocalTime, Period, date_that_begins, first_instant, local_time, period};
pub use located::Located;
pub use moved::{Moved, moved};
pub use schedule::{Expression, MAX_DEPTH, Schedule};
pub use search::{Next, first_in, last_in, last_open, next_close, next_open};
pub use sound::{MAX_COST, Unsound};
pub use text::{describe, show_instant, show_next};
pub use tzdata::{Disagreement, disagreement, second_opinion_version, tzdata_version, zone_names};
pub use window::{Date, Days, Problem, Times};
pub use zone::{Transition, Zone};

use crate::value::Instant;

/// The zones and schedules of a bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// The zones in which schedules and other times of the bundle are read, each once.
    pub zones: Vec<Zone>,
    /// A schedule refers only to schedules before it.
    pub schedules: Vec<Schedule>,
    /// By name, every zone that an attribute can name; empty where none is read from a text. It stands in a section of
    /// its own in the artifact.
    #[serde(skip)]
    pub atlas: Vec<Zone>,
}

/// The position of a zone in [`Calendar::zones`], or behind these in [`Calendar::atlas`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ZoneId(pub u32);

impl ZoneId {
    /// No zone of the calendar: the one that an attribute names when the schedule is asked.
    pub const GIVEN: Self = Self(u32::MAX);
}

/// The position of a schedule in [`Calendar::schedules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ScheduleId(pub u32);

impl Calendar {
    /// The zone of this id, which is one of this calendar.
    #[must_use]
    pub fn zone(&self, id: ZoneId) -> Option<&Zone> {
        let place = usize::try_from(id.0).ok()?;
        match place.checked_sub(self.zones.len()) {
            None => self.zones.get(place),
            Some(place) => self.atlas.get(place),
        }
    }

    /// The schedule of this id, which is one of this calendar.
    #[must_use]
    pub fn schedule(&self, id: ScheduleId) -> Option<&Schedule> {
        self.schedules.get(usize::try_from(id.0).ok()?)
    }

    /// The zone in which a schedule's days and times are read, and in which instants about it are written.
    #[must_use]
    pub fn zone_of(&self, schedule: impl Into<Located>) -> Option<&Zone> {
        let located = schedule.into();
        self.zone(located.zone_of(self.schedule(located.schedule)?)?)
    }

    /// The zone of this exact name among those that an attribute can name.
    #[must_use]
    pub fn find_zone(&self, name: &str) -> Option<ZoneId> {
        let among = self.zones.iter().position(|zone| zone.name() == name);
        let place = among.or_else(|| {
            let place = self.atlas.binary_search_by(|zone| zone.name().cmp(name)).ok()?;
            Some(self.zones.len() + place)
        });
        place.and_then(|place| u32::try_from(place).ok()).map(ZoneId)
    }

    /// Whether the schedule, or one that it refers to, leaves it to an attribute in which zone it is read.
    #[must_use]
    pub fn needs_zone(&self, id: ScheduleId) -> bool {
        let Some(schedule) = self.schedule(id) else {
            return false;
        };
        let mut open = vec![&schedule.expression];
        let mut referred = Vec::new();
        while let Some(part) = open.pop() {
            match part {
                // A schedule refers only to those before it.
                Expression::Schedule(other) if *other < id => referred.push(*other),
                Expression::Windows { .. } | Expression::Schedule(_) => {}
                Expression::Union(parts) | Expression::Intersection(parts) => open.extend(parts),
                Expression::Except(from, without) => open.extend([&**from, &**without]),
            }
        }
        schedule.zone == ZoneId::GIVEN || referred.into_iter().any(|id| self.needs_zone(id))
    }

    /// The id of the zone of this exact IANA name, read from the bundled zone data where it is not here yet.
    pub fn add_zone(&mut self, name: &str) -> Option<ZoneId> {
        let known = self.zones.iter().position(|zone| zone.name() == name);
        let position = if let Some(position) = known {
            position
        } else {
            self.zones.push(Zone::load(name)?);
            self.zones.len() - 1
        };
        u32::try_from(position).ok().map(ZoneId)
    }

    /// Adds a schedule behind the others; it may refer to those before it.
    pub fn add_schedule(&mut self, schedule: Schedule) -> Option<ScheduleId> {
        let id = u32::try_from(self.schedules.len()).ok()?;
        self.schedules.push(schedule);
        Some(ScheduleId(id))
    }
}

/// The Unix second in which an instant lies. Everything in this module happens at whole seconds.
fn second_of(instant: Instant) -> i64 {
    instant.0.div_euclid(1000)
}

fn instant_of(second: i64) -> Instant {
    Instant(second.saturating_mul(1000))
}
