//! The headers that MCP gives a meaning, as plain data.
//!
//! A header never decides anything here: it is compared with the body. One that occurs twice or cannot be read
//! confirms nothing, whatever the body says.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderName};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What stands in one header.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Field {
    /// The header is not there.
    #[default]
    Absent,
    /// Its one value, decoded.
    Value(String),
    /// It is there more than once, or its value is not text in the form that the protocol wants.
    Unreadable,
}

impl Field {
    /// What stands under this name, without blank space around it.
    #[must_use]
    pub fn of(map: &HeaderMap, name: &HeaderName) -> Field {
        let mut values = map.get_all(name).iter();
        match (values.next(), values.next()) {
            (None, _) => Field::Absent,
            (Some(value), None) => match value.to_str() {
                Ok(value) => Field::Value(value.trim_matches([' ', '\t']).to_owned()),
                Err(_) => Field::Unreadable,
            },
            (Some(_), Some(_)) => Field::Unreadable,
        }
    }

    /// The value, if there is exactly one that can be read.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        match self {
            Field::Value(value) => Some(value),
            Field::Absent | Field::Unreadable => None,
        }
    }

    /// Whether the header says what the body says.
    #[must_use]
    pub fn confirms(&self, body: &str) -> bool {
        self.value() == Some(body)
    }
}

/// The headers of one request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Headers {
    /// `MCP-Protocol-Version`
    pub version: Field,
    /// `Mcp-Method`
    pub method: Field,
    /// `Mcp-Name`
    pub name: Field,
    /// `Mcp-Session-Id`
    pub session: Field,
    /// `Mcp-Param-…`, by the rest of the name in lower case.
    pub parameters: BTreeMap<String, Field>,
}

const PARAMETER_PREFIX: &str = "mcp-param-";

impl Headers {
    /// Picks the protocol's headers out of all.
    #[must_use]
    pub fn pick(map: &HeaderMap) -> Headers {
        let parameters = map
            .keys()
            .filter_map(|name| {
                let rest = name.as_str().strip_prefix(PARAMETER_PREFIX)?;
                Some((rest.to_owned(), decoded(Field::of(map, name))))
            })
            .collect();
        Headers {
            version: Field::of(map, &HeaderName::from_static("mcp-protocol-version")),
            method: decoded(Field::of(map, &HeaderName::from_static("mcp-method"))),
            name: decoded(Field::of(map, &HeaderName::from_static("mcp-name"))),
            session: Field::of(map, &HeaderName::from_static("mcp-session-id")),
            parameters,
        }
    }

    /// The header `Mcp-Param-{name}`.
    #[must_use]
    pub fn parameter(&self, name: &str) -> &Field {
        const ABSENT: &Field = &Field::Absent;
        self.parameters.get(&name.to_ascii_lowercase()).unwrap_or(ABSENT)
    }
}

fn decoded(field: Field) -> Field {
    match field {
        Field::Value(value) => decode(&value).map_or(Field::Unreadable, Field::Value),
        Field::Absent | Field::Unreadable => field,
    }
}

/// The text that a value stands for: itself, or what `=?base64?…?=` holds.
fn decode(value: &str) -> Option<String> {
    let Some(encoded) = value
        .strip_prefix(MARK_BEFORE)
        .and_then(|rest| rest.strip_suffix(MARK_AFTER))
    else {
        return Some(value.to_owned());
    };
    String::from_utf8(STANDARD.decode(encoded).ok()?).ok()
}

const MARK_BEFORE: &str = "=?base64?";
const MARK_AFTER: &str = "?=";

/// The form in which a text can stand in a header: itself where that is safe, and in base64 otherwise.
#[must_use]
pub fn encode(text: &str) -> String {
    let visible = text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    let trimmed = text.trim_matches([' ', '\t']).len() == text.len();
    if visible && trimmed && !text.starts_with(MARK_BEFORE) {
        text.to_owned()
    } else {
        format!("{MARK_BEFORE}{}{MARK_AFTER}", STANDARD.encode(text))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use axum::http::HeaderValue;

    use super::*;

    fn name_of(values: &[&[u8]]) -> Field {
        let mut map = HeaderMap::new();
        for value in values {
            map.append("Mcp-Name", HeaderValue::from_bytes(value).unwrap());
        }
        Headers::pick(&map).name
    }

    #[test]
    fn a_value_is_trimmed_and_decoded() {
        let cases: [(&[u8], &str); 4] = [
            (b"  echo\t", "echo"),
            (b"=?base64?w6k=?=", "é"),
            (b"=?base64?PT9iYXNlNjQ/YT89?=", "=?base64?a?="),
            (b"=?base64?", "=?base64?"),
        ];
        for (header, text) in cases {
            assert!(name_of(&[header]).confirms(text), "{header:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_confirms_nothing() {
        let cases: [&[&[u8]]; 5] = [
            &[b"echo", b"echo"],
            &[b"\xc3\xa9"],
            &[b"=?base64?w6k?="],
            &[b"=?base64?/w==?="],
            &[b"=?base64?@@?="],
        ];
        for header in cases {
            assert_eq!(name_of(header), Field::Unreadable, "{header:?}");
        }
        assert_eq!(name_of(&[]), Field::Absent);
    }

    #[test]
    fn encoding_and_decoding_agree() {
        for text in [
            "plain text",
            " leading",
            "é",
            "",
            "=?base64?x?=",
            "line\nbreak",
            "=?base64?",
        ] {
            assert_eq!(decode(&encode(text)).as_deref(), Some(text), "{text:?}");
        }
    }

    #[test]
    fn parameters_are_found_whatever_their_case() {
        let mut map = HeaderMap::new();
        map.insert("Mcp-Param-Region", HeaderValue::from_static("eu"));
        let headers = Headers::pick(&map);
        assert!(headers.parameter("REGION").confirms("eu"));
        assert_eq!(headers.parameter("zone"), &Field::Absent);
    }
}
