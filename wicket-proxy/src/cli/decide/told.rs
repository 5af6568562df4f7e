//! An answer for a person.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use serde_json::Value;
use wicket_lang::diagnostic::render::escape;
use wicket_lang::request::FactRef;

use super::Needed;

const PERMIT: Style = AnsiColor::Green.on_default().bold();
const DENY: Style = AnsiColor::Red.on_default().bold();

/// The answer as lines. It is read back from the JSON, so that a person and a program are told the same.
pub(super) fn human(answer: &Value) -> String {
    let field = |name: &str| answer.get(name).filter(|value| !value.is_null());
    let text = |name: &str| field(name).and_then(Value::as_str).unwrap_or_default();
    let mut out = String::new();
    let decision = text("decision");
    let style = if decision == "permit" { PERMIT } else { DENY };
    // Writing to a String does not fail, here and below.
    let _ = writeln!(out, "{style}{decision}{style:#} ({})", text("reason"));
    if let Some(message) = field("message").and_then(Value::as_str) {
        for line in message.lines() {
            let _ = writeln!(out, "  {}", escape(line));
        }
    }
    if field("hidden") == Some(&Value::Bool(true)) {
        let _ = writeln!(
            out,
            "  hidden: the tool is not listed for this caller, and the agent reads that it is unknown"
        );
    }
    for policy in field("policies").and_then(Value::as_array).into_iter().flatten() {
        let part = |name: &str| policy.get(name).and_then(Value::as_str).unwrap_or_default();
        let _ = writeln!(
            out,
            "  {} {} ({})",
            part("effect"),
            part("name"),
            part("role").replace('_', " ")
        );
    }
    push_list(&mut out, "breakers", field("breakers"));
    push_list(&mut out, "limits", field("limits"));
    push_list(&mut out, "unknown", field("unknown"));
    if let Some(class) = field("class") {
        let kind = class.get("kind").and_then(Value::as_str).unwrap_or_default();
        let _ = writeln!(out, "  class: {}", kind.replace('_', " "));
        push_remedies(&mut out, class);
    }
    let others = field("others").and_then(Value::as_array).into_iter().flatten();
    let others: Vec<String> = others.map(other).collect();
    if !others.is_empty() {
        let _ = writeln!(out, "  beside it: {}", others.join("; "));
    }
    if !text("next").is_empty() {
        let _ = writeln!(out, "  next: {}", text("next"));
    }
    if !text("expired").is_empty() {
        let _ = writeln!(out, "  expired: {}", text("expired"));
    }
    out
}

/// What is in the way beside the class, in a few words.
fn other(class: &Value) -> String {
    let texts = |name: &str| -> Vec<String> {
        let list = class.get(name).and_then(Value::as_array).into_iter().flatten();
        list.map(|entry| match entry.as_str() {
            Some(text) => escape(text),
            None => escape(entry.get("argument").and_then(Value::as_str).unwrap_or_default()),
        })
        .collect()
    };
    let kind = class.get("kind").and_then(Value::as_str).unwrap_or_default();
    let mut words = kind.replace('_', " ");
    let named = [texts("breakers"), texts("arguments"), texts("attributes")].concat();
    if !named.is_empty() {
        let _ = write!(words, " {}", named.join(", "));
    }
    if let Some(at) = class.get("at").and_then(Value::as_str) {
        let _ = write!(words, " {at}");
    }
    words
}

/// What would help, a line each: the arguments that would have to be others, and those who would have to agree.
fn push_remedies(out: &mut String, class: &Value) {
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    for need in list(class.get("arguments")) {
        let part = |name: &str| need.get(name).and_then(Value::as_str).unwrap_or_default();
        let track = need.get("track").and_then(|track| track.get("name"));
        let track = track.and_then(Value::as_str).map(escape);
        let subject = match part("argument") {
            "" => format!("`{}`", track.clone().unwrap_or_default()),
            argument => escape(argument),
        };
        let mut line = format!("    {subject} must {}", part("must"));
        let values: Vec<String> = list(need.get("values"))
            .iter()
            .filter_map(Value::as_str)
            .map(|value| format!("\"{}\"", escape(value)))
            .collect();
        if !values.is_empty() {
            let _ = write!(line, " {}", values.join(", "));
        }
        if let Some(set) = need.get("set") {
            let name = set.get("name").and_then(Value::as_str).unwrap_or_default();
            let _ = write!(line, " `{name}`");
        }
        if let (Some(track), false) = (&track, part("argument").is_empty()) {
            let _ = write!(line, " `{track}`");
        }
        let calls = list(need.get("track").and_then(|track| track.get("calls")));
        let calls: Vec<String> = calls.iter().filter_map(Value::as_str).map(escape).collect();
        if !calls.is_empty() {
            let _ = write!(line, ", which holds calls of {}", calls.join(", "));
        }
        let _ = writeln!(out, "{line}");
    }
    for ask in list(class.get("approval").and_then(|approval| approval.get("asks"))) {
        let part = |name: &str| ask.get(name).and_then(Value::as_str).unwrap_or_default();
        let count = ask.get("count").and_then(Value::as_u64).unwrap_or(1);
        let _ = writeln!(out, "    {count} of {} ({})", part("from"), part("policy"));
    }
}

fn push_list(out: &mut String, title: &str, list: Option<&Value>) {
    let names: Vec<String> = list
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(escape)
        .collect();
    if !names.is_empty() {
        let _ = writeln!(out, "  {title}: {}", names.join(", "));
    }
}

/// The records that are needed, for a program.
pub(super) fn needs(needs: &[FactRef]) -> Vec<Needed<'_>> {
    needs.iter().map(Needed::of).collect()
}

/// The same for a person.
pub(super) fn needed(needs: &[FactRef]) -> String {
    let mut out = String::from("not decided yet; the answer depends on:\n");
    for fact in needs {
        let key: Vec<String> = fact
            .key
            .iter()
            .map(|(name, part)| format!("{name} {}", escape(part)))
            .collect();
        let _ = writeln!(out, "  {}.{} of {}", fact.connector, fact.name, key.join(", "));
    }
    out
}
