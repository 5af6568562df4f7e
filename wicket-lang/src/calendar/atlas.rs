//! All zones in few bytes, for the artifact of a bundle in which an attribute names a zone.
//!
//! Most zones change together with others: half of the names are other names of the same place, and whole regions have
//! one rule for decades. So the changes of ten years are kept once for all zones that have them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::civil::DAY;
use super::zone::{Transition, Zone};

/// The most zones that are read. IANA has some six hundred names.
const MAX_ZONES: usize = 4096;

/// The most changes that are read, of all zones together. IANA comes to some hundred thousand up to 2099.
const MAX_CHANGES: usize = 1 << 20;

/// The seconds of which changes are kept together: about ten years.
const RUN: i64 = 3653 * DAY;

/// Zones, packed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Atlas {
    abbreviations: Vec<String>,
    /// Changes of ten years. Of each: seconds since the one before (of the first: since 1970), seconds east of UTC,
    /// place of its abbreviation.
    runs: Vec<Vec<(u64, i32, u32)>>,
    /// Places of runs, one behind the other, and the first second that is not covered.
    tables: Vec<(Vec<u32>, i64)>,
    /// By name, each with the place of its table.
    names: Vec<(String, u32)>,
}

impl Atlas {
    /// Packs zones. `None` for a zone that is not sound.
    pub(crate) fn pack(zones: &[Zone]) -> Option<Self> {
        let mut abbreviations = Numbered::default();
        let mut runs = Numbered::default();
        let mut tables = Numbered::default();
        let mut names = Vec::with_capacity(zones.len());
        for zone in zones {
            let mut table: Vec<u32> = Vec::new();
            let together = |a: &Transition, b: &Transition| a.at.div_euclid(RUN) == b.at.div_euclid(RUN);
            for changes in zone.transitions.chunk_by(together) {
                let mut before = 0;
                let mut run = Vec::with_capacity(changes.len());
                for change in changes {
                    let abbreviation = zone.abbreviations.get(usize::from(change.abbreviation))?;
                    let since = u64::try_from(change.at - before).ok()?;
                    run.push((since, change.offset, abbreviations.place(abbreviation.clone())?));
                    before = change.at;
                }
                table.push(runs.place(run)?);
            }
            names.push((zone.name.clone(), tables.place((table, zone.until))?));
        }
        Some(Self {
            abbreviations: abbreviations.list,
            runs: runs.list,
            tables: tables.list,
            names,
        })
    }

    /// The zones, as they were packed. `None` for what no zones were packed into, and for more than the bounds allow.
    pub(crate) fn unpack(&self) -> Option<Vec<Zone>> {
        if self.names.len() > MAX_ZONES {
            return None;
        }
        let mut changes = 0;
        let mut zones = Vec::with_capacity(self.names.len());
        for (name, table) in &self.names {
            let (runs, until) = self.tables.get(usize::try_from(*table).ok()?)?;
            let mut zone = Zone {
                name: name.clone(),
                transitions: Vec::new(),
                abbreviations: Vec::new(),
                until: *until,
            };
            for run in runs {
                let run = self.runs.get(usize::try_from(*run).ok()?)?;
                changes += run.len();
                if changes > MAX_CHANGES {
                    return None;
                }
                let mut at: i64 = 0;
                for (since, offset, abbreviation) in run {
                    at = at.checked_add_unsigned(*since)?;
                    let abbreviation = self.abbreviations.get(usize::try_from(*abbreviation).ok()?)?;
                    zone.push(at, *offset, abbreviation)?;
                }
            }
            zones.push(zone);
        }
        Some(zones)
    }
}

/// Values, each once and by its place.
struct Numbered<T> {
    list: Vec<T>,
    known: BTreeMap<T, u32>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            known: BTreeMap::new(),
        }
    }
}

impl<T: Clone + Ord> Numbered<T> {
    fn place(&mut self, value: T) -> Option<u32> {
        if let Some(known) = self.known.get(&value) {
            return Some(*known);
        }
        let place = u32::try_from(self.list.len()).ok()?;
        self.list.push(value.clone());
        self.known.insert(value, place);
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where it is")]

    use super::*;

    #[test]
    fn every_zone_comes_out_as_it_went_in_and_all_fit_into_few_bytes() {
        let zones = Zone::all();
        assert!(zones.len() > 500 && zones.iter().all(Zone::is_sound));
        let packed = Atlas::pack(&zones).unwrap();
        let bytes = postcard::to_stdvec(&packed).unwrap();
        let read: Atlas = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(read.unpack().unwrap(), zones);
        assert!(bytes.len() < 150_000, "{} bytes", bytes.len());
    }

    #[test]
    fn more_than_the_bounds_allow_is_refused() {
        let run: Vec<(u64, i32, u32)> = (0..1000).map(|at| (1 + at % 2, 0, 0)).collect();
        let mut atlas = Atlas {
            abbreviations: vec!["UTC".to_owned()],
            runs: vec![run],
            tables: vec![(vec![0; 1000], 1 << 40)],
            names: vec![("A".to_owned(), 0), ("B".to_owned(), 0)],
        };
        assert_eq!(atlas.unpack(), None);
        atlas.names.pop();
        assert!(atlas.unpack().is_some());
        atlas.names = (0..5000).map(|number| (number.to_string(), 0)).collect();
        assert_eq!(atlas.unpack(), None);
    }
}
