//! `test` blocks: stories of calls, and what is expected of each.
//!
//! A test is judged by whatever decides (the machine, or the interpreter), handed in as a function. What a test does
//! not give is unknown, and its state is empty. Tests hold for all items switched on.

mod given;
mod moment;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::check::Names;
use crate::decide::{self, Answer, Decision, Explanation, Reason};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::Bundle;
use crate::json::Object;
use crate::request::{Definition, Request, State, Switches};
use crate::source::{FileId, Span};
use crate::syntax::ast::{self, Call, Expect, ItemKind, Name, Outcome, Step, Test};
use given::Given;

/// How one test went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TestResult {
    pub name: String,
    #[serde(skip)]
    pub span: Span,
    pub ok: bool,
    /// What went otherwise than expected, and where.
    #[serde(skip)]
    pub failures: Vec<Failure>,
}

/// One `expect` that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub span: Span,
    pub detail: String,
}

/// Judges one call: [`decide::decide`] with the machine or the interpreter.
pub type Decide<'a> = &'a dyn Fn(&Request<'_>, &State) -> Answer;

/// Runs every test of a checked bundle. What a test gets wrong about the bundle (a tool or an item that is not there)
/// is a diagnostic; what the bundle does otherwise than expected is a failure.
#[must_use]
pub fn run(
    bundle: &Bundle,
    names: &Names,
    files: &BTreeMap<FileId, ast::File>,
    decide: Decide<'_>,
) -> (Vec<TestResult>, Vec<Diagnostic>) {
    let mut results = Vec::new();
    let mut diagnostics = Vec::new();
    for file in files.values() {
        let zone = file
            .items
            .iter()
            .find_map(|item| Some(item.kind.as_zone()?.value.as_str()));
        for item in &file.items {
            if let ItemKind::Test(test) = &item.kind {
                let mut story = Story {
                    bundle,
                    names,
                    decide,
                    zone,
                    diagnostics: Vec::new(),
                    failures: Vec::new(),
                };
                story.run(test);
                results.push(TestResult {
                    name: test.title.value.clone(),
                    span: test.title.span,
                    ok: story.failures.is_empty() && story.diagnostics.is_empty(),
                    failures: story.failures,
                });
                diagnostics.append(&mut story.diagnostics);
            }
        }
    }
    crate::diagnostic::sort(&mut diagnostics);
    (results, diagnostics)
}

/// One test as it is told.
struct Story<'a> {
    bundle: &'a Bundle,
    names: &'a Names,
    decide: Decide<'a>,
    /// The zone of the test's file.
    zone: Option<&'a str>,
    diagnostics: Vec<Diagnostic>,
    failures: Vec<Failure>,
}

/// A call under which cases stand.
struct Open<'a> {
    call: &'a Call,
    /// The state in which each of its cases starts.
    before: State,
    /// The state after its last case.
    after: State,
    cases: usize,
}

impl<'a> Story<'a> {
    fn run(&mut self, test: &'a Test) {
        let mut base = Given::default();
        let mut case: Option<Given> = None;
        let mut open: Option<Open<'a>> = None;
        for step in &test.steps {
            match step {
                Step::At(moment) => {
                    let now = moment::instant(self.bundle, self.zone, moment);
                    let target = target(open.as_ref(), &mut base, &mut case);
                    match now {
                        Ok(now) => target.now = Some(now),
                        Err(diagnostic) => self.diagnostics.push(*diagnostic),
                    }
                }
                Step::Given {
                    subject,
                    fields,
                    span,
                } => {
                    let target = target(open.as_ref(), &mut base, &mut case);
                    if let Err(found) = target.give(self.bundle, subject, fields, *span) {
                        self.diagnostics.extend(found);
                    }
                }
                Step::Call(call) => {
                    let before = self.before(
                        open.take(),
                        call,
                        &case.take().unwrap_or_else(|| base.clone()),
                        &base,
                    );
                    self.check_tool(call);
                    open = Some(Open {
                        call,
                        after: before.clone(),
                        before,
                        cases: 0,
                    });
                }
                Step::Expect(expect) => {
                    let given = case.take().unwrap_or_else(|| base.clone());
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
            }
        }
        self.finish(open.as_ref());
    }

    /// The state in which `call` starts.
    fn before(&mut self, open: Option<Open<'a>>, call: &Call, given: &Given, base: &Given) -> State {
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
            return base.state.clone();
        };
        if !call.then {
            self.finish(Some(&open));
            return base.state.clone();
        }
        match open.cases {
            // A call that nothing is expected of happens all the same.
            0 => self.case(open.call, &open.before, given, None),
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

    /// Runs one case, holds it against what is expected, and gives the state after it.
    fn case(&mut self, call: &Call, before: &State, given: &Given, expect: Option<&Expect>) -> State {
        let args: Object = call
            .arguments
            .iter()
            .map(|(name, value)| (name.text.clone(), given::json(value)))
            .collect();
        let facts = given.facts(self.bundle, &call.connector.text);
        let approvals = given.approvals(self.bundle, &call.connector.text, &call.tool.text, &args);
        let request = Request {
            connector: &call.connector.text,
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
            Answer::Needs(_) => return before.clone(),
        };
        if let Some(expect) = expect {
            let explanation = decide::explain(self.bundle, &switches, &request, before, &decision);
            if let Some(detail) = mismatch(self.bundle, expect, &decision, &explanation) {
                self.failures.push(Failure {
                    span: expect.span,
                    detail,
                });
            }
        }
        decide::settle(self.bundle, &switches, &request, before, &decision)
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
            Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")),
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
                    Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")),
                    None => diagnostic,
                });
        }
    }
}

/// Before the first call `at` and `given` hold for the whole test, after it for the next `expect` only.
fn target<'b>(open: Option<&Open<'_>>, base: &'b mut Given, case: &'b mut Option<Given>) -> &'b mut Given {
    if open.is_some() {
        case.get_or_insert_with(|| base.clone())
    } else {
        base
    }
}

/// What is otherwise than expected.
fn mismatch(
    bundle: &Bundle,
    expect: &Expect,
    decision: &Decision,
    explanation: &Explanation,
) -> Option<String> {
    let deciders = decision.deciders(bundle);
    let as_expected = match expect.outcome {
        Outcome::Permit => decision.is_permit(),
        Outcome::Deny => !decision.is_permit(),
        Outcome::Ask => decision.reason == Reason::ApprovalRequired,
        Outcome::Expired => decision.reason == Reason::Expired,
    };
    let by = expect.by.iter().all(|name| match name.text.as_str() {
        "default" => decision.reason == Reason::Default,
        text => deciders.contains(&text),
    });
    let got = || {
        let verdict = if decision.is_permit() { "permit" } else { "deny" };
        let by = match (deciders.as_slice(), decision.reason) {
            ([], Reason::Default) => " by default".to_owned(),
            ([], reason) => format!(" ({})", reason.name()),
            (names, _) => format!(" by {}", names.join(", ")),
        };
        let unknown = if explanation.unknown.is_empty() {
            String::new()
        } else {
            format!(", not known: {}", explanation.unknown.join(", "))
        };
        format!("{verdict}{by}{unknown}")
    };
    if !as_expected || !by {
        return Some(format!("expected {}, got {}", wanted(expect), got()));
    }
    let wanted_text = expect.message.as_ref()?;
    let message = explanation.message.as_deref().unwrap_or_default();
    (!message.contains(&wanted_text.value)).then(|| {
        format!(
            "expected a message that contains {:?}, got {message:?}",
            wanted_text.value
        )
    })
}

fn wanted(expect: &Expect) -> String {
    let outcome = match expect.outcome {
        Outcome::Permit => "permit",
        Outcome::Deny => "deny",
        Outcome::Ask => "ask",
        Outcome::Expired => "expired",
    };
    if expect.by.is_empty() {
        return outcome.to_owned();
    }
    let names: Vec<&str> = expect.by.iter().map(|name| name.text.as_str()).collect();
    format!("{outcome} by {}", names.join(", "))
}
