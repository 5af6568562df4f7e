//! Joining and narrowing types.

use super::{Field, Record, Type};
use crate::value::Decimal;

/// Beyond this product of sizes two types are not narrowed by each other any more; see [`intersection`].
const MAX_PRODUCT: usize = 20_000;

/// The values that one of the types has. Alternatives that another one covers are left out.
#[must_use]
pub fn union(types: impl IntoIterator<Item = Type>) -> Type {
    let mut joined: Vec<Type> = Vec::new();
    for ty in types {
        match ty {
            Type::Union(alternatives) => alternatives.into_iter().for_each(|ty| add(&mut joined, ty)),
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
            | Type::List(_)
            | Type::Record(_) => add(&mut joined, ty),
        }
    }
    if joined.len() > 1 {
        return Type::Union(joined);
    }
    joined.pop().unwrap_or(Type::NOTHING)
}

/// Adds an alternative. It is joined with each that is there already, as two of them may become one.
fn add(joined: &mut Vec<Type>, ty: Type) {
    let mut ty = ty;
    let mut kept = Vec::with_capacity(joined.len() + 1);
    let mut place = None;
    for other in joined.drain(..) {
        match join(&other, &ty) {
            Some(both) => {
                ty = both;
                place.get_or_insert(kept.len());
            }
            None => kept.push(other),
        }
    }
    // It stands where the first one stood that it was joined with, so the order stays that of the schema.
    let place = place.unwrap_or(kept.len());
    kept.insert(place, ty);
    *joined = kept;
}

/// The one alternative that stands for both, if there is one.
fn join(left: &Type, right: &Type) -> Option<Type> {
    if left == right || covers(left, right) {
        return Some(left.clone());
    }
    if covers(right, left) {
        return Some(right.clone());
    }
    match (left, right) {
        (Type::Only(_), Type::Only(_)) => Some(Type::Bool),
        (Type::Enum(left), Type::Enum(right)) => Some(Type::Enum(together(left, right))),
        (Type::Numbers(left), Type::Numbers(right)) => Some(Type::Numbers(together(left, right))),
        (
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
            | Type::List(_)
            | Type::Record(_)
            | Type::Union(_),
            _,
        ) => None,
    }
}

/// Whether every value of one alternative is one of the other's, as far as that is seen without looking inside.
fn covers(wide: &Type, narrow: &Type) -> bool {
    match (wide, narrow) {
        (Type::Any, _)
        | (Type::Bool, Type::Only(_))
        | (Type::Decimal, Type::Integer | Type::Numbers(_))
        | (Type::Text, Type::Spelling(_) | Type::Enum(_)) => true,
        (Type::Integer, Type::Numbers(numbers)) => numbers.iter().all(|number| number.to_i64().is_some()),
        (Type::List(element), Type::List(_)) => **element == Type::Any,
        (
            Type::Null
            | Type::Bool
            | Type::Only(_)
            | Type::Integer
            | Type::Decimal
            | Type::Numbers(_)
            | Type::Text
            | Type::Spelling(_)
            | Type::Exact(_)
            | Type::Enum(_)
            | Type::List(_)
            | Type::Record(_)
            | Type::Union(_),
            _,
        ) => false,
    }
}

fn together<T: Clone + PartialEq>(left: &[T], right: &[T]) -> Vec<T> {
    let mut all = left.to_vec();
    all.extend(right.iter().filter(|value| !left.contains(value)).cloned());
    all
}

/// The values that both types have.
///
/// Names of records are joined, not intersected: a schema that spreads its properties over parts (`allOf`) names them
/// all. Where two types are so large that the result would be out of hand, it is the left one, which is wider.
#[must_use]
pub fn intersection(left: &Type, right: &Type) -> Type {
    if left.count().saturating_mul(right.count()) > MAX_PRODUCT {
        return left.clone();
    }
    intersect(left, right)
}

fn intersect(left: &Type, right: &Type) -> Type {
    match (left, right) {
        (Type::Any, other) | (other, Type::Any) => other.clone(),
        (Type::Union(alternatives), other) => union(alternatives.iter().map(|ty| intersect(ty, other))),
        (other, Type::Union(alternatives)) => union(alternatives.iter().map(|ty| intersect(other, ty))),
        (Type::List(left), Type::List(right)) => Type::List(Box::new(intersect(left, right))),
        (Type::Record(left), Type::Record(right)) => Type::Record(merge(left, right)),
        (Type::Enum(left), Type::Enum(right)) => {
            texts(left.iter().filter(|text| right.contains(text)).cloned())
        }
        (Type::Numbers(left), Type::Numbers(right)) => {
            numbers(left.iter().filter(|number| right.contains(number)))
        }
        // A text that is meant to be something may be any text.
        (Type::Spelling(_), words @ Type::Enum(_)) | (words @ Type::Enum(_), Type::Spelling(_)) => {
            words.clone()
        }
        (Type::Spelling(_), Type::Spelling(_)) => left.clone(),
        (Type::Integer, Type::Numbers(some)) | (Type::Numbers(some), Type::Integer) => {
            numbers(some.iter().filter(|number| number.to_i64().is_some()))
        }
        (left, right) if left == right || covers(right, left) => left.clone(),
        (left, right) if covers(left, right) => right.clone(),
        (
            Type::Null
            | Type::Bool
            | Type::Only(_)
            | Type::Integer
            | Type::Decimal
            | Type::Numbers(_)
            | Type::Text
            | Type::Spelling(_)
            | Type::Exact(_)
            | Type::Enum(_)
            | Type::List(_)
            | Type::Record(_),
            _,
        ) => Type::NOTHING,
    }
}

fn texts(texts: impl Iterator<Item = String>) -> Type {
    let texts: Vec<_> = texts.collect();
    if texts.is_empty() {
        Type::NOTHING
    } else {
        Type::Enum(texts)
    }
}

fn numbers<'a>(numbers: impl Iterator<Item = &'a Decimal>) -> Type {
    let numbers: Vec<_> = numbers.copied().collect();
    if numbers.is_empty() {
        Type::NOTHING
    } else {
        Type::Numbers(numbers)
    }
}

fn merge(left: &Record, right: &Record) -> Record {
    let mut fields: Vec<Field> = left
        .fields
        .iter()
        .map(|field| match right.field(&field.name) {
            Some(other) => Field {
                name: field.name.clone(),
                ty: intersect(&field.ty, &other.ty),
                required: field.required || other.required,
            },
            None => field.clone(),
        })
        .collect();
    fields.extend(
        right
            .fields
            .iter()
            .filter(|field| left.field(&field.name).is_none())
            .cloned(),
    );
    let rest = match (&left.rest, &right.rest) {
        (Some(left), Some(right)) => Some(Box::new(intersect(left, right))),
        (None, _) | (_, None) => None,
    };
    Record { fields, rest }
}
