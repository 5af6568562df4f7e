//! Whether a schedule is open, and `{s.next}`.

use std::fmt::Write as _;

use wicket_lang::api::{self, BundleFiles};
use wicket_lang::calendar::{self, Next, ScheduleId};
use wicket_lang::value::Instant;

use crate::chance::Chance;
use crate::clock::Clock;
use crate::schedules::{Schedule, openings};

/// Three schedules of one zone, and the calendar that Wicket makes of them.
fn check(zone: &str, year: i32, seed: u64) {
    let clock = Clock::new(zone, year);
    let mut chance = Chance::new(seed);
    let mut known: Vec<(String, Vec<bool>)> = Vec::new();
    let mut text = format!("zone \"{zone}\"\n");
    for index in 0..3 {
        let schedule = Schedule::random(&mut chance, &clock, year, &known);
        let name = format!("s{index}");
        writeln!(text, "schedule {name} {{ {} }}", schedule.text).unwrap();
        known.push((name, schedule.open));
    }
    let analysis = api::analyze(&BundleFiles::single("main.wkt", &text));
    assert!(!analysis.has_errors(), "{text}\n{:#?}", analysis.diagnostics);
    let calendar = &analysis.checked.bundle.calendar;
    for (name, open) in &known {
        let place = calendar
            .schedules
            .iter()
            .position(|one| one.name.as_ref() == Some(name));
        let id = ScheduleId(u32::try_from(place.unwrap()).unwrap());
        let context = format!("seed {seed}, {name} of:\n{text}");
        // Around each edge, and now and then between them.
        let edges = (1..open.len()).filter(|place| open[*place - 1] != open[*place]);
        let around = edges.flat_map(|place| place - 1..=place);
        for place in around.chain((0..open.len()).step_by(97)) {
            let now = clock.instant(place);
            assert_eq!(
                calendar::is_open(calendar, id, now),
                Some(open[place]),
                "at {now}, {context}"
            );
        }
        let opens = openings(open);
        let mut before = 0;
        for place in opens {
            let expected = Some(Next::At(clock.instant(place)));
            let just_before = Instant(clock.instant(place).0 - 1);
            for now in [
                clock.instant(before),
                clock.instant(usize::midpoint(before, place)),
                just_before,
            ] {
                assert_eq!(
                    calendar::next_open(calendar, id, now),
                    expected,
                    "at {now}, {context}"
                );
            }
            before = place;
        }
        // Behind the last opening of these two years there is none left in them.
        match calendar::next_open(calendar, id, clock.instant(before)).unwrap() {
            Next::At(at) => assert!(at >= clock.instant(open.len()), "{at}, {context}"),
            Next::Never => {}
        }
    }
}

#[test]
fn point_36_schedules_are_open_when_the_clock_on_the_wall_says_so() {
    for round in 0..crate::rounds() {
        for (index, (zone, year)) in (0..).zip(crate::ZONES) {
            check(zone, *year, round * 100 + index);
        }
    }
}
