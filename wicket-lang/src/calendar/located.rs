//! A schedule together with the zone in which it is asked, where it leaves that to an attribute.

use super::evaluate::earlier;
use super::schedule::Schedule;
use super::{ScheduleId, ZoneId};

/// A schedule as one call means it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Located {
    /// The schedule.
    pub schedule: ScheduleId,
    /// The zone that its attribute names. Without one, a schedule that needs it has no answer.
    pub zone: Option<ZoneId>,
}

impl From<ScheduleId> for Located {
    fn from(schedule: ScheduleId) -> Self {
        Self { schedule, zone: None }
    }
}

impl Located {
    /// The zone in which the windows of `schedule` are read.
    pub(super) fn zone_of(self, schedule: &Schedule) -> Option<ZoneId> {
        if schedule.zone == ZoneId::GIVEN {
            self.zone
        } else {
            Some(schedule.zone)
        }
    }

    /// A schedule that this one refers to, in the same zone. Only one that stands before it, so that no chain of
    /// references can run in a circle.
    pub(super) fn referred(self, other: ScheduleId) -> Option<Self> {
        Some(Self {
            schedule: earlier(self.schedule, other)?,
            zone: self.zone,
        })
    }
}
