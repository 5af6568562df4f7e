//! What a call adds to the history: which tracks it enters, and with what.
//!
//! Conditions and values of tracks are evaluated by the interpreter, once for a call that is judged; a call that stands
//! in no track costs nothing here.

use crate::interpret;
use crate::ir::{Bundle, Node, Tally, Track, TrackId};
use crate::request::{Environment, Event, Key, Setting, Switches};
use crate::value::{Instant, Missing, Truth, Value};

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
        if track.denials.is_some() || switches.of(&track.name) == Setting::Off {
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

/// What a denial would add, track by track. Where the call was not judged, because its arguments do not fit, nothing
/// that hangs on them is known; nor is what hangs on facts that nobody asked for.
pub(super) fn denied<'a>(
    env: &Environment<'a>,
    switches: &Switches,
    is_judged: bool,
) -> Vec<(TrackId, &'a Track, Event)> {
    let tallies = env.tool().map(|tool| tool.tallies.as_slice()).unwrap_or_default();
    let tracks = tallies
        .iter()
        .filter_map(|tally| Some((tally, env.bundle.track(tally.track)?)));
    let counting =
        tracks.filter(|(_, track)| track.denials.is_some() && switches.of(&track.name) != Setting::Off);
    let entered = counting.filter_map(|(tally, track)| {
        let (condition, key) = if is_judged {
            let key = tally.key.map(|key| Key::of(&interpret::value(env, key)));
            (interpret::condition(env, tally.condition), key)
        } else {
            let always = env.bundle.arena.get(tally.condition) == Some(Node::Always(true));
            let condition = if always { Truth::True } else { Truth::Unknown };
            (condition, tally.key.map(|_| Key::Unknown))
        };
        let key = key.unwrap_or(Key::None);
        let event = Event::of(track, env.request.now, key, condition.is_true(), None);
        (condition != Truth::False).then_some((tally.track, track, event))
    });
    entered.collect()
}

/// The same of a tool that does not exist: neither a condition nor a key is known of it.
pub(super) fn denied_unknown<'a>(
    bundle: &'a Bundle,
    switches: &Switches,
    now: Option<Instant>,
) -> Vec<(TrackId, &'a Track, Event)> {
    let tracks = bundle.tracks.iter().enumerate();
    let counting = tracks.filter(|(_, track)| {
        let counts = track.denials.is_some_and(|denials| denials.of_unknown_tools);
        counts && switches.of(&track.name) != Setting::Off
    });
    let entered = counting.map(|(index, track)| {
        let key = if track.keyed { Key::Unknown } else { Key::None };
        (TrackId::at(index), track, Event::of(track, now, key, false, None))
    });
    entered.collect()
}
