//! The instants that a condition reads: now, and the dates that texts say.

use super::{Environment, Scope};
use crate::calendar::{self, Date, ZoneId};
use crate::value::{Missing, Value};

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
}
