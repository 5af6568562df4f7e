//! A tracked set, element by element.
//!
//! A track has two bounds, so each element is surely there or may be there, and there may be elements that nobody can
//! name: what was merged, what was unknown when it was added.

use std::collections::BTreeMap;

use super::history::{Event, History, Key, TrackState};
use super::ledger::{Ledger, Since};
use super::state::State;
use crate::calendar::Calendar;
use crate::ir::Track;
use crate::value::{Decimal, Instant, Value};

/// The elements of a tracked set at an instant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    /// Each as it is kept, and whether it is surely there.
    pub known: BTreeMap<String, bool>,
    /// There may be others, which cannot be named.
    pub more: bool,
}

impl Members {
    fn add(&mut self, ledger: &Ledger, since: Since, surely: bool) {
        for (value, is_sure) in ledger.elements(since) {
            match value {
                Some(value) => {
                    let known = self.known.entry(value.to_owned()).or_default();
                    *known |= is_sure && surely;
                }
                None => self.more = true,
            }
        }
    }

    /// The elements as values; `None` is one that cannot be read, and counts as one that cannot be named.
    #[must_use]
    pub fn values<'a>(&self) -> (Vec<(Value<'a>, bool)>, bool) {
        let mut more = self.more;
        let mut values = Vec::with_capacity(self.known.len());
        for (spelling, surely) in &self.known {
            match unspelled(spelling) {
                Some(value) => values.push((value, *surely)),
                None => more = true,
            }
        }
        (values, more)
    }
}

/// The value of what [`spelled`](super::history::spelled) wrote.
fn unspelled<'a>(spelling: &str) -> Option<Value<'a>> {
    let (kind, text) = spelling.split_once(' ')?;
    match kind {
        "text" => Some(Value::Text(text.to_owned().into())),
        "number" => Decimal::parse(text).ok().map(Value::Number),
        "bool" => match text {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        _ => None,
    }
}

impl TrackState {
    /// What is kept under `key`.
    fn members(&self, members: &mut Members, key: &Key, since: Since) {
        match key {
            Key::None => {
                if let Some(kept) = self.keys.get("") {
                    members.add(&kept.ledger, since, true);
                }
            }
            Key::Known(key) => match self.keys.get(key) {
                Some(kept) => members.add(&kept.ledger, since, true),
                None => members.add(&self.overflow, since, false),
            },
            // Whichever it is.
            Key::Unknown => {
                for ledger in self.ledgers() {
                    members.add(ledger, since, false);
                }
            }
        }
        members.add(&self.unplaced, since, false);
    }
}

impl State {
    /// The set that a track keeps under `key`.
    #[must_use]
    pub fn members(&self, calendar: &Calendar, track: &Track, key: &Key, now: Option<Instant>) -> Members {
        let since = track.since(calendar, now);
        let mut members = Members::default();
        for state in self
            .histories(track.per)
            .filter_map(|history| history.track(track))
        {
            state.members(&mut members, key, since);
        }
        members
    }
}

impl History {
    /// What a result says of a call that is awaited.
    pub(super) fn revise(&mut self, track: &Track, call: u64, event: Option<&Event>) {
        let state = self.tracks.get_mut(&track.name);
        let Some(state) = state.filter(|state| state.meaning == track.meaning) else {
            return;
        };
        for kept in state.keys.values_mut() {
            kept.ledger.revise(call, event, false);
        }
        state.unplaced.revise(call, event, true);
        state.overflow.revise(call, event, true);
    }
}

#[cfg(test)]
mod tests {
    use super::super::history::spelled;
    use super::*;

    #[test]
    fn point_34_an_element_is_the_value_that_was_added() {
        let number = |text: &str| Value::Number(Decimal::parse(text).unwrap_or(Decimal::ZERO));
        for value in [
            Value::Text("a b".into()),
            Value::Text("".into()),
            number("1.50"),
            number("-3"),
            number("1e30"),
            Value::Bool(true),
            Value::Bool(false),
        ] {
            let spelling = spelled(&value);
            let read = spelling.as_deref().and_then(unspelled);
            assert_eq!(read, Some(value), "{spelling:?}");
        }
        assert_eq!(unspelled("list x"), None);
        assert_eq!(unspelled("bool maybe"), None);
    }
}
