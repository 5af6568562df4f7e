//! Which keys a file may hold, and the line of each: refuses unknown ones before anything is read.
//!
//! The names come from the sections themselves. Values are looked at only where a secret is likely to stand.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use wicket_lang::diagnostic::nearest;

use super::credential::INLINE_REMEDY;
use super::error::Place;
use super::section::Section;
use super::{Audit, Config, Connector, Credential, Facts, Limits, Listen, Log, Session};

/// What stands under the key of a section.
pub(super) enum Shape {
    /// `[key]`
    One,
    /// `[key.NAME]`
    Named,
}

/// Every section below the top, in the order of the reference: the key, how it stands there, and what it may hold.
pub(super) const SECTIONS: &[(&str, Shape, &Section)] = &[
    ("listen", Shape::One, &Listen::SECTION),
    ("connectors", Shape::Named, &Connector::SECTION),
    ("session", Shape::One, &Session::SECTION),
    ("limits", Shape::One, &Limits::SECTION),
    ("audit", Shape::One, &Audit::SECTION),
    ("facts", Shape::One, &Facts::SECTION),
    ("log", Shape::One, &Log::SECTION),
];

/// Keys under which people write a secret.
const INLINE_KEYS: &[&str] = &["token", "value", "secret", "password", "key", "bearer", "api_key"];

type Tree<'a> = Spanned<DeTable<'a>>;

/// The file as keys and values with their places.
pub(super) fn read(text: &str) -> Result<Tree<'_>, Place> {
    DeTable::parse(text).map_err(|error| Place {
        line: error.span().map(|span| line_of(text, span.start)),
        message: error.message().replace('\n', "; "),
    })
}

/// Refuses unknown keys, and secrets that stand in the file.
pub(super) fn check(text: &str, tree: &Tree<'_>) -> Result<(), Place> {
    let known = |section: &str| SECTIONS.iter().find(|(name, _, _)| *name == section);
    check_table(text, tree.get_ref(), "", &Config::SECTION)?;
    for (key, value) in tree.get_ref() {
        let (Some((name, shape, section)), Some(table)) = (known(key.get_ref()), table(value)) else {
            continue;
        };
        match shape {
            Shape::One => check_table(text, table, &format!("{name}."), section)?,
            Shape::Named => {
                for (inner, value) in table {
                    if let DeValue::Table(table) = value.get_ref() {
                        let prefix = format!("{name}.{}.", inner.get_ref());
                        check_table(text, table, &prefix, section)?;
                        check_credential(text, table, &prefix)?;
                    }
                }
            }
        }
    }
    Ok(())
}

fn table<'a, 'b>(value: &'a Spanned<DeValue<'b>>) -> Option<&'a DeTable<'b>> {
    match value.get_ref() {
        DeValue::Table(table) => Some(table),
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_) => None,
    }
}

fn check_table(text: &str, table: &DeTable<'_>, prefix: &str, section: &Section) -> Result<(), Place> {
    let names = || section.keys.iter().map(|key| key.name);
    for (key, value) in table {
        let name: &str = key.get_ref();
        if names().any(|known| known == name) {
            continue;
        }
        let what = match (prefix.is_empty(), value.get_ref()) {
            (true, DeValue::Table(_)) => "section",
            _ => "key",
        };
        let hint = nearest(name, names()).map_or_else(
            || {
                let list: Vec<String> = names().map(|name| format!("`{name}`")).collect();
                format!("known are {}", list.join(", "))
            },
            |near| format!("did you mean `{near}`?"),
        );
        return Err(Place {
            line: Some(line_of(text, key.span().start)),
            message: format!("unknown {what} `{prefix}{name}`; {hint}"),
        });
    }
    Ok(())
}

/// A credential that is a string, or has a key under which people write the secret itself.
fn check_credential(text: &str, connector: &DeTable<'_>, prefix: &str) -> Result<(), Place> {
    for (key, value) in connector {
        if key.get_ref() != "credential" {
            continue;
        }
        let at = Some(line_of(text, key.span().start));
        let Some(inner) = table(value) else {
            return Err(Place {
                line: at,
                message: format!("`{prefix}credential`: {INLINE_REMEDY}"),
            });
        };
        if inner
            .iter()
            .any(|(key, _)| INLINE_KEYS.contains(&key.get_ref().as_ref()))
        {
            return Err(Place {
                line: at,
                message: format!("`{prefix}credential`: {INLINE_REMEDY}"),
            });
        }
        check_table(text, inner, &format!("{prefix}credential."), &Credential::SECTION)?;
    }
    Ok(())
}

/// An error of the reader as a place, with the key whose value is wrong.
pub(super) fn place_of(text: &str, tree: &Tree<'_>, error: &toml::de::Error) -> Place {
    let message = without_value(error.message());
    let Some(span) = error.span() else {
        return Place { line: None, message };
    };
    let key = key_at(tree.get_ref(), &span).filter(|key| !key.is_empty());
    Place {
        line: Some(line_of(text, span.start)),
        message: key.map_or_else(|| message.clone(), |key| format!("`{key}`: {message}")),
    }
}

/// The place of `key`, or of the nearest section above it that is in the file.
pub(super) fn place_at(text: &str, tree: &Tree<'_>, key: &str, message: &str) -> Place {
    let mut line = None;
    let mut inside = Some(tree.get_ref());
    for part in key.split('.') {
        let found = inside.and_then(|inside| inside.iter().find(|(name, _)| name.get_ref() == part));
        let Some((name, value)) = found else { break };
        line = Some(line_of(text, name.span().start));
        inside = table(value);
    }
    let message = format!("`{key}` {message}");
    Place { line, message }
}

/// serde repeats a wrong value in its message; the value may be a secret.
fn without_value(message: &str) -> String {
    let start = ["invalid type: string ", "invalid value: string "]
        .iter()
        .find_map(|start| message.strip_prefix(start));
    match start.and_then(|rest| rest.rsplit_once("\", ")) {
        Some((_, expected)) => format!("this is a text; {expected}"),
        None => message.to_owned(),
    }
}

/// The dotted key of the innermost value that covers `span`.
fn key_at(table: &DeTable<'_>, span: &Range<usize>) -> Option<String> {
    for (key, value) in table {
        let inner = match value.get_ref() {
            DeValue::Table(inner) => key_at(inner, span),
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_) => None,
        };
        if let Some(inner) = inner {
            let dot = if inner.is_empty() { "" } else { "." };
            return Some(format!("{}{dot}{inner}", key.get_ref()));
        }
        let covers = value.span().start <= span.start && span.end <= value.span().end;
        if covers {
            return Some(key.get_ref().to_string());
        }
    }
    None
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
