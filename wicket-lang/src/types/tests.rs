//! Types from schemas and what fits them: examples in `convert.rs` and `fitting.rs`, laws in `laws.rs`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod convert;
mod fitting;
mod laws;

use super::{Schema, Type};
use crate::json::{Json, Limits, read};

fn json(text: &str) -> Json {
    read(text.as_bytes(), &Limits::default()).unwrap()
}

fn schema(text: &str) -> Schema {
    Schema::from_json_schema(&json(text)).unwrap()
}

/// The type of one argument with this schema.
fn ty(text: &str) -> Type {
    let schema = schema(&format!(r#"{{"type":"object","properties":{{"x":{text}}}}}"#));
    schema.argument("x").unwrap().ty.clone()
}
