//! A caller with a session, for telling stories.

use wicket_lang::api::{self, BundleFiles};
use wicket_lang::artifact::Artifact;
use wicket_lang::decide::{self, Answer, Class, Decision, Explanation};
use wicket_lang::ir::Outcome;
use wicket_lang::json::{self, Json, Object};
use wicket_lang::request::{Awaited, Caller, Definition, Fact, FactRef, Facts, Request, State, Switches};
use wicket_lang::value::Instant;

pub(crate) struct Session {
    pub(crate) artifact: Artifact,
    pub(crate) switches: Switches,
    pub(crate) state: State,
    pub(crate) caller: Caller,
    pub(crate) facts: Facts,
    pub(crate) now: Option<Instant>,
}

impl Session {
    /// Of a bundle of one file. Facts are complete, and nobody is known.
    pub(crate) fn new(text: &str) -> Self {
        let bundle = BundleFiles::single("main.wkt", text);
        let analysis = api::analyze(&bundle);
        assert!(!analysis.has_errors(), "{:#?}", analysis.diagnostics);
        let artifact = api::compile(&bundle, &analysis).unwrap().into_artifact().unwrap();
        Self {
            artifact,
            switches: Switches::default(),
            state: State::default(),
            caller: Caller::default(),
            facts: Facts::complete(),
            now: Some(Instant::parse("2026-03-02T12:00:00+01:00").unwrap()),
        }
    }

    pub(crate) fn at(&mut self, instant: &str) {
        self.now = Some(Instant::parse(instant).unwrap());
    }

    pub(crate) fn later(&mut self, seconds: i64) {
        self.now = self.now.map(|now| Instant(now.0 + seconds * 1000));
    }

    /// What is known of the call's repository.
    pub(crate) fn repo(&mut self, fields: &str) {
        let known = Fact::Known {
            attributes: object(fields),
            read_at: None,
        };
        self.fact(known);
    }

    pub(crate) fn fact(&mut self, fact: Fact) {
        let resources = &self.artifact.bundle.resources;
        let place = resources
            .iter()
            .position(|resource| resource.name == "repo")
            .unwrap();
        self.facts.insert(wicket_lang::ir::ResourceId::at(place), fact);
    }

    fn judge<T>(&self, tool: &str, args: &str, then: impl FnOnce(&Request<'_>, Answer) -> T) -> T {
        let (connector, tool) = tool.split_once('.').unwrap();
        let args = object(args);
        let request = Request {
            connector,
            tool,
            args: &args,
            caller: &self.caller,
            facts: &self.facts,
            definition: Definition::Pinned,
            approvals: &[],
            now: self.now,
        };
        let answer = self.artifact.decide(&self.switches, &request, &self.state);
        then(&request, answer)
    }

    /// What facts the answer still depends on.
    pub(crate) fn needs(&self, tool: &str, args: &str) -> Vec<FactRef> {
        self.judge(tool, args, |_, answer| match answer {
            Answer::Needs(needs) => needs,
            Answer::Decided(_) => Vec::new(),
        })
    }

    /// The decision on a call, and what is told about it. The session goes on.
    pub(crate) fn call(&mut self, tool: &str, args: &str) -> (Decision, Explanation) {
        let (decision, told, _) = self.awaited(tool, args);
        (decision, told)
    }

    /// The same, with what is awaited of the call's outcome.
    pub(crate) fn awaited(&mut self, tool: &str, args: &str) -> (Decision, Explanation, Awaited) {
        let (decision, told, settled) = self.judge(tool, args, |request, answer| {
            let Answer::Decided(decision) = answer else {
                panic!("{answer:?}");
            };
            let bundle = &self.artifact.bundle;
            let told = decide::explain(bundle, &self.switches, request, &self.state, &decision);
            let next = decide::settled(bundle, &self.switches, request, &self.state, &decision);
            (decision, told, next)
        });
        self.state = settled.state;
        (decision, told, settled.awaited)
    }

    /// Lets a call through and says what waits for its outcome.
    pub(crate) fn probe(&mut self, tool: &str, args: &str) -> Awaited {
        let (_, _, awaited) = self.awaited(tool, args);
        assert!(awaited.probes.is_some());
        awaited
    }

    pub(crate) fn ends(&mut self, awaited: &Awaited, success: bool) {
        let outcome = if success {
            Outcome::Success
        } else {
            Outcome::Failure
        };
        self.outcome(awaited, Some(outcome));
    }

    pub(crate) fn outcome(&mut self, awaited: &Awaited, outcome: Option<Outcome>) {
        self.state
            .outcome(&self.artifact.bundle, awaited, outcome, self.now.unwrap());
    }

    pub(crate) fn permits(&mut self, tool: &str, args: &str) -> bool {
        self.call(tool, args).0.is_permit()
    }

    pub(crate) fn class(&mut self, tool: &str, args: &str) -> Class {
        self.call(tool, args).1.class.unwrap()
    }

    /// The names of the policies that decided.
    pub(crate) fn by(&mut self, tool: &str, args: &str) -> Vec<String> {
        let (decision, _) = self.call(tool, args);
        let bundle = &self.artifact.bundle;
        let rules = decision
            .rules
            .iter()
            .map(|rule| bundle.policy_of(*rule).unwrap().name.clone());
        let breakers = decision
            .breakers
            .iter()
            .map(|id| bundle.breaker(*id).unwrap().name.clone());
        rules.chain(breakers).collect()
    }
}

fn object(text: &str) -> Object {
    match json::read(text.as_bytes(), &json::Limits::default()) {
        Ok(Json::Object(object)) => object,
        other => panic!("{text}: {other:?}"),
    }
}
