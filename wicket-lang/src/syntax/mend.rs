//! Edits for what authors carry over from other languages: `&&`, `||`, `!`, `=` and `;`.
//!
//! None of them means anything here, and each can only have been meant in one way, so the edits are safe.

use super::lexer::Kind;
use super::nodes::Context;
use super::token::{Lexeme, Tok};
use crate::diagnostic::Edit;

/// What to do about the sign at `start`, and the edit that does it. `compares` says whether a comparison could stand
/// there.
pub(super) fn sign(
    context: &Context,
    lexemes: &[Lexeme<'_>],
    start: usize,
    compares: bool,
) -> Option<(&'static str, Edit)> {
    let at = lexemes.iter().position(|lexeme| lexeme.start == start)?;
    let lexeme = lexemes.get(at)?;
    let Tok::Sign(kind) = lexeme.tok else {
        return None;
    };
    // `&&` is two signs that touch each other.
    let next = lexemes.get(at + 1);
    let doubled = next.filter(|next| next.is_sign(kind) && next.start == lexeme.end);
    let end = doubled.map_or(lexeme.end, |next| next.end);
    let span = context.span(lexeme.start, end);
    let before = at.checked_sub(1).and_then(|at| lexemes.get(at));
    let after = if doubled.is_some() {
        lexemes.get(at + 2)
    } else {
        next
    };
    let left = before.is_some_and(|before| before.end == lexeme.start);
    let right = after.is_some_and(|after| after.start == end);
    let word = |word: &str| {
        let (left, right) = (if left { " " } else { "" }, if right { " " } else { "" });
        Edit::replace(span, format!("{left}{word}{right}"))
    };
    Some(match kind {
        Kind::Ampersand => ("write `and`", word("and")),
        Kind::Pipe => ("write `or`", word("or")),
        Kind::Bang => ("write `not`", word("not")),
        Kind::Assign if compares => ("equality is written `is` or `==`", word("==")),
        Kind::Semicolon => (
            "nothing is needed between rules; remove the `;`",
            Edit::remove(span),
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::fix::apply_safe;
    use crate::source::{FileId, Sources};
    use crate::syntax::parse;

    #[test]
    fn signs_of_other_languages_are_mended_one_after_the_other() {
        let mut text = "policy p { permit a.b when args.x = 1 && !(args.y=2 || args.z is 3); }\n".to_owned();
        for _ in 0..8 {
            let parsed = parse(FileId(0), &text);
            let sources = Sources::single("a.wkt", &text);
            let (mut texts, made) = apply_safe(&sources, &parsed.diagnostics);
            let Some(next) = texts.remove(&FileId(0)) else {
                break;
            };
            assert!(made > 0);
            text = next;
        }
        assert_eq!(
            text,
            "policy p { permit a.b when args.x == 1 and not (args.y == 2 or args.z is 3) }\n"
        );
    }
}
