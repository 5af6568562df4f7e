//! `test` blocks: stories of calls, and what is expected of each.
//!
//! A test is judged by whatever decides (the machine, or the interpreter), handed in as a function. What a test does
//! not give is unknown, and its state is empty. Tests hold for all items switched on.

pub mod coverage;
mod given;
mod moment;
mod past;
mod tables;
mod compare;
mod story;

pub use compare::Difference;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::check::Names;
use crate::decide::Answer;
use crate::diagnostic::Diagnostic;
use crate::ir::Bundle;
use crate::request::{Request, State};
use crate::source::{FileId, Span};
use crate::syntax::ast::{self, ItemKind};
use crate::vm::Clause;
use story::Story;

/// How one test went; each row of a table is a test of its own.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TestResult {
    /// The title, and for a row its cells: `posting ["C9", deny]`.
    pub name: String,
    /// Where its title stands.
    #[serde(skip)]
    pub span: Span,
    /// Whether everything that it expects came, and it says nothing that means nothing.
    pub ok: bool,
    /// What went otherwise than expected, and where.
    #[serde(skip)]
    pub failures: Vec<Failure>,
}

/// One `expect` that did not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// Where the `expect` stands.
    pub span: Span,
    /// The differences in one line.
    pub detail: String,
    /// The same one by one.
    pub differences: Vec<Difference>,
    /// The conditions that decided, and what they came to; empty where no rule did.
    pub clauses: Vec<Clause>,
}

/// Judges one call: [`decide::decide`](crate::decide::decide) with the machine or the interpreter.
pub type Decide<'a> = &'a dyn Fn(&Request<'_>, &State) -> Answer;

/// How the rules of a call's tool come to what they find, clause by clause; asked for where a test fails.
pub type Trace<'a> = &'a dyn Fn(&Request<'_>, &State) -> Vec<Clause>;

/// Runs every test of a checked bundle. What a test gets wrong about the bundle (a tool or an item that is not there)
/// is a diagnostic; what the bundle does otherwise than expected is a failure.
#[must_use]
pub fn run(
    bundle: &Bundle,
    names: &Names,
    files: &BTreeMap<FileId, ast::File>,
    decide: Decide<'_>,
    trace: Trace<'_>,
) -> (Vec<TestResult>, Vec<Diagnostic>) {
    let mut results = Vec::new();
    let mut diagnostics = Vec::new();
    let items = files.values().flat_map(|file| &file.items);
    let declared = items.filter_map(|item| item.kind.as_fixture());
    let fixtures = tables::collect(declared, &mut diagnostics);
    for file in files.values() {
        let zone = file
            .items
            .iter()
            .find_map(|item| Some(item.kind.as_zone()?.value.as_str()));
        for item in &file.items {
            let ItemKind::Test(test) = &item.kind else {
                continue;
            };
            let mut found = Vec::new();
            let stories = tables::unfold(&test.steps, &fixtures, &mut found);
            let is_sound = found.is_empty();
            diagnostics.append(&mut found);
            for told in stories {
                let mut story = Story {
                    bundle,
                    names,
                    decide,
                    trace,
                    zone,
                    diagnostics: Vec::new(),
                    failures: Vec::new(),
                };
                story.run(&told.steps);
                results.push(TestResult {
                    name: name(&test.title.value, &told.cells),
                    span: test.title.span,
                    ok: is_sound && story.failures.is_empty() && story.diagnostics.is_empty(),
                    failures: story.failures,
                });
                diagnostics.append(&mut story.diagnostics);
            }
        }
    }
    crate::diagnostic::sort(&mut diagnostics);
    (results, diagnostics)
}

fn name(title: &str, cells: &[String]) -> String {
    if cells.is_empty() {
        title.to_owned()
    } else {
        format!("{title} [{}]", cells.join(", "))
    }
}
