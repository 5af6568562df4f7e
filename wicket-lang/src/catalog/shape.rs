//! What of a tool's definition is shape, and what is text.
//!
//! The shape is what a policy can rely on: the name, and the input and output schemas without the keywords that only
//! speak to a reader. The text is the whole definition as it came, so nothing that an upstream says, in a field known
//! today or not, can change without one of the two digests changing.
//!
//! The keywords are dropped where a schema stands and nowhere else: a *property* that is called `description` is a fact,
//! and so is whatever stands in `enum` and `const`.

use super::Digest;
use crate::json::{Json, Object};

/// Keywords of a schema that are no part of its shape.
///
/// `default` is among them because it is never assumed: an upstream may not keep it.
pub const DROPPED_KEYWORDS: &[&str] = &["$comment", "default", "description", "examples", "title"];

/// Keywords whose value is a schema.
const HOLDS_SCHEMA: &[&str] = &[
    "additionalItems",
    "additionalProperties",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Keywords whose value is a list of schemas. `items` is in both lists: older drafts allow either.
const HOLDS_LIST: &[&str] = &["allOf", "anyOf", "items", "oneOf", "prefixItems"];

/// Keywords whose value is an object of schemas under names of its author's choice.
const HOLDS_NAMED: &[&str] = &[
    "$defs",
    "definitions",
    "dependencies",
    "dependentSchemas",
    "patternProperties",
    "properties",
];

/// A schema without its [`DROPPED_KEYWORDS`], at every depth. Everything else stays as it is, unknown keywords too.
#[must_use]
pub fn reduce(schema: &Json) -> Json {
    // What the JSON reader lets in is at most 64 levels deep, so the recursion is bounded.
    let Json::Object(object) = schema else {
        return schema.clone();
    };
    Json::Object(
        object
            .iter()
            .filter(|(keyword, _)| !DROPPED_KEYWORDS.contains(keyword))
            .map(|(keyword, value)| (keyword.to_owned(), reduce_keyword(keyword, value)))
            .collect(),
    )
}

fn reduce_keyword(keyword: &str, value: &Json) -> Json {
    match value {
        Json::Object(_) if HOLDS_SCHEMA.contains(&keyword) => reduce(value),
        Json::Array(schemas) if HOLDS_LIST.contains(&keyword) => {
            Json::Array(schemas.iter().map(reduce).collect())
        }
        Json::Object(named) if HOLDS_NAMED.contains(&keyword) => Json::Object(
            named
                .iter()
                .map(|(name, schema)| (name.to_owned(), reduce(schema)))
                .collect(),
        ),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) | Json::Object(_) => {
            value.clone()
        }
    }
}

/// The digest of a tool's shape: over the canonical text of `{name, inputSchema, outputSchema}`, both schemas reduced,
/// the last left out where the tool has none.
#[must_use]
pub fn shape_digest(name: &str, input: &Json, output: Option<&Json>) -> Digest {
    let mut shape = Object::new();
    shape.insert("name", Json::String(name.to_owned()));
    shape.insert("inputSchema", reduce(input));
    if let Some(output) = output {
        shape.insert("outputSchema", reduce(output));
    }
    Digest::of_json(&Json::Object(shape))
}

/// The digest of a tool's text: over the canonical text of its whole definition, shape included.
#[must_use]
pub fn text_digest(definition: &Json) -> Digest {
    Digest::of_json(definition)
}
