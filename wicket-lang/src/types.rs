//! Types, and the schema of arguments.
//!
//! A type says which JSON values may stand somewhere. It is made from the pinned schema of a tool or from a connector's
//! declaration, and has two uses: the checker asks what an expression may be, and `fit` refuses arguments that are
//! something else, before any rule is read. Where a schema says more than a type can hold, the type is wider, never
//! narrower: the tests of [`crate::value`] then answer *unknown* for a kind that was not expected.

mod combine;
mod convert;
mod display;
mod exact;
mod fit;
mod flat;
mod schema;

use serde::{Deserialize, Serialize};

pub use combine::{intersection, union};
pub use fit::{Misfit, admits, fit};
pub use flat::FlatError;
pub use schema::{Schema, SchemaError, SchemaProblem};

use crate::value::{Decimal, Kind};

/// Which JSON values may stand somewhere.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "flat::Flat", into = "flat::Flat")]
pub enum Type {
    /// Any value at all, `null` included.
    Any,
    /// Only `null`, which conditions see as missing.
    Null,
    Bool,
    /// Only `true`, or only `false`.
    Only(bool),
    /// A whole number within 64 bits, however it is written.
    Integer,
    Decimal,
    /// One of these numbers.
    Numbers(Vec<Decimal>),
    Text,
    /// A text that is meant to be one of these; whether it is, is seen when it is read.
    Spelling(Exact),
    /// What a condition makes of such a text. No JSON value is one.
    Exact(Exact),
    /// One of these texts.
    Enum(Vec<String>),
    List(Box<Type>),
    Record(Record),
    /// One of several alternatives; none of them is `Any` or again a union. Without alternatives nothing fits.
    Union(Vec<Type>),
}

/// What texts may mean that conditions compute with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Exact {
    Instant,
    /// Read as its first instant.
    Date,
    Duration,
    Address,
}

/// What an object may hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Record {
    /// In the order of the schema.
    pub fields: Vec<Field>,
    /// The type of what stands under other names; `None` refuses them.
    pub rest: Option<Box<Type>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    pub ty: Type,
    pub required: bool,
}

/// What [`Type::field`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundField {
    pub ty: Type,
    /// Whether every value of the type has the field. Where it is not, only `has` makes reading it safe.
    pub always: bool,
}

impl Record {
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl Type {
    /// The type that no value has.
    pub const NOTHING: Self = Self::Union(Vec::new());

    /// The alternatives of a union; of another type, itself.
    #[must_use]
    pub fn alternatives(&self) -> &[Type] {
        match self {
            Self::Union(alternatives) => alternatives,
            Self::Any
            | Self::Null
            | Self::Bool
            | Self::Only(_)
            | Self::Integer
            | Self::Decimal
            | Self::Numbers(_)
            | Self::Text
            | Self::Spelling(_)
            | Self::Exact(_)
            | Self::Enum(_)
            | Self::List(_)
            | Self::Record(_) => std::slice::from_ref(self),
        }
    }

    /// Whether `null` may stand here.
    #[must_use]
    pub fn allows_null(&self) -> bool {
        self.alternatives()
            .iter()
            .any(|ty| matches!(ty, Self::Any | Self::Null))
    }

    /// The type without `null`; `Any` stays as it is.
    #[must_use]
    pub fn without_null(&self) -> Type {
        union(
            self.alternatives()
                .iter()
                .filter(|ty| **ty != Self::Null)
                .cloned(),
        )
    }

    /// Whether no value has this type.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.alternatives().is_empty()
    }

    /// Whether some value of the type is of this kind.
    #[must_use]
    pub fn may_be(&self, kind: Kind) -> bool {
        self.alternatives().iter().any(|ty| match ty {
            Self::Any => true,
            Self::Decimal => matches!(kind, Kind::Decimal | Kind::Integer),
            Self::Numbers(numbers) => match kind {
                Kind::Decimal => true,
                Kind::Integer => numbers.iter().any(|number| number.to_i64().is_some()),
                Kind::Bool | Kind::Text | Kind::List | Kind::Record => false,
            },
            Self::Null
            | Self::Bool
            | Self::Only(_)
            | Self::Integer
            | Self::Text
            | Self::Spelling(_)
            | Self::Exact(_)
            | Self::Enum(_)
            | Self::List(_)
            | Self::Record(_)
            | Self::Union(_) => ty.is_surely(kind),
        })
    }

    /// Whether every value of the type, `null` aside, is of this kind: then a test that wants the kind meets no other.
    #[must_use]
    pub fn must_be(&self, kind: Kind) -> bool {
        let mut others = self
            .alternatives()
            .iter()
            .filter(|ty| **ty != Self::Null)
            .peekable();
        others.peek().is_some() && others.all(|ty| ty.is_surely(kind))
    }

    /// For one alternative: whether all its values are of the kind.
    fn is_surely(&self, kind: Kind) -> bool {
        match self {
            Self::Any | Self::Null | Self::Exact(_) | Self::Union(_) => false,
            Self::Bool | Self::Only(_) => kind == Kind::Bool,
            Self::Integer => matches!(kind, Kind::Integer | Kind::Decimal),
            Self::Decimal => kind == Kind::Decimal,
            Self::Numbers(numbers) => match kind {
                Kind::Decimal => true,
                Kind::Integer => numbers.iter().all(|number| number.to_i64().is_some()),
                Kind::Bool | Kind::Text | Kind::List | Kind::Record => false,
            },
            Self::Text | Self::Spelling(_) | Self::Enum(_) => kind == Kind::Text,
            Self::List(_) => kind == Kind::List,
            Self::Record(_) => kind == Kind::Record,
        }
    }

    /// What the elements of a list of this type may be; nothing where the type has no list.
    #[must_use]
    pub fn element(&self) -> Option<Type> {
        let elements: Vec<Type> = self
            .alternatives()
            .iter()
            .filter_map(|ty| match ty {
                Self::List(element) => Some(element.as_ref().clone()),
                Self::Any => Some(Self::Any),
                Self::Null
                | Self::Bool
                | Self::Only(_)
                | Self::Integer
                | Self::Decimal
                | Self::Numbers(_)
                | Self::Text
                | Self::Spelling(_)
                | Self::Exact(_)
                | Self::Enum(_)
                | Self::Record(_)
                | Self::Union(_) => None,
            })
            .collect();
        (!elements.is_empty()).then(|| union(elements))
    }

    /// What may stand under a name; nothing where no alternative knows the name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<FoundField> {
        let mut always = true;
        let mut types = Vec::new();
        for ty in self.alternatives() {
            match ty {
                Self::Record(record) => match (record.field(name), &record.rest) {
                    (Some(field), _) => {
                        always &= field.required;
                        types.push(field.ty.clone());
                    }
                    (None, Some(rest)) => {
                        always = false;
                        types.push(rest.as_ref().clone());
                    }
                    (None, None) => always = false,
                },
                Self::Any => {
                    always = false;
                    types.push(Self::Any);
                }
                Self::Null
                | Self::Bool
                | Self::Only(_)
                | Self::Integer
                | Self::Decimal
                | Self::Numbers(_)
                | Self::Text
                | Self::Spelling(_)
                | Self::Exact(_)
                | Self::Enum(_)
                | Self::List(_)
                | Self::Union(_) => always = false,
            }
        }
        (!types.is_empty()).then(|| {
            let ty = union(types);
            let always = always && !ty.allows_null();
            FoundField { ty, always }
        })
    }

    /// Whether a value of this type can equal one of the other; if not, comparing them is an error.
    #[must_use]
    pub fn can_equal(&self, other: &Type) -> bool {
        !intersection(&self.without_null(), &other.without_null()).is_nothing()
    }

    /// How many types it is made of, itself included.
    #[must_use]
    pub fn count(&self) -> usize {
        match self {
            Self::Any
            | Self::Null
            | Self::Bool
            | Self::Only(_)
            | Self::Integer
            | Self::Decimal
            | Self::Numbers(_)
            | Self::Text
            | Self::Spelling(_)
            | Self::Exact(_)
            | Self::Enum(_) => 1,
            Self::List(element) => 1 + element.count(),
            Self::Record(record) => {
                let rest = record.rest.as_ref().map_or(0, |rest| rest.count());
                1 + rest + record.fields.iter().map(|field| field.ty.count()).sum::<usize>()
            }
            Self::Union(alternatives) => 1 + alternatives.iter().map(Type::count).sum::<usize>(),
        }
    }
}

#[cfg(test)]
mod tests;
