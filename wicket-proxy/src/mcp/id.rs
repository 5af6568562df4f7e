//! The id of a request, byte for byte as the client wrote it.
//!
//! A reply has to carry the same id. Reading `"\u0041"` and writing `"A"` would be the same value and yet not what a
//! client that compares bytes looks for, so the id is cut out of the body instead of being written anew.

use wicket_lang::json::{self, Json};

/// Longer ids are refused: no client needs them, and every error and log line would carry them.
const LONGEST: usize = 256;

/// The JSON text of an id: a string or an integer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Id(String);

impl Id {
    /// Takes the id out of a body. `value` is what the strict reader found under the key `id` in the same body.
    /// `None`: neither a string nor an integer, or too long.
    #[must_use]
    pub fn cut(body: &str, value: &Json) -> Option<Id> {
        // A key that was written with escapes is not found as text; then the value is written anew.
        let raw = raw_member(body, "id").map_or_else(|| json::write(value), ToOwned::to_owned);
        let fits = match value {
            Json::String(_) => true,
            Json::Number(_) => raw.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit()),
            Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => false,
        };
        (fits && raw.len() <= LONGEST).then_some(Id(raw))
    }

    /// The JSON text.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.0
    }
}

/// The text of a member of the object that fills `text`, which must have been read strictly before.
fn raw_member<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let mut depth = 0_usize;
    let (mut in_string, mut escaped) = (false, false);
    // Where the key or value at the first level starts, and whether the value is the one that is wanted.
    let (mut start, mut wanted) = (0, false);
    for (at, byte) in text.bytes().enumerate() {
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => {
                depth += 1;
                if depth == 1 {
                    start = at + 1;
                }
            }
            b':' if depth == 1 => {
                let quoted = text.get(start..at)?.trim();
                wanted = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) == Some(key);
                start = at + 1;
            }
            b',' | b'}' if depth == 1 => {
                if wanted {
                    return text.get(start..at).map(str::trim);
                }
                start = at + 1;
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn cut(body: &str) -> Option<String> {
        let value = json::read(body.as_bytes(), &json::Limits::default()).unwrap();
        let id = value.as_object().unwrap().get("id").unwrap();
        Id::cut(body, id).map(|id| id.0)
    }

    #[test]
    fn the_bytes_are_kept() {
        let cases = [
            (r#"{"id":1}"#, "1"),
            (r#"{ "a" : {"id":2}, "id" : -7 , "b":[{"id":3}] }"#, "-7"),
            (r#"{"id":"\u0041\/"}"#, r#""\u0041\/""#),
            (r#"{"x":"\"id\":9,","id":"a,}b"}"#, r#""a,}b""#),
            (
                r#"{"x":"\\","id":123456789012345678901234}"#,
                "123456789012345678901234",
            ),
            (r#"{"\u0069d":"k"}"#, r#""k""#),
        ];
        for (body, id) in cases {
            assert_eq!(cut(body).as_deref(), Some(id), "{body}");
        }
    }

    #[test]
    fn only_strings_and_integers_are_ids() {
        for id in ["null", "true", "[]", "{}", "1.0", "1e2"] {
            assert_eq!(cut(&format!(r#"{{"id":{id}}}"#)), None, "{id}");
        }
        assert_eq!(cut(&format!(r#"{{"id":"{}"}}"#, "x".repeat(LONGEST))), None);
    }
}
