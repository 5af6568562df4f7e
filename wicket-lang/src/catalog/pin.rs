//! From a `tools/list` result to a pinned catalog.
//!
//! A list that is not whole is an error, because the tools of the missing page would look as if they had been removed.
//! A single tool that cannot be pinned is left out and named: it stays denied, and it keeps no other tool from being
//! pinned.

use std::collections::{BTreeMap, BTreeSet};

use super::{Annotations, Catalog, Digest, PinnedTool, reduce, shape_digest, text_digest};
use crate::json::{Json, Object};

/// The longest name that a tool may have.
const MAX_NAME: usize = 128;

/// The result of [`pin`].
#[derive(Clone, Debug, PartialEq)]
pub struct Pinned {
    /// The tools that could be pinned.
    pub catalog: Catalog,
    /// The digest of each tool's text, for the lock.
    pub texts: BTreeMap<String, Digest>,
    /// What the upstream says of each tool in its annotations, for the lock.
    pub annotations: BTreeMap<String, Annotations>,
    /// The tools that could not, in the order of the list.
    pub refused: Vec<Refused>,
}

/// A tool that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its name, where it has one, or its place in the list.
    pub tool: String,
    /// What is wrong with it.
    pub why: RefusedWhy,
}

/// Why a tool cannot be pinned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefusedWhy {
    /// It is no object, or its `name` is no string.
    #[error("the definition is not an object with a name")]
    Nameless,
    /// Its name is none that the protocol allows, so that it might pass for something else where it is shown.
    #[error("the name has characters other than letters, digits, `_`, `-` and `.`, or more than 128")]
    Name,
    /// Another tool of the list has its name, and nobody can say which of them a call would reach.
    #[error("several tools have this name")]
    Repeated,
    /// Its `inputSchema` is missing or no object.
    #[error("the input schema is not an object")]
    Input,
    /// Its `outputSchema` is there and no object.
    #[error("the output schema is not an object")]
    Output,
}

/// Why nothing can be pinned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// It is no object, or its `tools` is no array.
    #[error("the result has no list of `tools`")]
    NoTools,
    /// It is one page of several; the others have to be fetched first.
    #[error("the list is not whole: it has a `nextCursor`")]
    NotWhole,
}

/// Pins the tools of a whole `tools/list` result (all its pages in one). It fails where that is no whole list; a tool
/// that cannot be pinned is in [`Pinned::refused`].
pub fn pin(tools_list: &Json) -> Result<Pinned, PinError> {
    let result = tools_list.as_object().ok_or(PinError::NoTools)?;
    let definitions = result
        .get("tools")
        .and_then(Json::as_array)
        .ok_or(PinError::NoTools)?;
    if result.get("nextCursor").is_some_and(|cursor| !cursor.is_null()) {
        return Err(PinError::NotWhole);
    }
    let repeated = repeated_names(definitions);
    let mut tools = Vec::with_capacity(definitions.len());
    let (mut texts, mut annotations) = (BTreeMap::new(), BTreeMap::new());
    let mut refused = Vec::new();
    for (position, definition) in definitions.iter().enumerate() {
        match pin_tool(definition, &repeated) {
            Ok(tool) => {
                texts.insert(tool.name.clone(), text_digest(definition));
                let said = definition.as_object().map(Annotations::of_definition);
                annotations.insert(tool.name.clone(), said.unwrap_or_default());
                tools.push(tool);
            }
            Err(why) => refused.push(Refused {
                tool: name_or_place(definition, position),
                why,
            }),
        }
    }
    Ok(Pinned {
        catalog: Catalog::from_tools(tools),
        texts,
        annotations,
        refused,
    })
}

fn repeated_names(definitions: &[Json]) -> BTreeSet<&str> {
    let mut seen = BTreeSet::new();
    definitions
        .iter()
        .filter_map(name_of)
        .filter(|name| !seen.insert(*name))
        .collect()
}

fn name_of(definition: &Json) -> Option<&str> {
    definition.as_object()?.get("name")?.as_str()
}

fn name_or_place(definition: &Json, position: usize) -> String {
    match name_of(definition).filter(|name| is_tool_name(name)) {
        Some(name) => name.to_owned(),
        // A name that may hold anything is not repeated to whoever reads the report.
        None => format!("number {}", position + 1),
    }
}

fn pin_tool(definition: &Json, repeated: &BTreeSet<&str>) -> Result<PinnedTool, RefusedWhy> {
    let name = name_of(definition).ok_or(RefusedWhy::Nameless)?;
    let object = definition.as_object().ok_or(RefusedWhy::Nameless)?;
    if !is_tool_name(name) {
        return Err(RefusedWhy::Name);
    }
    if repeated.contains(name) {
        return Err(RefusedWhy::Repeated);
    }
    let input = schema_of(object, "inputSchema")
        .flatten()
        .ok_or(RefusedWhy::Input)?;
    let output = schema_of(object, "outputSchema").ok_or(RefusedWhy::Output)?;
    Ok(PinnedTool {
        name: name.to_owned(),
        shape: shape_digest(name, input, output),
        input: reduce(input),
        output: output.map(reduce),
    })
}

/// The schema under `key`: `Some(None)` where there is none (`null` counts as none), `None` where it is no object.
#[expect(
    clippy::option_option,
    reason = "absent and wrong are two answers, and the caller asks for each by itself"
)]
fn schema_of<'a>(definition: &'a Object, key: &str) -> Option<Option<&'a Json>> {
    match definition.get(key) {
        None | Some(Json::Null) => Some(None),
        Some(schema @ Json::Object(_)) => Some(Some(schema)),
        Some(Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_)) => None,
    }
}

/// Whether the protocol allows this name.
pub(super) fn is_tool_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= MAX_NAME
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

/// The shape and the text of one live definition, for [`standing`](super::standing); `None` where it cannot be pinned.
#[must_use]
pub fn digests(definition: &Json) -> Option<(Digest, Digest)> {
    let tool = pin_tool(definition, &BTreeSet::new()).ok()?;
    Some((tool.shape, text_digest(definition)))
}
