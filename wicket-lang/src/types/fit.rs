//! Whether arguments fit the schema of their tool.
//!
//! `null` fits where the schema allows it, and in place of an argument or field that may be left out: conditions see
//! both as missing. It does not fit in place of a required one whose type has no `null`.

use std::fmt::Write;

use super::{Record, Schema, Type};
use crate::json::{Json, Object, is_look_alike};

/// Longer names are cut in messages: they come from the caller.
const SHOWN: usize = 60;

/// Where arguments do not fit, and why, in words that can be shown to the agent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` {problem}")]
pub struct Misfit {
    /// `labels[0].name`.
    pub path: String,
    /// Follows the path in a sentence: `is missing`, `has to be a string`.
    pub problem: String,
}

/// Checks the arguments of a call. With `open` (the connector calls the tool so) names that the schema does not know
/// pass, at any depth, unless a reader that ignores case takes them for one that it knows.
pub fn fit(arguments: &Object, schema: &Schema, open: bool) -> Result<(), Misfit> {
    fit_record(arguments, &schema.arguments, open).map_err(|found| found.describe())
}

/// Whether a value, of a fact say, is of a type.
#[must_use]
pub fn admits(ty: &Type, value: &Json) -> bool {
    fit_value(value, ty, false).is_ok() && means_what_it_should(value, ty)
}

/// Whether a text is what its type means it to be. Arguments are asked when they are read, because a tool may take more
/// than its schema says; a record that says something else than it is declared to say is worth nothing.
fn means_what_it_should(value: &Json, ty: &Type) -> bool {
    match (ty.spelling(), value) {
        (Some(exact), Json::String(text)) => exact.is_written(text),
        (None | Some(_), _) => true,
    }
}

/// A misfit, as cheap as it can be while alternatives are still being tried.
struct Found<'a> {
    /// From the inside to the outside.
    path: Vec<Step<'a>>,
    problem: Problem<'a>,
}

enum Step<'a> {
    Name(&'a str),
    Position(usize),
}

enum Problem<'a> {
    Missing,
    Null(&'a Type),
    Unnamed,
    LookAlike(&'a str),
    Other(&'a Type),
}

impl<'a> From<Problem<'a>> for Found<'a> {
    fn from(problem: Problem<'a>) -> Self {
        Self {
            path: Vec::new(),
            problem,
        }
    }
}

impl<'a> Found<'a> {
    fn inside(mut self, step: Step<'a>) -> Self {
        self.path.push(step);
        self
    }
}

fn fit_record<'a>(object: &'a Object, record: &'a Record, open: bool) -> Result<(), Found<'a>> {
    for (name, value) in object.iter() {
        let fitted = match (record.field(name), &record.rest) {
            (Some(field), _) if value.is_null() && !field.required => Ok(()),
            (Some(field), _) => fit_value(value, &field.ty, open),
            (None, Some(rest)) => fit_value(value, rest, open),
            (None, None) => fit_unnamed(name, record, open),
        };
        fitted.map_err(|found| found.inside(Step::Name(name)))?;
    }
    match record
        .fields
        .iter()
        .find(|field| field.required && !object.contains_key(&field.name))
    {
        Some(field) => Err(Found::from(Problem::Missing).inside(Step::Name(&field.name))),
        None => Ok(()),
    }
}

fn fit_unnamed<'a>(name: &str, record: &'a Record, open: bool) -> Result<(), Found<'a>> {
    let alike = record
        .fields
        .iter()
        .find(|field| is_look_alike(name, &field.name));
    match alike {
        Some(field) => Err(Problem::LookAlike(&field.name).into()),
        None if open => Ok(()),
        None => Err(Problem::Unnamed.into()),
    }
}

fn fit_value<'a>(value: &'a Json, ty: &'a Type, open: bool) -> Result<(), Found<'a>> {
    let fits = match (ty, value) {
        (Type::Union(alternatives), _) => return fit_union(value, alternatives, ty, open),
        (Type::List(element), Json::Array(elements)) => return fit_list(elements, element, open),
        (Type::Record(record), Json::Object(object)) => return fit_record(object, record, open),
        (Type::Any, _)
        | (Type::Null, Json::Null)
        | (Type::Bool, Json::Bool(_))
        | (Type::Decimal, Json::Number(_))
        | (Type::Text | Type::Spelling(_), Json::String(_)) => true,
        (Type::Only(only), Json::Bool(value)) => only == value,
        (Type::Integer, Json::Number(number)) => number.value().to_i64().is_some(),
        (Type::Numbers(numbers), Json::Number(number)) => numbers.contains(&number.value()),
        (Type::Enum(texts), Json::String(text)) => texts.contains(text),
        (_, Json::Null) => return Err(Problem::Null(ty).into()),
        (_, Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) | Json::Object(_)) => false,
    };
    if fits {
        Ok(())
    } else {
        Err(Problem::Other(ty).into())
    }
}

fn fit_list<'a>(elements: &'a [Json], ty: &'a Type, open: bool) -> Result<(), Found<'a>> {
    for (position, element) in elements.iter().enumerate() {
        fit_value(element, ty, open).map_err(|found| found.inside(Step::Position(position)))?;
    }
    Ok(())
}

/// Fits if one alternative does. If not, and only one is of the value's kind, its problem says the most.
fn fit_union<'a>(
    value: &'a Json,
    alternatives: &'a [Type],
    ty: &'a Type,
    open: bool,
) -> Result<(), Found<'a>> {
    let mut inside: Option<Found<'a>> = None;
    let mut of_this_kind = 0;
    for alternative in alternatives {
        let Err(found) = fit_value(value, alternative, open) else {
            return Ok(());
        };
        let same_kind = matches!(
            (alternative, value),
            (Type::List(_), Json::Array(_)) | (Type::Record(_), Json::Object(_))
        );
        if same_kind {
            of_this_kind += 1;
            inside = Some(found);
        }
    }
    match inside {
        Some(found) if of_this_kind == 1 => Err(found),
        Some(_) | None => Err(Problem::Other(ty).into()),
    }
}

impl Found<'_> {
    fn describe(&self) -> Misfit {
        let mut path = String::new();
        for step in self.path.iter().rev() {
            match step {
                Step::Name(name) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(&cut(name));
                }
                Step::Position(position) => {
                    // Writing into a string cannot fail.
                    let _ = write!(path, "[{position}]");
                }
            }
        }
        let problem = match &self.problem {
            Problem::Missing => "is missing".to_owned(),
            Problem::Null(ty) => format!("is null and has to be {ty}"),
            Problem::Unnamed => "is not named by the schema of the tool".to_owned(),
            Problem::LookAlike(name) => format!("is not named by the schema of the tool; it has `{name}`"),
            Problem::Other(ty) => format!("has to be {ty}"),
        };
        Misfit { path, problem }
    }
}

/// A name as it can be shown: short, and without characters that would break a line.
fn cut(name: &str) -> String {
    let mut shown: String = name.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if name.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}
