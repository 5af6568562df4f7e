//! The machine: runs the program of the tool that is called.
//!
//! It finds what [`crate::interpret`] finds, which is its specification, and leaves the decision to
//! [`crate::decide`]. The loop is in `run.rs`; a [`Trace`] watches it, and the one that watches nothing costs nothing.

mod elements;
mod run;
mod stack;
mod trace;

pub use run::{Silent, Trace};
pub use trace::{Clause, Shown, trace};

use crate::artifact::Artifact;
use crate::bytecode::Programs;
use crate::decide::{self, Answer};
use crate::request::{Environment, Finding, Findings, Request, Scope, State, Switches};
use crate::value::Truth;

/// For each rule that touches the tool, whether it matches, as the tool's program finds it.
#[must_use]
pub fn findings(programs: &Programs, env: &Environment<'_>) -> Findings {
    watched(programs, env, &mut Silent)
}

/// The same, watched.
pub fn watched(programs: &Programs, env: &Environment<'_>, watch: &mut impl Trace) -> Findings {
    let guards = env.tool().map(|tool| tool.guards.as_slice()).unwrap_or_default();
    let mut rules = Vec::with_capacity(guards.len());
    // A rule that the program does not report is unknown: then a forbid applies and a permit does not.
    let mut reports = guards.iter();
    let mut report = |truth: Truth| {
        let Some(guard) = reports.next() else {
            return false;
        };
        if let Some(rule) = env.bundle.rule(guard.rule) {
            rules.push(Finding {
                rule: guard.rule,
                effect: rule.effect,
                matches: truth,
            });
        }
        true
    };
    if let Some(program) = programs.of(env.tool) {
        run::run(program, env, watch, |truth| {
            report(truth);
        });
    }
    while report(Truth::Unknown) {}
    Findings { rules }
}

impl Artifact {
    /// Judges one call with the machine.
    #[must_use]
    pub fn decide(&self, switches: &Switches, request: &Request<'_>, state: &State) -> Answer {
        decide::decide(&self.bundle, switches, request, state, |env| {
            findings(&self.programs, env)
        })
    }

    /// How the rules of the call's tool come to what they find, clause by clause; empty for a tool that is not there.
    #[must_use]
    pub fn trace(&self, request: &Request<'_>, state: &State) -> Vec<Clause> {
        let Some(tool) = self.bundle.find_tool(request.connector, request.tool) else {
            return Vec::new();
        };
        let env = Environment {
            bundle: &self.bundle,
            tool,
            request,
            state,
            scope: Scope::Call,
        };
        trace(&self.programs, &self.nodes, &env).1
    }
}
