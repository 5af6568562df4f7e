//! Values at run time, and the primitive tests on them.
//!
//! The reference interpreter and the machine both call the functions of this module, so a test means the same in both.
//! Each answers a [`Truth`], never an error: what cannot be told is [`Truth::Unknown`], and the rules above see to it
//! that this never helps the caller.

mod address;
mod arithmetic;
mod ask;
mod bounds;
mod compare;
mod duration;
mod folder;
mod glob;
mod instant;
mod link;
mod pattern;
mod reading;
mod text;
mod truth;
mod words;

use core::net::IpAddr;
use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use crate::decimal::{Decimal, DecimalError};
pub use address::{Network, NetworkError};
pub use arithmetic::arithmetic;
pub use ask::{as_condition, has, is_type, or_else, size};
pub use bounds::Bounds;
pub use compare::{compare, is_in_list};
pub use duration::Duration;
pub use folder::read_path;
pub use instant::{Instant, InstantError};
pub use pattern::{
    MAX_PATTERN_BYTES, MAX_PATTERN_MEMORY, MAX_PATTERNS_MEMORY, Pattern, PatternError, PatternText,
};
pub use reading::{Reading, read};
pub use text::{lower, text_test};
pub use truth::Truth;

use crate::json::{Json, Object};

/// A value that a condition reads: an argument, a fact, a constant, or what was made of them. Borrowed where it stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// `true` or `false`.
    Bool(bool),
    /// A number, exactly.
    Number(Decimal),
    /// A text, as it was sent: no normal form of Unicode is made.
    Text(Cow<'a, str>),
    /// The elements of a list, as JSON.
    List(Cow<'a, [Json]>),
    /// An object of JSON.
    Record(&'a Object),
    /// A number of which only bounds are known: a count of calls of which some are in flight.
    Between(Bounds),
    /// A point in time: now, or what a text says.
    Instant(Instant),
    /// A length of time, which may be negative.
    Duration(Duration),
    /// An address of version 4 or 6; one of version 6 that carries one of version 4 is that one.
    Address(IpAddr),
    /// No value, and why.
    Missing(Missing),
}

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Missing {
    /// Known not to be there: an argument that was not sent or is `null`, an attribute that a record lacks.
    Absent,
    /// Cannot be had: a fact that could not be fetched, a result that is not exact.
    Unknown,
    /// Has not been asked for yet.
    Pending,
}

/// The kinds of values that `x is TYPE` tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// `true` or `false`.
    Bool,
    /// A whole number within 64 bits, however it is written.
    Integer,
    /// Any number, whole ones included.
    Decimal,
    /// Any text; the language calls it `string`.
    Text,
    /// Any list, whatever its elements.
    List,
    /// Any object.
    Record,
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CompareOp {
    /// `==`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterEqual,
}

/// What is asked of a text with another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TextOp {
    /// `starts_with`.
    StartsWith,
    /// `ends_with`.
    EndsWith,
    /// `contains`: anywhere in it.
    Contains,
    /// A glob over the whole text.
    Like,
    /// A path that is a folder or lies below it.
    Under,
}

/// What is calculated of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ArithmeticOp {
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `*`.
    Multiply,
}

impl<'a> Value<'a> {
    /// The text, or why there is none: what is no text is unknown where one is wanted.
    pub(crate) fn text_or_missing(&self) -> Result<&Cow<'a, str>, Missing> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Missing(missing) => Err(*missing),
            Self::Bool(_)
            | Self::Number(_)
            | Self::List(_)
            | Self::Record(_)
            | Self::Between(_)
            | Self::Instant(_)
            | Self::Duration(_)
            | Self::Address(_) => Err(Missing::Unknown),
        }
    }

    /// A JSON value as conditions see it: `null` is a missing value.
    #[must_use]
    pub fn of(json: &'a Json) -> Self {
        match json {
            Json::Null => Self::Missing(Missing::Absent),
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(number) => Self::Number(number.value()),
            Json::String(text) => Self::Text(Cow::Borrowed(text)),
            Json::Array(elements) => Self::List(Cow::Borrowed(elements)),
            Json::Object(object) => Self::Record(object),
        }
    }

    /// The value under a key of an object; absent where the object does not have it.
    #[must_use]
    pub fn field(object: &'a Object, key: &str) -> Self {
        object.get(key).map_or(Self::Missing(Missing::Absent), Self::of)
    }

    /// One step of a path, `x.key`. What is missing stays missing for the same reason.
    ///
    /// A value that is no record has no fields that we could see, which is not the same as having none: some tools take
    /// a record or its JSON as a text, and the text may well hold the field. Therefore unknown, not absent.
    #[must_use]
    pub fn get(&self, key: &str) -> Self {
        match self {
            Self::Record(object) => Self::field(object, key),
            Self::Missing(missing) => Self::Missing(*missing),
            Self::Bool(_)
            | Self::Number(_)
            | Self::Text(_)
            | Self::List(_)
            | Self::Between(_)
            | Self::Instant(_)
            | Self::Duration(_)
            | Self::Address(_) => Self::Missing(Missing::Unknown),
        }
    }

    /// A text that stands elsewhere.
    #[must_use]
    pub fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// Why the value is missing, if it is.
    #[must_use]
    pub fn missing(&self) -> Option<Missing> {
        match self {
            Self::Missing(missing) => Some(*missing),
            Self::Bool(_)
            | Self::Number(_)
            | Self::Text(_)
            | Self::List(_)
            | Self::Record(_)
            | Self::Between(_)
            | Self::Instant(_)
            | Self::Duration(_)
            | Self::Address(_) => None,
        }
    }
}

/// What a test of two values answers where one of them is missing.
///
/// Pending only where fetching could still give both: next to a value that cannot be had, the answer no longer depends
/// on the fact, so it is not asked for.
fn missing_of(left: &Value<'_>, right: &Value<'_>) -> Option<Missing> {
    match (left.missing(), right.missing()) {
        (None, None) => None,
        (None | Some(Missing::Pending), None | Some(Missing::Pending)) => Some(Missing::Pending),
        (Some(Missing::Absent | Missing::Unknown), _) | (_, Some(Missing::Absent | Missing::Unknown)) => {
            Some(Missing::Unknown)
        }
    }
}

#[cfg(test)]
mod tests;
