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

/// `for group finance, member "anna@acme.example" except agent nightly`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForClause {
    /// At least one.
    pub principals: Vec<Principal>,
    /// Taken away from all of them.
    pub except: Vec<Principal>,
    pub span: Span,
}

/// `group finance`, `everyone`; which kinds there are, and which want a name, is checked later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    pub kind: Name,
    pub name: Option<Name>,
}

/// `using account "billing"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountClause {
    /// The word `account`.
    pub word: Name,
    pub name: Text,
    pub span: Span,
}
