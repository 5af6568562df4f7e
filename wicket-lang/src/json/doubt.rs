//! Arguments that two sane readers of JSON would read differently.
//!
//! What is judged has to be what arrives. The reader of bytes already refuses repeated keys; here are the two cases in
//! which the text is fine and its readers are not: some fold the case of keys, and some keep numbers as doubles.

use std::collections::BTreeSet;

use super::{Json, Object};

/// What readers of an object would not agree upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt<'a> {
    /// This key differs only by case from one before it in the same object.
    TwoSpellings(&'a str),
    /// Under this key stands a number that a reader with doubles takes for another one.
    Rounded(&'a str),
}

impl<'a> Doubt<'a> {
    /// The key that it is about.
    #[must_use]
    pub fn key(self) -> &'a str {
        match self {
            Self::TwoSpellings(key) | Self::Rounded(key) => key,
        }
    }

    /// What is wrong with it, to follow the key in a sentence.
    #[must_use]
    pub fn problem(self) -> &'static str {
        match self {
            Self::TwoSpellings(_) => "stands twice, in capitals and in small letters",
            Self::Rounded(_) => {
                "holds a number with more digits than every reader keeps and has to be written in 15 or fewer"
            }
        }
    }
}

/// Up to so many keys are compared each with each.
const FEW: usize = 16;

/// The first thing in an object, at any depth, that readers would not agree upon; keys before numbers.
#[must_use]
pub fn doubt(object: &Object) -> Option<Doubt<'_>> {
    two_spellings(object)
        .map(Doubt::TwoSpellings)
        .or_else(|| rounded(object).map(Doubt::Rounded))
}

fn two_spellings(object: &Object) -> Option<&str> {
    let here = if object.len() <= FEW {
        let mut keys = object.keys().enumerate();
        let again = |(at, key): &(usize, &str)| object.keys().take(*at).any(|before| are_alike(before, key));
        keys.find(again).map(|(_, key)| key)
    } else {
        let mut known = BTreeSet::new();
        object
            .keys()
            .find(|key| !known.insert(folded(key).collect::<String>()))
    };
    here.or_else(|| object.iter().find_map(|(_, value)| two_spellings_inside(value)))
}

fn two_spellings_inside(value: &Json) -> Option<&str> {
    match value {
        Json::Object(object) => two_spellings(object),
        Json::Array(elements) => elements.iter().find_map(two_spellings_inside),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => None,
    }
}

fn are_alike(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() {
        return one.eq_ignore_ascii_case(other);
    }
    folded(one).eq(folded(other))
}

/// To upper case first, so that the letters which only fold one way (`ſ`, the Kelvin sign) end alike.
fn folded(key: &str) -> impl Iterator<Item = char> {
    key.chars()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
}

fn rounded(object: &Object) -> Option<&str> {
    object.iter().find_map(|(key, value)| rounded_inside(key, value))
}

fn rounded_inside<'a>(key: &'a str, value: &'a Json) -> Option<&'a str> {
    match value {
        Json::Number(number) => (!number.value().survives_doubles()).then_some(key),
        Json::Object(object) => rounded(object),
        Json::Array(elements) => elements.iter().find_map(|element| rounded_inside(key, element)),
        Json::Null | Json::Bool(_) | Json::String(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Limits, read};
    use super::*;

    #[test]
    fn readers_agree_on_what_is_plain_and_not_on_the_rest() {
        let many: Vec<String> = (0..40).map(|n| format!(r#""k{n}": {n}, "#)).collect();
        let many = many.concat();
        for (text, expected) in [
            ("{}".to_owned(), None),
            (r#"{"a": 1, "b": [{"a": 0.1}]}"#.to_owned(), None),
            (
                r#"{"amount": 1, "Amount": 2}"#.to_owned(),
                Some(Doubt::TwoSpellings("Amount")),
            ),
            (
                r#"{"a": [{"k": 1, "K": 1}]}"#.to_owned(),
                Some(Doubt::TwoSpellings("K")),
            ),
            (
                r#"{"task": 1, "taſk": 1}"#.to_owned(),
                Some(Doubt::TwoSpellings("taſk")),
            ),
            (format!(r#"{{{many}"K7": 1}}"#), Some(Doubt::TwoSpellings("K7"))),
            (format!(r#"{{{many}"x": 1}}"#), None),
            (
                r#"{"a": {"n": [9007199254740993]}}"#.to_owned(),
                Some(Doubt::Rounded("n")),
            ),
            (
                r#"{"n": 0.10000000000000001}"#.to_owned(),
                Some(Doubt::Rounded("n")),
            ),
            (r#"{"n": 9007199254740992}"#.to_owned(), None),
            (r#"{"n": 123456789.01}"#.to_owned(), None),
        ] {
            let json = read(text.as_bytes(), &Limits::default()).ok();
            let found = json.as_ref().and_then(Json::as_object).map(doubt);
            assert_eq!(found, Some(expected), "{text}");
        }
    }
}
