//! The declaration that a first pull writes for a connector which nobody has declared.
//!
//! It classifies nothing: a tier that a program guessed would be believed.

use std::fmt::Write as _;

use wicket_lang::catalog::Catalog;

use crate::bundle::CATALOG_ENDING;

/// The text of `ALIAS.wkt`. A pinned tool's name is made of signs that can stand in a comment.
pub(super) fn declaration(alias: &str, catalog: &Catalog) -> String {
    let mut text = format!(
        "// Put each tool into the tier of the worst that a call of it can do, by its name, and pull again. A tool in no\n\
         // tier is denied.\n\
         //\n\
         // read         changes nothing\n\
         // write        adds or edits what the same people can take back\n\
         // destructive  deletes, merges, executes, spends, sends outside, or changes access and settings\n\n\
         connector {alias} {{\n  tools \"{alias}{CATALOG_ENDING}\"\n\n  // In no tier yet:\n"
    );
    for name in catalog.names() {
        // Writing to a String does not fail.
        let _ = writeln!(text, "  //   {name}");
    }
    text.push_str("}\n");
    text
}
