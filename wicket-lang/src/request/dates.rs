//! What a condition reads of time: now, the dates that texts say, and schedules.

use super::{Environment, Scope};
use crate::calendar::{self, Date, Located, ScheduleId, ZoneId};
use crate::value::{Instant, Missing, Truth, Value};

impl<'a> Environment<'a> {
    /// The instant of the call; a list is made at no instant in particular.
    #[must_use]
    pub fn now(&self) -> Value<'a> {
        match (self.scope, self.request.now) {
            (Scope::Caller, _) => Value::Missing(Missing::Pending),
            (Scope::Call, None) => Value::Missing(Missing::Unknown),
            (Scope::Call, Some(now)) => Value::Instant(now),
        }
    }

    /// The first instant, in a zone, of the date that a text says; unknown where it says none exactly.
    #[must_use]
    pub fn first_instant(&self, text: &Value<'_>, zone: ZoneId) -> Value<'a> {
        let date = match text.text_or_missing() {
            Ok(text) => Date::parse(text),
            Err(missing) => return Value::Missing(missing),
        };
        let zone = self.bundle.calendar.zone(zone);
        let first = zone
            .zip(date)
            .and_then(|(zone, date)| calendar::first_instant(zone, date));
        first.map_or(Value::Missing(Missing::Unknown), Value::Instant)
    }

    /// The instant that a text says, or the first one of the date that it says; unknown where it says neither exactly.
    #[must_use]
    pub fn moment(&self, text: &Value<'_>, zone: ZoneId) -> Value<'a> {
        match text.text_or_missing().map(|text| Instant::parse_exactly(text)) {
            Ok(Some(instant)) => Value::Instant(instant),
            Ok(None) | Err(_) => self.first_instant(text, zone),
        }
    }

    /// Whether the schedule is open now; unknown where the instant is, or lies outside the zone's data.
    #[must_use]
    pub fn in_schedule(&self, schedule: impl Into<Located>) -> Truth {
        if self.scope == Scope::Caller {
            return Truth::Pending;
        }
        let open = self
            .request
            .now
            .and_then(|now| calendar::is_open(&self.bundle.calendar, schedule, now));
        match open {
            Some(true) => Truth::True,
            Some(false) => Truth::False,
            None => Truth::Unknown,
        }
    }

    /// The same in the zone that a value names; unknown where it is missing or names none.
    #[must_use]
    pub fn in_schedule_of(&self, schedule: ScheduleId, zone: &Value<'_>) -> Truth {
        match self.located(schedule, zone) {
            _ if self.scope == Scope::Caller => Truth::Pending,
            Ok(located) => self.in_schedule(located),
            Err(missing) => Truth::from(missing),
        }
    }

    /// The schedule in the zone that a value names. What is there and names no zone is unknown.
    pub fn located(&self, schedule: ScheduleId, zone: &Value<'_>) -> Result<Located, Missing> {
        let name = zone.text_or_missing()?;
        let zone = self.bundle.calendar.find_zone(name).ok_or(Missing::Unknown)?;
        Ok(Located {
            schedule,
            zone: Some(zone),
        })
    }
}
