//! What a run came to, clause by clause.
//!
//! Everything here was recorded while the machine ran; no condition is evaluated a second time, so a trace can not
//! differ from the decision that it explains. A clause that was left out because another one had decided says so.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Trace, watched};
use crate::bytecode::{NodeMap, Programs};
use crate::decide::Input;
use crate::ir::{self, Bundle, Effect, Node, NodeId, PathId, RuleId};
use crate::request::{Environment, Findings};
use crate::value::{Truth, Value};

/// A rule's condition, or one test in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    pub rule: RuleId,
    /// The name of the rule's policy.
    pub policy: String,
    pub effect: Effect,
    /// Whether it is the whole condition of the rule; its tests follow it, where it has several.
    pub is_whole: bool,
    pub node: NodeId,
    /// As [`ir::print`] writes it.
    pub text: String,
    /// `None`: it was left out, because what was known already decided.
    pub truth: Option<Truth>,
    /// The values that it read.
    pub values: Vec<Input>,
}

/// What the program of the tool finds, and how it came to that: for each rule its condition, then the tests in it.
#[must_use]
pub fn trace(programs: &Programs, map: &NodeMap, env: &Environment<'_>) -> (Findings, Vec<Clause>) {
    let mut recorder = Recorder {
        bundle: env.bundle,
        nodes: programs
            .place(env.tool)
            .and_then(|place| map.0.get(place))
            .map(Vec::as_slice)
            .unwrap_or_default(),
        truths: BTreeMap::new(),
        values: BTreeMap::new(),
    };
    let findings = watched(programs, env, &mut recorder);
    let guards = env.tool().map(|tool| tool.guards.as_slice()).unwrap_or_default();
    let mut clauses = Vec::new();
    for guard in guards {
        let (Some(rule), Some(policy)) = (env.bundle.rule(guard.rule), env.bundle.policy_of(guard.rule))
        else {
            continue;
        };
        let mut parts = vec![guard.condition];
        parts.extend(
            tests(env.bundle, guard.condition)
                .into_iter()
                .filter(|test| *test != guard.condition),
        );
        for node in parts {
            clauses.push(Clause {
                rule: guard.rule,
                policy: policy.name.clone(),
                effect: rule.effect,
                is_whole: node == guard.condition,
                node,
                text: ir::print_told(env.bundle, node),
                truth: recorder.truths.get(&node).copied(),
                values: recorder.values_of(node),
            });
        }
    }
    (findings, clauses)
}

struct Recorder<'a> {
    bundle: &'a Bundle,
    /// Which node each instruction computes.
    nodes: &'a [NodeId],
    truths: BTreeMap<NodeId, Truth>,
    values: BTreeMap<PathId, Input>,
}

impl Trace for Recorder<'_> {
    fn truth(&mut self, at: usize, truth: Truth) {
        if let Some(node) = self.nodes.get(at) {
            self.truths.insert(*node, truth);
        }
    }

    fn value(&mut self, at: usize, value: &Value<'_>) {
        let node = self.nodes.get(at).and_then(|node| self.bundle.arena.get(*node));
        if let Some(Node::Load(path) | Node::Has(path)) = node {
            self.values
                .entry(path)
                .or_insert_with(|| Input::of(self.bundle, path, value.clone()));
        }
    }

    fn step(&mut self) {}
}

impl Recorder<'_> {
    fn values_of(&self, node: NodeId) -> Vec<Input> {
        let reads = self.bundle.reads(node).into_iter();
        reads.filter_map(|path| self.values.get(&path).cloned()).collect()
    }
}

/// The tests that `and`, `or` and `not` join, in the order in which they are written, each once.
fn tests(bundle: &Bundle, root: NodeId) -> Vec<NodeId> {
    let mut found = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        match bundle.arena.get(id) {
            Some(node @ (Node::And(..) | Node::Or(..) | Node::Not(_))) => {
                let mut children: Vec<NodeId> = node.children().collect();
                children.reverse();
                open.extend(children);
            }
            Some(
                Node::Constant(_)
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
                | Node::InTrack { .. }
                | Node::Always(_)
                | Node::Unknowable(_)
                | Node::IsTrue(_)
                | Node::Compare { .. }
                | Node::InSet { .. }
                | Node::InList { .. }
                | Node::Text { .. }
                | Node::Pattern { .. }
                | Node::InSchedule(_)
                | Node::InScheduleOf { .. }
                | Node::Has(_)
                | Node::Element(_)
                | Node::Field { .. }
                | Node::HasValue(_)
                | Node::Any { .. }
                | Node::All { .. }
                | Node::IsKind { .. }
                | Node::IsWritten { .. },
            ) => found.push(id),
            None => {}
        }
    }
    found
}

/// The word for a truth in a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    True,
    False,
    Unknown,
    Pending,
    NotEvaluated,
}

impl Clause {
    /// What it came to, as a word.
    #[must_use]
    pub fn shown(&self) -> Shown {
        match self.truth {
            Some(Truth::True) => Shown::True,
            Some(Truth::False) => Shown::False,
            Some(Truth::Unknown) => Shown::Unknown,
            Some(Truth::Pending) => Shown::Pending,
            None => Shown::NotEvaluated,
        }
    }
}
