//! The instant of `at`, where comparisons with `now` have to turn while windows open and shut.

use std::fmt::Write as _;

use wicket_lang::api::{self, BundleFiles};
use wicket_lang::artifact::Artifact;
use wicket_lang::catalog::pin;
use wicket_lang::decide::{self, Answer, Class};
use wicket_lang::json::{self, Json, Object};
use wicket_lang::request::{Caller, Definition, Facts, Request, State, Switches};
use wicket_lang::source::{SourceFile, Sources};
use wicket_lang::value::Instant;

use crate::chance::Chance;
use crate::clock::Clock;
use crate::schedules::Schedule;

const MINUTE: i64 = 60_000;

const TOOLS: &str = r#"{ "tools": [{ "name": "look", "inputSchema": { "type": "object", "properties": {
  "due": { "type": "string", "format": "date-time" }, "day": { "type": "string", "format": "date" } } } }] }"#;

struct World {
    artifact: Artifact,
    clock: Clock,
    text: String,
    args: Object,
    permitted: Vec<bool>,
}

impl World {
    fn random(zone: &str, year: i32, chance: &mut Chance) -> Self {
        let clock = Clock::new(zone, year);
        let minutes = clock.readings.len();
        let mut place = || chance.below(minutes);
        let (limit, due, first) = (place(), place(), place());
        let day = clock.days[clock.readings[first].0];
        // The day begins where its date is read for the first time.
        let begins = clock
            .readings
            .iter()
            .position(|(date, _)| *date == clock.readings[first].0)
            .unwrap();
        let date = format!("{:04}-{:02}-{:02}", day.year, day.month, day.of_month);
        let due_text = clock.instant(due).to_string();
        let written = clock
            .instant(limit)
            .to_string()
            .replace('T', " ")
            .replace(":00Z", "Z");
        let wait = 1 + chance.below(5000);
        let first = Schedule::random(chance, &clock, year, &[]);
        let rules = [
            format!("permit store.look only when now in s and now >= {written}"),
            format!(
                "permit store.look when now in s and now - {written} >= -0s and args.due - now <= {wait}m"
            ),
            format!(
                "permit store.look when now in s\nforbid store.look when now < args.day or args.day + {wait}m <= now"
            ),
            format!(
                "permit store.look only when now in s and (now < {date} or now - {wait}m >= args.due else {written})"
            ),
        ];
        let kind = chance.below(rules.len());
        let rules = rules[kind].replace(">= -0s", ">= 0s");
        let permitted = (0..minutes).map(|at| {
            let open = first.open[at];
            match kind {
                0 => open && at >= limit,
                1 => open && at >= limit && at + wait >= due,
                2 => open && at >= begins && at < begins + wait,
                _ => open && (at < begins || at >= due + wait),
            }
        });
        let permitted = permitted.collect();
        let mut text =
            format!("zone \"{zone}\"\nconnector store {{ tools \"store.tools.json\" read look }}\n");
        writeln!(text, "schedule s {{ {} }}\npolicy p {{ {rules} }}", first.text).unwrap();
        let tools = json::read(TOOLS.as_bytes(), &json::Limits::default()).unwrap();
        let bundle = BundleFiles {
            sources: Sources::new(vec![SourceFile {
                name: "main.wkt".to_owned(),
                text: text.clone(),
            }]),
            catalogs: [(
                "store.tools.json".to_owned(),
                pin(&tools).unwrap().catalog.write(),
            )]
            .into(),
            lock: None,
        };
        let analysis = api::analyze(&bundle);
        assert!(!analysis.has_errors(), "{text}\n{:#?}", analysis.diagnostics);
        let artifact = api::compile(&bundle, &analysis).unwrap().into_artifact().unwrap();
        let args = [("due", due_text), ("day", date)];
        let args = args
            .into_iter()
            .map(|(name, text)| (name.to_owned(), Json::String(text)));
        Self {
            artifact,
            clock,
            text,
            args: args.collect(),
            permitted,
        }
    }

    fn class(&self, now: Instant) -> Option<Class> {
        let (caller, facts, switches) = (Caller::default(), Facts::complete(), Switches::default());
        let (state, bundle) = (State::default(), &self.artifact.bundle);
        let request = Request {
            connector: "store",
            tool: "look",
            args: &self.args,
            caller: &caller,
            facts: &facts,
            definition: Definition::Pinned,
            approvals: &[],
            now: Some(now),
        };
        let Answer::Decided(decision) = self.artifact.decide(&switches, &request, &state) else {
            panic!("nothing is asked for");
        };
        decide::explain(bundle, &switches, &request, &state, &decision).class
    }

    fn check(&self, chance: &mut Chance, context: &str) {
        let now = chance.below(self.permitted.len());
        // Somewhere within the minute, for what turns at its start.
        let at = Instant(self.clock.instant(now).0 + i64::try_from(chance.below(2)).unwrap() * (MINUTE - 1));
        let later = (now + 1..self.permitted.len()).find(|place| self.permitted[*place]);
        let context = format!("at {at} with {:?}, {context}", self.args);
        match (self.permitted[now], later, self.class(at)) {
            (true, _, class) => assert_eq!(class, None, "a permit {context}"),
            (false, Some(place), class) => {
                let at = self.clock.instant(place);
                assert_eq!(class, Some(Class::At { at }), "{at} {context}");
            }
            // What these two years do not have may come later, or needs another argument.
            (false, None, Some(Class::At { at })) => {
                assert!(at >= self.clock.instant(self.permitted.len()), "{at} {context}");
            }
            (false, None, class) => {
                assert!(
                    matches!(class, Some(Class::Never | Class::If { .. })),
                    "{class:?} {context}"
                );
            }
        }
    }
}

#[test]
fn point_37_the_instant_at_which_a_comparison_with_now_turns() {
    for round in 0..crate::rounds() {
        for (index, (zone, year)) in (0..).zip(crate::ZONES) {
            for turn in 0..3 {
                let seed = round * 1000 + index * 10 + turn + 500;
                let mut chance = Chance::new(seed);
                let world = World::random(zone, *year, &mut chance);
                for _ in 0..12 {
                    world.check(&mut chance, &format!("seed {seed} of:\n{}", world.text));
                }
            }
        }
    }
}
