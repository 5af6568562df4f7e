//! What is still in the way of a call, rule by rule.

use std::collections::BTreeSet;

use super::elements;
use super::needs::{Need, need, wanted_of};
use super::past::{comes_by_reset, limits_left, tracks_left};
use super::turns::clock_left;
use crate::calendar::{self, Located, Next};
use crate::decide::{approval, breakers};
use crate::interpret;
use crate::ir::{BreakerId, Effect, Node, NodeId, Path, RuleId};
use crate::request::{Environment, Setting, Stand, Switches};
use crate::types::Misfit;
use crate::value::{Missing, Truth, Value};

/// What is still in the way of a condition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a thing of its own that may stand in the way"
)]
pub(super) struct Left {
    pub(super) never: bool,
    pub(super) resets: BTreeSet<String>,
    pub(super) needs: BTreeSet<Need>,
    pub(super) unknown: BTreeSet<String>,
    /// Rules that ask somebody.
    pub(super) asks: BTreeSet<RuleId>,
    pub(super) time: bool,
    pub(super) transient: bool,
    /// The tests that have to come out otherwise, and how, for what is named above other than time.
    pub(super) tests: BTreeSet<(NodeId, bool)>,
    /// Whether this is one of several ways out, and the others were passed over.
    pub(super) has_alternatives: bool,
}

impl Left {
    pub(super) fn never() -> Self {
        Self {
            never: true,
            ..Self::default()
        }
    }

    pub(super) fn time() -> Self {
        Self {
            time: true,
            ..Self::default()
        }
    }

    fn unknown(name: String) -> Self {
        Self {
            unknown: [name].into(),
            ..Self::default()
        }
    }

    pub(super) fn and(mut self, other: Self) -> Self {
        self.never |= other.never;
        self.resets.extend(other.resets);
        self.needs.extend(other.needs);
        self.unknown.extend(other.unknown);
        self.asks.extend(other.asks);
        self.time |= other.time;
        self.transient |= other.transient;
        self.tests.extend(other.tests);
        self.has_alternatives |= other.has_alternatives;
        self
    }

    /// The easier of two ways; the first where they are alike.
    fn or(self, other: Self) -> Self {
        let has_alternatives = !self.never && !other.never;
        let mut easier = if other.hardness() < self.hardness() {
            other
        } else {
            self
        };
        easier.has_alternatives |= has_alternatives;
        easier
    }

    /// Of the hardest thing left.
    pub(super) fn hardness(&self) -> Hardness {
        match self {
            Self { never: true, .. } => Hardness::Never,
            Self { resets, .. } if !resets.is_empty() => Hardness::AfterReset,
            Self { needs, .. } if !needs.is_empty() => Hardness::If,
            Self { unknown, .. } if !unknown.is_empty() => Hardness::Unknown,
            Self { asks, .. } if !asks.is_empty() => Hardness::AfterApproval,
            Self { time: true, .. } => Hardness::At,
            Self { transient: true, .. } => Hardness::Transient,
            Self { .. } => Hardness::Nothing,
        }
    }
}

/// How hard something is for an agent to get round, from the easiest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hardness {
    Nothing,
    Transient,
    At,
    AfterApproval,
    Unknown,
    If,
    AfterReset,
    Never,
}

/// Whether to wait is a way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clock {
    Moves,
    /// At this instant or never.
    Stands,
}

/// All that restricts, and what of it must clear.
pub(super) fn restrictions(env: &Environment<'_>, switches: &Switches, clock: Clock) -> Left {
    let mut all = breakers_left(env, switches).and(limits_left(env, switches));
    let guards = env.tool().map(|tool| tool.guards.as_slice()).unwrap_or_default();
    for guard in guards {
        let Some(rule) = env.bundle.rule(guard.rule) else {
            continue;
        };
        let restricts = rule.effect != Effect::Permit
            && switches.of_rule(env.bundle, guard.rule) == Setting::Enforce
            && rule.effect.applies(interpret::condition(env, guard.condition));
        if !restricts {
            continue;
        }
        match rule.effect {
            Effect::Forbid => all = all.and(left(env, guard.condition, false, clock)),
            Effect::Ask if !approval::is_given(env, guard.rule) => {
                all.asks.insert(guard.rule);
            }
            Effect::Ask | Effect::Permit => {}
        }
    }
    all
}

/// The permits, each with what is in its way, the easiest first. One that is switched off is no way out.
pub(super) fn ways(env: &Environment<'_>, switches: &Switches) -> Vec<(RuleId, Left)> {
    let guards = env.tool().map(|tool| tool.guards.as_slice()).unwrap_or_default();
    let permits = guards.iter().filter(|guard| {
        let rule = env.bundle.rule(guard.rule);
        rule.is_some_and(|rule| rule.effect == Effect::Permit)
            && switches.of_rule(env.bundle, guard.rule) == Setting::Enforce
    });
    let mut ways: Vec<(RuleId, Left)> = permits
        .map(|guard| (guard.rule, left(env, guard.condition, true, Clock::Moves)))
        .collect();
    ways.sort_by_key(|(_, left)| left.hardness());
    ways
}

/// What is in the way of a permit at the instant of the environment, and at no other.
pub(super) fn way(env: &Environment<'_>, permit: RuleId) -> Left {
    let guards = env.tool().map(|tool| tool.guards.as_slice()).unwrap_or_default();
    let guard = guards.iter().find(|guard| guard.rule == permit);
    guard.map_or_else(Left::never, |guard| {
        left(env, guard.condition, true, Clock::Stands)
    })
}

/// Arguments that do not fit.
pub(super) fn misfit_left(misfit: Option<&Misfit>) -> Left {
    let needs = misfit.map(|misfit| Need {
        argument: format!("args.{}", misfit.path),
        must: wanted_of(&misfit.problem),
        values: Vec::new(),
        set: None,
        track: None,
    });
    Left {
        needs: needs.into_iter().collect(),
        ..Left::default()
    }
}

pub(super) fn breakers_left(env: &Environment<'_>, switches: &Switches) -> Left {
    let open = breakers::standing(env, switches).open.into_iter();
    let breakers = open.filter_map(|id| Some((id, env.bundle.breaker(id)?)));
    breakers.fold(Left::default(), |left, (id, breaker)| {
        left.and(match breakers::stand(env, id, breaker) {
            Stand::Stops(None) => Left {
                resets: [breaker.name.clone()].into(),
                ..Left::default()
            },
            Stand::Stops(Some(_)) => Left::time(),
            Stand::Unsure => unsure(env, id),
            Stand::Passes | Stand::Probe => Left::default(),
        })
    })
}

/// What has to be known of a call, so that a breaker can tell its key.
fn unsure(env: &Environment<'_>, id: BreakerId) -> Left {
    let mut left = Left::default();
    let read = breakers::node(env, id).map(|node| env.bundle.reads(node));
    for path in read.into_iter().flatten() {
        if !matches!(env.load(path), Value::Missing(_)) {
            continue;
        }
        match env.bundle.path(path) {
            // A tool that does not take the argument cannot be sent it.
            Some(Path::Argument(names)) if takes(env, names) => {
                left.needs.insert(Need {
                    argument: env.bundle.path_name(path),
                    must: "be present".to_owned(),
                    values: Vec::new(),
                    set: None,
                    track: None,
                });
            }
            Some(Path::Attribute { resource, .. }) if env.could_not_be_fetched(*resource) => {
                left.transient = true;
            }
            _ => {
                left.unknown.insert(env.bundle.path_name(path));
            }
        }
    }
    if left.hardness() == Hardness::Nothing {
        left.unknown
            .extend(env.bundle.breaker(id).map(|breaker| breaker.name.clone()));
    }
    left
}

fn takes(env: &Environment<'_>, names: &[String]) -> bool {
    let fields = env.tool().map(|tool| &tool.schema.arguments.fields);
    let first = names.first();
    fields
        .zip(first)
        .is_some_and(|(fields, first)| fields.iter().any(|field| field.name == *first))
}

/// What must change for `node` to become `wanted`.
pub(super) fn left(env: &Environment<'_>, id: NodeId, wanted: bool, clock: Clock) -> Left {
    let of = |node, wanted| left(env, node, wanted, clock);
    let truth = interpret::condition(env, id);
    if truth == Truth::from(wanted) || truth == Truth::Pending {
        return Left::default();
    }
    let Some(node) = env.bundle.arena.get(id) else {
        return Left::never();
    };
    match (node, wanted) {
        (Node::Not(inner), _) => of(inner, !wanted),
        (Node::And(a, b), true) | (Node::Or(a, b), false) => of(a, wanted).and(of(b, wanted)),
        (Node::And(a, b), false) | (Node::Or(a, b), true) => of(a, wanted).or(of(b, wanted)),
        (Node::InSchedule(_) | Node::InScheduleOf { .. }, _) => open_left(env, id, node, wanted, clock),
        (Node::Unknowable(path), _) => Left {
            tests: [(id, wanted)].into(),
            ..Left::unknown(env.bundle.path_name(path))
        },
        (Node::Any { .. } | Node::All { .. }, _)
            if clock == Clock::Moves && elements::comes(env, id, wanted) =>
        {
            Left::time()
        }
        (
            Node::Any { .. }
            | Node::All { .. }
            | Node::HasValue(_)
            | Node::IsTrue(_)
            | Node::Compare { .. }
            | Node::InSet { .. }
            | Node::InList { .. }
            | Node::InTrack { .. }
            | Node::Text { .. }
            | Node::Pattern { .. }
            | Node::Has(_)
            | Node::IsKind { .. }
            | Node::IsWritten { .. },
            _,
        ) => clock_left(env, id, wanted, clock)
            .or_else(|| tracks_left(env, id, wanted, clock))
            .unwrap_or_else(|| test_left(env, id, node, wanted)),
        (
            Node::Always(_)
            | Node::Constant(_)
            | Node::Load(_)
            | Node::Now
            | Node::Read { .. }
            | Node::Date { .. }
            | Node::Moment { .. }
            | Node::Lower(_)
            | Node::Size(_)
            | Node::Else { .. }
            | Node::Arithmetic { .. }
            | Node::Element(_)
            | Node::Field { .. }
            | Node::Tracked { .. },
            _,
        ) => Left::never(),
    }
}

/// A schedule that has to open, or to shut.
fn open_left(env: &Environment<'_>, id: NodeId, node: Node, wanted: bool, clock: Clock) -> Left {
    match interpret::schedule_of(env, None, node) {
        Some(Ok(_)) if clock == Clock::Stands => Left::never(),
        Some(Ok(located)) => schedule_left(env, located, wanted),
        Some(Err(_)) | None => zone_left(env, id, node, wanted),
    }
}

/// A schedule in a zone that nobody knows: the attribute is missing, or names none.
fn zone_left(env: &Environment<'_>, id: NodeId, node: Node, wanted: bool) -> Left {
    let missing = test_left(env, id, node, wanted);
    if missing.hardness() > Hardness::Nothing && !missing.never {
        return missing;
    }
    let names = env.bundle.reads(id).into_iter();
    Left {
        unknown: names.map(|path| env.bundle.path_name(path)).collect(),
        tests: [(id, wanted)].into(),
        ..Left::default()
    }
}

fn schedule_left(env: &Environment<'_>, schedule: Located, wanted: bool) -> Left {
    let unknown = || Left::unknown("now".to_owned());
    let Some(now) = env.request.now else {
        return unknown();
    };
    let edge = if wanted {
        calendar::next_open(&env.bundle.calendar, schedule, now)
    } else {
        calendar::next_close(&env.bundle.calendar, schedule, now)
    };
    match edge {
        Some(Next::At(_)) => Left::time(),
        Some(Next::Never) => Left::never(),
        None => unknown(),
    }
}

/// A test of values: what is fixed for the agent makes it `never`, what could not be known `unknown`, and what the
/// agent sends `if`.
fn test_left(env: &Environment<'_>, id: NodeId, node: Node, wanted: bool) -> Left {
    let mut result = Left::default();
    let mut arguments = Vec::new();
    for path in env.bundle.reads(id) {
        let missing = match env.load(path) {
            Value::Missing(missing) => Some(missing),
            Value::Bool(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Record(_)
            | Value::Between(_)
            | Value::Instant(_)
            | Value::Duration(_)
            | Value::Address(_) => None,
        };
        match (env.bundle.path(path), missing) {
            (Some(Path::Argument(_) | Path::Arguments | Path::Call), _) => arguments.push((path, missing)),
            (Some(Path::Attribute { resource, .. }), Some(_)) if env.could_not_be_fetched(*resource) => {
                result.transient = true;
            }
            (Some(_), Some(Missing::Unknown | Missing::Absent)) => {
                result.unknown.insert(env.bundle.path_name(path));
            }
            (_, Some(Missing::Pending) | None) | (None, _) => {}
        }
    }
    if result.hardness() > Hardness::Nothing {
        result.tests.insert((id, wanted));
        return result;
    }
    if arguments.is_empty() {
        // What the session counts by itself is cleared with all of it.
        let counts = env.bundle.reads(id).into_iter();
        let mut counts = counts.filter(|path| env.bundle.path(*path) == Some(&Path::SessionDenials));
        return if counts.next().is_some() && comes_by_reset(env, id, wanted, std::iter::once(None)) {
            Left {
                resets: ["session".to_owned()].into(),
                tests: [(id, wanted)].into(),
                ..Left::default()
            }
        } else {
            Left::never()
        };
    }
    result.needs.extend(
        arguments
            .into_iter()
            .map(|(path, missing)| need(env, path, missing, node, wanted)),
    );
    result.tests.insert((id, wanted));
    result
}
