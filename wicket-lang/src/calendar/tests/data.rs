//! The zone data itself: its version, its freshness, what stands in the tables.

use super::at;
use crate::calendar::{Transition, Zone, disagreement, tzdata_version, zone_names};

/// What a zone is ahead of UTC, in minutes.
fn offset(zone: &str, instant: &str) -> i32 {
    let zone = Zone::load(zone).unwrap();
    let (transition, _) = zone.segment(at(instant).0.div_euclid(1000)).unwrap();
    transition.offset / 60
}

#[test]
fn point_38_the_data_is_that_of_the_version_it_names() {
    assert_eq!(tzdata_version(), "2026f");
    let changed: Vec<_> = [
        "America/Vancouver",
        "America/Edmonton",
        "America/Winnipeg",
        "America/Havana",
        "Africa/Casablanca",
    ]
    .into_iter()
    .filter_map(|zone| disagreement(zone, at("2025-06-01T00:00Z"), at("2027-11-30T00:00Z")))
    .collect();
    assert_eq!(changed.len(), 5, "the second opinion is older in all of these");
    for found in changed {
        assert_eq!((found.version, found.other_version), ("2026f", "2025b"));
        assert!(Some(found.offset) != found.other_offset);
    }
}

#[test]
fn every_zone_has_a_sound_table() {
    for name in zone_names() {
        let zone = Zone::load(name).unwrap();
        assert!(zone.is_sound(), "{name}");
        assert_eq!(zone.name(), name);
    }
}

#[test]
fn names_are_exact() {
    assert!(Zone::load("Europe/Berlin").is_some());
    assert!(Zone::load("UTC").is_some());
    assert!(Zone::load("europe/berlin").is_none());
    assert!(Zone::load("Europe/Bonn").is_none());
    assert!(Zone::load("").is_none());
}

#[test]
fn a_table_holds_each_change_once() {
    let zone = Zone::load("Europe/Berlin").unwrap();
    assert_eq!(
        zone.transitions()[0],
        Transition {
            at: 0,
            offset: 3600,
            abbreviation: 0
        }
    );
    // Summer time came in 1980, and comes twice a year up to and including 2099.
    assert_eq!(zone.transitions().len(), 1 + 2 * 120);
    assert_eq!(Zone::load("Asia/Kathmandu").unwrap().transitions().len(), 2);
    assert_eq!(Zone::load("UTC").unwrap().transitions().len(), 1);
}

#[test]
fn offsets_are_those_of_the_bundled_release() {
    assert_eq!(offset("Europe/Berlin", "2026-07-01T00:00Z"), 120);
    assert_eq!(offset("Australia/Lord_Howe", "2026-01-01T00:00Z"), 660);
    assert_eq!(offset("Australia/Lord_Howe", "2026-07-01T00:00Z"), 630);
    assert_eq!(offset("Asia/Kathmandu", "2026-07-01T00:00Z"), 345);
}

#[test]
fn the_second_opinion_is_asked_for_the_span_only() {
    let berlin = disagreement("Europe/Berlin", at("1990-01-01T00:00Z"), at("2037-01-01T00:00Z"));
    assert_eq!(berlin, None);
    let found = disagreement(
        "Africa/Casablanca",
        at("2025-06-01T00:00Z"),
        at("2027-11-30T00:00Z"),
    )
    .unwrap();
    assert_eq!(
        disagreement("Africa/Casablanca", at("2025-06-01T00:00Z"), found.at),
        None
    );
    let just = crate::value::Instant(found.at.0 + 1000);
    assert_eq!(
        disagreement("Africa/Casablanca", found.at, just).map(|again| again.at),
        Some(found.at)
    );
    assert_eq!(
        disagreement("Nowhere/At_All", at("2025-06-01T00:00Z"), at("2027-11-30T00:00Z")),
        None
    );
}

/// The second opinion is looked at once in six days; a change that another one undoes meanwhile would not be seen.
#[test]
fn no_zone_changes_twice_within_six_days() {
    for name in zone_names() {
        let zone = Zone::load(name).unwrap();
        for pair in zone.transitions().windows(2) {
            assert!(pair[1].at - pair[0].at > 6 * 86_400, "{name} at {}", pair[1].at);
        }
    }
}
