//! Who calls: what a bundle knows of people and agents, and the callers that a rule is for.

use super::{AttributeType, Name, Text};
use crate::source::Span;

/// `directory { groups engineering, "on-call"  member { clearance: integer }  agent { stage: dev | prod } }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// The word that begins it.
    pub head: Span,
    pub parts: Vec<DirectoryPart>,
}

/// The words that begin a part are checked later, so that a slip is told by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DirectoryPart {
    /// `groups engineering, "on-call"`.
    Groups { word: Name, names: Vec<Name> },
    /// `member { clearance: integer }`, `agent { stage: dev | prod }`.
    Attributes {
        of: Name,
        attributes: Vec<CallerAttribute>,
        span: Span,
    },
}

/// `clearance: integer from "level"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerAttribute {
    pub name: Name,
    pub ty: AttributeType,
    /// The name under which it is delivered, where that is another.
    pub source: Option<Text>,
    /// Without a comma behind it.
    pub span: Span,
}
