//! The operators as the language writes them.

use super::{ArithmeticOp, CompareOp, Kind, TextOp};

impl CompareOp {
    /// `==`, `<=`.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
        }
    }

    /// The operator that says the same with its sides exchanged.
    #[must_use]
    pub fn flipped(self) -> Self {
        match self {
            Self::Equal | Self::NotEqual => self,
            Self::Less => Self::Greater,
            Self::LessEqual => Self::GreaterEqual,
            Self::Greater => Self::Less,
            Self::GreaterEqual => Self::LessEqual,
        }
    }

    /// The operator that is true where this one is false.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::GreaterEqual,
            Self::LessEqual => Self::Greater,
            Self::Greater => Self::LessEqual,
            Self::GreaterEqual => Self::Less,
        }
    }
}

impl TextOp {
    /// The word of the language.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::StartsWith => "starts_with",
            Self::EndsWith => "ends_with",
            Self::Contains => "contains",
            Self::Like => "like",
            Self::Under => "under",
        }
    }
}

impl ArithmeticOp {
    /// `+`, `-`, `*`.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
        }
    }
}

impl Kind {
    /// The word of the language: what may stand after `is`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Text => "string",
            Self::List => "list",
            Self::Record => "record",
        }
    }

    /// The kind of this name; `number` is any number.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        match name {
            "bool" => Some(Self::Bool),
            "integer" => Some(Self::Integer),
            "decimal" | "number" => Some(Self::Decimal),
            "string" => Some(Self::Text),
            "list" => Some(Self::List),
            "record" => Some(Self::Record),
            _ => None,
        }
    }
}
