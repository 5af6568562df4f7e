//! The façade for embedders: from the files of a bundle to a decision.
//!
//! [`analyze`] parses and checks; nothing is emitted from a bundle with an error.

use std::collections::BTreeMap;

use crate::catalog::Lock;
use crate::check::{self, CatalogFiles, Checked};
use crate::diagnostic::{self, Code, Diagnostic};
use crate::source::{FileId, Sources, Span};
use crate::syntax::{self, Parsed, ast};

/// The name of the lock in a bundle's folder.
pub const LOCK: &str = "wicket.lock";

/// The ending of a policy file's name.
pub const EXTENSION: &str = "wkt";

/// The files of a bundle, as the caller read them.
#[derive(Clone, Debug, Default)]
pub struct BundleFiles {
    /// The `.wkt` files.
    pub sources: Sources,
    /// The `.tools.json` files, by path relative to the bundle's folder.
    pub catalogs: CatalogFiles,
    /// The text of `wicket.lock`.
    pub lock: Option<String>,
}

impl BundleFiles {
    /// A bundle of one file, without lock.
    #[must_use]
    pub fn single(name: &str, text: &str) -> Self {
        Self {
            sources: Sources::single(name, text),
            ..Self::default()
        }
    }
}

/// A bundle, parsed and checked.
#[derive(Debug)]
pub struct Analysis {
    pub parsed: BTreeMap<FileId, Parsed>,
    pub files: BTreeMap<FileId, ast::File>,
    pub checked: Checked,
    /// Everything that was found, in the order of the sources.
    pub diagnostics: Vec<Diagnostic>,
}

impl Analysis {
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Parses and checks a bundle.
#[must_use]
pub fn analyze(bundle: &BundleFiles) -> Analysis {
    let mut parsed: BTreeMap<FileId, Parsed> = bundle
        .sources
        .iter()
        .map(|(id, file)| (id, syntax::parse(id, &file.text)))
        .collect();
    let files: BTreeMap<FileId, ast::File> = parsed
        .iter_mut()
        .map(|(id, parsed)| (*id, std::mem::take(&mut parsed.file)))
        .collect();
    let mut diagnostics: Vec<Diagnostic> = parsed
        .values()
        .flat_map(|parsed| parsed.diagnostics.iter().cloned())
        .collect();
    let lock = bundle
        .lock
        .as_deref()
        .and_then(|text| match Lock::read(text.as_bytes()) {
            Ok(lock) => Some(lock),
            Err(error) => {
                diagnostics.push(
                    Diagnostic::new(
                        Code::E0405,
                        format!("{LOCK} cannot be read: {error}"),
                        Span::default(),
                        "the lock stands beside this file",
                    )
                    .with_help("write it anew with: wicket catalog pull NAME"),
                );
                None
            }
        });
    let mut checked = check::check(&bundle.sources, &files, &bundle.catalogs, lock.as_ref());
    diagnostics.append(&mut checked.diagnostics);
    diagnostic::sort(&mut diagnostics);
    Analysis {
        parsed,
        files,
        checked,
        diagnostics,
    }
}
