//! What was found in a bundle, for a person and for a program.

use std::fmt::Write as _;

use serde::Serialize;
use wicket_lang::diagnostic::render::escape;
use wicket_lang::diagnostic::{Diagnostic, Fix, Severity};
use wicket_lang::source::Sources;
use wicket_lang::testing::TestResult;
use wicket_lang::vm::{Clause, Shown};

use super::coverage;
use super::subject::{Examined, counted, place};

/// The findings as JSON. Lines and columns count from 1, columns in characters; the end is not included.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) ok: bool,
    diagnostics: Vec<Finding>,
    pub(super) tests: Tests,
    /// With `--fix`: what was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fixed: Option<Fixed>,
    /// With `--coverage`: what the tests have seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) coverage: Option<coverage::Report>,
}

/// What `--fix` changed.
#[derive(Debug, Default, Serialize)]
pub(super) struct Fixed {
    pub(super) count: usize,
    pub(super) files: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Finding {
    code: &'static str,
    severity: &'static str,
    message: String,
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    help: Option<String>,
    /// Ways to mend it, the likeliest first.
    fixes: Vec<Mending>,
}

#[derive(Debug, Serialize)]
struct Mending {
    label: String,
    /// `safe`, and `wicket check --fix` does it, or `guess`.
    safety: &'static str,
    edits: Vec<Replacement>,
}

/// Put `text` where the text from line and column to the end stands.
#[derive(Debug, Serialize)]
struct Replacement {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    text: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Tests {
    passed: usize,
    failed: usize,
    results: Vec<Outcome>,
}

#[derive(Debug, Serialize)]
struct Outcome {
    name: String,
    file: String,
    line: usize,
    ok: bool,
    /// What went otherwise than expected, a line for each.
    detail: Option<String>,
}

impl Report {
    pub(super) fn of(examined: &Examined, ok: bool) -> Self {
        let sources = &examined.subject.shown;
        Self {
            ok,
            diagnostics: examined
                .diagnostics
                .iter()
                .map(|found| finding(sources, found))
                .collect(),
            tests: Tests {
                passed: examined.tests.len() - examined.failed_tests(),
                failed: examined.failed_tests(),
                results: examined.tests.iter().map(|test| outcome(sources, test)).collect(),
            },
            fixed: None,
            coverage: None,
        }
    }
}

fn finding(sources: &Sources, found: &Diagnostic) -> Finding {
    let span = found.primary.span;
    let (file, line, column) = place(sources, span.file, span.start);
    let (_, end_line, end_column) = place(sources, span.file, span.end);
    Finding {
        code: found.code.name(),
        severity: found.severity.name(),
        message: found.message.clone(),
        file,
        line,
        column,
        end_line,
        end_column,
        help: help_of(found),
        fixes: found.fixes.iter().map(|fix| mending(sources, fix)).collect(),
    }
}

/// What to do about it, in a sentence.
pub(super) fn help_of(found: &Diagnostic) -> Option<String> {
    let mends = found.fixes.first().map(|fix| fix.label.clone());
    found.help.clone().or(mends)
}

fn mending(sources: &Sources, fix: &Fix) -> Mending {
    let edits = fix.edits.iter().map(|edit| {
        let (file, line, column) = place(sources, edit.span.file, edit.span.start);
        let (_, end_line, end_column) = place(sources, edit.span.file, edit.span.end);
        Replacement {
            file,
            line,
            column,
            end_line,
            end_column,
            text: edit.replacement.clone(),
        }
    });
    Mending {
        label: fix.label.clone(),
        safety: fix.safety.name(),
        edits: edits.collect(),
    }
}

fn outcome(sources: &Sources, test: &TestResult) -> Outcome {
    let (file, line, _) = place(sources, test.span.file, test.span.start);
    let details: Vec<String> = test
        .failures
        .iter()
        .map(|failure| {
            let (_, line, _) = place(sources, failure.span.file, failure.span.start);
            format!("line {line}: {}", failure.detail)
        })
        .collect();
    let detail = match (details.is_empty(), test.ok) {
        (false, _) => Some(details.join("\n")),
        (true, false) => Some("the test itself has an error".to_owned()),
        (true, true) => None,
    };
    Outcome {
        name: test.name.clone(),
        file,
        line,
        ok: test.ok,
        detail,
    }
}

/// The same for a person: what was found, each failed test, and a summary.
pub(super) fn human(examined: &Examined, with_notes: bool) -> String {
    let mut text = examined.drawn(with_notes);
    for test in examined.tests.iter().filter(|test| !test.ok) {
        push_failed(&mut text, &examined.subject.shown, test);
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&summary(examined, with_notes));
    text
}

fn push_failed(out: &mut String, sources: &Sources, test: &TestResult) {
    if !out.is_empty() {
        out.push('\n');
    }
    // Writing to a String does not fail, here and below.
    let _ = writeln!(out, "test failed: {}", escape(&test.name));
    if test.failures.is_empty() {
        let (file, line, column) = place(sources, test.span.file, test.span.start);
        let _ = writeln!(
            out,
            " --> {}:{line}:{column}\n     the test itself has an error",
            escape(&file)
        );
    }
    for failure in &test.failures {
        let (file, line, column) = place(sources, failure.span.file, failure.span.start);
        let _ = writeln!(
            out,
            " --> {}:{line}:{column}\n     {}",
            escape(&file),
            escape(&failure.detail)
        );
        for difference in &failure.differences {
            let _ = writeln!(
                out,
                "     {:<9} - {}\n               + {}",
                difference.what,
                escape(&difference.expected),
                escape(&difference.found)
            );
        }
        for clause in &failure.clauses {
            let _ = writeln!(out, "     {}", told(clause));
        }
    }
}

/// A condition, or a test in it, with what it came to and the values that it read.
fn told(clause: &Clause) -> String {
    let indent = if clause.is_whole { "" } else { "  " };
    let head = if clause.is_whole {
        format!("{}: ", clause.policy)
    } else {
        String::new()
    };
    let came = match clause.shown() {
        Shown::True => "true",
        Shown::False => "false",
        Shown::Unknown => "unknown",
        Shown::Pending => "pending",
        Shown::NotEvaluated => "not evaluated",
    };
    let values: Vec<String> = clause
        .values
        .iter()
        .map(|input| {
            let value = input.value.as_deref().or(input.missing.as_deref());
            format!("{} = {}", input.path, value.unwrap_or("unknown"))
        })
        .collect();
    let read = if values.is_empty() {
        String::new()
    } else {
        format!("   [{}]", values.join(", "))
    };
    escape(&format!("{indent}{head}{came:<13} {}{read}", clause.text))
}

fn summary(examined: &Examined, with_notes: bool) -> String {
    let files = examined.subject.files.sources.iter().count();
    let mut text = format!("{} checked: ", counted(files, "file"));
    let _ = write!(
        text,
        "{}, {}",
        counted(examined.count(Severity::Error), "error"),
        counted(examined.count(Severity::Warning), "warning")
    );
    match examined.count(Severity::Note) {
        0 => {}
        notes if with_notes => {
            let _ = write!(text, ", {}", counted(notes, "note"));
        }
        notes => {
            let _ = write!(text, ", {} (shown with --notes)", counted(notes, "note"));
        }
    }
    if examined.built.is_none() {
        text.push_str("; the tests were not run");
    } else {
        let failed = examined.failed_tests();
        let _ = write!(
            text,
            "; {} passed, {failed} failed",
            counted(examined.tests.len() - failed, "test")
        );
    }
    text.push('\n');
    text
}
