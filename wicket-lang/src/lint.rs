//! Lints: what is allowed and most likely not meant. They speak about meaning, never about layout.
//!
//! They look at bundles without errors only: where something could not be read, much would look unused. One lint, one
//! file; its page in `errors/` has an example that the tests run. An author who means it writes `@allow "W1010"` before
//! the item.

mod allow;
mod analysis;
mod context;
mod covered_selector;
mod domain;
mod forbid_without_message;
mod implied;
mod like;
mod list_of_one;
mod never_false;
mod never_open;
mod never_shut;
mod never_true;
mod only_when_without_otherwise;
mod open_destruction;
mod overruled;
mod pieces;
mod repeated_element;
mod spare_part;
mod standing;
mod unreachable_otherwise;
mod unused;

use std::collections::BTreeMap;

use crate::check::{Again, Checked};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Sources};
use crate::syntax::ast;
use context::Context;
use pieces::Pieces;

/// All that the lints find in a bundle that was checked and has no error.
#[must_use]
pub fn lint(sources: &Sources, files: &BTreeMap<FileId, ast::File>, checked: &Checked) -> Vec<Diagnostic> {
    let mut again = Again::new(sources, files, checked);
    let pieces = Pieces::new(files, checked, &mut again);
    let bundle = again.into_bundle();
    let context = Context::new(sources, files, checked, &bundle);
    let mut found = unused::lint(files);
    found.extend(unreachable_otherwise::lint(files, &checked.bundle));
    for lint in LINTS {
        found.extend(lint(&context));
    }
    for lint in LINTS_OF_PARTS {
        found.extend(lint(&context, &pieces));
    }
    allow::silence(&context, &mut found);
    found
}

/// The lints that read the same things.
const LINTS: &[fn(&Context<'_>) -> Vec<Diagnostic>] = &[
    covered_selector::lint,
    forbid_without_message::lint,
    implied::lint,
    like::lint,
    list_of_one::lint,
    never_open::lint,
    never_shut::lint,
    only_when_without_otherwise::lint,
    open_destruction::lint,
    overruled::lint,
    repeated_element::lint,
];

/// The lints that look at parts of conditions as well.
const LINTS_OF_PARTS: &[fn(&Context<'_>, &Pieces) -> Vec<Diagnostic>] =
    &[never_true::lint, never_false::lint, spare_part::lint];
