//! The schema of a tool's arguments.

use serde::{Deserialize, Serialize};

use super::convert::Converter;
use super::{Field, Record, Type, union};
use crate::json::Json;

/// What a tool takes: its arguments by name. Arguments that the schema does not name are refused, so the record has no
/// rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    pub arguments: Record,
}

/// Where a schema cannot be read, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at `{path}` of the schema: {problem}")]
pub struct SchemaError {
    /// A JSON pointer, `#/properties/labels`.
    pub path: String,
    pub problem: SchemaProblem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum SchemaProblem {
    #[error("the arguments of a tool are an object")]
    NotAnObject,
    #[error("a schema is an object, true or false")]
    NotASchema,
    #[error("the keyword has a value of the wrong kind")]
    BadKeyword,
    #[error("there is no such type")]
    UnknownType,
    #[error("a reference leads out of the document")]
    RemoteReference,
    #[error("a reference leads nowhere")]
    DeadReference,
    #[error("the schema is too large")]
    TooLarge,
}

impl Schema {
    /// Reads the input schema of a tool. Drafts 7 and 2020-12 are understood as far as they say which values fit;
    /// ranges, patterns and formats are left to the upstream, and `oneOf` means the same as `anyOf`.
    ///
    /// Alternatives for the arguments as a whole become one record in which an argument is required if every
    /// alternative requires it.
    pub fn from_json_schema(schema: &Json) -> Result<Self, SchemaError> {
        let mut arguments = match Converter::new(schema).convert_document()? {
            Type::Record(record) => record,
            Type::Union(alternatives) => join(alternatives)?,
            Type::Any
            | Type::Null
            | Type::Bool
            | Type::Only(_)
            | Type::Integer
            | Type::Decimal
            | Type::Numbers(_)
            | Type::Text
            | Type::Spelling(_)
            | Type::Exact(_)
            | Type::Enum(_)
            | Type::List(_) => return Err(not_an_object()),
        };
        arguments.rest = None;
        Ok(Self { arguments })
    }

    #[must_use]
    pub fn argument(&self, name: &str) -> Option<&Field> {
        self.arguments.field(name)
    }
}

fn not_an_object() -> SchemaError {
    SchemaError {
        path: "#".to_owned(),
        problem: SchemaProblem::NotAnObject,
    }
}

fn join(alternatives: Vec<Type>) -> Result<Record, SchemaError> {
    let mut joined: Option<Record> = None;
    for alternative in alternatives {
        let Type::Record(record) = alternative else {
            return Err(not_an_object());
        };
        joined = Some(match joined {
            Some(other) => join_two(other, record),
            None => record,
        });
    }
    joined.ok_or_else(not_an_object)
}

fn join_two(left: Record, right: Record) -> Record {
    let mut fields: Vec<Field> = Vec::new();
    for field in left.fields {
        let other = right.field(&field.name);
        fields.push(Field {
            required: field.required && other.is_some_and(|other| other.required),
            ty: union(
                [Some(field.ty), other.map(|other| other.ty.clone())]
                    .into_iter()
                    .flatten(),
            ),
            name: field.name,
        });
    }
    for field in right.fields {
        if !fields.iter().any(|other| other.name == field.name) {
            fields.push(Field {
                required: false,
                ..field
            });
        }
    }
    Record { fields, rest: None }
}
