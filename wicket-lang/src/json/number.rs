//! A JSON number: its exact value, and the digits with which it was written.

use std::borrow::Cow;
use std::fmt;

use crate::decimal::{Decimal, DecimalError};

/// A number in a JSON text. Equality is by value: `1.0` equals `1`.
#[derive(Clone)]
pub struct Number {
    value: Decimal,
    /// The digits as written, where they differ from the plain form of the value.
    written: Option<Box<str>>,
}

impl Number {
    /// Reads a number in the grammar of JSON. A zero loses its sign: readers disagree about what `-0` is.
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        let value = Decimal::parse(text)?;
        let text = if value == Decimal::ZERO {
            text.strip_prefix('-').unwrap_or(text)
        } else {
            text
        };
        let written = (text != value.to_string()).then(|| text.into());
        Ok(Self { value, written })
    }

    /// The exact value, by which numbers are compared.
    #[must_use]
    pub fn value(&self) -> Decimal {
        self.value
    }

    /// The digits as written.
    #[must_use]
    pub fn digits(&self) -> Cow<'_, str> {
        match &self.written {
            Some(written) => Cow::Borrowed(written),
            None => Cow::Owned(self.value.to_string()),
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for Number {}

impl From<Decimal> for Number {
    fn from(value: Decimal) -> Self {
        Self { value, written: None }
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Decimal::from_i64(value).into()
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.digits())
    }
}
