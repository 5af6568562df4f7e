//! Every minute of a year, in zones that do what zones can do.

use super::oracle::Oracle;
use super::{add, at, dated, dates, except, weekdays, windows, yearly};
use crate::calendar::{
    Calendar, Days, Expression, Next, ScheduleId, is_open, next_close, next_open, show_instant,
};
use crate::value::Instant;

/// A schedule whose windows lie where clocks change, wrap past midnight, and combine.
fn schedule(zone: &str, year: i32) -> (Calendar, ScheduleId) {
    let mut calendar = Calendar::default();
    let holidays = windows(
        [
            dates(yearly(12, 24), yearly(1, 2)),
            Days::date(dated(year, 3, 8)),
            Days::date(dated(year, 11, 1)),
            dates(yearly(2, 29), yearly(3, 1)),
        ],
        [],
    );
    let holidays = add(&mut calendar, zone, Some("holidays"), holidays);
    let elsewhere = windows([], ["06:00-22:00"]);
    let elsewhere = add(&mut calendar, "Asia/Kathmandu", Some("elsewhere"), elsewhere);
    let shared = Expression::Intersection(vec![
        Expression::Union(vec![
            windows([], ["01:15-03:00", "23:30-00:30"]),
            windows([weekdays(6, 6)], []),
        ]),
        Expression::Schedule(elsewhere),
    ]);
    let all = Expression::Union(vec![
        windows([weekdays(5, 0), weekdays(3, 3)], ["22:00-02:30"]),
        windows([weekdays(1, 2)], ["00:00-00:45"]),
        windows([weekdays(0, 4)], ["09:00-12:30", "13:00-17:00"]),
        shared,
    ]);
    let id = add(
        &mut calendar,
        zone,
        Some("s"),
        except(all, Expression::Schedule(holidays)),
    );
    (calendar, id)
}

fn scan(zone: &str, year: i32) {
    let (calendar, id) = schedule(zone, year);
    let oracle = Oracle::new(&calendar);
    let start = at(&format!("{year}-01-01T00:00Z")).0 / 1000;
    let minutes = 366 * 1440;
    let second = |minute: i64| start + minute * 60;
    let instant = |minute: i64| Instant(second(minute) * 1000);
    let open: Vec<bool> = (0..minutes)
        .map(|minute| oracle.is_open(id, &oracle.clocks(second(minute))))
        .collect();
    for (minute, expected) in (0..).zip(&open) {
        assert_eq!(
            is_open(&calendar, id, instant(minute)),
            Some(*expected),
            "{zone}, {}",
            show_instant(&calendar.zones[0], instant(minute), Instant(0)),
        );
    }
    let edges = |opens: bool| {
        let pairs = (1..).zip(open.windows(2));
        pairs
            .filter(move |(_, pair)| pair[0] != opens && pair[1] == opens)
            .map(|(minute, _)| minute)
    };
    for (opens, next) in [
        (
            true,
            next_open as fn(&Calendar, ScheduleId, Instant) -> Option<Next>,
        ),
        (false, next_close),
    ] {
        // From each edge to the one after it: asked at the edge, within, and just before the end.
        let mut before = 0;
        for edge in edges(opens) {
            let expected = Some(Next::At(instant(edge)));
            for asked in [
                instant(before),
                instant(i64::midpoint(before, edge)),
                Instant(instant(edge).0 - 1),
            ] {
                assert_eq!(next(&calendar, id, asked), expected, "{zone}, asked at {asked:?}");
            }
            before = edge;
        }
    }
}

#[test]
fn berlin_changes_at_two_in_the_morning() {
    scan("Europe/Berlin", 2026);
}

#[test]
fn berlin_in_a_leap_year() {
    scan("Europe/Berlin", 2028);
}

#[test]
fn new_york() {
    scan("America/New_York", 2026);
}

#[test]
fn havana_skips_and_repeats_midnight() {
    // 2025 is the last year before a change of rules.
    scan("America/Havana", 2024);
}

#[test]
fn lord_howe_changes_by_half_an_hour() {
    scan("Australia/Lord_Howe", 2026);
}

#[test]
fn kathmandu_is_five_hours_and_three_quarters_ahead() {
    scan("Asia/Kathmandu", 2026);
}

#[test]
fn casablanca_changes_around_ramadan() {
    scan("Africa/Casablanca", 2026);
}

#[test]
fn apia_skips_a_day() {
    scan("Pacific/Apia", 2011);
}
