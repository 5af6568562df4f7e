//! What a quantifier looks through, element by element.

use std::borrow::Cow;

use super::environment::constant;
use super::members::Members;
use crate::ir::Constant;
use crate::json::{Json, Object};
use crate::value::{Missing, Truth, Value};

/// Over more elements than these a quantifier is unknown.
pub const MAX_ELEMENTS: usize = 128;

/// The elements of a list, or of a set.
#[derive(Clone, Debug)]
pub enum Elements<'a> {
    /// A list that stands in the request.
    List(&'a [Json]),
    /// The elements of a set, or of a list that the author wrote.
    Constants(&'a [Constant]),
    /// Elements that stand nowhere, such as the groups of a member.
    Values(Vec<Value<'a>>),
    /// The set that a track keeps, of which not all may be known.
    Tracked {
        /// Each element, and whether it is surely there.
        values: Vec<(Value<'a>, bool)>,
        /// There may be others, which cannot be named.
        more: bool,
    },
}

impl<'a> Elements<'a> {
    /// The elements of a value, or what a quantifier over it answers: what is no list has none that we could see.
    pub fn of(value: Value<'a>) -> Result<Self, Truth> {
        match value {
            Value::List(Cow::Borrowed(list)) => Self::List(list).within_bounds(),
            Value::List(Cow::Owned(list)) => {
                let values = list.into_iter().map(owned).collect();
                Self::Values(values).within_bounds()
            }
            Value::Missing(missing) => Err(missing.into()),
            Value::Bool(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::Record(_)
            | Value::Between(_)
            | Value::Instant(_)
            | Value::Duration(_)
            | Value::Address(_) => Err(Truth::Unknown),
        }
    }

    /// The elements of a set.
    pub fn of_set(elements: &'a [Constant]) -> Result<Self, Truth> {
        Self::Constants(elements).within_bounds()
    }

    /// The elements of a tracked set.
    pub fn of_track(members: &Members) -> Result<Self, Truth> {
        let (values, more) = members.values();
        Self::Tracked { values, more }.within_bounds()
    }

    /// Every text in a record, at any depth: the values, not the names.
    pub fn texts(value: &Value<'a>) -> Result<Self, Truth> {
        let record: &'a Object = match value {
            Value::Record(record) => record,
            Value::Missing(missing) => return Err((*missing).into()),
            Value::Bool(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Between(_)
            | Value::Instant(_)
            | Value::Duration(_)
            | Value::Address(_) => return Err(Truth::Unknown),
        };
        let mut texts = Vec::new();
        let mut open: Vec<&'a Json> = record.iter().map(|(_, value)| value).collect();
        while let Some(json) = open.pop() {
            match json {
                Json::Null | Json::Bool(_) | Json::Number(_) => {}
                Json::String(text) => {
                    if texts.len() == MAX_ELEMENTS {
                        return Err(Truth::Unknown);
                    }
                    texts.push(Value::text(text));
                }
                Json::Array(elements) => open.extend(elements),
                Json::Object(object) => open.extend(object.iter().map(|(_, value)| value)),
            }
        }
        Ok(Self::Values(texts))
    }

    fn within_bounds(self) -> Result<Self, Truth> {
        if self.len() > MAX_ELEMENTS {
            Err(Truth::Unknown)
        } else {
            Ok(self)
        }
    }

    /// How many there are; at most [`MAX_ELEMENTS`].
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::List(list) => list.len(),
            Self::Constants(constants) => constants.len(),
            Self::Values(values) => values.len(),
            Self::Tracked { values, .. } => values.len(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at a place.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<Value<'a>> {
        match self {
            Self::List(list) => list.get(place).map(Value::of),
            Self::Constants(constants) => constants.get(place).map(constant),
            Self::Values(values) => values.get(place).cloned(),
            Self::Tracked { values, .. } => values.get(place).map(|(value, _)| value.clone()),
        }
    }

    /// Whether the element at a place is surely there.
    #[must_use]
    pub fn is_sure(&self, place: usize) -> bool {
        match self {
            Self::List(_) | Self::Constants(_) | Self::Values(_) => true,
            Self::Tracked { values, .. } => values.get(place).is_some_and(|(_, surely)| *surely),
        }
    }

    /// Whether there surely is no element beside these.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        match self {
            Self::List(_) | Self::Constants(_) | Self::Values(_) => true,
            Self::Tracked { more, .. } => !more,
        }
    }

    /// What the truth of a body for the element at a place says of `any`, or of `all`: of an element that may not be
    /// there, at most that nothing is known.
    #[must_use]
    pub fn weighed(&self, place: usize, is_any: bool, body: Truth) -> Truth {
        match (self.is_sure(place), is_any) {
            (true, _) => body,
            (false, true) => body.and(Truth::Unknown),
            (false, false) => body.or(Truth::Unknown),
        }
    }

    /// What `any`, or `all`, comes to where its elements have come to `truth`.
    #[must_use]
    pub fn concluded(&self, is_any: bool, truth: Truth) -> Truth {
        match (self.is_whole(), is_any) {
            (true, _) => truth,
            (false, true) => truth.or(Truth::Unknown),
            (false, false) => truth.and(Truth::Unknown),
        }
    }

    /// Each element, in order. The order decides nothing.
    pub fn iter(&self) -> impl Iterator<Item = Value<'a>> {
        (0..self.len()).filter_map(|place| self.get(place))
    }
}

/// An element of a list that nobody keeps. Such a list holds texts, numbers and truth values.
fn owned<'a>(json: Json) -> Value<'a> {
    match json {
        Json::Null => Value::Missing(Missing::Absent),
        Json::Bool(value) => Value::Bool(value),
        Json::Number(number) => Value::Number(number.value()),
        Json::String(text) => Value::Text(Cow::Owned(text)),
        Json::Array(elements) => Value::List(Cow::Owned(elements)),
        Json::Object(_) => Value::Missing(Missing::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(count: usize) -> Json {
        Json::Array((0..count).map(|_| Json::String("x".to_owned())).collect())
    }

    #[test]
    fn point_10_a_list_over_the_cap_is_unknown() {
        let (least, most, more) = (texts(0), texts(MAX_ELEMENTS), texts(MAX_ELEMENTS + 1));
        let count = |list: &Json| Elements::of(Value::of(list)).map(|elements| elements.len());
        assert_eq!(count(&least), Ok(0));
        assert_eq!(count(&most), Ok(MAX_ELEMENTS));
        assert_eq!(count(&more), Err(Truth::Unknown));
        assert_eq!(count(&Json::Bool(true)), Err(Truth::Unknown));
        assert_eq!(count(&Json::Null), Err(Truth::Unknown));
        let pending = Elements::of(Value::Missing(Missing::Pending)).map(|elements| elements.len());
        assert_eq!(pending, Err(Truth::Pending));
    }

    #[test]
    fn point_52_the_texts_of_the_arguments_are_those_at_any_depth_within_the_cap() {
        let text = r#"{ "a": "1", "b": ["2", 3, { "4": "5", "c": [["6"], null, true] }], "d": {} }"#;
        let Ok(Json::Object(args)) = crate::json::read(text.as_bytes(), &crate::json::Limits::default())
        else {
            unreachable!("the text is an object");
        };
        let found = Elements::texts(&Value::Record(&args)).map(|elements| {
            let mut texts: Vec<String> = elements
                .iter()
                .filter_map(|value| {
                    if let Value::Text(text) = value {
                        Some(text.into_owned())
                    } else {
                        None
                    }
                })
                .collect();
            texts.sort();
            texts
        });
        assert_eq!(found, Ok(["1", "2", "5", "6"].map(str::to_owned).to_vec()));
        let full = |count: usize| {
            let args: Object = [("list".to_owned(), texts(count))].into_iter().collect();
            Elements::texts(&Value::Record(&args)).map(|elements| elements.len())
        };
        assert_eq!(full(MAX_ELEMENTS), Ok(MAX_ELEMENTS));
        assert_eq!(full(MAX_ELEMENTS + 1), Err(Truth::Unknown));
    }
}
