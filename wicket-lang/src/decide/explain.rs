//! All that is told about a decision, on demand.

use serde::{Deserialize, Serialize};

use super::class::{self, Class, Told};
use super::{Decision, Reason, expiry, message};
use crate::interpret;
use crate::ir::{Bundle, Digest, Effect, Guard, Node, NodeId, PathId};
use crate::request::{Environment, Request, Scope, Setting, State, Switches};
use crate::value::{Instant, Truth, Value};

/// What is told about a denial; of a permit it is empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Explanation {
    /// `None` for a permit.
    pub class: Option<Class>,
    /// What is in the way beside it, from the hardest; empty for a permit.
    pub others: Vec<Class>,
    /// The instant of [`Class::At`].
    pub next: Option<Instant>,
    /// Of [`Reason::Expired`]: when the last of what would permit the call ended.
    pub expired: Option<Instant>,
    /// `None` for a permit.
    pub message: Option<String>,
    /// What was unknown in the conditions that decided.
    pub unknown: Vec<String>,
}

/// Class, message and unknowns of a decision on `request` in `state` (the state before it).
#[must_use]
pub fn explain(
    bundle: &Bundle,
    switches: &Switches,
    request: &Request<'_>,
    state: &State,
    decision: &Decision,
) -> Explanation {
    if decision.is_permit() {
        return Explanation::default();
    }
    let unknown = unknown(bundle, request, state, decision);
    let Told { class, others } = class::told(bundle, switches, request, state, decision);
    let expired = expired(bundle, request, state, decision);
    let message = message::message(bundle, request, state, decision, &class, &unknown, expired);
    let next = match &class {
        Class::At { at } => Some(*at),
        Class::Never
        | Class::AfterReset { .. }
        | Class::If { .. }
        | Class::Unknown { .. }
        | Class::AfterApproval { .. }
        | Class::Transient => None,
    };
    Explanation {
        class: Some(class),
        others,
        next,
        expired,
        message: Some(message),
        unknown,
    }
}

/// When the last of what has expired did.
fn expired(bundle: &Bundle, request: &Request<'_>, state: &State, decision: &Decision) -> Option<Instant> {
    if decision.reason != Reason::Expired {
        return None;
    }
    let env = Environment {
        bundle,
        tool: decision.tool?,
        request,
        state,
        scope: Scope::Call,
    };
    let ends = decision
        .rules
        .iter()
        .filter_map(|rule| expiry::ended(&env, *rule));
    ends.max()
}

/// How a policy took part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It decided.
    Decided,
    /// It matched, and another step decided.
    Matched,
    /// It would have matched, and is not enforced.
    Shadow,
    /// The decision was made before its facts were needed.
    NotEvaluated,
}

impl Role {
    /// As in answers and records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Decided => "decided",
            Self::Matched => "matched",
            Self::Shadow => "shadow",
            Self::NotEvaluated => "not_evaluated",
        }
    }
}

/// A policy that had to do with a decision.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyMatch {
    /// The name of the policy.
    pub name: String,
    /// What it said, [`Policy::digest`](crate::ir::Policy::digest).
    pub digest: Digest,
    /// What its rule does where it matches.
    pub effect: Effect,
    /// What became of it.
    pub role: Role,
}

/// All policies that matched, by name, and those that were not needed.
#[must_use]
pub fn policies(bundle: &Bundle, switches: &Switches, decision: &Decision) -> Vec<PolicyMatch> {
    let mut matches: Vec<PolicyMatch> = decision
        .findings
        .rules
        .iter()
        .filter_map(|finding| {
            let policy = bundle.policy_of(finding.rule)?;
            let matched = finding.effect.applies(finding.matches);
            let by_rules = matches!(
                decision.reason,
                Reason::Policy | Reason::ApprovalRequired | Reason::Expired
            );
            let decided = by_rules && decision.rules.contains(&finding.rule);
            let role = match (switches.of(&policy.name), finding.matches) {
                (Setting::Off, _) => return None,
                (Setting::Enforce, _) if decided => Role::Decided,
                (_, Truth::Pending) => Role::NotEvaluated,
                (Setting::Shadow, _) if matched => Role::Shadow,
                (Setting::Enforce, _) if matched => Role::Matched,
                (Setting::Enforce | Setting::Shadow, _) => return None,
            };
            Some(PolicyMatch {
                name: policy.name.clone(),
                digest: policy.digest,
                effect: finding.effect,
                role,
            })
        })
        .collect();
    matches.sort();
    matches.dedup();
    matches
}

/// The names of what was unknown in the conditions that decided.
fn unknown(bundle: &Bundle, request: &Request<'_>, state: &State, decision: &Decision) -> Vec<String> {
    let Some(tool) = decision.tool else {
        return Vec::new();
    };
    let env = Environment {
        bundle,
        tool,
        request,
        state,
        scope: Scope::Call,
    };
    let guards = env.tool().map(|tool| tool.guards.as_slice()).unwrap_or_default();
    let mut names = Vec::new();
    // A permit of which nobody knows whether it is for the caller has not decided, but it might have.
    let may_be_for_caller = |guard: &&Guard| {
        let found = decision.findings.rules.iter();
        let permits = || {
            found
                .clone()
                .any(|one| one.rule == guard.rule && one.effect == Effect::Permit)
        };
        decision.reason == Reason::Default
            && interpret::condition(&env, guard.callers) == Truth::Unknown
            && permits()
    };
    let decided = |guard: &&Guard| decision.rules.contains(&guard.rule) || may_be_for_caller(guard);
    for guard in guards.iter().filter(decided) {
        if interpret::condition(&env, guard.condition) == Truth::Unknown {
            causes(&env, guard.condition, &mut names);
        }
    }
    names.sort();
    names.dedup();
    names
}

/// What makes a schedule unknown: its zone, or the instant.
fn unknown_of_schedule(env: &Environment<'_>, id: NodeId, node: Node) -> Vec<String> {
    if matches!(interpret::schedule_of(env, None, node), Some(Err(_))) {
        let reads = env.bundle.reads(id).into_iter();
        reads.map(|path| env.bundle.path_name(path)).collect()
    } else {
        vec!["now".to_owned()]
    }
}

/// What makes an unknown condition unknown: the causes of its unknown parts. A test with nothing missing is unknown
/// for the values themselves (an overflow, a difference of case only), and then all it reads is named.
fn causes(env: &Environment<'_>, id: NodeId, names: &mut Vec<String>) {
    if interpret::condition(env, id) != Truth::Unknown {
        return;
    }
    match env.bundle.arena.get(id) {
        None => {}
        Some(Node::Not(inner)) => causes(env, inner, names),
        Some(Node::And(left, right) | Node::Or(left, right)) => {
            causes(env, left, names);
            causes(env, right, names);
        }
        Some(node @ (Node::InSchedule(_) | Node::InScheduleOf { .. })) => {
            names.extend(unknown_of_schedule(env, id, node));
        }
        Some(Node::Unknowable(path)) => names.push(env.bundle.path_name(path)),
        Some(
            Node::Always(_)
            | Node::IsTrue(_)
            | Node::Compare { .. }
            | Node::InSet { .. }
            | Node::InList { .. }
            | Node::Text { .. }
            | Node::Pattern { .. }
            | Node::Has(_)
            | Node::IsKind { .. }
            | Node::IsWritten { .. }
            | Node::Any { .. }
            | Node::All { .. }
            | Node::HasValue(_)
            | Node::Element(_)
            | Node::Field { .. }
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
            | Node::Tracked { .. }
            | Node::InTrack { .. },
        ) => {
            let reads = env.bundle.reads(id);
            let missing = reads
                .iter()
                .filter(|path| matches!(env.load(**path), Value::Missing(_)));
            let missing: Vec<PathId> = missing.copied().collect();
            if env.request.now.is_none() && env.bundle.reads_now(id) {
                names.push("now".into());
            }
            let tracks = env.bundle.tracks_read(id);
            let blamed = match (missing.is_empty(), tracks.is_empty()) {
                (true, true) => reads,
                // What is in flight, or was never learnt, is to blame.
                (true, false) => Vec::new(),
                (false, _) => missing,
            };
            if blamed.is_empty() {
                let tracks = tracks.into_iter().filter_map(|track| env.bundle.track(track));
                names.extend(tracks.map(|track| track.name.clone()));
            }
            names.extend(blamed.into_iter().map(|path| env.bundle.path_name(path)));
        }
    }
}
