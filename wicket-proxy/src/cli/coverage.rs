//! `wicket check --coverage`: what the tests have seen, as text, as JSON, and as LCOV for the tools that draw it.

use std::fmt::Write as _;

use clap::ValueEnum;
use serde::Serialize;
use wicket_lang::source::Sources;
use wicket_lang::testing::coverage::{Coverage, Kind, Place, print, show_percent};

use super::subject::{Examined, place};

/// The forms of `--coverage`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// Below the findings; with `--format json`, beside them.
    Text,
    /// One JSON document.
    Json,
    /// LCOV, for what draws coverage beside the text.
    Lcov,
}

/// What was covered, for a program.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// Of all goals, rounded down to hundredths.
    percent: f64,
    /// What is at least wanted, where `--coverage-min` says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<f64>,
    all: Count,
    rules: Count,
    conditions: Count,
    windows: Count,
    places: Vec<PlaceReport>,
}

#[derive(Debug, Serialize)]
struct Count {
    reached: usize,
    goals: usize,
}

/// A place; lines and columns count from 1, columns in characters; the end is not included.
#[derive(Debug, Serialize)]
struct PlaceReport {
    kind: Kind,
    policy: Option<String>,
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    text: String,
    /// How often each outcome was seen.
    outcomes: serde_json::Map<String, serde_json::Value>,
}

impl Report {
    pub(super) fn of(coverage: &Coverage, sources: &Sources, minimum: Option<f64>) -> Self {
        let count = |kind| {
            let (reached, goals) = coverage.count(kind);
            Count { reached, goals }
        };
        Self {
            percent: percent(coverage),
            minimum,
            all: count(None),
            rules: count(Some(Kind::Rule)),
            conditions: count(Some(Kind::Condition)),
            windows: count(Some(Kind::Window)),
            places: coverage.places.iter().map(|one| report(one, sources)).collect(),
        }
    }
}

fn report(covered: &Place, sources: &Sources) -> PlaceReport {
    let span = covered.span;
    let (file, line, column) = place(sources, span.file, span.start);
    let (_, end_line, end_column) = place(sources, span.file, span.end);
    let outcomes = covered.goals.iter().map(|goal| {
        let name = goal.outcome.name().replace(' ', "_");
        (name, goal.count.into())
    });
    PlaceReport {
        kind: covered.kind,
        policy: covered.policy.clone(),
        file,
        line,
        column,
        end_line,
        end_column,
        text: sources.text(span).to_owned(),
        outcomes: outcomes.collect(),
    }
}

/// In percent, to hundredths; at most 10,000 of them, which a double holds exactly.
fn percent(coverage: &Coverage) -> f64 {
    u32::try_from(coverage.basis_points()).map_or(100.0, f64::from) / 100.0
}

/// Why the coverage is too small, if it is. Nothing is covered by tests that were not run.
pub(super) fn shortfall(examined: &Examined, minimum: Option<f64>) -> Option<String> {
    let minimum = minimum?;
    let Some(coverage) = &examined.coverage else {
        return Some(format!(
            "the coverage is not known, and at least {minimum} % is wanted"
        ));
    };
    (percent(coverage) < minimum).then(|| {
        format!(
            "the coverage is {}, and at least {minimum} % is wanted",
            show_percent(coverage.basis_points())
        )
    })
}

/// For a person: the sums, and what was never seen.
pub(super) fn text(examined: &Examined) -> String {
    examined
        .coverage
        .as_ref()
        .map(|coverage| format!("\n{}", print(coverage, &examined.subject.shown)))
        .unwrap_or_default()
}

/// One JSON document, or `None` where nothing was run.
pub(super) fn json(examined: &Examined, minimum: Option<f64>) -> anyhow::Result<Option<String>> {
    let Some(coverage) = &examined.coverage else {
        return Ok(None);
    };
    let report = Report::of(coverage, &examined.subject.shown, minimum);
    Ok(Some(serde_json::to_string_pretty(&report)? + "\n"))
}

/// A record for each file: lines are the rules that stand on them, branches are all goals.
pub(super) fn lcov(examined: &Examined) -> Option<String> {
    let coverage = examined.coverage.as_ref()?;
    let sources = &examined.subject.shown;
    // Writing to a String does not fail, here and below.
    let mut out = String::new();
    for (id, file) in sources.iter() {
        let _ = writeln!(out, "TN:\nSF:{}", file.name);
        let here: Vec<&Place> = coverage.places.iter().filter(|one| one.span.file == id).collect();
        let line_of = |one: &Place| sources.position(id, one.span.start).line;
        let (mut found, mut hit) = (0, 0);
        for (block, one) in here.iter().enumerate() {
            let is_read = one.goals.iter().any(|goal| goal.count > 0);
            for (branch, goal) in one.goals.iter().enumerate() {
                // A branch of what was never read is `-`.
                let taken = if is_read {
                    goal.count.to_string()
                } else {
                    "-".to_owned()
                };
                let _ = writeln!(out, "BRDA:{},{block},{branch},{taken}", line_of(one));
                found += 1;
                hit += usize::from(goal.count > 0);
            }
        }
        let _ = writeln!(out, "BRF:{found}\nBRH:{hit}");
        let mut lines = std::collections::BTreeMap::new();
        for one in here.iter().filter(|one| one.kind == Kind::Rule) {
            let matched = one.goals.first().map_or(0, |goal| goal.count);
            *lines.entry(line_of(one)).or_insert(0) += matched;
        }
        for (line, count) in &lines {
            let _ = writeln!(out, "DA:{line},{count}");
        }
        let hit = lines.values().filter(|count| **count > 0).count();
        let _ = writeln!(out, "LF:{}\nLH:{hit}\nend_of_record", lines.len());
    }
    Some(out)
}

/// A percentage, as `--coverage-min` takes it.
pub(super) fn parse_minimum(text: &str) -> Result<f64, String> {
    let number = text.trim_end_matches('%').trim_end();
    match number.parse::<f64>() {
        Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(percent),
        _ => Err("this is a percentage from 0 to 100, like 80".to_owned()),
    }
}
