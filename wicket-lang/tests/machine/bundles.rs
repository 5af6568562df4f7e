//! Bundles made at random, as the checker could have made them: every node of every kind, well typed.

use std::collections::BTreeSet;

use wicket_lang::bytecode;
use wicket_lang::calendar::{Calendar, Date, Days, Expression, Schedule, ScheduleId, Times, Zone, ZoneId};
use wicket_lang::catalog::Tier;
use wicket_lang::ir::{
    ApprovalTerms, Attribute, Binding, Bundle, CallerAttribute, Connector, ConnectorId, Constant, ConstantId,
    Digest, Directory, Effect, FactSource, Guard, Part, Path, PathId, Policy, PolicyId, Resource, ResourceId,
    Rule, RuleId, Set, SetId, Template, Tool, ToolId,
};
use wicket_lang::source::Span;
use wicket_lang::types::{Field, Record, Schema, Type};
use wicket_lang::value::{Instant, PatternText};

use crate::breakers;
use crate::conditions::Conditions;
use crate::dice::Dice;
use crate::exact;
use crate::past;

/// Zones are slow to read and the same for all bundles.
pub(crate) fn zones() -> Calendar {
    let mut calendar = Calendar::default();
    calendar.add_zone("Europe/Berlin").unwrap();
    calendar.add_zone("America/New_York").unwrap();
    calendar.atlas = vec![Zone::load("Asia/Tokyo").unwrap()];
    calendar
}

/// A bundle that is not too costly to judge.
pub(crate) fn bundle(dice: &mut Dice, zones: &Calendar) -> Bundle {
    loop {
        let bundle = any_bundle(dice, zones);
        if bytecode::emit(&bundle).is_ok() {
            return bundle;
        }
    }
}

fn any_bundle(dice: &mut Dice, zones: &Calendar) -> Bundle {
    let mut bundle = Bundle {
        tzdata: "2026f".into(),
        zone: dice.chance(70).then_some(ZoneId(0)),
        calendar: zones.clone(),
        directory: directory(),
        ..Bundle::default()
    };
    add_schedules(dice, &mut bundle.calendar);
    add_sets(dice, &mut bundle);
    add_resources(dice, &mut bundle);
    add_paths(&mut bundle);
    add_constants(dice, &mut bundle);
    add_patterns(dice, &mut bundle);
    add_tools(dice, &mut bundle);
    breakers::add_tracks(dice, &mut bundle);
    past::add_tracks(dice, &mut bundle);
    add_policies(dice, &mut bundle);
    past::add_tallies(dice, &mut bundle);
    breakers::add_breakers(dice, &mut bundle);
    past::add_limits(dice, &mut bundle);
    bundle
}

pub(crate) const SCHEDULES: u32 = 3;
pub(crate) const SCHEDULES_OF_A_ZONE: u32 = 2;

/// A text that is often the name of a zone.
pub(crate) const ZONE_PATH: PathId = PathId(FIRST_CALLER + 5);
pub(crate) const ZONES: &[&str] = &["Europe/Berlin", "America/New_York", "Asia/Tokyo"];

/// A schedule whose zone the call names.
pub(crate) fn schedule_of_a_zone(dice: &mut Dice) -> ScheduleId {
    ScheduleId(SCHEDULES + u32::from(dice.chance(50)))
}

fn add_schedules(dice: &mut Dice, calendar: &mut Calendar) {
    for number in 0..SCHEDULES + SCHEDULES_OF_A_ZONE {
        let windows = |dice: &mut Dice| {
            let start = u16::try_from(dice.below(24) * 60).unwrap();
            let length = u16::try_from(dice.between(1, 12) * 60).unwrap();
            let first = u8::try_from(dice.below(7)).unwrap();
            let days = if dice.chance(5) {
                let month = u8::try_from(dice.between(1, 12)).unwrap();
                let date = Date {
                    year: None,
                    month,
                    day: 1,
                };
                vec![Days::Dates {
                    first: date,
                    last: Date { day: 20, ..date },
                }]
            } else {
                vec![Days::Weekdays {
                    first,
                    last: (first + 4) % 7,
                }]
            };
            let end = (start + length) % 1440;
            let times = if end == start || dice.chance(20) {
                vec![]
            } else {
                vec![Times { start, end }]
            };
            Expression::Windows { days, times }
        };
        // Five days of any week meet five others, and twenty of a month leave some: no schedule is empty, and the
        // search for its next opening is short.
        let days = |days: Days| Expression::Windows {
            days: vec![days],
            times: vec![],
        };
        let weekdays = days(Days::Weekdays { first: 0, last: 4 });
        let start_of_may = Date {
            year: None,
            month: 5,
            day: 1,
        };
        let may = days(Days::Dates {
            first: start_of_may,
            last: Date {
                day: 20,
                ..start_of_may
            },
        });
        let expression = match dice.below(4) {
            0 => Expression::Except(Box::new(windows(dice)), Box::new(may)),
            1 => Expression::Union(vec![windows(dice), windows(dice)]),
            2 if number > 0 => {
                Expression::Intersection(vec![weekdays, Expression::Schedule(ScheduleId(number - 1))])
            }
            _ => windows(dice),
        };
        // Those behind the others are read in a zone that the call names, the last one through another.
        let (zone, expression) = match number.checked_sub(SCHEDULES) {
            None => (ZoneId(u32::from(dice.chance(40))), expression),
            Some(0) => (ZoneId::GIVEN, windows(dice)),
            Some(_) => {
                let parts = vec![windows(dice), Expression::Schedule(ScheduleId(number - 1))];
                (ZoneId(0), Expression::Union(parts))
            }
        };
        let name = dice.chance(60).then(|| format!("schedule_{number}"));
        calendar
            .add_schedule(Schedule {
                name,
                zone,
                expression,
            })
            .unwrap();
    }
}

fn add_sets(dice: &mut Dice, bundle: &mut Bundle) {
    let sets: [BTreeSet<Constant>; 4] = [
        dice.texts().into_iter().map(Constant::Text).collect(),
        (0..3).map(|_| Constant::Text(dice.text())).collect(),
        (0..dice.below(4))
            .map(|_| Constant::Number(dice.number()))
            .collect(),
        [Constant::Bool(dice.chance(50))].into(),
    ];
    for (number, elements) in sets.into_iter().enumerate() {
        bundle.sets.push(Set {
            name: dice.chance(60).then(|| format!("set_{number}")),
            private: dice.chance(20),
            elements: elements.into_iter().collect(),
        });
    }
    exact::add_set(dice, bundle);
}

fn add_resources(dice: &mut Dice, bundle: &mut Bundle) {
    for (name, declared) in [("alpha", "alpha"), ("beta", "gamma")] {
        bundle.connectors.push(Connector {
            name: name.into(),
            declared: declared.into(),
            upstream: None,
        });
    }
    let attribute = |name: &str, ty: Type| Attribute {
        name: name.into(),
        ty,
        refers: None,
    };
    let attributes = vec![
        attribute("visibility", Type::Enum(vec!["public".into(), "private".into()])),
        attribute("archived", Type::Bool),
        attribute("stars", Type::Integer),
        attribute("topics", Type::List(Box::new(Type::Text))),
    ];
    for (connector, name, keys) in [(0, "repo", 2), (0, "issue", 1), (1, "repo", 1)] {
        bundle.resources.push(Resource {
            connector: ConnectorId(connector),
            name: name.into(),
            kind: name.into(),
            keys: ["owner", "name"]
                .into_iter()
                .take(keys)
                .map(str::to_owned)
                .collect(),
            ignoring_case: dice.chance(50),
            attributes: attributes.clone(),
            source: dice.chance(70).then(|| FactSource {
                address: "https://example.com/{owner}".into(),
                fresh_seconds: 60,
            }),
        });
    }
}

/// Every argument that a tool may have, with the names that lead to it.
pub(crate) fn arguments() -> Vec<(Vec<&'static str>, Type)> {
    vec![
        (vec!["owner"], Type::Text),
        (vec!["name"], Type::Union(vec![Type::Text, Type::Integer])),
        (vec!["channel"], Type::Enum(vec!["alpha".into(), "beta".into()])),
        (vec!["labels"], Type::List(Box::new(Type::Text))),
        (vec!["count"], Type::Integer),
        (vec!["amount"], Type::Decimal),
        (vec!["draft"], Type::Bool),
        (vec!["anything"], Type::Any),
        (vec!["nested", "title"], Type::Text),
        (vec!["nested", "size"], Type::Integer),
    ]
}

pub(crate) const FIRST_ATTRIBUTE: u32 = 10;
pub(crate) const FIRST_CALLER: u32 = FIRST_ATTRIBUTE + 12;
pub(crate) const ALL_ARGUMENTS: u32 = FIRST_CALLER + 10;

fn add_paths(bundle: &mut Bundle) {
    for (names, _) in arguments() {
        bundle
            .paths
            .push(Path::Argument(names.into_iter().map(str::to_owned).collect()));
    }
    for resource in 0..3 {
        for attribute in 0..4 {
            let resource = ResourceId(resource);
            bundle.paths.push(Path::Attribute { resource, attribute });
        }
    }
    bundle.paths.extend([
        Path::MemberEmail,
        Path::MemberGroups,
        Path::AgentName,
        Path::SessionDenials,
        Path::MemberAttribute(0),
        Path::MemberAttribute(1),
        Path::AgentAttribute(0),
        Path::ClientName,
        Path::ClientVersion,
        Path::ClientAddress,
        Path::Arguments,
        Path::Call,
    ]);
}

fn directory() -> Directory {
    let attribute = |name: &str, ty: Type| CallerAttribute {
        name: name.to_owned(),
        ty,
        source: None,
    };
    Directory {
        groups: vec!["alpha".into(), "beta".into()],
        member: vec![
            attribute("clearance", Type::Integer),
            attribute("team", Type::Text),
        ],
        agent: vec![attribute(
            "stage",
            Type::Enum(vec!["alpha".into(), "beta".into()]),
        )],
    }
}

pub(crate) const NUMBERS: u32 = 6;
pub(crate) const TEXTS: u32 = 6;

/// First numbers, then texts, then the truth values.
fn add_constants(dice: &mut Dice, bundle: &mut Bundle) {
    bundle
        .constants
        .extend((0..NUMBERS).map(|_| Constant::Number(dice.number())));
    bundle
        .constants
        .extend((0..TEXTS).map(|_| Constant::Text(dice.text())));
    bundle
        .constants
        .extend([Constant::Bool(false), Constant::Bool(true)]);
    // Near to the instants at which the requests of the test are made.
    exact::add_constants(dice, bundle, Instant(1_772_452_800_000));
}

pub(crate) const PATTERNS: usize = 3;

fn add_patterns(dice: &mut Dice, bundle: &mut Bundle) {
    for source in ["[a-e]+", "alpha|b.*", r"\w\d?"] {
        let text = PatternText {
            source: source.to_owned(),
            whole: dice.chance(50),
            fold: dice.chance(50),
        };
        bundle.patterns.add(text).unwrap();
    }
}

pub(crate) fn constant(number: u32) -> ConstantId {
    ConstantId(number)
}

fn add_tools(dice: &mut Dice, bundle: &mut Bundle) {
    for (connector, name) in [(0, "get"), (0, "put"), (1, "get"), (1, "send")] {
        let mut fields: Vec<Field> = Vec::new();
        for (names, ty) in arguments() {
            let [name] = names.as_slice() else { continue };
            let is_key = matches!(*name, "owner" | "name");
            if is_key || dice.chance(70) {
                let required = is_key && dice.chance(50);
                fields.push(Field {
                    name: (*name).to_owned(),
                    ty,
                    required,
                });
            }
        }
        let inner = |name: &str, ty: Type| Field {
            name: name.into(),
            ty,
            required: false,
        };
        fields.push(Field {
            name: "nested".into(),
            ty: Type::Record(Record {
                fields: vec![inner("title", Type::Text), inner("size", Type::Integer)],
                rest: dice.chance(50).then(|| Box::new(Type::Any)),
            }),
            required: false,
        });
        let (owner, name_path) = (PathId(0), PathId(1));
        let bindings = match connector {
            0 => vec![
                Binding {
                    resource: ResourceId(0),
                    keys: vec![owner, name_path],
                },
                Binding {
                    resource: ResourceId(1),
                    keys: vec![name_path],
                },
            ],
            _ => vec![Binding {
                resource: ResourceId(2),
                keys: vec![owner],
            }],
        };
        let bindings: Vec<Binding> = bindings.into_iter().filter(|_| dice.chance(80)).collect();
        bundle.tools.push(Tool {
            connector: ConnectorId(connector),
            name: name.into(),
            tier: (!dice.chance(3)).then(|| *dice.pick(Tier::ALL)),
            shape: Digest::of(name.as_bytes()),
            text: None,
            schema: Schema {
                arguments: Record { fields, rest: None },
            },
            open: dice.chance(20),
            bindings,
            without: Vec::new(),
            guards: Vec::new(),
            tallies: Vec::new(),
            stopped: Vec::new(),
        });
    }
}

fn add_policies(dice: &mut Dice, bundle: &mut Bundle) {
    for number in 0..dice.between(2, 6) {
        let name = format!("policy_{number}");
        bundle.policies.push(Policy {
            digest: Digest::of(name.as_bytes()),
            name,
            annotations: Vec::new(),
            documentation: String::new(),
            span: Span::default(),
        });
        for _ in 0..dice.between(1, 2) {
            let effect = match dice.below(100) {
                0..62 => Effect::Permit,
                62..94 => Effect::Forbid,
                _ => Effect::Ask,
            };
            let approval = (effect == Effect::Ask).then(|| ApprovalTerms {
                group: dice.chance(50).then(|| "eng".to_owned()),
                count: u32::try_from(dice.between(1, 3)).unwrap(),
                within_seconds: 3600,
            });
            let message = dice.chance(50).then(|| template(dice));
            bundle.rules.push(Rule {
                policy: PolicyId(u32::try_from(number).unwrap()),
                effect,
                from_only: false,
                approval,
                account: (effect == Effect::Permit && dice.chance(20)).then(|| dice.text()),
                message,
                span: Span::default(),
            });
            let rule = RuleId::at(bundle.rules.len() - 1);
            for tool in 0..bundle.tools.len() {
                if dice.chance(65) {
                    // A rule that forbids should not always forbid.
                    let depth = if effect == Effect::Permit { 2 } else { 3 };
                    let mut conditions = Conditions {
                        dice,
                        bundle,
                        tool: ToolId::at(tool),
                        around: 0,
                    };
                    let own = conditions.rule(effect, depth);
                    let (callers, condition) = conditions.with_callers(own);
                    bundle.tools.get_mut(tool).unwrap().guards.push(Guard {
                        rule,
                        condition,
                        callers,
                    });
                }
            }
        }
    }
}

pub(crate) fn template(dice: &mut Dice) -> Template {
    let parts = (0..dice.between(1, 4)).map(|_| match dice.below(8) {
        0 => Part::Path(PathId(u32::try_from(dice.below(26)).unwrap())),
        1 => Part::Set(SetId(u32::try_from(dice.below(4)).unwrap())),
        2 => Part::Schedule(ScheduleId(u32::try_from(dice.below(3)).unwrap())),
        3 => Part::ScheduleNext(ScheduleId(u32::try_from(dice.below(3)).unwrap())),
        4 => Part::Next,
        5 => Part::ScheduleOf {
            schedule: schedule_of_a_zone(dice),
            zone: ZONE_PATH,
        },
        6 => Part::ScheduleOfNext {
            schedule: schedule_of_a_zone(dice),
            zone: ZONE_PATH,
        },
        _ => Part::Text("Ask an owner. ".into()),
    });
    Template {
        parts: parts.collect(),
    }
}
