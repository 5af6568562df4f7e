//! Which settings go together: what is enforced may not read what is not.
//!
//! A shadow item feeds only shadow items. Were an enforced rule to read a shadow track, a trial would change answers;
//! were it to read one that is off, it would hold nothing that it is there for.

use std::collections::BTreeSet;

use super::{Setting, Switches};
use crate::ir::{Bundle, NodeId, Remembers, TrackId};

/// An enforced item that reads one that is not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Misread {
    /// The item that is enforced.
    pub reader: String,
    /// The item that it reads.
    pub read: String,
    /// How that one is set.
    pub setting: Setting,
}

impl std::fmt::Display for Misread {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            reader,
            read,
            setting,
        } = self;
        let how = match setting {
            Setting::Enforce => "enforced",
            Setting::Shadow => "in shadow",
            Setting::Off => "off",
        };
        write!(
            formatter,
            "`{reader}` is enforced and reads `{read}`, which is {how}; set both alike"
        )
    }
}

impl Switches {
    /// The enforced items of the bundle that read an item which is in shadow or off, in order.
    #[must_use]
    pub fn misread(&self, bundle: &Bundle) -> Vec<Misread> {
        let mut found = BTreeSet::new();
        if self.0.is_empty() {
            return Vec::new();
        }
        let mut read = |reader: &str, track: TrackId| {
            let Some(track) = bundle.track(track) else { return };
            let setting = self.of(&track.name);
            // A track that belongs to the reader has the reader's own setting.
            if track.name != reader && self.of(reader) == Setting::Enforce && setting != Setting::Enforce {
                found.insert(Misread {
                    reader: reader.to_owned(),
                    read: track.name.clone(),
                    setting,
                });
            }
        };
        for limit in &bundle.limits {
            read(&limit.name, limit.track);
        }
        for breaker in &bundle.breakers {
            if let Some(track) = breaker.track() {
                read(&breaker.name, track);
            }
        }
        for tool in &bundle.tools {
            for stopped in &tool.stopped {
                if let Some(breaker) = bundle.breaker(stopped.breaker) {
                    for track in bundle.tracks_read(stopped.key) {
                        read(&breaker.name, track);
                    }
                }
            }
            for guard in &tool.guards {
                let Some(policy) = bundle.policy_of(guard.rule) else {
                    continue;
                };
                for track in bundle.tracks_read(guard.condition) {
                    read(&policy.name, track);
                }
            }
            for tally in &tool.tallies {
                let Some(reader) = bundle.track(tally.track) else {
                    continue;
                };
                let nodes: [Option<NodeId>; 3] = [Some(tally.condition), tally.key, tally.value];
                for track in nodes
                    .into_iter()
                    .flatten()
                    .flat_map(|node| bundle.tracks_read(node))
                {
                    read(&reader.name, track);
                }
            }
        }
        found.into_iter().collect()
    }
}

impl Bundle {
    /// The names of all items that have a switch: those that can deny, and those that remember.
    pub fn switchable(&self) -> impl Iterator<Item = &str> {
        let policies = self.policies.iter().map(|policy| policy.name.as_str());
        let breakers = self.breakers.iter().map(|breaker| breaker.name.as_str());
        let limits = self.limits.iter().map(|limit| limit.name.as_str());
        let kept = self.tracks.iter().filter(|track| match track.of {
            Remembers::Track | Remembers::Mark => true,
            // They have their item's name.
            Remembers::Limit | Remembers::Breaker => false,
        });
        let kept = kept.map(|track| track.name.as_str());
        policies.chain(breakers).chain(limits).chain(kept)
    }

    /// The items that remember something else under the same name than they did in `before`: their state starts anew
    /// with this bundle. Another bound, hold or message keeps it, and an open breaker stays open.
    #[must_use]
    pub fn starts_anew(&self, before: &Self) -> Vec<&str> {
        let breakers = self.breakers.iter().filter(|breaker| {
            let mut known = before.breakers.iter();
            known.any(|known| known.name == breaker.name && known.meaning != breaker.meaning)
        });
        let tracks = self.tracks.iter().filter(|track| {
            let known = before.find_track(&track.name).and_then(|id| before.track(id));
            known.is_some_and(|known| known.meaning != track.meaning)
        });
        let names = breakers.map(|breaker| breaker.name.as_str());
        let mut names: Vec<&str> = names.chain(tracks.map(|track| track.name.as_str())).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
