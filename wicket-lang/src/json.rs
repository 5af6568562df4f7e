//! JSON read strictly, and written canonically (RFC 8785).
//!
//! A decision must be about exactly what the upstream will act on, so a text that two readers could understand
//! differently is refused: duplicate keys, lone surrogates, numbers that a double cannot hold. Numbers keep the digits
//! with which they were written and have an exact value; the sign of `-0` is the one thing that is dropped, because
//! readers disagree about it.

mod canonical;
mod convert;
mod number;
mod object;
mod read;
mod text;
mod write;
mod doubt;

pub use canonical::canonical;
pub use doubt::{Doubt, doubt};
pub use number::Number;
pub use object::Object;
pub(crate) use object::is_look_alike;
pub use read::{Limits, MAX_DEPTH, Problem, ReadError, read};
pub use write::write;

/// A JSON value. Two are equal if they mean the same: numbers by value, objects whatever the order of their keys.
///
/// What [`read`] returns is nested at most [`MAX_DEPTH`] deep, so a recursive walk over it is safe.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, with its digits as they were written.
    Number(Number),
    /// A text, its escapes resolved.
    String(String),
    /// Values in order.
    Array(Vec<Json>),
    /// Keys and values, in the order in which they were written.
    Object(Object),
}

impl Json {
    /// The truth value, if it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::Null | Self::Number(_) | Self::String(_) | Self::Array(_) | Self::Object(_) => None,
        }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn as_number(&self) -> Option<&Number> {
        match self {
            Self::Number(number) => Some(number),
            Self::Null | Self::Bool(_) | Self::String(_) | Self::Array(_) | Self::Object(_) => None,
        }
    }

    /// The text, if it is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Array(_) | Self::Object(_) => None,
        }
    }

    /// The elements, if it is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Json]> {
        match self {
            Self::Array(elements) => Some(elements),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) | Self::Object(_) => None,
        }
    }

    /// The object, if it is one.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) | Self::Array(_) => None,
        }
    }

    /// Whether it is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

#[cfg(test)]
mod tests;
