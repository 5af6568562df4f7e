//! `tool.NAME`: what is pinned of the tool. All of it is known here, so every test of it is settled when a bundle is
//! checked, and nothing that an upstream says later is ever read.

use std::collections::BTreeMap;

use super::Checker;
use super::values::{Found, Lowered, Site, constant_value, unknown_field};
use crate::catalog::{Annotation, Annotations, Lock, Stated, Tier};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Bundle, Constant, Path, PathId, ToolId};
use crate::syntax::ast::{self, Name};
use crate::types::Type;

/// What each tool is said to be in the definition that the lock pins.
pub(super) fn annotations(bundle: &Bundle, lock: &Lock) -> BTreeMap<ToolId, Annotations> {
    let tools = bundle.tools.iter().enumerate();
    let pinned = tools.filter_map(|(index, tool)| {
        let connector = bundle.connectors.get(tool.connector.index())?;
        let locked = lock.connectors.get(&connector.name)?.tools.get(&tool.name)?;
        Some((ToolId::at(index), locked.annotations.clone()?))
    });
    pinned.collect()
}

/// What can be read of a tool.
const FIELDS: [&str; 7] = [
    "name",
    "tier",
    "connector",
    "read_only",
    "destructive",
    "idempotent",
    "open_world",
];

/// What `tool.field` is of the tool of this place.
pub(super) fn find(checker: &mut Checker<'_>, site: &Site<'_>, first: &Name, field: &Name) -> Option<Found> {
    let tool = checker.bundle.tool(site.tool)?;
    let text = match field.text.as_str() {
        "name" => tool.name.clone(),
        "tier" => tool.tier.map_or("unclassified", Tier::name).to_owned(),
        "connector" => {
            let connector = checker.bundle.connectors.get(tool.connector.index())?;
            connector.name.clone()
        }
        other => {
            let Some(annotation) = Annotation::find(other) else {
                if let Some(near) = Annotation::ALL.iter().find(|known| known.hint() == other) {
                    report_hint(checker, field, near.name());
                    return None;
                }
                return unknown_field(checker, first, field, &FIELDS);
            };
            return Some(match stated(checker, site, annotation) {
                Some(Stated::Said(said)) => Found::Constant(Constant::Bool(said)),
                Some(Stated::Silent | Stated::Unreadable) | None => {
                    Found::Missing(checker.path(Path::Annotation(annotation)))
                }
            });
        }
    };
    Some(Found::Constant(Constant::Text(text)))
}

/// The protocol's own name of an annotation.
fn report_hint(checker: &mut Checker<'_>, field: &Name, near: &str) {
    let diagnostic = Diagnostic::new(
        Code::E0207,
        format!("`tool` has no `{}`", field.text),
        field.span,
        "the protocol calls it so",
    );
    checker.report(diagnostic.with_near(field.span, Some(near)));
}

/// What the pinned definition says; `None` where its texts are not pinned.
fn stated(checker: &Checker<'_>, site: &Site<'_>, annotation: Annotation) -> Option<Stated> {
    let said = checker.annotations.get(&site.tool)?;
    Some(said.get(annotation))
}

/// Whether the pinned definition is known to say nothing of what is read here.
pub(super) fn is_silent(checker: &Checker<'_>, site: &Site<'_>, path: PathId) -> bool {
    let Some(Path::Annotation(annotation)) = checker.bundle.path(path) else {
        return false;
    };
    stated(checker, site, *annotation) == Some(Stated::Silent)
}

/// The field of `tool` that a path reads.
pub(super) fn field(path: &ast::Path) -> Option<&str> {
    let [tool, field] = path.segments.as_slice() else {
        return None;
    };
    (tool.text == "tool").then_some(field.text.as_str())
}

/// What a tool's tier may be.
pub(super) fn tiers() -> Vec<String> {
    let named = Tier::ALL.iter().map(|tier| tier.name());
    named.chain(["unclassified"]).map(str::to_owned).collect()
}

/// The words of which `tool.field` is one, where they are few: the tiers, or the connectors of the bundle.
pub(super) fn words(checker: &Checker<'_>, path: &ast::Path) -> Option<Vec<String>> {
    match field(path)? {
        "tier" => Some(tiers()),
        "connector" => {
            let connectors = checker.bundle.connectors.iter();
            Some(connectors.map(|connector| connector.name.clone()).collect())
        }
        _ => None,
    }
}

/// The constant that `tool.field` is, as one of its few words: so a word that is none of them is a mistake, and one that
/// is another tool's is none.
pub(super) fn constant(checker: &mut Checker<'_>, path: &ast::Path, constant: Constant) -> Lowered {
    let words = words(checker, path);
    let lowered = constant_value(checker, constant);
    match (words, lowered) {
        (Some(words), Lowered::Value { node, fold, .. }) => Lowered::Value {
            node,
            ty: Type::Enum(words),
            fold,
        },
        (_, lowered) => lowered,
    }
}
