//! Types in plain words, for diagnostics and refusals.

use std::fmt;

use super::{Record, Type};

/// How many of a long list are named.
const SHOWN: usize = 6;

impl fmt::Display for Type {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => formatter.write_str("anything"),
            Self::Null => formatter.write_str("null"),
            Self::Bool => formatter.write_str("true or false"),
            Self::Only(value) => write!(formatter, "`{value}`"),
            Self::Integer => formatter.write_str("a whole number"),
            Self::Decimal => formatter.write_str("a number"),
            Self::Numbers(numbers) => formatter.write_str(&one_of(numbers)),
            Self::Text => formatter.write_str("a string"),
            Self::Spelling(exact) => write!(formatter, "{} as a string", exact.words()),
            Self::Exact(exact) => formatter.write_str(exact.words()),
            Self::Enum(texts) => formatter.write_str(&one_of(texts)),
            Self::List(element) => match plural(element) {
                Some(plural) => write!(formatter, "a list of {plural}"),
                None => write!(formatter, "a list (each element {element})"),
            },
            Self::Record(record) => formatter.write_str(&describe_record(record)),
            Self::Union(alternatives) if alternatives.is_empty() => formatter.write_str("nothing"),
            Self::Union(alternatives) => {
                let words: Vec<String> = alternatives.iter().take(SHOWN).map(Self::to_string).collect();
                let more = if alternatives.len() > SHOWN {
                    " or another"
                } else {
                    ""
                };
                write!(formatter, "{}{more}", words.join(" or "))
            }
        }
    }
}

fn one_of<T: fmt::Display>(values: &[T]) -> String {
    let words = named(values.iter());
    match values {
        [_] => words,
        _ => format!("one of {words}"),
    }
}

/// The first few, in backticks.
fn named<T: fmt::Display>(values: impl ExactSizeIterator<Item = T>) -> String {
    let all = values.len();
    let words: Vec<String> = values.take(SHOWN).map(|value| format!("`{value}`")).collect();
    let more = if all > SHOWN {
        format!(", … ({all} in all)")
    } else {
        String::new()
    };
    format!("{}{more}", words.join(", "))
}

fn plural(ty: &Type) -> Option<String> {
    Some(match ty {
        Type::Any => "anything".to_owned(),
        Type::Integer => "whole numbers".to_owned(),
        Type::Decimal => "numbers".to_owned(),
        Type::Text | Type::Spelling(_) => "strings".to_owned(),
        Type::Enum(texts) => named(texts.iter()),
        Type::Numbers(numbers) => named(numbers.iter()),
        Type::List(element) => format!("lists of {}", plural(element)?),
        Type::Record(_) => "records".to_owned(),
        Type::Null | Type::Bool | Type::Only(_) | Type::Exact(_) | Type::Union(_) => return None,
    })
}

fn describe_record(record: &Record) -> String {
    if record.fields.is_empty() {
        return "a record".to_owned();
    }
    format!(
        "a record with {}",
        named(record.fields.iter().map(|field| &field.name))
    )
}
