//! Whether a condition can be true, or false, at all, and whether one follows from another: what can be told without a
//! call.
//!
//! A condition is taken apart into cases, each a row of tests with the answer that each has to give; a case is out
//! where two of its tests contradict each other. "It cannot be" is certain; "it can be" may be wrong. So nothing that
//! is said here is ever a false alarm, and what is too large to be looked through is passed over.

use std::collections::{BTreeMap, BTreeSet};

use super::domain::{Domain, Nature};
use super::standing::Together;
use crate::calendar::ScheduleId;
use crate::ir::{Bundle, Constant, Node, NodeId, Path, SetId, ToolId};
use crate::types::Type;
use crate::value::{self, CompareOp, Missing, Truth, Value};

/// A condition of more cases is not judged.
const MAX_CASES: usize = 64;

/// The tests of a case, each with its answer.
type Tests = Vec<(NodeId, bool)>;

pub(super) struct Analysis<'a> {
    pub(super) bundle: &'a Bundle,
    pub(super) together: Together,
}

/// A case that may be, with what it leaves of each value.
struct Case {
    tests: Tests,
    values: BTreeMap<NodeId, Domain>,
}

impl Analysis<'_> {
    /// Whether the condition may come out as `truth` for some call of the tool.
    pub(super) fn can_be(&self, tool: ToolId, condition: NodeId, truth: bool) -> bool {
        self.can_all_be(tool, &[(condition, truth)])
    }

    /// Whether all the conditions may come out as they are said to, for one call.
    pub(super) fn can_all_be(&self, tool: ToolId, conditions: &[(NodeId, bool)]) -> bool {
        self.cases(tool, conditions).is_none_or(|cases| !cases.is_empty())
    }

    /// Whether `conclusion` surely comes out as `truth` wherever `premise` does.
    pub(super) fn follows(&self, tool: ToolId, premise: NodeId, conclusion: NodeId, truth: bool) -> bool {
        premise == conclusion
            || self.cases(tool, &[(premise, truth)]).is_some_and(|cases| {
                cases
                    .iter()
                    .all(|case| self.told(case, conclusion) == Some(truth))
            })
    }

    /// The cases in which all the conditions come out so; `None` where there are too many.
    fn cases(&self, tool: ToolId, conditions: &[(NodeId, bool)]) -> Option<Vec<Case>> {
        let mut all: Vec<Tests> = vec![Vec::new()];
        for (condition, truth) in conditions {
            all = product(&all, &self.tests(*condition, *truth)?)?;
        }
        Some(
            all.into_iter()
                .filter_map(|tests| self.case(tool, tests))
                .collect(),
        )
    }

    fn tests(&self, id: NodeId, truth: bool) -> Option<Vec<Tests>> {
        let node = self.bundle.arena.get(id)?;
        if let Node::Always(always) = node {
            return Some(if always == truth {
                vec![Vec::new()]
            } else {
                Vec::new()
            });
        }
        if let Node::Unknowable(_) = node {
            return Some(Vec::new());
        }
        if let Node::Not(inner) = node {
            return self.tests(inner, !truth);
        }
        if let Node::And(left, right) | Node::Or(left, right) = node {
            let (left, right) = (self.tests(left, truth)?, self.tests(right, truth)?);
            if matches!(node, Node::And(..)) == truth {
                return product(&left, &right);
            }
            let all: Vec<Tests> = left.into_iter().chain(right).collect();
            return (all.len() <= MAX_CASES).then_some(all);
        }
        // A value is no condition; nothing is claimed of it.
        node.is_condition().then(|| vec![vec![(id, truth)]])
    }

    /// The case, unless it surely cannot be.
    fn case(&self, tool: ToolId, tests: Tests) -> Option<Case> {
        let mut values: BTreeMap<NodeId, Domain> = BTreeMap::new();
        let mut schedules: Vec<(ScheduleId, bool)> = Vec::new();
        for (id, truth) in &tests {
            if tests.contains(&(*id, !truth)) {
                return None;
            }
            let node = self.bundle.arena.get(*id)?;
            if let Some(operand) = self.operand(node) {
                let domain = values
                    .entry(operand)
                    .or_insert_with(|| self.by_type(tool, operand));
                self.narrow(domain, node, *truth);
            } else if let Node::Compare { op, left, right, .. } = node {
                let op = if *truth { op } else { op.negated() };
                let differs = matches!(op, CompareOp::NotEqual | CompareOp::Less | CompareOp::Greater);
                if left == right && differs {
                    return None;
                }
            } else if let Node::InSchedule(schedule) = node {
                schedules.push((schedule, *truth));
            } else if let Node::Has(path) = node
                && !truth
                && tests.iter().any(|(other, _)| self.reads(*other, path))
            {
                // What is not there has no answer to any other test.
                return None;
            }
        }
        let possible = values
            .iter()
            .all(|(id, domain)| domain.is_possible(self.nature(*id)));
        let open = schedules.is_empty() || self.together.is_possible(&self.bundle.calendar, schedules);
        (possible && open).then_some(Case { tests, values })
    }

    /// The value that a test compares with something fixed.
    fn operand(&self, node: Node) -> Option<NodeId> {
        match node {
            Node::Compare { left, right, .. } => {
                let constant = |id| self.constant(id).is_some();
                if constant(right) && !constant(left) {
                    Some(left)
                } else if constant(left) && !constant(right) {
                    Some(right)
                } else {
                    None
                }
            }
            Node::InSet { set, .. } if self.holds_networks(set) => None,
            Node::InSet { value, .. } | Node::IsTrue(value) => Some(value),
            Node::Text { text, pattern, .. } => self.constant(pattern).map(|_| text),
            _ => None,
        }
    }

    fn narrow(&self, domain: &mut Domain, node: Node, truth: bool) {
        match node {
            Node::Compare { op, left, right, .. } => {
                let op = if truth { op } else { op.negated() };
                if let Some(constant) = self.constant(right) {
                    domain.compare(op, constant);
                } else if let Some(constant) = self.constant(left) {
                    domain.compare(op.flipped(), constant);
                }
            }
            Node::InSet { set, .. } => {
                let set = self.bundle.sets.get(set.index());
                let elements = set.map_or(&[][..], |set| set.elements.as_slice());
                if truth {
                    domain.only(elements);
                } else {
                    domain.none_of(elements);
                }
            }
            Node::IsTrue(_) => domain.only(&[Constant::Bool(truth)]),
            Node::Text { op, pattern, .. } => {
                if let Some(Constant::Text(pattern)) = self.constant(pattern) {
                    domain.text(op, pattern, truth);
                }
            }
            _ => {}
        }
    }

    /// What a condition surely comes out as in a case, if that can be told.
    fn told(&self, case: &Case, id: NodeId) -> Option<bool> {
        let node = self.bundle.arena.get(id)?;
        if let Some((_, truth)) = case.tests.iter().find(|(test, _)| *test == id) {
            return Some(*truth);
        }
        match node {
            Node::Always(truth) => Some(truth),
            Node::Not(inner) => self.told(case, inner).map(|truth| !truth),
            Node::And(left, right) => {
                let both = (self.told(case, left), self.told(case, right));
                match both {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (Some(true), Some(true)) => Some(true),
                    (None | Some(true), None | Some(true)) => None,
                }
            }
            Node::Or(left, right) => {
                let both = (self.told(case, left), self.told(case, right));
                match both {
                    (Some(true), _) | (_, Some(true)) => Some(true),
                    (Some(false), Some(false)) => Some(false),
                    (None | Some(false), None | Some(false)) => None,
                }
            }
            Node::Has(path) => case
                .tests
                .iter()
                .any(|(test, _)| self.reads(*test, path))
                .then_some(true),
            Node::InSchedule(schedule) => {
                let mut known: Vec<(ScheduleId, bool)> = Vec::new();
                for (test, truth) in &case.tests {
                    if let Some(Node::InSchedule(other)) = self.bundle.arena.get(*test) {
                        known.push((other, *truth));
                    }
                }
                let can = |truth| {
                    let mut wanted = known.clone();
                    wanted.push((schedule, truth));
                    self.together.is_possible(&self.bundle.calendar, wanted)
                };
                // Without a schedule in the case this is a question of its own, which another lint asks.
                if known.is_empty() {
                    None
                } else if !can(false) {
                    Some(true)
                } else if !can(true) {
                    Some(false)
                } else {
                    None
                }
            }
            _ => self.told_of_value(case, node),
        }
    }

    fn told_of_value(&self, case: &Case, node: Node) -> Option<bool> {
        let operand = self.operand(node)?;
        let domain = case.values.get(&operand)?;
        if !domain.is_settled() {
            return None;
        }
        let nature = self.nature(operand);
        if let Some(left) = domain.left(nature) {
            let mut truths = left.into_iter().map(|value| self.answer(node, value));
            let first = truths.next()??;
            return truths.all(|truth| truth == Some(first)).then_some(first);
        }
        // With folding a test that is not true may be unknown rather than false.
        if folds(node) {
            return None;
        }
        let can = |truth| {
            let mut domain = domain.clone();
            self.narrow(&mut domain, node, truth);
            !domain.is_settled() || domain.is_possible(nature)
        };
        match (can(true), can(false)) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            (true, true) | (false, false) => None,
        }
    }

    /// What a test answers for one value.
    fn answer(&self, node: Node, of: &Constant) -> Option<bool> {
        let given = constant_value(of);
        let truth = match node {
            Node::Compare {
                op,
                left,
                right,
                fold,
            } => {
                if let Some(constant) = self.constant(right) {
                    value::compare(op, &given, &constant_value(constant), fold)
                } else {
                    let constant = self.constant(left)?;
                    value::compare(op, &constant_value(constant), &given, fold)
                }
            }
            Node::InSet { set, fold, .. } => {
                let elements = self.bundle.sets.get(set.index())?.elements.iter();
                elements
                    .map(|element| value::compare(CompareOp::Equal, &given, &constant_value(element), fold))
                    .fold(Truth::False, Truth::or)
            }
            Node::IsTrue(_) => value::as_condition(&given),
            Node::Text {
                op, pattern, fold, ..
            } => value::text_test(op, &given, &constant_value(self.constant(pattern)?), fold),
            _ => return None,
        };
        match truth {
            Truth::True => Some(true),
            Truth::False => Some(false),
            Truth::Unknown | Truth::Pending => None,
        }
    }

    /// What the type of a value leaves open.
    fn by_type(&self, tool: ToolId, id: NodeId) -> Domain {
        let Some(Node::Load(path)) = self.bundle.arena.get(id) else {
            return Domain::default();
        };
        let Some(elements) = self
            .type_of(tool, path)
            .and_then(|ty| constants(&ty.without_null()))
        else {
            return Domain::default();
        };
        Domain::one_of(elements)
    }

    /// The type of what a path reads, for an argument of the tool or an attribute.
    fn type_of(&self, tool: ToolId, path: crate::ir::PathId) -> Option<Type> {
        match self.bundle.path(path)? {
            Path::Argument(names) => {
                let (first, rest) = names.split_first()?;
                let mut ty = self.bundle.tool(tool)?.schema.argument(first)?.ty.clone();
                for name in rest {
                    ty = ty.field(name)?.ty;
                }
                Some(ty)
            }
            Path::Attribute { resource, attribute } => {
                let resource = self.bundle.resources.get(resource.index())?;
                let attribute = resource.attributes.get(*attribute as usize)?;
                Some(attribute.ty.clone())
            }
            _ => None,
        }
    }

    fn nature(&self, id: NodeId) -> Nature {
        match self.bundle.arena.get(id) {
            Some(Node::Lower(_)) => Nature::Lower,
            Some(Node::Size(_)) => Nature::Count,
            _ => Nature::Any,
        }
    }

    /// Whether the test has an answer only where the value at the path is there.
    fn reads(&self, test: NodeId, path: crate::ir::PathId) -> bool {
        let mut open = vec![test];
        while let Some(id) = open.pop() {
            let Some(node) = self.bundle.arena.get(id) else {
                continue;
            };
            if node == Node::Load(path) {
                return true;
            }
            // What has a fallback need not be there.
            if !matches!(node, Node::Else { .. }) {
                // What is asked of each element is not asked of an empty list.
                open.extend(node.children().filter(|child| node.body() != Some(*child)));
            }
        }
        false
    }

    fn holds_networks(&self, set: SetId) -> bool {
        let set = self.bundle.sets.get(set.index());
        let first = set.and_then(|set| set.elements.first());
        matches!(first, Some(Constant::Network(_)))
    }

    fn constant(&self, id: NodeId) -> Option<&Constant> {
        match self.bundle.arena.get(id) {
            Some(Node::Constant(constant)) => {
                let constant = self.bundle.constants.get(constant.index());
                // Nothing is claimed of what moves with the clock, nor of networks, which overlap.
                constant.filter(|constant| {
                    matches!(
                        constant,
                        Constant::Bool(_) | Constant::Number(_) | Constant::Text(_)
                    )
                })
            }
            _ => None,
        }
    }
}

fn product(left: &[Tests], right: &[Tests]) -> Option<Vec<Tests>> {
    if left.len().saturating_mul(right.len()) > MAX_CASES {
        return None;
    }
    let joined = left
        .iter()
        .flat_map(|left| right.iter().map(|right| [left.as_slice(), right].concat()));
    Some(joined.collect())
}

fn folds(node: Node) -> bool {
    match node {
        Node::Compare { fold, .. } | Node::InSet { fold, .. } | Node::Text { fold, .. } => fold,
        _ => false,
    }
}

/// The values of a type of which there are few.
fn constants(ty: &Type) -> Option<BTreeSet<Constant>> {
    let mut found = BTreeSet::new();
    for ty in ty.alternatives() {
        match ty {
            Type::Enum(words) => found.extend(words.iter().cloned().map(Constant::Text)),
            Type::Numbers(numbers) => found.extend(numbers.iter().copied().map(Constant::Number)),
            Type::Only(truth) => {
                found.insert(Constant::Bool(*truth));
            }
            Type::Bool => found.extend([Constant::Bool(false), Constant::Bool(true)]),
            _ => return None,
        }
    }
    Some(found)
}

fn constant_value(constant: &Constant) -> Value<'_> {
    match constant {
        Constant::Bool(truth) => Value::Bool(*truth),
        Constant::Number(number) => Value::Number(*number),
        Constant::Text(text) => Value::text(text),
        Constant::Instant(instant) => Value::Instant(*instant),
        Constant::Duration(length) => Value::Duration(*length),
        Constant::Network(_) => Value::Missing(Missing::Unknown),
    }
}
