//! What a test gives of those who call.

use super::{json, texts, unknown, wrong};
use crate::check::no_group;
use crate::diagnostic::Diagnostic;
use crate::ir::{CallerAttribute, Directory};
use crate::json::{Json, Object};
use crate::request::Caller;
use crate::syntax::ast::{Literal, Name};
use crate::types;

type Fields = [(Name, Literal)];

/// `given member { email: "a@b", groups: [finance], clearance: 3 }`.
pub(super) fn member(
    caller: &mut Caller,
    directory: &Directory,
    fields: &Fields,
) -> Result<(), Vec<Diagnostic>> {
    let mut found = Vec::new();
    for (name, value) in fields {
        match (name.text.as_str(), value) {
            ("email", Literal::String(text)) => caller.member_email = Some(text.value.clone()),
            ("groups", Literal::List(groups, _)) => match texts(groups) {
                Some(texts) => {
                    let named = texts.iter().zip(groups);
                    found.extend(named.filter_map(|(group, place)| {
                        no_group(directory, group, place.span()).map(|found| *found)
                    }));
                    caller.member_groups = Some(texts);
                }
                None => found.push(wrong(name, "a list of texts")),
            },
            ("email", _) => found.push(wrong(name, "a text")),
            ("groups", _) => found.push(wrong(name, "a list of texts")),
            _ => {
                let given = &mut caller.member_attributes;
                let known = ["email", "groups"];
                found.extend(attribute(given, "member", &directory.member, &known, name, value));
            }
        }
    }
    end(found)
}

/// `given agent { name: "nightly", stage: prod }`.
pub(super) fn agent(
    caller: &mut Caller,
    directory: &Directory,
    fields: &Fields,
) -> Result<(), Vec<Diagnostic>> {
    let mut found = Vec::new();
    for (name, value) in fields {
        match (name.text.as_str(), value) {
            ("name", Literal::String(text)) => caller.agent_name = Some(text.value.clone()),
            ("name", _) => found.push(wrong(name, "a text")),
            _ => {
                let given = &mut caller.agent_attributes;
                found.extend(attribute(
                    given,
                    "agent",
                    &directory.agent,
                    &["name"],
                    name,
                    value,
                ));
            }
        }
    }
    end(found)
}

/// `given client { name: "editor", version: "1.2", address: "192.0.2.7" }`.
pub(super) fn client(caller: &mut Caller, fields: &Fields) -> Result<(), Vec<Diagnostic>> {
    let mut found = Vec::new();
    for (name, value) in fields {
        let place = match name.text.as_str() {
            "name" => &mut caller.client_name,
            "version" => &mut caller.client_version,
            "address" => &mut caller.client_address,
            _ => {
                found.push(unknown(name, "client", &["name", "version", "address"]));
                continue;
            }
        };
        match value {
            Literal::String(text) => *place = Some(text.value.clone()),
            Literal::Number(_)
            | Literal::Bool(..)
            | Literal::Null(_)
            | Literal::Word(_)
            | Literal::List(..)
            | Literal::Record(..) => found.push(wrong(name, "a text")),
        }
    }
    end(found)
}

fn attribute(
    given: &mut Object,
    subject: &str,
    declared: &[CallerAttribute],
    always: &[&str],
    name: &Name,
    value: &Literal,
) -> Option<Diagnostic> {
    let Some(attribute) = declared.iter().find(|attribute| attribute.name == name.text) else {
        let names = declared.iter().map(|attribute| attribute.name.as_str());
        let known: Vec<&str> = always.iter().copied().chain(names).collect();
        return Some(unknown(name, subject, &known));
    };
    let value = json(value);
    if value != Json::Null && !types::admits(&attribute.ty, &value) {
        return Some(wrong(name, &attribute.ty.to_string()));
    }
    given.insert(name.text.clone(), value);
    None
}

fn end(found: Vec<Diagnostic>) -> Result<(), Vec<Diagnostic>> {
    if found.is_empty() { Ok(()) } else { Err(found) }
}
