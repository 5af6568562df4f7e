//! The catalog of a connector: the pinned tools that it is checked against.

use std::collections::BTreeSet;

use super::{CatalogFiles, Checker, Declared, Pins};
use crate::catalog::{Catalog, Digest, TierPattern, shipped};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{self, ConnectorMember, Name};

/// What a pull has to know of a connector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The name of its declaration.
    pub declared: String,
    /// The digest of its source.
    pub source: Digest,
    pub patterns: Vec<TierPattern>,
    /// The catalog that it names, as a path from the bundle's folder.
    pub catalog: Option<String>,
}

impl Declaration {
    pub(super) fn of(checker: &Checker<'_>, declared: &Declared<'_>, patterns: &[TierPattern]) -> Self {
        Self {
            declared: declared.connector.name.text.clone(),
            source: declared.source,
            patterns: patterns.to_vec(),
            catalog: catalog_name(declared).map(|named| catalog_path(checker, declared, named)),
        }
    }
}

/// The catalog that the declaration names: beside its file, in the bundle's folder, in a shared folder that uses it, or
/// the shipped one.
pub(super) fn find(
    checker: &mut Checker<'_>,
    pins: &mut Pins,
    declared: &Declared<'_>,
    place: &Name,
    catalogs: &CatalogFiles,
    folders: &BTreeSet<String>,
) -> Option<Catalog> {
    let connector = &declared.connector.name.text;
    let Some(named) = catalog_name(declared) else {
        checker.report(
            Diagnostic::new(
                Code::E0402,
                format!("connector `{connector}` has no catalog"),
                place.span,
                "which tools does it have?",
            )
            .with_help(format!(
                "add `tools \"{connector}.tools.json\"`, written by: wicket catalog pull {connector}"
            )),
        );
        return None;
    };
    let mut path = catalog_path(checker, declared, named);
    if declared.file.is_none() && !catalogs.contains_key(&path) {
        let beside = folders.iter().map(|folder| format!("{folder}/{path}"));
        path = beside
            .into_iter()
            .find(|beside| catalogs.contains_key(beside))
            .unwrap_or(path);
    }
    let shipped_text = if declared.file.is_none() {
        shipped(connector).map(|shipped| shipped.tools)
    } else {
        None
    };
    let span = if declared.file.is_some() {
        named.span
    } else {
        place.span
    };
    let own = catalogs.get(&path).map(String::as_str);
    let Some(text) = own.or(shipped_text) else {
        checker.report(
            Diagnostic::new(
                Code::E0402,
                format!("the catalog `{path}` is not there"),
                span,
                "no such file in this bundle",
            )
            .with_help(format!("write it with: wicket catalog pull {connector}")),
        );
        return None;
    };
    let read = if own.is_some() {
        Catalog::read(text.as_bytes())
    } else {
        Catalog::read_shipped(text.as_bytes())
    };
    match read {
        Ok(catalog) => {
            pins.sources.insert(path, catalog.digest());
            Some(catalog)
        }
        Err(error) => {
            checker.report(
                Diagnostic::new(
                    Code::E0402,
                    format!("the catalog `{path}` cannot be read: {error}"),
                    span,
                    "this catalog",
                )
                .with_help(format!("write it anew with: wicket catalog pull {connector}")),
            );
            None
        }
    }
}

/// The catalog as the declaration names it.
fn catalog_name<'d>(declared: &'d Declared<'_>) -> Option<&'d ast::Text> {
    declared.connector.members.iter().find_map(|member| {
        let ConnectorMember::Tools(text) = member else {
            return None;
        };
        Some(text)
    })
}

/// The catalog as a path from the bundle's folder: it is named from the folder of the file that declares it.
fn catalog_path(checker: &Checker<'_>, declared: &Declared<'_>, named: &ast::Text) -> String {
    let folder = declared
        .file
        .and_then(|file| checker.sources.get(file))
        .and_then(|file| file.name.rsplit_once('/'));
    folder.map_or_else(
        || named.value.clone(),
        |(folder, _)| format!("{folder}/{}", named.value),
    )
}
