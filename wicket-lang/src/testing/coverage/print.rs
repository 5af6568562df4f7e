//! Coverage for a person: the sums, and each goal that was not reached.

use std::fmt::Write as _;

use super::{Coverage, Goal, Kind};
use crate::diagnostic::render::escape;
use crate::source::{Sources, Span};

/// The most characters of a place that are shown.
const MAX_SHOWN: usize = 60;

/// What was covered, and what never came, with its place. `sources` give the places their names.
#[must_use]
pub fn print(coverage: &Coverage, sources: &Sources) -> String {
    let (reached, all) = coverage.count(None);
    let percent = coverage.basis_points();
    let mut text = format!("coverage: {} of {all} ({})\n", reached, show_percent(percent));
    for kind in Kind::ALL {
        let (reached, all) = coverage.count(Some(kind));
        // Writing to a String does not fail, here and below.
        let _ = writeln!(text, "  {:<11}{reached} of {all}", format!("{}s", kind.name()));
    }
    for place in &coverage.places {
        let missing: Vec<&str> = place
            .goals
            .iter()
            .filter(|goal| goal.count == 0)
            .map(name)
            .collect();
        if missing.is_empty() {
            continue;
        }
        let position = sources.position(place.span.file, place.span.start);
        let file = sources.get(place.span.file).map(|file| file.name.as_str());
        let _ = writeln!(
            text,
            "{}:{}:{}: {} never {}: {}",
            escape(file.unwrap_or_default()),
            position.line,
            position.column,
            place.kind.name(),
            missing.join(", never "),
            shown(sources, place.span)
        );
    }
    text
}

/// `86.20 %`
#[must_use]
pub fn show_percent(basis_points: usize) -> String {
    let (whole, part) = (basis_points / 100, basis_points % 100);
    if part == 0 {
        format!("{whole} %")
    } else {
        format!("{whole}.{part:02} %")
    }
}

fn name(goal: &Goal) -> &'static str {
    goal.outcome.name()
}

/// The beginning of what stands at a place, in one line.
fn shown(sources: &Sources, span: Span) -> String {
    let words: Vec<&str> = sources.text(span).split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() <= MAX_SHOWN {
        return escape(&line);
    }
    let cut: String = line.chars().take(MAX_SHOWN).collect();
    format!("{} …", escape(cut.trim_end()))
}
