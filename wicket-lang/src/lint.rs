//! Lints: what is allowed and most likely not meant. They speak about meaning, never about layout.
//!
//! They look at bundles without errors only: where something could not be read, much would look unused. One lint, one
//! file; its page in `errors/` has an example that the tests run.

mod unreachable_otherwise;
mod unused;

use std::collections::BTreeMap;

use crate::check::Checked;
use crate::diagnostic::Diagnostic;
use crate::source::FileId;
use crate::syntax::ast;

/// All that the lints find in a bundle that was checked and has no error.
#[must_use]
pub fn lint(files: &BTreeMap<FileId, ast::File>, checked: &Checked) -> Vec<Diagnostic> {
    let mut found = unused::lint(files);
    found.extend(unreachable_otherwise::lint(files, &checked.bundle));
    found
}
