//! What a call adds to the history: which tracks it enters, and with what.
//!
//! Conditions and values of tracks are evaluated by the interpreter, once for a call that is judged; a call that stands
//! in no track costs nothing here.

use crate::interpret;
use crate::ir::{Tally, Track};
use crate::request::{Environment, Event, Key, Setting, Switches};
use crate::value::{Missing, Truth, Value};

/// One entry that a call would make.
pub(super) struct Entered<'a> {
    pub tally: &'a Tally,
    pub track: &'a Track,
    pub event: Event,
    /// It hangs on a fact that has not been asked for.
    pub is_pending: bool,
}

/// What the call would add, track by track. What is off is left out.
pub(super) fn entered<'a>(
    env: &Environment<'a>,
    switches: &'a Switches,
) -> impl Iterator<Item = Entered<'a>> + use<'a> {
    let env = *env;
    let tallies = env.tool().map(|tool| tool.tallies.as_slice()).unwrap_or_default();
    tallies.iter().filter_map(move |tally| {
        let track = env.bundle.track(tally.track)?;
        if switches.of(&track.name) == Setting::Off {
            return None;
        }
        let condition = interpret::condition(&env, tally.condition);
        if condition == Truth::False {
            return None;
        }
        let read = |node| interpret::value(&env, node);
        let (key, value) = (tally.key.map(read), tally.value.map(read));
        let pending = |value: &Option<Value<'_>>| matches!(value, Some(Value::Missing(Missing::Pending)));
        let is_pending = condition == Truth::Pending || pending(&key) || pending(&value);
        let event = Event::of(
            track,
            env.request.now,
            key.as_ref().map_or(Key::None, Key::of),
            condition.is_true(),
            value.as_ref(),
        );
        Some(Entered {
            tally,
            track,
            event,
            is_pending,
        })
    })
}
