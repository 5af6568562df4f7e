//! What a client says about itself and its conversation. None of it is verified, so nothing of it grants anything.

use wicket_lang::json::{Json, Object};

/// The name and version of a client's program: for display and for the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientInfo {
    /// The program.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// Longer names and versions are cut: they are stored with each call.
const LONGEST_NAME: usize = 64;

/// Longer hints are ignored, which only lets the call be counted for the member alone.
const LONGEST_HINT: usize = 256;

impl ClientInfo {
    /// Reads an `Implementation` object of the protocol.
    #[must_use]
    pub fn read(value: &Json) -> Option<ClientInfo> {
        let object = value.as_object()?;
        let part = |key| Some(cut(object.get(key)?.as_str()?));
        Some(ClientInfo {
            name: part("name")?,
            version: part("version").unwrap_or_default(),
        })
    }
}

fn cut(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_control())
        .take(LONGEST_NAME)
        .collect()
}

/// The conversation that a request says it belongs to: the value of the first configured key in its `_meta`.
#[must_use]
pub fn conversation(meta: &Object, keys: &[String]) -> Option<String> {
    let hint = keys.iter().find_map(|key| meta.get(key)?.as_str())?;
    (!hint.is_empty() && hint.len() <= LONGEST_HINT).then(|| hint.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mcp::build::{integer, object, text};

    #[test]
    fn a_hint_is_the_first_configured_text() {
        let keys = ["b".to_owned(), "a".to_owned()];
        let meta = object([("a", text("one")), ("c", text("two"))]);
        assert_eq!(conversation(&meta, &keys).as_deref(), Some("one"));
        assert_eq!(conversation(&object([("b", integer(1))]), &keys), None);
        assert_eq!(
            conversation(&object([("b", text("x".repeat(1000)))]), &keys),
            None
        );
    }

    #[test]
    fn names_are_cut_and_cleaned() {
        let info = object([
            ("name", text("a\nb".to_owned() + &"x".repeat(100))),
            ("version", integer(1)),
        ]);
        let read = ClientInfo::read(&Json::Object(info));
        assert!(read.is_some_and(|info| info.name.len() == LONGEST_NAME && info.name.starts_with("abx")));
        assert_eq!(ClientInfo::read(&Json::Null), None);
    }
}
