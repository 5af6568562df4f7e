//! Bodies as canonical JSON (RFC 8785): one spelling for one meaning, so that a digest covers the meaning.

use serde::Serialize;
use wicket_lang::decimal::DecimalError;
use wicket_lang::json::{self, Json};

/// A body that cannot be written. Ours always can: they hold texts, integers, and values that were read as JSON.
#[derive(Debug, thiserror::Error)]
pub enum NoCanonicalForm {
    /// Something in it has no JSON form.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A number in it is out of range.
    #[error(transparent)]
    Number(#[from] DecimalError),
}

/// The canonical JSON of `body`.
pub fn canonical(body: &impl Serialize) -> Result<String, NoCanonicalForm> {
    let value = serde_json::to_value(body)?;
    Ok(json::canonical(&Json::try_from(&value)?))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use serde_json::json;

    use super::canonical;

    #[test]
    fn members_are_sorted_by_utf16_and_nothing_is_spaced() {
        let body = json!({ "b": [1, "x\n", null], "a": { "\u{fb33}": true, "\u{1f600}": false } });
        assert_eq!(
            canonical(&body).unwrap(),
            "{\"a\":{\"\u{1f600}\":false,\"\u{fb33}\":true},\"b\":[1,\"x\\n\",null]}"
        );
    }
}
