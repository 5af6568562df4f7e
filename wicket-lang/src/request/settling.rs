//! What follows when a call has ended: it counts or not, it ends a row, it stands beside those that count; and what it
//! has touched, so that breakers look there and nowhere else.

use super::history::{History, Kept, Key, TrackState, is_shared};
use super::ledger::{Entry, Ledger, Since};
use crate::ir::{Bundle, Others, Outcome, Track, TrackId, Trips};
use crate::value::{Bounds, Decimal, Instant};

/// Where the answers stand of which the key is not known.
const UNPLACED: &str = "unplaced";

/// Where the answers stand for whose key there was no room.
const OVERFLOW: &str = "overflow";

/// Which keys of a track something has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Touched {
    /// Those of this key; of a track without keys the empty one.
    Key(String),
    /// It may be any.
    Any,
}

impl TrackState {
    /// What a call that enters under `key` has touched.
    pub(super) fn touched(&self, key: &Key) -> Touched {
        match key {
            Key::None => Touched::Key(String::new()),
            Key::Known(key) if self.keys.contains_key(key) => Touched::Key(key.clone()),
            Key::Known(_) | Key::Unknown => Touched::Any,
        }
    }

    /// A call of which only some outcome counts has ended; `None` is never learnt. Says what that has touched.
    fn settle(
        &mut self,
        track: &Track,
        call: u64,
        outcome: Option<Outcome>,
        since: Since,
        now: Instant,
    ) -> Option<Touched> {
        let counts = outcome.map(|outcome| track.on == Some(outcome));
        let found = self.keys.iter_mut().find_map(|(key, kept)| {
            let entry = kept.ledger.settle(call, counts)?;
            Some((key.clone(), kept.by.clone(), entry))
        });
        let ended_otherwise = counts == Some(false);
        if let Some((key, by, entry)) = found {
            if ended_otherwise {
                self.ended_otherwise(track, (&key, by), entry, since, now);
            }
            return Some(Touched::Key(key));
        }
        let unplaced = self.unplaced.settle(call, counts).map(|entry| (UNPLACED, entry));
        let aside = unplaced.or_else(|| Some((OVERFLOW, self.overflow.settle(call, counts)?)));
        let (place, entry) = aside?;
        if ended_otherwise && track.others == Others::StandBeside {
            self.stand_beside(track, (place, None), entry, since);
        }
        Some(Touched::Any)
    }

    fn ended_otherwise(
        &mut self,
        track: &Track,
        (key, by): (&str, Option<String>),
        entry: Entry,
        since: Since,
        now: Instant,
    ) {
        match track.others {
            Others::Leave => {}
            Others::EndTheRow => {
                // Only a call that surely is of this row ends it.
                if entry.amount == Bounds::one()
                    && let Some(kept) = self.keys.get_mut(key)
                {
                    kept.ledger.clear_settled(Some(now));
                }
            }
            Others::StandBeside => {
                let has_room = Self::has_room_among(&self.answers, track, key, by.as_deref(), since);
                let place = if has_room { (key, by) } else { (OVERFLOW, None) };
                self.stand_beside(track, place, entry, since);
            }
        }
    }

    fn stand_beside(&mut self, track: &Track, (key, by): (&str, Option<String>), entry: Entry, since: Since) {
        let kept = self.answers.entry(key.to_owned()).or_insert_with(|| Kept {
            ledger: Ledger::default(),
            by: by.filter(|_| is_shared(track.per)),
        });
        kept.ledger.enter(entry, since, track.keeping());
    }

    /// The calls under `key` that ended otherwise than those that count.
    fn answered(&self, key: &str, since: Since) -> Bounds {
        let of = |key: &str| {
            let kept = self.answers.get(key);
            kept.map_or(Bounds::NOTHING, |kept| kept.ledger.sum(since))
        };
        let own = if self.answers.contains_key(key) {
            of(key)
        } else {
            of(OVERFLOW).perhaps()
        };
        own.plus(of(UNPLACED).perhaps())
    }

    /// Whether what is counted under `key` may trip a breaker. Calls in flight have not ended, and are looked at when
    /// they have.
    pub(super) fn may_trip(
        &self,
        trips: &Trips,
        track: &Track,
        key: &str,
        since: Since,
        now: Option<Instant>,
    ) -> bool {
        let of = if track.keyed {
            Key::Known(key.to_owned())
        } else {
            Key::None
        };
        let counted = self.settled_bounds(track, &of, since, now);
        // What has no bound may be anything.
        let Some(most) = counted.high else { return true };
        match trips {
            Trips::Denials { .. } => false,
            Trips::Track { bound, above, .. } => {
                let order = most.cmp(bound);
                order.is_gt() || (order.is_eq() && !above)
            }
            Trips::Share { percent, among, .. } => {
                is_share(most, self.answered(key, since), *percent, *among).unwrap_or(true)
            }
        }
    }

    /// A probe has succeeded: what was counted under `key` is nothing again. Without a key that is all of it.
    pub(super) fn start_anew(&mut self, key: Option<&str>, now: Instant) {
        let Some(key) = key else {
            for kept in self.keys.values_mut() {
                kept.ledger.clear_settled(Some(now));
            }
            self.unplaced.clear_settled(Some(now));
            self.overflow.clear_settled(Some(now));
            self.answers.clear();
            return;
        };
        if let Some(kept) = self.keys.get_mut(key) {
            kept.ledger.clear_settled(Some(now));
        }
        self.answers.remove(key);
    }
}

/// Whether so many failures may be so large a share, beside as few answers as there may be. Exact, because nothing is
/// divided; `None` where the numbers do not fit.
fn is_share(failures: Decimal, answers: Bounds, percent: u32, among: u32) -> Option<bool> {
    let number = |number: u32| Decimal::from_i64(i64::from(number));
    let missing = number(among).checked_sub(failures)?;
    let fewest = answers.low.unwrap_or(Decimal::ZERO);
    let beside = if missing.cmp(&fewest).is_gt() {
        missing
    } else {
        fewest
    };
    if answers.high.is_some_and(|most| beside.cmp(&most).is_gt()) {
        return Some(false);
    }
    let all = failures.checked_add(beside)?.checked_mul(number(percent))?;
    Some(failures.checked_mul(number(100))?.cmp(&all).is_ge())
}

impl History {
    /// The outcome of the call of this number is known: `None` is never learnt. Says which tracks that has touched.
    pub(super) fn settle(
        &mut self,
        bundle: &Bundle,
        call: u64,
        outcome: Option<Outcome>,
        now: Instant,
    ) -> Vec<(TrackId, Touched)> {
        let mut touched = Vec::new();
        for (index, track) in bundle.tracks.iter().enumerate() {
            if let (true, Some(state)) = (track.on.is_some(), self.tracks.get_mut(&track.name))
                && state.meaning == track.meaning
            {
                let since = track.since(&bundle.calendar, Some(now));
                let found = state.settle(track, call, outcome, since, now);
                touched.extend(found.map(|touched| (TrackId::at(index), touched)));
            }
        }
        touched
    }
}
