//! What changed between two catalogs, for a program.

use serde::Serialize;
use wicket_lang::catalog;

/// The difference, by tool.
#[derive(Debug, Serialize)]
pub(super) struct Changes {
    added: Vec<String>,
    removed: Vec<String>,
    shape_changed: Vec<ShapeChange>,
    text_changed: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ShapeChange {
    tool: String,
    input: Vec<String>,
    output_changed: bool,
}

impl From<&catalog::Changes> for Changes {
    fn from(changes: &catalog::Changes) -> Self {
        Self {
            added: changes.added.clone(),
            removed: changes.removed.clone(),
            shape_changed: changes
                .shape_changed
                .iter()
                .map(|change| ShapeChange {
                    tool: change.tool.clone(),
                    input: change.input.iter().map(ToString::to_string).collect(),
                    output_changed: change.output_changed,
                })
                .collect(),
            text_changed: changes.text_changed.clone(),
        }
    }
}
