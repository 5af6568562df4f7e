//! Coverage: what the tests of a bundle have seen of its rules, of the tests in their conditions, and of its schedules.
//!
//! A goal is one outcome of one place in the text: a rule that matched, and one that did not; a test that was true,
//! false or unknown, where it can be; a schedule that was asked inside of its windows, and outside. A rule that touches
//! forty tools stands in the text once and is one place, whichever of them was called. Every test of a rule that is
//! read counts, also one whose truth no longer mattered: the interpreter looks at each.

mod possible;
mod print;

pub use print::{print, show_percent};

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::calendar::{self, Expression, Located, ScheduleId};
use crate::check::Written;
use crate::decide::Decision;
use crate::interpret;
use crate::ir::{Bundle, Node, NodeId, RuleId, ToolId};
use crate::request::{Environment, Request, Scope, State};
use crate::source::{FileId, Span};
use crate::syntax::ast;
use crate::value::Truth;
use possible::Possible;

/// What kind of place is covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A rule.
    Rule,
    /// A test in a condition: what `and`, `or` and `not` join.
    Condition,
    /// A schedule that a condition reads, or that such a one refers to.
    Window,
}

impl Kind {
    /// The kinds, in the order in which they are told.
    pub const ALL: [Self; 3] = [Self::Rule, Self::Condition, Self::Window];

    /// As in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Condition => "condition",
            Self::Window => "window",
        }
    }
}

/// What can be seen of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The rule applied.
    Matched,
    /// The rule was read and did not apply.
    NotMatched,
    /// The condition was true.
    True,
    /// The condition was false.
    False,
    /// The condition was unknown.
    Unknown,
    /// `now` lay in the schedule.
    Inside,
    /// `now` lay outside of the schedule.
    Outside,
}

impl Outcome {
    /// As in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::NotMatched => "not matched",
            Self::True => "true",
            Self::False => "false",
            Self::Unknown => "unknown",
            Self::Inside => "inside",
            Self::Outside => "outside",
        }
    }

    fn of(truth: Truth) -> Self {
        match truth {
            Truth::True => Self::True,
            Truth::False => Self::False,
            // The facts of a test are complete, so nothing is pending in one.
            Truth::Unknown | Truth::Pending => Self::Unknown,
        }
    }
}

/// A goal: an outcome that can be seen, and how often it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Goal {
    /// What can be seen.
    pub outcome: Outcome,
    /// In how many calls of the tests.
    pub count: u64,
}

/// One place in the text, and what was seen of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What stands there.
    pub kind: Kind,
    /// Where it stands in the sources.
    pub span: Span,
    /// The policy of the rule; none for a schedule.
    pub policy: Option<String>,
    /// In the order of [`Outcome`]; only those that can come.
    pub goals: Vec<Goal>,
}

/// What was seen of a bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// In the order of the sources.
    pub places: Vec<Place>,
}

impl Coverage {
    /// How many goals of a kind were reached, and how many there are; of all kinds for `None`.
    #[must_use]
    pub fn count(&self, kind: Option<Kind>) -> (usize, usize) {
        let of_kind = self
            .places
            .iter()
            .filter(|place| kind.is_none_or(|kind| place.kind == kind));
        let goals = of_kind.flat_map(|place| &place.goals);
        goals.fold((0, 0), |(reached, all), goal| {
            (reached + usize::from(goal.count > 0), all + 1)
        })
    }

    /// The part of the goals that was reached, in hundredths of a percent, rounded down: 100 % is said of all goals
    /// only. Where there is no goal, all were reached.
    #[must_use]
    pub fn basis_points(&self) -> usize {
        let (reached, all) = self.count(None);
        (reached * 10_000).checked_div(all).unwrap_or(10_000)
    }

    /// Adds what other calls have seen of the same bundle.
    pub fn add(&mut self, other: &Self) {
        for (place, more) in self.places.iter_mut().zip(&other.places) {
            for (goal, more) in place.goals.iter_mut().zip(&more.goals) {
                goal.count += more.count;
            }
        }
    }
}

/// Watches the calls of a bundle's tests.
#[derive(Clone, Debug)]
pub struct Observer<'a> {
    bundle: &'a Bundle,
    coverage: Coverage,
    /// The place of each rule.
    rules: BTreeMap<RuleId, usize>,
    /// The tests of each tool's rules, and their places.
    tests: BTreeMap<ToolId, Vec<(NodeId, usize)>>,
    /// The place of each schedule that is read.
    windows: BTreeMap<ScheduleId, usize>,
}

impl<'a> Observer<'a> {
    /// Nothing is seen yet. `written` are the places that the checker noted, and `files` the trees that it read.
    #[must_use]
    pub fn new(bundle: &'a Bundle, written: &[Written], files: &BTreeMap<FileId, ast::File>) -> Self {
        let mut goals: BTreeMap<(Span, Kind), Sought> = BTreeMap::new();
        let mut tests: BTreeMap<ToolId, BTreeSet<(Span, NodeId)>> = BTreeMap::new();
        let mut schedules = BTreeMap::new();
        let named = declarations(bundle, files);
        for (id, rule) in counted_rules(bundle) {
            let sought = goals.entry((rule.span, Kind::Rule)).or_default();
            sought.policy = bundle.policy_of(id).map(|policy| policy.name.clone());
        }
        for guard in bundle.tools.iter().flat_map(|tool| &tool.guards) {
            let Some(rule) = bundle.rule(guard.rule).filter(|rule| !rule.from_only) else {
                continue;
            };
            let sought = goals.entry((rule.span, Kind::Rule)).or_default();
            sought.outcomes.insert(Outcome::Matched);
            if bundle.arena.get(guard.condition) != Some(Node::Always(true)) {
                sought.outcomes.insert(Outcome::NotMatched);
            }
        }
        for test in written {
            let sought = goals.entry((test.span, Kind::Condition)).or_default();
            sought.policy = bundle.policy_of(test.rule).map(|policy| policy.name.clone());
            sought
                .outcomes
                .extend(Possible::of(bundle, test.tool, test.node).outcomes());
            tests.entry(test.tool).or_default().insert((test.span, test.node));
            let node = bundle.arena.get(test.node);
            if let Some(Node::InSchedule(schedule) | Node::InScheduleOf { schedule, .. }) = node {
                for id in reached(bundle, schedule) {
                    let span = named.get(&id).copied().unwrap_or(test.span);
                    schedules.entry(id).or_insert(span);
                }
            }
        }
        for span in schedules.values() {
            let sought = goals.entry((*span, Kind::Window)).or_default();
            sought.outcomes.extend([Outcome::Inside, Outcome::Outside]);
        }
        goals.retain(|_, sought| !sought.outcomes.is_empty());
        let places: BTreeMap<(Span, Kind), usize> = goals.keys().copied().zip(0..).collect();
        let place = |span: Span, kind: Kind| places.get(&(span, kind)).copied();
        Self {
            bundle,
            rules: counted_rules(bundle)
                .filter_map(|(id, rule)| Some((id, place(rule.span, Kind::Rule)?)))
                .collect(),
            tests: tests
                .into_iter()
                .map(|(tool, tests)| {
                    let tests = tests.into_iter();
                    let known = tests.filter_map(|(span, node)| Some((node, place(span, Kind::Condition)?)));
                    (tool, known.collect())
                })
                .collect(),
            windows: schedules
                .into_iter()
                .filter_map(|(id, span)| Some((id, place(span, Kind::Window)?)))
                .collect(),
            coverage: Coverage {
                places: goals
                    .into_iter()
                    .map(|((span, kind), sought)| sought.place(span, kind))
                    .collect(),
            },
        }
    }

    /// A call was decided. One whose rules were not read (its arguments did not fit, a breaker was open) shows nothing.
    pub fn see(&mut self, request: &Request<'_>, state: &State, decision: &Decision) {
        let tool = self.bundle.find_tool(request.connector, request.tool);
        let Some(tool) = tool.filter(|_| !decision.findings.rules.is_empty()) else {
            return;
        };
        for finding in &decision.findings.rules {
            if let Some(place) = self.rules.get(&finding.rule) {
                let outcome = if finding.effect.applies(finding.matches) {
                    Outcome::Matched
                } else {
                    Outcome::NotMatched
                };
                self.coverage.hit(*place, outcome);
            }
        }
        let env = Environment {
            bundle: self.bundle,
            tool,
            request,
            state,
            scope: Scope::Call,
        };
        let mut asked = BTreeSet::new();
        for (node, place) in self.tests.get(&tool).into_iter().flatten() {
            self.coverage
                .hit(*place, Outcome::of(interpret::condition(&env, *node)));
            let schedule = self.bundle.arena.get(*node);
            let schedule = schedule.and_then(|node| interpret::schedule_of(&env, None, node));
            if let Some(Ok(located)) = schedule {
                let reached = reached(self.bundle, located.schedule).into_iter();
                asked.extend(reached.map(|schedule| Located { schedule, ..located }));
            }
        }
        let Some(now) = request.now else { return };
        for schedule in asked {
            let is_open = calendar::is_open(&self.bundle.calendar, schedule, now);
            if let (Some(place), Some(is_open)) = (self.windows.get(&schedule.schedule), is_open) {
                let outcome = if is_open {
                    Outcome::Inside
                } else {
                    Outcome::Outside
                };
                self.coverage.hit(*place, outcome);
            }
        }
    }

    /// What was seen.
    #[must_use]
    pub fn finish(self) -> Coverage {
        self.coverage
    }
}

impl Coverage {
    /// An outcome that was held to be impossible counts for nothing.
    fn hit(&mut self, place: usize, outcome: Outcome) {
        let goals = self.places.get_mut(place).map(|place| &mut place.goals);
        for goal in goals.into_iter().flatten().filter(|goal| goal.outcome == outcome) {
            goal.count += 1;
        }
    }
}

/// What is sought at a place.
#[derive(Default)]
struct Sought {
    policy: Option<String>,
    outcomes: BTreeSet<Outcome>,
}

impl Sought {
    fn place(self, span: Span, kind: Kind) -> Place {
        let goals = self
            .outcomes
            .into_iter()
            .map(|outcome| Goal { outcome, count: 0 });
        Place {
            kind,
            span,
            policy: self.policy,
            goals: goals.collect(),
        }
    }
}

/// The rules that an author wrote: the forbid of a `permit … only when` is not one of them.
fn counted_rules(bundle: &Bundle) -> impl Iterator<Item = (RuleId, &crate::ir::Rule)> {
    let rules = bundle.rules.iter().enumerate();
    rules
        .filter(|(_, rule)| !rule.from_only)
        .map(|(index, rule)| (RuleId::at(index), rule))
}

/// Where the named schedules are declared.
fn declarations(bundle: &Bundle, files: &BTreeMap<FileId, ast::File>) -> BTreeMap<ScheduleId, Span> {
    let items = files.values().flat_map(|file| &file.items);
    let declared: BTreeMap<&str, Span> = items
        .filter_map(|item| item.kind.as_schedule())
        .map(|schedule| (schedule.name.text.as_str(), schedule.name.span))
        .collect();
    let schedules = (0u32..).map(ScheduleId).zip(&bundle.calendar.schedules);
    schedules
        .filter_map(|(id, schedule)| Some((id, *declared.get(schedule.name.as_deref()?)?)))
        .collect()
}

/// The schedule and all those it refers to.
fn reached(bundle: &Bundle, schedule: ScheduleId) -> BTreeSet<ScheduleId> {
    let mut found = BTreeSet::new();
    let mut open = vec![schedule];
    while let Some(id) = open.pop() {
        if let (true, Some(schedule)) = (found.insert(id), bundle.calendar.schedule(id)) {
            referred(&schedule.expression, &mut open);
        }
    }
    found
}

/// The schedules that an expression names.
fn referred(expression: &Expression, found: &mut Vec<ScheduleId>) {
    match expression {
        Expression::Windows { .. } => {}
        Expression::Schedule(id) => found.push(*id),
        Expression::Union(parts) | Expression::Intersection(parts) => {
            for part in parts {
                referred(part, found);
            }
        }
        Expression::Except(from, without) => {
            referred(from, found);
            referred(without, found);
        }
    }
}
