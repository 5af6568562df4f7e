//! One story: its calls in order, and each of its cases held against what is expected.

use super::compare::{self, CLASSES, Difference, Instants};
use super::given::{self, Given};
use super::past::Past;
use super::{Decide, Failure, Trace, moment};
use crate::check::Names;
use crate::decide::{self, Answer, Decision, Settled};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::ir::{Bundle, Outcome};
use crate::json::Object;
use crate::request::{Definition, Request, State, Switches};
use crate::syntax::ast::{Call, Duration, Expect, Moment, Name, Step};
use crate::value::Instant;
use crate::vm::Clause;

/// The most clauses that are told of a failure.
const MAX_CLAUSES: usize = 12;

/// One test as it is told.
pub(super) struct Story<'a> {
    pub bundle: &'a Bundle,
    pub names: &'a Names,
    pub decide: Decide<'a>,
    pub trace: Trace<'a>,
    /// The zone of the test's file.
    pub zone: Option<&'a str>,
    pub diagnostics: Vec<Diagnostic>,
    pub failures: Vec<Failure>,
}

/// A call under which cases stand.
struct Open<'a> {
    call: &'a Call,
    /// What each of its cases starts from.
    before: Past,
    /// What there is after its last case.
    after: Past,
    cases: usize,
}

/// What is given: for the story from here on, and for the next case alone.
#[derive(Default)]
struct Stage {
    base: Given,
    case: Option<Given>,
}

impl Story<'_> {
    pub(super) fn run(&mut self, steps: &[Step]) {
        let mut stage = Stage::default();
        let mut open: Option<Open<'_>> = None;
        for (at, step) in steps.iter().enumerate() {
            let rest = steps.get(at + 1..).unwrap_or_default();
            match step {
                Step::At(moment) => {
                    let now = self.instant(moment);
                    if now.is_some() {
                        self.target(&mut stage, &mut open, rest).now = now;
                    }
                }
                Step::After(length) => {
                    self.target(&mut stage, &mut open, rest);
                    self.later(&mut stage, *length);
                }
                Step::Given {
                    subject,
                    fields,
                    span,
                } => {
                    let bundle = self.bundle;
                    let target = self.target(&mut stage, &mut open, rest);
                    if let Err(found) = target.give(bundle, subject, fields, *span) {
                        self.diagnostics.extend(found);
                    }
                }
                Step::Remembered(remembered) => {
                    let bundle = self.bundle;
                    let target = self.target(&mut stage, &mut open, rest);
                    if let Err(found) = target.remember(bundle, remembered) {
                        self.diagnostics.push(*found);
                    }
                }
                Step::Call(call) => {
                    let before = self.before(open.take(), call, &stage.base);
                    stage.case = None;
                    self.check_tool(call);
                    open = Some(Open {
                        call,
                        after: before.clone(),
                        before,
                        cases: 0,
                    });
                }
                Step::Expect(expect) => {
                    let given = stage.case.take().unwrap_or_else(|| stage.base.clone());
                    self.check_names(&expect.by);
                    match &mut open {
                        Some(open) => {
                            open.cases += 1;
                            open.after = self.case(open.call, &open.before, &given, Some(expect));
                        }
                        None => self.diagnostics.push(
                            Diagnostic::new(
                                Code::E0704,
                                "this expects something of no call",
                                expect.span,
                                "no call stands above",
                            )
                            .with_help("write `call github.get_me` first"),
                        ),
                    }
                }
                Step::AtColumn(name) => self.no_column(name),
                // The stories have been unfolded.
                Step::Fixture(_) | Step::Each(_) => {}
            }
        }
        self.finish(open.as_ref());
    }

    /// What stands before an `expect` holds for this case alone; what stands before a call holds from it on, and the
    /// call above, of which nothing was expected, happened before it.
    fn target<'s>(
        &mut self,
        stage: &'s mut Stage,
        open: &mut Option<Open<'_>>,
        rest: &[Step],
    ) -> &'s mut Given {
        let next = rest
            .iter()
            .find(|step| matches!(step, Step::Call(_) | Step::Expect(_)));
        match (next, open) {
            (Some(Step::Expect(_)), Some(_)) => stage.case.get_or_insert_with(|| stage.base.clone()),
            (Some(Step::Call(Call { then: true, .. })), Some(open)) if open.cases == 0 => {
                open.after = self.case(open.call, &open.before, &stage.base, None);
                open.cases = 1;
                &mut stage.base
            }
            _ => &mut stage.base,
        }
    }

    /// Moves the clock, for this case and for all that follows.
    fn later(&mut self, stage: &mut Stage, length: Duration) {
        let millis = i64::try_from(length.seconds)
            .unwrap_or(i64::MAX)
            .saturating_mul(1000);
        let moved = |now: Instant| Instant(now.0.saturating_add(millis));
        if stage
            .base
            .now
            .or(stage.case.as_ref().and_then(|case| case.now))
            .is_none()
        {
            self.diagnostics.push(
                Diagnostic::new(
                    Code::E0710,
                    "no time is known that this could be later than",
                    length.span,
                    "later than when?",
                )
                .with_help("begin with a moment: `at 2026-03-02 12:00`"),
            );
        }
        stage.base.now = stage.base.now.map(moved);
        if let Some(case) = &mut stage.case {
            case.now = case.now.map(moved);
        }
    }

    fn instant(&mut self, moment: &Moment) -> Option<Instant> {
        match moment::instant(self.bundle, self.zone, moment) {
            Ok(now) => Some(now),
            Err(diagnostic) => {
                self.diagnostics.push(*diagnostic);
                None
            }
        }
    }

    fn no_column(&mut self, name: &Name) {
        // Outside of a table the word can only have been meant as an outcome.
        let outcome = match name.text.as_str() {
            "allow" | "allowed" | "permitted" | "ok" | "pass" | "success" => Some("permit"),
            "denied" | "forbid" | "forbidden" | "block" | "blocked" | "refuse" | "fail" | "error" => {
                Some("deny")
            }
            "approval" | "pending" | "asked" => Some("ask"),
            other => crate::diagnostic::nearest(other, ["permit", "deny", "ask", "expired"]),
        };
        if let Some(outcome) = outcome {
            self.diagnostics.push(
                Diagnostic::new(
                    Code::E0708,
                    format!("`{}` is no outcome", name.text),
                    name.span,
                    "a call ends with `permit`, `deny`, `ask` or `expired`",
                )
                .with_near(name.span, Some(outcome)),
            );
            return;
        }
        self.diagnostics.push(
            Diagnostic::new(
                Code::E0708,
                format!("no table has a column `{}`", name.text),
                name.span,
                "this is the name of no column",
            )
            .with_help("a table is `for each (NAME, …) in [(value, …)] { … }`"),
        );
    }

    /// What `call` starts from.
    fn before(&mut self, open: Option<Open<'_>>, call: &Call, base: &Given) -> Past {
        let Some(open) = open else {
            if call.then {
                self.diagnostics.push(
                    Diagnostic::new(
                        Code::E0704,
                        "`then` goes on from no call",
                        call.span,
                        "no call stands above",
                    )
                    .with_help("the first call of a story is a plain `call`"),
                );
            }
            return Past::of(self.bundle, base);
        };
        if !call.then {
            self.finish(Some(&open));
            return Past::of(self.bundle, base);
        }
        match open.cases {
            // A call that nothing is expected of happens all the same.
            0 => self.case(open.call, &open.before, base, None),
            1 => open.after,
            _ => {
                self.diagnostics.push(
                    Diagnostic::new(
                        Code::E0705,
                        "`then` goes on from one case",
                        call.span,
                        "the call above has several",
                    )
                    .with_help("tell the story in a test of its own"),
                );
                open.after
            }
        }
    }

    fn finish(&mut self, open: Option<&Open<'_>>) {
        if let Some(open) = open
            && open.cases == 0
        {
            self.diagnostics.push(
                Diagnostic::new(
                    Code::E0704,
                    "nothing is expected of this call",
                    open.call.span,
                    "an `expect` is missing",
                )
                .with_help("add `expect permit` or `expect deny`"),
            );
        }
    }

    /// Runs one case, holds it against what is expected, and tells what there is after it.
    fn case(&mut self, call: &Call, past: &Past, given: &Given, expect: Option<&Expect>) -> Past {
        let connector = call.connector.text.as_str();
        let before = &past.before(self.bundle, given, connector);
        let args: Object = call
            .arguments
            .iter()
            .map(|(name, value)| (name.text.clone(), given::json(value)))
            .collect();
        let facts = given.facts(self.bundle, connector);
        let approvals = given.approvals(self.bundle, connector, &call.tool.text, &args);
        let idle = given.idle_approval(call);
        self.diagnostics
            .extend(idle.filter(|found| !self.diagnostics.contains(found)));
        let request = Request {
            connector,
            tool: &call.tool.text,
            args: &args,
            caller: &given.caller,
            facts: &facts,
            definition: Definition::Pinned,
            approvals: &approvals,
            now: given.now,
        };
        let switches = Switches::default();
        let decision = match (self.decide)(&request, before) {
            Answer::Decided(decision) => decision,
            // INVARIANT: the facts of a test are complete, so nothing more can be asked for.
            Answer::Needs(_) => return past.clone(),
        };
        if let Some(expect) = expect {
            self.hold_against(expect, &request, before, &decision);
        }
        let Settled { mut state, awaited } =
            decide::settled(self.bundle, &switches, &request, before, &decision);
        // What is not told of the end of a call is not known.
        if let Some(outcome) = call.ending.as_ref().and_then(|ending| self.ending(ending)) {
            let ended = given.now.unwrap_or(Instant(0));
            if let Some(result) = call.result.as_ref().filter(|_| outcome == Outcome::Success) {
                let result = result
                    .iter()
                    .map(|(name, value)| (name.text.clone(), given::json(value)));
                let facts = facts.clone().with_result(result.collect());
                let answered = Request {
                    facts: &facts,
                    ..request
                };
                decide::learn(self.bundle, &switches, &answered, &mut state, &awaited);
            }
            state.outcome(self.bundle, &awaited, Some(outcome), ended);
        }
        past.after(state, given, connector)
    }

    /// How a call ends; `None` where that is not known yet.
    fn ending(&mut self, word: &Name) -> Option<Outcome> {
        match word.text.as_str() {
            "succeeds" => Some(Outcome::Success),
            "errs" => Some(Outcome::Error),
            "fails" => Some(Outcome::Failure),
            "pending" => None,
            text => {
                let known = ["succeeds", "errs", "fails", "pending"];
                let found = Diagnostic::new(
                    Code::E0345,
                    format!("no call `{text}`"),
                    word.span,
                    "a call `succeeds`, `errs`, `fails` or is `pending`",
                )
                .with_near(word.span, nearest(text, known));
                if !self.diagnostics.contains(&found) {
                    self.diagnostics.push(found);
                }
                None
            }
        }
    }

    fn hold_against(&mut self, expect: &Expect, request: &Request<'_>, before: &State, decision: &Decision) {
        if let Some(column) = &expect.column {
            self.no_column(column);
            return;
        }
        let class = expect.class.as_ref().and_then(|(name, at)| {
            self.check_class(name, at.as_ref());
            at.as_ref()
        });
        let instants = Instants {
            class: class.and_then(|at| self.instant(at)),
            next: expect.next.as_ref().and_then(|at| self.instant(at)),
        };
        let switches = Switches::default();
        let explanation = decide::explain(self.bundle, &switches, request, before, decision);
        let differences = compare::differences(self.bundle, expect, instants, decision, &explanation);
        if differences.is_empty() {
            return;
        }
        let sentences: Vec<String> = differences.iter().map(Difference::sentence).collect();
        self.failures.push(Failure {
            span: expect.span,
            detail: sentences.join("; "),
            differences,
            clauses: self.clauses(request, before, decision),
        });
    }

    /// The clauses of the rules that decided; where none did, of all rules of the tool.
    fn clauses(&self, request: &Request<'_>, before: &State, decision: &Decision) -> Vec<Clause> {
        if decision.findings.rules.is_empty() {
            return Vec::new();
        }
        let decided = |clause: &Clause| decision.rules.is_empty() || decision.rules.contains(&clause.rule);
        let mut clauses = (self.trace)(request, before);
        clauses.retain(decided);
        clauses.truncate(MAX_CLAUSES);
        clauses
    }

    fn check_class(&mut self, name: &Name, at: Option<&Moment>) {
        if !CLASSES.contains(&name.text.as_str()) {
            let near = nearest(&name.text, CLASSES);
            self.diagnostics.push(
                Diagnostic::new(
                    Code::E0711,
                    format!("no denial has the class `{}`", name.text),
                    name.span,
                    format!("the classes are `{}`", CLASSES.join("`, `")),
                )
                .with_near(name.span, near),
            );
        } else if let (Some(at), false) = (at, name.text == "at") {
            self.diagnostics.push(Diagnostic::new(
                Code::E0711,
                format!("the class `{}` has no moment", name.text),
                at.span,
                "only the class `at` has one",
            ));
        }
    }

    fn check_tool(&mut self, call: &Call) {
        if self
            .bundle
            .find_tool(&call.connector.text, &call.tool.text)
            .is_some()
        {
            return;
        }
        let full = format!("{}.{}", call.connector.text, call.tool.text);
        let names: Vec<String> = (0..self.bundle.tools.len())
            .map(|index| self.bundle.tool_name(crate::ir::ToolId::at(index)))
            .collect();
        let near = crate::diagnostic::nearest(&full, names.iter().map(String::as_str));
        let diagnostic = Diagnostic::new(
            Code::E0701,
            format!("`{full}` is no tool of this bundle"),
            call.connector.span.to(call.tool.span),
            "a test of it would only test that",
        );
        self.diagnostics.push(match near {
            Some(near) => diagnostic.with_near(call.connector.span.to(call.tool.span), Some(near)),
            None => diagnostic,
        });
    }

    fn check_names(&mut self, by: &[Name]) {
        use crate::check::Meaning;
        let decides = |meaning| {
            matches!(
                meaning,
                Meaning::Policy(_) | Meaning::Breaker(_) | Meaning::Limit(_)
            )
        };
        for name in by {
            if name.text == "default" || self.names.get(&name.text).is_some_and(decides) {
                continue;
            }
            let diagnostic = Diagnostic::new(
                Code::E0703,
                format!("`{}` decides nothing", name.text),
                name.span,
                "no policy, breaker or limit has this name",
            );
            self.diagnostics
                .push(match self.names.nearest(&name.text, decides) {
                    Some(near) => diagnostic.with_near(name.span, Some(near)),
                    None => diagnostic,
                });
        }
    }
}
