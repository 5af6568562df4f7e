//! A bundle that is compiled, and calls of it that are ready to be judged.

use anyhow::{Context, Result, anyhow, ensure};
use wicket_lang::api::{self, BundleFiles, DecideRequest};
use wicket_lang::artifact::Artifact;
use wicket_lang::decide::{self, Answer, Decision};
use wicket_lang::diagnostic::render::{Style, render};
use wicket_lang::interpret;
use wicket_lang::ir::Bundle;
use wicket_lang::request::{Environment, Facts, Request, Scope, State, Switches};

/// What is measured.
#[derive(Debug)]
pub struct Workload {
    /// `five`, `n1000`.
    pub name: String,
    pub files: BundleFiles,
    pub artifact: Artifact,
    /// The artifact as it is loaded.
    pub bytes: Vec<u8>,
    pub switches: Switches,
    pub cases: Vec<Case>,
}

/// One call with all that judging it needs, made beforehand.
#[derive(Debug)]
pub struct Case {
    call: DecideRequest,
    facts: Facts,
    state: State,
    /// As [`shown`] writes a decision.
    expected: String,
}

impl Case {
    /// The call as it is judged.
    #[must_use]
    pub fn request(&self) -> Request<'_> {
        Request {
            connector: &self.call.tool.connector,
            tool: &self.call.tool.tool,
            args: &self.call.args,
            caller: &self.call.caller,
            facts: &self.facts,
            definition: self.call.definition,
            approvals: &[],
            now: self.call.now,
        }
    }

    /// The state of its session before it.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }
}

/// From the sources to the bytes of an artifact: what `wicket build` does between reading and writing.
pub fn compile(files: &BundleFiles) -> Result<Vec<u8>> {
    let analysis = api::analyze(files);
    let compiled = api::compile(files, &analysis).map_err(|error| {
        anyhow!(
            "{error}\n{}",
            render(&analysis.diagnostics, &files.sources, Style::Plain)
        )
    })?;
    Ok(compiled.encode())
}

impl Workload {
    /// A workload of a bundle and calls of it, each the text of a request and the decision that is expected. Refuses
    /// one in which a call is decided otherwise, or machine and interpreter differ.
    pub fn new(name: &str, files: BundleFiles, calls: &[(String, String)]) -> Result<Self> {
        let bytes = compile(&files)?;
        let artifact = Artifact::load(&bytes)?;
        let mut workload = Self {
            name: name.to_owned(),
            files,
            artifact,
            bytes,
            switches: Switches::default(),
            cases: Vec::new(),
        };
        for (expected, text) in calls {
            let case = workload.case(expected, text).with_context(|| text.clone())?;
            workload.check(&case).with_context(|| text.clone())?;
            workload.cases.push(case);
        }
        Ok(workload)
    }

    /// Judges a call with the machine.
    #[must_use]
    pub fn decide(&self, case: &Case) -> Answer {
        self.artifact
            .decide(&self.switches, &case.request(), case.state())
    }

    /// Judges a call with the interpreter.
    #[must_use]
    pub fn interpret(&self, case: &Case) -> Answer {
        let (bundle, request) = (&self.artifact.bundle, case.request());
        decide::decide(
            bundle,
            &self.switches,
            &request,
            case.state(),
            interpret::findings,
        )
    }

    /// The calls of tools that the bundle knows: those for which rules are evaluated at all.
    pub fn of_known_tools(&self) -> impl Iterator<Item = &Case> {
        let known = |case: &&Case| {
            let name = &case.call.tool;
            self.artifact
                .bundle
                .find_tool(&name.connector, &name.tool)
                .is_some()
        };
        self.cases.iter().filter(known)
    }

    /// Calls `with` with all that the rules of the called tool can read; nothing for a tool that is not known.
    pub fn in_environment<T>(&self, case: &Case, with: impl FnOnce(&Environment<'_>) -> T) -> Option<T> {
        let request = case.request();
        let tool = self.artifact.bundle.find_tool(request.connector, request.tool)?;
        Some(with(&Environment {
            bundle: &self.artifact.bundle,
            tool,
            request: &request,
            state: case.state(),
            scope: Scope::Call,
        }))
    }

    fn case(&self, expected: &str, text: &str) -> Result<Case> {
        let bundle = &self.artifact.bundle;
        let call = DecideRequest::read(text.as_bytes())?;
        let judge = |switches: &Switches, request: &Request<'_>, state: &State| {
            self.artifact.decide(switches, request, state)
        };
        Ok(Case {
            facts: call.facts(bundle)?,
            state: call.state(bundle, &judge)?,
            call,
            expected: expected.to_owned(),
        })
    }

    fn check(&self, case: &Case) -> Result<()> {
        let (machine, interpreter) = (self.decide(case), self.interpret(case));
        ensure!(
            machine == interpreter,
            "the machine says {machine:?}, the interpreter {interpreter:?}"
        );
        let Answer::Decided(decision) = machine else {
            return Err(anyhow!("the answer is not a decision: {machine:?}"));
        };
        let found = shown(&self.artifact.bundle, &decision);
        ensure!(
            found == case.expected,
            "decided `{found}`, expected `{}`",
            case.expected
        );
        Ok(())
    }
}

/// A decision in few words: `permit reading`, `policy public_only`, `breaker three_strikes`, `default`.
fn shown(bundle: &Bundle, decision: &Decision) -> String {
    let policies = decision.rules.iter().filter_map(|rule| bundle.policy_of(*rule));
    let breakers = decision.breakers.iter().filter_map(|id| bundle.breaker(*id));
    let mut names: Vec<&str> = policies
        .map(|policy| policy.name.as_str())
        .chain(breakers.map(|breaker| breaker.name.as_str()))
        .collect();
    names.sort_unstable();
    names.dedup();
    let word = if decision.is_permit() {
        "permit"
    } else {
        decision.reason.name()
    };
    format!("{word} {}", names.join(",")).trim_end().to_owned()
}
