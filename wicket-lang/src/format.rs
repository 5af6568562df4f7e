//! The formatter: one layout for every policy.
//!
//! The tree is printed anew, and comments are woven in by their places: before the piece that they precede, or behind
//! the one whose line they end. A comment in a place where the layout has no line for it moves to the next line that
//! there is, so none is ever lost; such a move can free its old place for a shorter layout, which is why printing is
//! repeated until nothing changes.

mod printer;
mod times;
mod flat;
mod schedules;
mod rules;
mod cases;
mod blocks;
mod callers;
mod history;
mod breakers;
mod items;

use crate::diagnostic::Diagnostic;
use crate::source::FileId;
use crate::syntax;

/// How often a text is printed at most. Two times suffice, unless comments stand in very odd places.
const MAX_ROUNDS: usize = 8;

/// The text in its canonical layout: lines end with `\n`, a byte order mark is dropped. A text with mistakes is
/// refused, because what could not be read cannot be printed.
pub fn format(text: &str) -> Result<String, Vec<Diagnostic>> {
    let mut current = once(text)?;
    for _ in 1..MAX_ROUNDS {
        let next = once(&current)?;
        if next == current {
            break;
        }
        current = next;
    }
    Ok(current)
}

fn once(text: &str) -> Result<String, Vec<Diagnostic>> {
    let parsed = syntax::parse(FileId(0), text);
    if parsed.diagnostics.iter().any(Diagnostic::is_error) {
        return Err(parsed.diagnostics);
    }
    let mut printer = printer::Printer::new(text, &parsed.comments.list);
    items::file(&mut printer, &parsed.file);
    Ok(printer.finish())
}

#[cfg(test)]
mod tests;
