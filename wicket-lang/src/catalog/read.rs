//! Reads a pinned catalog file.
//!
//! The file is a source like any other, so it can be edited and merged by hand; the digests are how that is noticed.

use super::pin::is_tool_name;
use super::{Digest, PinnedTool, shape_digest};
use crate::json::{self, Json, Limits, ReadError};

/// Why a catalog file is refused. Tools are named by their place, counted from 1, until their names are known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogError {
    /// It is not JSON that Wicket reads, or larger than 16 MiB.
    #[error(transparent)]
    Json(#[from] ReadError),
    /// It is no object of the two keys that a catalog has.
    #[error("a catalog is an object with `version` and `tools`")]
    Form,
    /// Its `version` is not 1.
    #[error("this version of Wicket reads catalogs of version 1")]
    Version,
    /// The tool at this place has a part that is missing, unknown or of the wrong form.
    #[error("tool {0} is not an object with `name`, `shape`, `input` and at most `output`")]
    Tool(usize),
    /// The tool at this place has a name that the protocol does not allow.
    #[error("the name of tool {0} is no tool name")]
    Name(usize),
    /// The tool of this name stands behind one that it should precede, or is there a second time.
    #[error("the tools are not in the order of their names, or `{0}` stands twice")]
    Order(String),
    /// The tool of this name has another digest than its shape, or a schema with a description in it.
    #[error("`{0}` does not match its digest: it was edited by hand")]
    Shape(String),
}

/// Whether each tool is held against its own digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// The file comes from outside.
    Verify,
    /// The file is a part of the program, and the tests have held it against its digests.
    Shipped,
}

pub(super) fn read(bytes: &[u8], trust: Trust) -> Result<Vec<PinnedTool>, CatalogError> {
    let limits = Limits {
        bytes: 16 * 1024 * 1024,
        nodes: 1_000_000,
        ..Limits::default()
    };
    // The schemas are moved out of the file and not copied: a catalog is mostly schemas.
    let Json::Object(mut file) = json::read(bytes, &limits)? else {
        return Err(CatalogError::Form);
    };
    if file.keys().any(|key| !["version", "tools"].contains(&key)) {
        return Err(CatalogError::Form);
    }
    if file.get("version") != Some(&Json::Number(1.into())) {
        return Err(CatalogError::Version);
    }
    let Some(Json::Array(entries)) = file.remove("tools") else {
        return Err(CatalogError::Form);
    };
    let mut tools: Vec<PinnedTool> = Vec::with_capacity(entries.len());
    for (position, entry) in entries.into_iter().enumerate() {
        let tool = read_tool(entry, position + 1, trust)?;
        if tools.last().is_some_and(|before| before.name >= tool.name) {
            return Err(CatalogError::Order(tool.name));
        }
        tools.push(tool);
    }
    Ok(tools)
}

fn read_tool(entry: Json, place: usize, trust: Trust) -> Result<PinnedTool, CatalogError> {
    let Json::Object(mut entry) = entry else {
        return Err(CatalogError::Tool(place));
    };
    let known = ["name", "shape", "input", "output"];
    if entry.keys().any(|key| !known.contains(&key)) {
        return Err(CatalogError::Tool(place));
    }
    let text = |key| entry.get(key).and_then(Json::as_str);
    let name = text("name").ok_or(CatalogError::Tool(place))?.to_owned();
    let shape = text("shape")
        .and_then(Digest::parse)
        .ok_or(CatalogError::Tool(place))?;
    let input = schema(entry.remove("input")).ok_or(CatalogError::Tool(place))?;
    let output = match entry.remove("output") {
        None => None,
        some => Some(schema(some).ok_or(CatalogError::Tool(place))?),
    };
    if !is_tool_name(&name) {
        return Err(CatalogError::Name(place));
    }
    let tool = PinnedTool {
        name,
        shape,
        input,
        output,
    };
    if trust == Trust::Shipped {
        return Ok(tool);
    }
    // A schema that holds more than a shape would pass the digest, which does not look at descriptions.
    let reduced = super::reduce(&tool.input) == tool.input
        && tool
            .output
            .as_ref()
            .is_none_or(|output| super::reduce(output) == *output);
    if reduced && shape_digest(&tool.name, &tool.input, tool.output.as_ref()) == shape {
        Ok(tool)
    } else {
        Err(CatalogError::Shape(tool.name))
    }
}

fn schema(value: Option<Json>) -> Option<Json> {
    value.filter(|schema| schema.as_object().is_some())
}
