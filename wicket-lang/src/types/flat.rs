//! Types as a table, the form in which they are stored.
//!
//! A type is a tree, and a tree read by recursion could be made so deep that it overflows the stack. The table is read
//! in one loop: each row refers to rows above it, once, and the depth is counted on the way.

use serde::{Deserialize, Serialize};

use super::{Exact, Field, Record, Type};
use crate::value::Decimal;

/// Deeper than any schema becomes (`convert.rs` makes at most two levels of each key on its path).
const MAX_DEPTH: usize = 256;

/// The rows of a type; the last is the type itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Flat(Vec<Row>);

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Row {
    Any,
    Null,
    Bool,
    Only(bool),
    Integer,
    Decimal,
    Numbers(Vec<Decimal>),
    Text,
    Enum(Vec<String>),
    List(usize),
    Record {
        fields: Vec<(String, usize, bool)>,
        rest: Option<usize>,
    },
    Union(Vec<usize>),
    // What is new stands behind, because artifacts keep the place of each.
    Spelling(Exact),
}

/// A table that is no type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlatError {
    #[error("a type refers to a row that is not there, or twice to the same")]
    BadReference,
    #[error("the alternatives of a type are no alternatives")]
    BadUnion,
    #[error("a type is nested too deeply")]
    TooDeep,
}

impl From<Type> for Flat {
    fn from(ty: Type) -> Self {
        let mut rows = Vec::new();
        push(&mut rows, ty);
        Self(rows)
    }
}

/// Adds the rows of a type and returns the place of its own.
fn push(rows: &mut Vec<Row>, ty: Type) -> usize {
    let row = match ty {
        Type::Any => Row::Any,
        Type::Null => Row::Null,
        Type::Bool => Row::Bool,
        Type::Only(value) => Row::Only(value),
        Type::Integer => Row::Integer,
        Type::Decimal => Row::Decimal,
        Type::Numbers(numbers) => Row::Numbers(numbers),
        Type::Text => Row::Text,
        Type::Spelling(exact) | Type::Exact(exact) => Row::Spelling(exact),
        Type::Enum(texts) => Row::Enum(texts),
        Type::List(element) => Row::List(push(rows, *element)),
        Type::Record(record) => {
            let fields = record
                .fields
                .into_iter()
                .map(|field| (field.name, push(rows, field.ty), field.required))
                .collect();
            let rest = record.rest.map(|rest| push(rows, *rest));
            Row::Record { fields, rest }
        }
        Type::Union(alternatives) => Row::Union(alternatives.into_iter().map(|ty| push(rows, ty)).collect()),
    };
    rows.push(row);
    rows.len() - 1
}

impl TryFrom<Flat> for Type {
    type Error = FlatError;

    fn try_from(flat: Flat) -> Result<Self, FlatError> {
        let mut built = Built {
            types: Vec::new(),
            depth: 0,
        };
        for row in flat.0 {
            built.depth = 0;
            let ty = built.build(row)?;
            let depth = built.depth + 1;
            if depth > MAX_DEPTH {
                return Err(FlatError::TooDeep);
            }
            built.types.push(Some((ty, depth)));
        }
        let last = built.types.pop().flatten().ok_or(FlatError::BadReference)?;
        if built.types.iter().any(Option::is_some) {
            return Err(FlatError::BadReference);
        }
        Ok(last.0)
    }
}

struct Built {
    /// The types of the rows so far with their depths; one that was referred to is taken out.
    types: Vec<Option<(Type, usize)>>,
    /// The depth of the deepest type that the present row refers to.
    depth: usize,
}

impl Built {
    fn build(&mut self, row: Row) -> Result<Type, FlatError> {
        Ok(match row {
            Row::Any => Type::Any,
            Row::Null => Type::Null,
            Row::Bool => Type::Bool,
            Row::Only(value) => Type::Only(value),
            Row::Integer => Type::Integer,
            Row::Decimal => Type::Decimal,
            Row::Numbers(numbers) => Type::Numbers(numbers),
            Row::Text => Type::Text,
            Row::Spelling(exact) => Type::Spelling(exact),
            Row::Enum(texts) => Type::Enum(texts),
            Row::List(element) => Type::List(Box::new(self.take(element)?)),
            Row::Record { fields, rest } => {
                let fields = fields
                    .into_iter()
                    .map(|(name, ty, required)| self.take(ty).map(|ty| Field { name, ty, required }))
                    .collect::<Result<_, _>>()?;
                let rest = rest.map(|rest| self.take(rest).map(Box::new)).transpose()?;
                Type::Record(Record { fields, rest })
            }
            Row::Union(places) => {
                let mut alternatives = Vec::with_capacity(places.len());
                for place in places {
                    alternatives.push(self.take(place)?);
                }
                // What `union` never makes is not read either: the questions of the checker rest on it.
                let plain = |ty: &Type| !matches!(ty, Type::Any | Type::Union(_));
                if alternatives.len() == 1 || !alternatives.iter().all(plain) {
                    return Err(FlatError::BadUnion);
                }
                Type::Union(alternatives)
            }
        })
    }

    fn take(&mut self, place: usize) -> Result<Type, FlatError> {
        let (ty, depth) = self
            .types
            .get_mut(place)
            .and_then(Option::take)
            .ok_or(FlatError::BadReference)?;
        self.depth = self.depth.max(depth);
        Ok(ty)
    }
}
