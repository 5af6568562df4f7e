//! What an agent can do about a denial, computed from the compiled rules.
//!
//! For each condition that stands in the way we ask what would have to change ([`left`]): of what restricts all must
//! clear, of the permits one suffices. The class is that of the hardest thing left; so `at` is answered only where
//! nothing but time is in the way, and its instant is found by judging the same call again at each edge of the
//! schedules concerned, until one permits it.

mod needs;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use needs::Need;
pub(super) use needs::{MAX_TOLD, constant_text};
use needs::{need, wanted_of};

use super::approval::{self, ApprovalNeeded};
use super::{Answer, Decision, Reason, conclude};
use crate::calendar::{self, Next};
use crate::interpret;
use crate::ir::{Bundle, Effect, Node, NodeId, Path, RuleId, ScheduleId};
use crate::request::{Environment, Request, Room, Scope, Setting, Stand, State, Switches};
use crate::value::{Instant, Missing, Truth, Value};

/// How many edges of schedules are tried before "never" is the answer.
const MAX_EDGES: usize = 4096;

/// From the hardest to the easiest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Class {
    /// Nothing that the agent does, and no time, changes it.
    Never,
    /// An owner must reset these breakers.
    AfterReset { breakers: Vec<String> },
    /// The arguments must satisfy all of these.
    If { arguments: Vec<Need> },
    /// These could not be known.
    Unknown { attributes: Vec<String> },
    /// Somebody must approve the call.
    AfterApproval { approval: ApprovalNeeded },
    /// At this instant (milliseconds since the Unix epoch), if nothing else happens meanwhile.
    At { at: Instant },
    /// A fact could not be fetched just now.
    Transient,
}

/// What is still in the way of a condition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Left {
    never: bool,
    resets: BTreeSet<String>,
    needs: BTreeSet<Need>,
    unknown: BTreeSet<String>,
    /// Rules that ask somebody.
    asks: BTreeSet<RuleId>,
    time: bool,
    transient: bool,
}

impl Left {
    fn never() -> Self {
        Self {
            never: true,
            ..Self::default()
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.never |= other.never;
        self.resets.extend(other.resets);
        self.needs.extend(other.needs);
        self.unknown.extend(other.unknown);
        self.asks.extend(other.asks);
        self.time |= other.time;
        self.transient |= other.transient;
        self
    }

    /// The easier of two ways; the first where they are alike.
    fn or(self, other: Self) -> Self {
        if other.hardness() < self.hardness() {
            other
        } else {
            self
        }
    }

    fn hardness(&self) -> u8 {
        match self {
            Self { never: true, .. } => 7,
            Self { resets, .. } if !resets.is_empty() => 6,
            Self { needs, .. } if !needs.is_empty() => 5,
            Self { unknown, .. } if !unknown.is_empty() => 4,
            Self { asks, .. } if !asks.is_empty() => 3,
            Self { time: true, .. } => 2,
            Self { transient: true, .. } => 1,
            Self { .. } => 0,
        }
    }
}

/// The class of a denial; the instant of [`Class::At`] is `now` here, see [`with_instant`].
pub(super) fn of(
    bundle: &Bundle,
    switches: &Switches,
    request: &Request<'_>,
    state: &State,
    decision: &Decision,
) -> Class {
    let left = match decision.reason {
        Reason::UnknownTool | Reason::Unclassified | Reason::DefinitionChanged | Reason::Expired => {
            Left::never()
        }
        Reason::RateLimit | Reason::NotRecorded | Reason::Overload => Left {
            transient: true,
            ..Left::default()
        },
        Reason::ApprovalRequired => Left {
            asks: decision.rules.iter().copied().collect(),
            ..Left::default()
        },
        Reason::Arguments => {
            let needs = decision.misfit.iter().map(|misfit| Need {
                argument: format!("args.{}", misfit.path),
                must: wanted_of(&misfit.problem),
                values: Vec::new(),
                set: None,
            });
            Left {
                needs: needs.collect(),
                ..Left::default()
            }
        }
        Reason::Breaker => breakers_left(bundle, request, state, decision),
        Reason::Policy | Reason::Default | Reason::Limit => {
            rules_left(bundle, switches, request, state, decision)
        }
    };
    match left {
        Left { never: true, .. } => Class::Never,
        Left { resets, .. } if !resets.is_empty() => Class::AfterReset {
            breakers: resets.into_iter().collect(),
        },
        Left { needs, .. } if !needs.is_empty() => Class::If {
            arguments: needs.into_iter().collect(),
        },
        Left { unknown, .. } if !unknown.is_empty() => Class::Unknown {
            attributes: unknown.into_iter().collect(),
        },
        Left { asks, .. } if !asks.is_empty() => {
            asked(bundle, request, state, decision, &asks).unwrap_or(Class::Never)
        }
        Left { time: true, .. } => Class::At {
            at: request.now.unwrap_or(Instant(0)),
        },
        Left { transient: true, .. } => Class::Transient,
        // Something denied it and nothing can be named that would clear it.
        Left { .. } => Class::Never,
    }
}

fn asked(
    bundle: &Bundle,
    request: &Request<'_>,
    state: &State,
    decision: &Decision,
    asks: &BTreeSet<RuleId>,
) -> Option<Class> {
    let env = Environment {
        bundle,
        tool: decision.tool?,
        request,
        state,
        scope: Scope::Call,
    };
    let asks: Vec<RuleId> = asks.iter().copied().collect();
    let approval = approval::needed(&env, &asks)?;
    Some(Class::AfterApproval { approval })
}

/// The class with its instant: the first edge after now at which the same call would be permitted.
pub(super) fn with_instant(
    bundle: &Bundle,
    switches: &Switches,
    request: &Request<'_>,
    state: &State,
    decision: &Decision,
) -> Class {
    match of(bundle, switches, request, state, decision) {
        Class::At { .. } => first_permit(bundle, switches, request, state, decision)
            .map_or(Class::Never, |at| Class::At { at }),
        class @ (Class::Never
        | Class::AfterReset { .. }
        | Class::If { .. }
        | Class::Unknown { .. }
        | Class::AfterApproval { .. }
        | Class::Transient) => class,
    }
}

fn first_permit(
    bundle: &Bundle,
    switches: &Switches,
    request: &Request<'_>,
    state: &State,
    decision: &Decision,
) -> Option<Instant> {
    let guards = decision
        .tool
        .and_then(|tool| bundle.tool(tool))
        .map(|tool| tool.guards.as_slice())?;
    let mut schedules: Vec<ScheduleId> = guards
        .iter()
        .flat_map(|guard| schedules_of(bundle, guard.condition))
        .collect();
    schedules.sort();
    schedules.dedup();
    let mut at = request.now?;
    // Between now and then nothing changes but which schedules are open and which breakers stop; the same of both
    // gives the same decision, so it is made once for each.
    let mut judged: BTreeSet<(Vec<Option<bool>>, Vec<bool>)> = BTreeSet::new();
    let combinations = u32::try_from(schedules.len())
        .ok()
        .and_then(|count| 1_usize.checked_shl(count));
    for _ in 0..MAX_EDGES {
        let change = match calendar::next_change(&bundle.calendar, &schedules, at) {
            Some(Next::At(change)) => Some(change),
            Some(Next::Never) | None => None,
        };
        let edges = change
            .into_iter()
            .chain(
                bundle
                    .breakers
                    .iter()
                    .filter_map(|breaker| match state.stand(breaker, Some(at)) {
                        Stand::Stops(until) => until,
                        Stand::Passes | Stand::Probe => None,
                    }),
            )
            .chain(
                bundle
                    .limits
                    .iter()
                    .filter_map(|limit| match state.room(limit, Some(at)) {
                        Room::Spent(until) => until,
                        Room::Left => None,
                    }),
            );
        at = edges.filter(|edge| *edge > at).min()?;
        let open = schedules
            .iter()
            .map(|schedule| calendar::is_open(&bundle.calendar, *schedule, at))
            .collect();
        let stopping: Vec<bool> = bundle
            .breakers
            .iter()
            .map(|breaker| matches!(state.stand(breaker, Some(at)), Stand::Stops(_)))
            .chain(
                bundle
                    .limits
                    .iter()
                    .map(|limit| matches!(state.room(limit, Some(at)), Room::Spent(_))),
            )
            .collect();
        let no_breaker_waits = stopping.iter().all(|stops| !stops);
        if !judged.insert((open, stopping)) {
            continue;
        }
        let later = Request {
            now: Some(at),
            ..*request
        };
        match conclude::decide(bundle, switches, &later, state, interpret::findings) {
            Answer::Decided(decision) if decision.is_permit() => return Some(at),
            Answer::Decided(_) | Answer::Needs(_) => {}
        }
        let without_breakers = judged.iter().filter(|(_, stopping)| !stopping.contains(&true));
        if no_breaker_waits && Some(without_breakers.count()) == combinations {
            return None;
        }
    }
    None
}

fn breakers_left(bundle: &Bundle, request: &Request<'_>, state: &State, decision: &Decision) -> Left {
    decision
        .breakers
        .iter()
        .filter_map(|id| bundle.breaker(*id))
        .fold(Left::default(), |left, breaker| {
            left.and(match state.stand(breaker, request.now) {
                Stand::Stops(None) => Left {
                    resets: [breaker.name.clone()].into(),
                    ..Left::default()
                },
                Stand::Stops(Some(_)) => Left {
                    time: true,
                    ..Left::default()
                },
                Stand::Passes | Stand::Probe => Left::default(),
            })
        })
}

/// All that forbids must clear, and one of the permits must hold.
fn rules_left(
    bundle: &Bundle,
    switches: &Switches,
    request: &Request<'_>,
    state: &State,
    decision: &Decision,
) -> Left {
    let Some(tool) = decision.tool else {
        return Left::never();
    };
    let env = Environment {
        bundle,
        tool,
        request,
        state,
        scope: Scope::Call,
    };
    let guards = env.tool().map(|tool| tool.guards.as_slice()).unwrap_or_default();
    let condition = |rule: RuleId| {
        guards
            .iter()
            .find(|guard| guard.rule == rule)
            .map(|guard| guard.condition)
    };
    let mut all = Left::default();
    if decision.reason == Reason::Policy {
        for node in decision.rules.iter().filter_map(|rule| condition(*rule)) {
            all = all.and(left(&env, node, false));
        }
    }
    all = all.and(limits_left(&env, switches));
    let asks = decision.findings.rules.iter().filter(|finding| {
        finding.effect == Effect::Ask
            && Effect::Ask.applies(finding.matches)
            && switches.of_rule(bundle, finding.rule) == Setting::Enforce
            && !approval::is_given(&env, finding.rule)
    });
    all.asks.extend(asks.map(|finding| finding.rule));
    let permits: Vec<Left> = decision
        .findings
        .rules
        .iter()
        .filter(|finding| finding.effect == Effect::Permit)
        // A permit that is switched off is no way out.
        .filter(|finding| switches.of_rule(bundle, finding.rule) == Setting::Enforce)
        .filter_map(|finding| condition(finding.rule))
        .map(|node| left(&env, node, true))
        .collect();
    match permits.into_iter().reduce(Left::or) {
        Some(easiest) => all.and(easiest),
        None => Left::never(),
    }
}

/// Limits that one more call would pass: a window refills, and without one only a reset clears it.
fn limits_left(env: &Environment<'_>, switches: &Switches) -> Left {
    let spent = conclude::spent(env, switches);
    let limits = spent.into_iter().filter_map(|id| env.bundle.limit(id));
    limits.fold(Left::default(), |left, limit| {
        left.and(match env.state.room(limit, env.request.now) {
            Room::Left => Left::default(),
            Room::Spent(Some(_)) => Left {
                time: true,
                ..Left::default()
            },
            Room::Spent(None) => Left {
                resets: [limit.name.clone()].into(),
                ..Left::default()
            },
        })
    })
}

/// What must change for `node` to become `wanted`.
fn left(env: &Environment<'_>, id: NodeId, wanted: bool) -> Left {
    let truth = interpret::condition(env, id);
    if truth == Truth::from(wanted) || truth == Truth::Pending {
        return Left::default();
    }
    let Some(node) = env.bundle.arena.get(id) else {
        return Left::never();
    };
    match (node, wanted) {
        (Node::Not(inner), _) => left(env, inner, !wanted),
        (Node::And(a, b), true) | (Node::Or(a, b), false) => left(env, a, wanted).and(left(env, b, wanted)),
        (Node::And(a, b), false) | (Node::Or(a, b), true) => left(env, a, wanted).or(left(env, b, wanted)),
        (Node::InSchedule(schedule), _) => schedule_left(env, schedule, wanted),
        (Node::Unknowable(path), _) => Left {
            unknown: [env.bundle.path_name(path)].into(),
            ..Left::default()
        },
        (
            Node::IsTrue(_)
            | Node::Compare { .. }
            | Node::InSet { .. }
            | Node::InList { .. }
            | Node::Text { .. }
            | Node::Has(_)
            | Node::IsKind { .. },
            _,
        ) => test_left(env, id, node, wanted),
        (
            Node::Always(_)
            | Node::Constant(_)
            | Node::Load(_)
            | Node::Lower(_)
            | Node::Size(_)
            | Node::Else { .. }
            | Node::Arithmetic { .. },
            _,
        ) => Left::never(),
    }
}

fn schedule_left(env: &Environment<'_>, schedule: ScheduleId, wanted: bool) -> Left {
    let Some(now) = env.request.now else {
        return Left {
            unknown: ["now".to_owned()].into(),
            ..Left::default()
        };
    };
    let edge = if wanted {
        calendar::next_open(&env.bundle.calendar, schedule, now)
    } else {
        calendar::next_close(&env.bundle.calendar, schedule, now)
    };
    match edge {
        Some(Next::At(_)) => Left {
            time: true,
            ..Left::default()
        },
        Some(Next::Never) => Left::never(),
        None => Left {
            unknown: ["now".to_owned()].into(),
            ..Left::default()
        },
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
            Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) | Value::Record(_) => None,
        };
        match (env.bundle.path(path), missing) {
            (Some(Path::Argument(_)), _) => arguments.push((path, missing)),
            (Some(Path::Attribute { resource, .. }), Some(_)) if env.could_not_be_fetched(*resource) => {
                result.transient = true;
            }
            (Some(_), Some(Missing::Unknown | Missing::Absent)) => {
                result.unknown.insert(env.bundle.path_name(path));
            }
            (_, Some(Missing::Pending) | None) | (None, _) => {}
        }
    }
    if result.hardness() > 0 {
        return result;
    }
    if arguments.is_empty() {
        return Left::never();
    }
    result.needs.extend(
        arguments
            .into_iter()
            .map(|(path, missing)| need(env, path, missing, node, wanted)),
    );
    result
}

/// The schedules that an expression asks for.
fn schedules_of(bundle: &Bundle, node: NodeId) -> Vec<ScheduleId> {
    let (mut found, mut open) = (Vec::new(), vec![node]);
    while let Some(id) = open.pop() {
        let Some(node) = bundle.arena.get(id) else {
            continue;
        };
        if let Node::InSchedule(schedule) = node {
            found.push(schedule);
        }
        open.extend(node.children());
    }
    found
}
