//! How the rules came to what they came to.

use std::fmt::Write as _;

use serde::Serialize;
use wicket_lang::artifact::Artifact;
use wicket_lang::decide::Input;
use wicket_lang::diagnostic::render::escape;
use wicket_lang::ir::Effect;
use wicket_lang::request::{Environment, Request, Scope, State};
use wicket_lang::vm::{self, Shown};

/// A rule's condition, or one test in it.
#[derive(Debug, Serialize)]
pub(super) struct Clause {
    policy: String,
    effect: Effect,
    /// Where the rule stands.
    at: String,
    /// `false`: a test in the condition above it.
    whole: bool,
    condition: String,
    value: Shown,
    inputs: Vec<Input>,
}

/// What the machine finds for the call, clause by clause.
pub(super) fn clauses(artifact: &Artifact, request: &Request<'_>, state: &State) -> Vec<Clause> {
    let bundle = &artifact.bundle;
    let Some(tool) = bundle.find_tool(request.connector, request.tool) else {
        return Vec::new();
    };
    let env = Environment {
        bundle,
        tool,
        request,
        state,
        scope: Scope::Call,
    };
    let (_, clauses) = vm::trace(&artifact.programs, &artifact.nodes, &env);
    clauses
        .into_iter()
        .map(|clause| Clause {
            value: clause.shown(),
            at: artifact
                .places
                .rules
                .get(clause.rule.index())
                .map_or_else(String::new, |place| artifact.places.show(*place)),
            policy: clause.policy,
            effect: clause.effect,
            whole: clause.is_whole,
            condition: clause.text,
            inputs: clause.values,
        })
        .collect()
}

/// The clauses as lines: a rule, its tests below it, and the values that each read.
pub(super) fn human(clauses: &[Clause]) -> String {
    if clauses.is_empty() {
        return "\ntrace: it was decided before any rule\n".to_owned();
    }
    let mut out = String::from("\ntrace:\n");
    for clause in clauses {
        // Writing to a String does not fail.
        let _ = if clause.whole {
            let effect = clause.effect.name();
            writeln!(
                out,
                "  {effect} by {} ({})\n    {:<13} {}{}",
                clause.policy,
                clause.at,
                word(clause.value),
                escape(&clause.condition),
                read(&clause.inputs)
            )
        } else {
            writeln!(
                out,
                "      {:<13} {}{}",
                word(clause.value),
                escape(&clause.condition),
                read(&clause.inputs)
            )
        };
    }
    out
}

fn word(shown: Shown) -> &'static str {
    match shown {
        Shown::True => "true",
        Shown::False => "false",
        Shown::Unknown => "unknown",
        Shown::Pending => "pending",
        Shown::NotEvaluated => "not evaluated",
    }
}

fn read(inputs: &[Input]) -> String {
    let values: Vec<String> = inputs
        .iter()
        .map(|input| {
            let value = input.value.as_deref().or(input.missing.as_deref());
            format!("{} = {}", input.path, escape(value.unwrap_or("unknown")))
        })
        .collect();
    if values.is_empty() {
        String::new()
    } else {
        format!("   [{}]", values.join(", "))
    }
}
