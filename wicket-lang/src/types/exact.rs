//! Which texts mean an instant, a date, a length of time or an address.

use super::{Exact, Type};
use crate::calendar::Date;
use crate::value::{Duration, Instant, Truth, Value};

impl Exact {
    /// The word of a declaration: `due: date`.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        match name {
            "instant" => Some(Self::Instant),
            "date" => Some(Self::Date),
            "duration" => Some(Self::Duration),
            _ => None,
        }
    }

    /// What `format` of a JSON schema says.
    #[must_use]
    pub fn of_format(format: &str) -> Option<Self> {
        match format {
            "date-time" => Some(Self::Instant),
            "date" => Some(Self::Date),
            "duration" => Some(Self::Duration),
            "ipv4" | "ipv6" => Some(Self::Address),
            _ => None,
        }
    }

    /// Whether a text is exactly this.
    #[must_use]
    pub fn is_written(self, text: &str) -> bool {
        match self {
            Self::Instant => Instant::parse_exactly(text).is_some(),
            Self::Date => Date::parse(text).is_some(),
            Self::Duration => Duration::parse(text).is_some(),
            Self::Address => text.parse::<core::net::IpAddr>().is_ok(),
        }
    }

    /// `x is date`: whether a value is a text that is exactly this; unknown where there is no value.
    #[must_use]
    pub fn test(self, value: &Value<'_>) -> Truth {
        match value {
            Value::Missing(missing) => (*missing).into(),
            Value::Text(text) => self.is_written(text).into(),
            Value::Instant(_) => (self == Self::Instant).into(),
            Value::Duration(_) => (self == Self::Duration).into(),
            Value::Address(_) => (self == Self::Address).into(),
            Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Record(_) | Value::Between(_) => {
                Truth::False
            }
        }
    }

    /// The word of a declaration, or of `is`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Instant => "instant",
            Self::Date => "date",
            Self::Duration => "duration",
            Self::Address => "address",
        }
    }

    /// With its article.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Instant => "an instant",
            Self::Date => "a date",
            Self::Duration => "a duration",
            Self::Address => "an address",
        }
    }
}

impl Type {
    /// What all values of the type are that a condition made.
    #[must_use]
    pub fn exact(&self) -> Option<Exact> {
        match self {
            Self::Exact(exact) => Some(*exact),
            Self::Any
            | Self::Null
            | Self::Bool
            | Self::Only(_)
            | Self::Integer
            | Self::Decimal
            | Self::Numbers(_)
            | Self::Text
            | Self::Spelling(_)
            | Self::Enum(_)
            | Self::List(_)
            | Self::Record(_)
            | Self::Union(_) => None,
        }
    }

    /// Whether its texts are dates or instants, either of them.
    #[must_use]
    pub fn is_date_or_instant(&self) -> bool {
        let mut found = [false, false];
        for ty in self.alternatives() {
            match ty {
                Self::Spelling(Exact::Date) => found = [true, found[1]],
                Self::Spelling(Exact::Instant) => found = [found[0], true],
                Self::Text | Self::Enum(_) | Self::Any | Self::Exact(_) | Self::Spelling(_) => return false,
                Self::Null
                | Self::Bool
                | Self::Only(_)
                | Self::Integer
                | Self::Decimal
                | Self::Numbers(_)
                | Self::List(_)
                | Self::Record(_)
                | Self::Union(_) => {}
            }
        }
        found == [true, true]
    }

    /// What its texts mean, where all of them mean the same.
    #[must_use]
    pub fn spelling(&self) -> Option<Exact> {
        let mut found = None;
        for ty in self.alternatives() {
            match (ty, found) {
                (Self::Spelling(one), None) => found = Some(*one),
                (Self::Spelling(one), Some(other)) if *one != other => return None,
                (Self::Text | Self::Enum(_) | Self::Any | Self::Exact(_), _) => return None,
                (
                    Self::Spelling(_)
                    | Self::Null
                    | Self::Bool
                    | Self::Only(_)
                    | Self::Integer
                    | Self::Decimal
                    | Self::Numbers(_)
                    | Self::List(_)
                    | Self::Record(_)
                    | Self::Union(_),
                    _,
                ) => {}
            }
        }
        found
    }
}
