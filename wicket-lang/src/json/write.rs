//! Compact JSON: keys in their order, digits as written.

use super::{Json, Object};

/// The text of a value, without spaces. [`super::read`] gives the same value back.
#[must_use]
pub fn write(value: &Json) -> String {
    let mut out = String::new();
    write_value(&mut out, value);
    out
}

fn write_value(out: &mut String, value: &Json) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Json::Number(number) => out.push_str(&number.digits()),
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
        Json::Object(object) => write_object(out, object),
    }
}

fn write_object(out: &mut String, object: &Object) {
    out.push('{');
    for (position, (key, value)) in object.iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        write_text(out, key);
        out.push(':');
        write_value(out, value);
    }
    out.push('}');
}

/// A string literal with the escapes that RFC 8785 asks for: the short ones where there is one, `\u00xx` for the other
/// control characters, everything else as it is.
pub(super) fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            control if control < ' ' => {
                out.push_str("\\u00");
                for half in [u32::from(control) >> 4, u32::from(control) & 15] {
                    out.extend(char::from_digit(half, 16));
                }
            }
            other => out.push(other),
        }
    }
    out.push('"');
}
