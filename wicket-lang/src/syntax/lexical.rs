//! What can be wrong with a token by itself.
//!
//! Bidirectional controls are refused even in comments: with them a text can be shown in another order than it is
//! read, and an owner who reads a policy must see what the machine sees.

use super::MAX_DIAGNOSTICS;
use super::lexer::{Kind, Token};
use super::{dates, networks, text};
use crate::diagnostic::{Code, Diagnostic, Edit, Safety};
use crate::source::{FileId, Span};

/// The longest name, in bytes.
const MAX_NAME_BYTES: usize = 200;
/// The most digits of a number: what the language computes with exactly.
const MAX_DIGITS: usize = 34;

/// Checks each token of `text`.
pub(super) fn check(tokens: &[Token], source: &str) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for token in tokens {
        check_token(*token, token.text(source), &mut found);
        if found.len() > MAX_DIAGNOSTICS {
            break;
        }
    }
    found
}

/// Says that a text is saved in an encoding of two bytes a letter: then every second one is nothing.
pub(super) fn encoding(file: FileId, source: &str) -> Option<Diagnostic> {
    let start: Vec<char> = source.chars().take(8).collect();
    let empty = start.iter().filter(|c| **c == '\0').count();
    (start.len() > 3 && empty * 2 >= start.len() - 1).then(|| {
        Diagnostic::new(
            Code::E0113,
            "this file is saved as UTF-16",
            Span::new(file, 0, 0),
            "every second byte is empty",
        )
        .with_help("save it as UTF-8; editors offer that beside `Save as`")
    })
}

fn check_token(token: Token, slice: &str, found: &mut Vec<Diagnostic>) {
    let span = token.span;
    match token.kind {
        Kind::String => string(slice, span, found),
        Kind::UnterminatedString => {
            string(slice, span, found);
            found.push(
                Diagnostic::new(
                    Code::E0102,
                    "this text is not closed",
                    span,
                    "the closing `\"` is missing on this line",
                )
                .with_help("a text stands on one line; write `\\n` for a new line and `\\\"` for a quote"),
            );
        }
        Kind::BlockComment => found.push(block_comment(span)),
        Kind::Pattern if text::pattern(slice).is_none() => found.push(unclosed_pattern(span)),
        Kind::Comment | Kind::Doc | Kind::Pattern => hidden(slice, span, found),
        Kind::Number => number(slice, span, found),
        Kind::BadNumber => found.push(
            Diagnostic::new(
                Code::E0112,
                format!("`{slice}` is neither a number nor a duration"),
                span,
                "the digits run into letters",
            )
            .with_help(
                "durations are written `30s`, `10m`, `1h30m`, `1d`; a name does not begin with a digit",
            ),
        ),
        Kind::Duration if dates::seconds(slice).is_none() => found.push(Diagnostic::new(
            Code::E0112,
            format!("`{slice}` is no duration"),
            span,
            "whole units, each once and the larger first, as in `1h30m`; at most a hundred years",
        )),
        Kind::Network => networks::check(slice, span, found),
        Kind::Date if dates::date(slice).is_none() => found.push(
            Diagnostic::new(
                Code::E0110,
                format!("there is no day `{slice}`"),
                span,
                "this day is in no calendar",
            )
            .with_help("dates are written `2026-12-24`, or `12-24` for every year"),
        ),
        Kind::Word | Kind::Glob | Kind::Method if slice.len() > MAX_NAME_BYTES => {
            found.push(Diagnostic::new(
                Code::E0106,
                format!("a name has at most {MAX_NAME_BYTES} characters"),
                span,
                "this name is longer",
            ));
        }
        Kind::Error => foreign(slice, span, found),
        Kind::Space
        | Kind::Newline
        | Kind::Word
        | Kind::Glob
        | Kind::Method
        | Kind::Duration
        | Kind::Date
        | Kind::Time
        | Kind::TimeRange
        | Kind::TimeOffset
        | Kind::OpenBrace
        | Kind::CloseBrace
        | Kind::OpenParen
        | Kind::CloseParen
        | Kind::OpenBracket
        | Kind::CloseBracket
        | Kind::Comma
        | Kind::Colon
        | Kind::Dot
        | Kind::DotDot
        | Kind::Assign
        | Kind::Equal
        | Kind::NotEqual
        | Kind::Less
        | Kind::LessEqual
        | Kind::Greater
        | Kind::GreaterEqual
        | Kind::Plus
        | Kind::Minus
        | Kind::Star
        | Kind::Pipe
        | Kind::At
        | Kind::Slash
        | Kind::Percent
        | Kind::Semicolon
        | Kind::Ampersand
        | Kind::Bang => {}
    }
}

/// The piece of `span` from byte `start` to byte `end` of it.
fn within(span: Span, start: usize, end: usize) -> Span {
    Span::new(span.file, span.start as usize + start, span.start as usize + end)
}

fn string(raw: &str, span: Span, found: &mut Vec<Diagnostic>) {
    if raw.len() > text::MAX_TEXT_BYTES {
        found.push(Diagnostic::new(
            Code::E0106,
            "a text has at most 65,536 bytes",
            span,
            "this text is longer",
        ));
        return;
    }
    for range in text::mistakes(raw).into_iter().take(10) {
        found.push(
            Diagnostic::new(
                Code::E0103,
                "there is no such escape",
                within(span, range.start, range.end),
                "this escape means nothing",
            )
            .with_help("the escapes are `\\\"`, `\\\\`, `\\n`, `\\t`, `\\{`, `\\}` and `\\u{…}`"),
        );
    }
    hidden(raw, span, found);
}

fn block_comment(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0116,
        "there are no block comments",
        span,
        "this is no comment",
    )
    .with_help("write `//` in front of each line")
}

fn unclosed_pattern(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0240,
        "this pattern is not closed",
        span,
        "the closing `/` is missing on this line",
    )
    .with_help("a pattern stands on one line; a slash within it is written `\\/`")
}

/// Characters that cannot be seen, or that change how their neighbours are shown.
fn hidden(raw: &str, span: Span, found: &mut Vec<Diagnostic>) {
    let line = raw.trim_end_matches('\r');
    if let Some((at, c)) = line.char_indices().find(|(_, c)| is_hidden(*c)) {
        found.push(
            Diagnostic::new(
                Code::E0113,
                format!(
                    "the invisible character U+{:04X} may not stand in a policy",
                    u32::from(c)
                ),
                within(span, at, at + c.len_utf8()),
                "it stands here",
            )
            .with_help("remove it; in a text it can be written as `\\u{…}`"),
        );
    }
}

fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn number(slice: &str, span: Span, found: &mut Vec<Diagnostic>) {
    let digits = slice.trim_start_matches('-');
    if digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.") {
        found.push(Diagnostic::new(
            Code::E0112,
            format!("`{slice}` begins with a zero"),
            span,
            "a number has no zeros in front",
        ));
    }
    if digits.bytes().filter(u8::is_ascii_digit).count() > MAX_DIGITS {
        found.push(Diagnostic::new(
            Code::E0106,
            format!("a number has at most {MAX_DIGITS} digits"),
            span,
            "this number has more",
        ));
    }
}

fn foreign(slice: &str, span: Span, found: &mut Vec<Diagnostic>) {
    let before = found.len();
    hidden(slice, span, found);
    if found.len() > before {
        return;
    }
    let shown: String = slice.chars().take(20).collect();
    let diagnostic = Diagnostic::new(
        Code::E0113,
        format!("`{shown}` may not stand outside of quotes"),
        span,
        "this is no part of the language",
    );
    let meant = |text: &str, help: &str| {
        let edit = vec![Edit::replace(span, text)];
        (help.to_owned(), edit)
    };
    let (help, edit) = match slice {
        "“" | "”" | "„" | "‘" | "’" | "'" | "«" | "»" => {
            meant("\"", "texts stand between straight double quotes: `\"…\"`")
        }
        "–" | "—" | "−" | "‐" | "‑" => meant("-", "write the plain hyphen: `-`"),
        "…" => meant("..", "a range is written with two dots: `..`"),
        "≠" => meant("!=", "that two values differ is written `is not` or `!=`"),
        "≤" => meant("<=", "write `<=`"),
        "≥" => meant(">=", "write `>=`"),
        "#" => meant("//", "a comment begins with `//`"),
        _ if slice.chars().all(char::is_whitespace) => {
            meant(" ", "this is a blank of another kind; write a plain one")
        }
        _ if slice.starts_with("``") => meant(
            "",
            "this belongs to the page that it was copied from; take it out",
        ),
        _ => {
            let letters = slice.chars().all(char::is_alphabetic);
            let help = if letters {
                "this letter is of another alphabet, however it looks; names are made of letters from a to z, digits, `_` and `-`"
            } else {
                "names are made of letters from a to z, digits, `_` and `-`; anything else stands in quotes"
            };
            found.push(diagnostic.with_help(help));
            return;
        }
    };
    found.push(diagnostic.with_fix(help, edit, Safety::Guess));
}
