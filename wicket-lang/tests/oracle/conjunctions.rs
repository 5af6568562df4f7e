//! The instant of `at`, where windows, a breaker's hold and a limit must all let the call through.
//!
//! Some of the windows have a name and some stand in place; some are read in the zone of the file and some in that of
//! the member.

use std::fmt::Write as _;

use wicket_lang::api::{self, BundleFiles};
use wicket_lang::artifact::Artifact;
use wicket_lang::decide::{self, Answer, Class, Decision};
use wicket_lang::json::{self, Json, Object};
use wicket_lang::request::{Caller, Definition, Facts, Request, State, Switches};
use wicket_lang::value::Instant;

use crate::chance::Chance;
use crate::clock::Clock;
use crate::schedules::Schedule;

const MINUTE: i64 = 60_000;

/// Where members live: zones of which both libraries have the same rules in all years that are walked.
const HOMES: &[&str] = &[
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
];

struct World {
    artifact: Artifact,
    clock: Clock,
    caller: Caller,
    text: String,
    /// For each minute, whether the rules permit the call.
    permitted: Vec<bool>,
    /// How long the breaker holds, in minutes, and how far the window of the limit reaches back.
    hold: i64,
    within: i64,
}

impl World {
    fn random(zone: &str, year: i32, chance: &mut Chance) -> Self {
        let clock = Clock::new(zone, year);
        let of_member = HOMES[chance.below(HOMES.len())];
        let home = Clock::new(of_member, year);
        let mut known: Vec<(String, Vec<bool>)> = Vec::new();
        let (hold, within) = ([7, 90, 2000][chance.below(3)], [5, 240, 3000][chance.below(3)]);
        let mut text = format!(
            "use time\nzone \"{zone}\"\ndirectory {{ member {{ time_zone: string }} }}\npolicy other {{ permit time.convert_time }}\n\
             breaker b {{ trip after 1 denials by arguments per session, stop time.get_current_time for {hold}m }}\n\
             limit l {{ at most 2 calls of time.* per session within {within}m }}\n"
        );
        let mut windows: Vec<(String, Vec<bool>)> = Vec::new();
        for index in 0..4 {
            let (clock, zone) = if chance.in_a_hundred(40) {
                (&home, "zone member.time_zone ")
            } else {
                (&clock, "")
            };
            let schedule = Schedule::random(chance, clock, year, &known);
            let name = format!("s{index}");
            let body = format!("{zone}{{ {} }}", schedule.text);
            if chance.in_a_hundred(50) {
                windows.push((body, schedule.open));
            } else {
                writeln!(text, "schedule {name} {body}").unwrap();
                known.push((name.clone(), schedule.open.clone()));
                windows.push((name, schedule.open));
            }
        }
        let open = |index: usize, place: usize| windows[index].1[place];
        let rules = [
            (
                "permit time.get_current_time when now in s0 and now in s1",
                "forbid time.get_current_time when now in s2 unless (now in s3)",
            ),
            (
                "permit time.get_current_time only when now in s0 and (now in s1 or now not in s2) and now not in s3",
                "",
            ),
            (
                "permit time.get_current_time when now in s0 and now in s1 and now in s2
                 permit time.get_current_time when now in s3 and now in s0",
                "forbid time.get_current_time when now in s1 and now in s3",
            ),
        ];
        let kind = chance.below(rules.len());
        let permitted = (0..clock.readings.len()).map(|place| {
            let [a, b, c, d] = [0, 1, 2, 3].map(|index| open(index, place));
            match kind {
                0 => a && b && (d || !c),
                1 => a && (b || !c) && !d,
                _ => ((a && b && c) || (d && a)) && !(b && d),
            }
        });
        let permitted = permitted.collect();
        let (permits, forbids) = rules[kind];
        let mut rules = format!("{permits}\n{forbids}");
        for (index, (window, _)) in windows.iter().enumerate() {
            rules = rules.replace(&format!("s{index}"), window);
        }
        writeln!(text, "policy p {{ {rules} }}").unwrap();
        let bundle = BundleFiles::single("main.wkt", &text);
        let analysis = api::analyze(&bundle);
        assert!(!analysis.has_errors(), "{text}\n{:#?}", analysis.diagnostics);
        let artifact = api::compile(&bundle, &analysis).unwrap().into_artifact().unwrap();
        let caller = Caller {
            member_attributes: object(&format!("{{\"time_zone\":\"{of_member}\"}}")),
            ..Caller::default()
        };
        Self {
            artifact,
            clock,
            caller,
            text,
            permitted,
            hold,
            within,
        }
    }

    /// The decision on a call of a tool, the class, and the state after it.
    fn call(&self, tool: &str, args: &str, now: Instant, state: &State) -> (Decision, Option<Class>, State) {
        let args = object(args);
        let (facts, switches) = (Facts::complete(), Switches::default());
        let request = Request {
            connector: "time",
            tool,
            args: &args,
            caller: &self.caller,
            facts: &facts,
            definition: Definition::Pinned,
            approvals: &[],
            now: Some(now),
        };
        let Answer::Decided(decision) = self.artifact.decide(&switches, &request, state) else {
            panic!("nothing is asked for");
        };
        let bundle = &self.artifact.bundle;
        let told = decide::explain(bundle, &switches, &request, state, &decision);
        let next = decide::settle(bundle, &switches, &request, state, &decision);
        (decision, told.class, next)
    }

    fn check(&self, chance: &mut Chance, context: &str) {
        let last = self.permitted.len() - 4 * 1440;
        let now = 4 * 1440 + chance.below(last - 4 * 1440);
        let minutes = |minutes: i64| usize::try_from(minutes).unwrap();
        let mut state = State::default();
        // What has happened before: calls that fill the limit, and one that trips the breaker.
        let mut not_before = now;
        let mut spent = Vec::new();
        for _ in 0..chance.below(3) {
            spent.push(now - chance.below(minutes(self.within)));
        }
        spent.sort_unstable();
        for place in &spent {
            let args = r#"{"source_timezone":"UTC","time":"12:00","target_timezone":"UTC"}"#;
            let (decision, _, next) = self.call("convert_time", args, self.clock.instant(*place), &state);
            assert!(decision.is_permit(), "{decision:?} {context}");
            state = next;
        }
        if let [first, _] = spent.as_slice() {
            not_before = not_before.max(*first + minutes(self.within));
        }
        if chance.in_a_hundred(50) {
            let trips = now - chance.below(minutes(self.hold));
            let tripped = self.clock.instant(trips.max(spent.last().copied().unwrap_or(0)));
            let (_, _, next) = self.call("convert_time", r#"{"no":1}"#, tripped, &state);
            state = next;
            not_before = not_before.max(self.clock.place(Instant(tripped.0 + self.hold * MINUTE)));
        }
        let expected = (not_before..self.permitted.len()).find(|place| self.permitted[*place]);
        let at = self.clock.instant(now);
        let (decision, class, _) = self.call("get_current_time", r#"{"timezone":"UTC"}"#, at, &state);
        let context = format!("at {at}, {state:?}, {context}");
        match (expected, class) {
            (Some(place), None) => {
                assert!(decision.is_permit() && place == now, "a permit {context}");
            }
            (Some(place), class) => {
                let at = self.clock.instant(place);
                assert_eq!(class, Some(Class::At { at }), "{at} {context}");
            }
            // What these two years do not have may come later.
            (None, Some(Class::At { at })) => {
                assert!(at >= self.clock.instant(self.permitted.len()), "{at} {context}");
            }
            (None, class) => assert_eq!(class, Some(Class::Never), "{context}"),
        }
    }
}

fn object(text: &str) -> Object {
    match json::read(text.as_bytes(), &json::Limits::default()) {
        Ok(Json::Object(object)) => object,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn point_19_the_instant_of_windows_breakers_and_limits_together() {
    for round in 0..crate::rounds() {
        for (index, (zone, year)) in (0..).zip(crate::ZONES) {
            let seed = round * 100 + index + 50;
            let mut chance = Chance::new(seed);
            let world = World::random(zone, *year, &mut chance);
            for _ in 0..20 {
                world.check(&mut chance, &format!("seed {seed} of:\n{}", world.text));
            }
        }
    }
}
