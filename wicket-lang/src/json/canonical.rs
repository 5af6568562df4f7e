//! The canonical form of RFC 8785, over which digests are made.
//!
//! It differs from the RFC in one thing: a number is written with all its exact digits, where the RFC first rounds it to
//! a double. Numbers that are doubles in their usual digits come out the same; `9007199254740993`, which the RFC
//! writes as `9007199254740992`, keeps its own digits. A digest therefore never stands for two different requests.

use super::Json;
use super::write::write_text;

/// The canonical text of a value: keys sorted by UTF-16 units, numbers in one form, no spaces.
#[must_use]
pub fn canonical(value: &Json) -> String {
    let mut out = String::new();
    write_value(&mut out, value);
    out
}

fn write_value(out: &mut String, value: &Json) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Json::Number(number) => out.push_str(&number.value().to_string()),
        Json::String(text) => write_text(out, text),
        Json::Array(elements) => {
            out.push('[');
            for (position, element) in elements.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write_value(out, element);
            }
            out.push(']');
        }
        Json::Object(object) => {
            let mut pairs: Vec<_> = object.iter().collect();
            pairs.sort_by(|(left, _), (right, _)| left.encode_utf16().cmp(right.encode_utf16()));
            out.push('{');
            for (position, (key, value)) in pairs.into_iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write_text(out, key);
                out.push(':');
                write_value(out, value);
            }
            out.push('}');
        }
    }
}
