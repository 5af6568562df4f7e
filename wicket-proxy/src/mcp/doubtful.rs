//! Arguments that two sane readers of JSON would read differently.
//!
//! What is judged has to be what arrives. The reader of bodies already refuses repeated keys; here are the two cases in
//! which the text is fine and its readers are not: some fold the case of keys, and some keep numbers as doubles.

use std::collections::HashSet;

use wicket_lang::json::{Json, Object};

use super::message::Arguments;

/// The arguments, or the first of their keys that is in doubt.
pub(super) fn look_through(arguments: Object) -> Arguments {
    if let Some(key) = ambiguous_key(&arguments) {
        return Arguments::Ambiguous { key };
    }
    match rounded_under(&arguments) {
        Some(key) => Arguments::Rounded { key },
        None => Arguments::Clear(arguments),
    }
}

/// A key that a reader which ignores case would take for its neighbour, at any depth.
fn ambiguous_key(object: &Object) -> Option<String> {
    let mut folded = HashSet::new();
    for (key, value) in object.iter() {
        // To upper case first, so that the letters which only fold one way (`ſ`, the Kelvin sign) end alike.
        let fold: String = key
            .chars()
            .flat_map(char::to_uppercase)
            .flat_map(char::to_lowercase)
            .collect();
        if !folded.insert(fold) {
            return Some(key.to_owned());
        }
        if let Some(found) = ambiguous_inside(value) {
            return Some(found);
        }
    }
    None
}

fn ambiguous_inside(value: &Json) -> Option<String> {
    match value {
        Json::Object(object) => ambiguous_key(object),
        Json::Array(elements) => elements.iter().find_map(ambiguous_inside),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => None,
    }
}

/// The key of a number that a reader with doubles takes for another one, at any depth.
fn rounded_under(object: &Object) -> Option<String> {
    object.iter().find_map(|(key, value)| rounded_inside(key, value))
}

fn rounded_inside(key: &str, value: &Json) -> Option<String> {
    match value {
        Json::Number(number) => (!number.value().survives_doubles()).then(|| key.to_owned()),
        Json::Object(object) => rounded_under(object),
        Json::Array(elements) => elements.iter().find_map(|element| rounded_inside(key, element)),
        Json::Null | Json::Bool(_) | Json::String(_) => None,
    }
}
