//! An answer as scenarios show it: a line for each thing that it says, without digests.

use wicket_lang::api::{self, Judged};
use wicket_lang::ir::Bundle;
use wicket_lang::json::{Json, write};
use wicket_lang::request::Switches;

/// What `wicket decide` answers, less what is empty, and less digests, which change with every word of a policy. A
/// tool that the caller must not learn of says so here.
#[must_use]
pub fn show(bundle: &Bundle, switches: &Switches, judged: &Judged) -> String {
    let mut lines = Vec::new();
    for (name, value) in api::answer(bundle, switches, judged).iter() {
        let empty = value.is_null() || value.as_array().is_some_and(<[Json]>::is_empty);
        if !empty {
            lines.push(format!("  \"{name}\": {}", spaced(&without_digests(value))));
        }
    }
    if judged.decision.hidden {
        lines.push("  \"hidden\": true".to_owned());
    }
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}

fn without_digests(value: &Json) -> Json {
    let Some(list) = value.as_array() else {
        return value.clone();
    };
    let list = list.iter().map(|element| match element {
        Json::Object(object) => {
            let mut object = object.clone();
            object.remove("digest");
            Json::Object(object)
        }
        other @ (Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_)) => {
            other.clone()
        }
    });
    Json::Array(list.collect())
}

/// JSON on one line, with blanks where the eye wants them.
fn spaced(value: &Json) -> String {
    match value {
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => write(value),
        Json::Array(elements) => {
            let elements: Vec<String> = elements.iter().map(spaced).collect();
            format!("[{}]", elements.join(", "))
        }
        Json::Object(object) => {
            let fields: Vec<String> = object
                .iter()
                .map(|(name, value)| format!("{}: {}", write(&Json::String(name.to_owned())), spaced(value)))
                .collect();
            format!("{{ {} }}", fields.join(", "))
        }
    }
}
