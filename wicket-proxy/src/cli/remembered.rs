//! What scopes remember, a line each, for a person.
//!
//! What is kept is shown as it is kept: which of it still counts is a question to the policies in force.

use std::fmt::Write as _;

use wicket_lang::request::{BreakerState, History, Kept, Ledger, Phase, Since, TrackState};
use wicket_lang::value::Bounds;

/// Scope, item, key, and what is kept.
pub(super) type Row = [String; 4];

/// The titles of the rows.
pub(super) const HEADINGS: [&str; 4] = ["SCOPE", "ITEM", "KEY", "HOLDS"];

/// The rows of one scope.
pub(super) fn rows(scope: &str, history: &History) -> Vec<Row> {
    let mut rows = Vec::new();
    for (name, state) in &history.breakers {
        let mut push = |key: &str, holds: String| rows.push(row(scope, name, key, holds));
        if state.phase != Phase::Closed
            || state.count > 0
            || !state.events.is_empty()
            || state.keys.is_empty()
        {
            push("", breaker(state));
        }
        for (key, held) in &state.keys {
            push(key, phase(held.phase));
        }
    }
    for (name, state) in &history.tracks {
        rows.extend(
            track(state)
                .into_iter()
                .map(|(key, holds)| row(scope, name, &key, holds)),
        );
    }
    rows
}

/// The breakers of a scope that are not closed, with the keys for which they are not.
pub(super) fn open(history: &History) -> Vec<String> {
    let mut open = Vec::new();
    for (name, state) in &history.breakers {
        if state.phase != Phase::Closed {
            open.push(name.clone());
        } else if !state.keys.is_empty() {
            let keys: Vec<&str> = state.keys.keys().map(String::as_str).collect();
            open.push(format!("{name} for {}", keys.join(", ")));
        }
    }
    open
}

fn row(scope: &str, item: &str, key: &str, holds: String) -> Row {
    [scope.to_owned(), item.to_owned(), key.to_owned(), holds]
}

fn breaker(state: &BreakerState) -> String {
    let counted = if state.events.is_empty() {
        state.count
    } else {
        u64::try_from(state.events.len()).unwrap_or(u64::MAX)
    };
    match counted {
        0 => phase(state.phase),
        1 => format!("{}, 1 denial", phase(state.phase)),
        count => format!("{}, {count} denials", phase(state.phase)),
    }
}

fn phase(phase: Phase) -> String {
    match phase {
        Phase::Closed => "closed".to_owned(),
        Phase::Open(None) => "open".to_owned(),
        Phase::Open(Some(since)) => format!("open since {since}"),
        Phase::Probing(since) => format!("waits since {since} for a probe"),
    }
}

/// What a track keeps, by key.
fn track(state: &TrackState) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    for (key, Kept { ledger, .. }) in &state.keys {
        rows.push((key.clone(), held(ledger)));
    }
    for (key, Kept { ledger, .. }) in &state.answers {
        rows.push((key.clone(), format!("{} answered", held(ledger))));
    }
    for (name, ledger) in [
        ("of an unknown key", &state.unplaced),
        ("of other keys", &state.overflow),
    ] {
        if !ledger.is_empty() {
            rows.push((name.to_owned(), held(ledger)));
        }
    }
    rows
}

fn held(ledger: &Ledger) -> String {
    let values = ledger.entries.iter().filter_map(|entry| entry.value.as_deref());
    let values: Vec<&str> = values.collect();
    let mut text = if values.is_empty() {
        between(ledger.sum(Since::Ever))
    } else {
        values.join(", ")
    };
    let waiting = ledger
        .entries
        .iter()
        .filter(|entry| entry.waits.is_some())
        .count();
    if waiting > 0 {
        // Writing to a String does not fail, here and below.
        let _ = write!(text, ", {waiting} in flight");
    }
    let last = ledger
        .entries
        .iter()
        .filter_map(|entry| entry.last.or(entry.first))
        .max();
    if let Some(last) = last {
        let _ = write!(text, ", last {last}");
    }
    text
}

fn between(bounds: Bounds) -> String {
    match (bounds.low, bounds.high) {
        (Some(low), Some(high)) if low == high => low.to_string(),
        (Some(low), Some(high)) => format!("{low} to {high}"),
        (Some(low), None) => format!("{low} or more"),
        (None, Some(high)) => format!("{high} or less"),
        (None, None) => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_item_of_a_scope_is_a_line_that_people_read() {
        let digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let text = format!(
            r#"{{"breakers": {{
                "three": {{"meaning": "{digest}", "count": 2}},
                "merges": {{"meaning": "{digest}", "count": 0, "keys": {{"text site": {{"phase": {{"is": "open", "since": 1772449200000}}}}}}}}
              }},
              "tracks": {{
                "seen": {{"of": "track", "meaning": "{digest}", "keys": {{"": {{"events": [{{"at": 1772449200000, "v": "text a"}}]}}}}}},
                "few": {{"of": "limit", "meaning": "{digest}", "keys": {{"": {{"events": [{{"at": 1772449200000}}, {{"at": 1772449260000}}]}}}}}}
              }}}}"#
        );
        let history: History = serde_json::from_str(&text).unwrap_or_default();
        let rows = rows("member", &history);
        let lines: Vec<String> = rows.iter().map(|row| row.join(" | ")).collect();
        assert_eq!(
            lines,
            [
                "member | merges | text site | open since 2026-03-02T11:00:00Z",
                "member | three |  | closed, 2 denials",
                "member | few |  | 2, last 2026-03-02T11:01:00Z",
                "member | seen |  | text a, last 2026-03-02T11:00:00Z",
            ]
        );
        assert_eq!(open(&history), ["merges for text site"]);
    }
}
