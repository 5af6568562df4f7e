//! Whether a schedule is open, and `{s.next}`.

use std::fmt::Write as _;

use wicket_lang::api::{self, BundleFiles};
use wicket_lang::calendar::{self, Located, Next, ScheduleId};
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
        // The same in a zone that an attribute names, once straight and once through another schedule.
        writeln!(
            text,
            "schedule of_{name} zone member.time_zone {{ {} }}",
            schedule.text
        )
        .unwrap();
        writeln!(text, "schedule by_{name} {{ of_{name} and {name} }}").unwrap();
        known.push((name, schedule.open));
    }
    let analysis = api::analyze(&BundleFiles::single("main.wkt", &text));
    assert!(!analysis.has_errors(), "{text}\n{:#?}", analysis.diagnostics);
    let calendar = &analysis.checked.bundle.calendar;
    let find = |name: &str| {
        let mut schedules = calendar.schedules.iter();
        let place = schedules.position(|one| one.name.as_deref() == Some(name));
        ScheduleId(u32::try_from(place.unwrap()).unwrap())
    };
    let named = |name: String| Located {
        schedule: find(&name),
        zone: calendar.find_zone(zone),
    };
    for (name, open) in &known {
        let id = find(name);
        let given = [named(format!("of_{name}")), named(format!("by_{name}"))];
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
            for located in given {
                let is_open = calendar::is_open(calendar, located, now);
                assert_eq!(is_open, Some(open[place]), "{located:?} at {now}, {context}");
                assert_eq!(calendar::is_open(calendar, located.schedule, now), None);
            }
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
                for located in given {
                    assert_eq!(
                        calendar::next_open(calendar, located, now),
                        expected,
                        "{located:?} at {now}, {context}"
                    );
                }
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
