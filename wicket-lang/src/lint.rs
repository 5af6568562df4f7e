//! Lints: what is allowed and most likely not meant. They speak about meaning, never about layout.
//!
//! They look at bundles without errors only: where something could not be read, much would look unused. One lint, one
//! file; its page in `errors/` has an example that the tests run. An author who means it writes `@allow "W1010"` before
//! the item.

mod allow;
mod context;
mod covered_selector;
mod forbid_without_message;
mod like;
mod list_of_one;
mod only_when_without_otherwise;
mod open_destruction;
mod repeated_element;
mod unreachable_otherwise;
mod unused;

use std::collections::BTreeMap;

use crate::check::Checked;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Sources};
use crate::syntax::ast;
use context::Context;

/// All that the lints find in a bundle that was checked and has no error.
#[must_use]
pub fn lint(sources: &Sources, files: &BTreeMap<FileId, ast::File>, checked: &Checked) -> Vec<Diagnostic> {
    let context = Context::new(sources, files, checked);
    let mut found = unused::lint(files);
    found.extend(unreachable_otherwise::lint(files, &checked.bundle));
    for lint in LINTS {
        found.extend(lint(&context));
    }
    allow::silence(&context, &mut found);
    found
}

/// The lints that read the same things.
const LINTS: &[fn(&Context<'_>) -> Vec<Diagnostic>] = &[
    covered_selector::lint,
    forbid_without_message::lint,
    like::lint,
    list_of_one::lint,
    only_when_without_otherwise::lint,
    open_destruction::lint,
    repeated_element::lint,
];
