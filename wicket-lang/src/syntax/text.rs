//! The inside of quotes: escapes, and the interpolations of a message.
//!
//! Reading never fails: what is wrong is left out of the value and reported by [`mistakes`], which the lexical checks
//! call once for each literal, so that parsing a piece twice does not report twice.

use std::ops::Range;

/// The longest literal, in bytes of source.
pub(super) const MAX_TEXT_BYTES: usize = 64 * 1024;

/// A piece of a literal: what it stands for, and where it is (bytes from the opening quote).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Char(char),
    /// `\{`: a brace that opens no interpolation.
    Brace(char),
    /// An escape that does not exist.
    Bad,
}

/// The literal without its quotes; the closing one may be missing.
fn body(raw: &str) -> &str {
    let open = raw.strip_prefix('"').unwrap_or(raw);
    // A closing quote that is escaped belongs to the text: then the literal is unterminated.
    let slashes = open
        .strip_suffix('"')
        .map(|text| text.len() - text.trim_end_matches('\\').len());
    match slashes {
        Some(count) if count % 2 == 0 => open.strip_suffix('"').unwrap_or(open),
        Some(_) | None => open,
    }
}

/// Takes a literal apart. The ranges count bytes from the start of `raw`.
pub(super) fn pieces(raw: &str) -> Vec<(Piece, Range<usize>)> {
    let body = body(raw);
    let mut found = Vec::new();
    let mut rest = body.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let piece = if c == '\\' {
            match rest.next().map(|(_, escaped)| escaped) {
                Some('"') => Piece::Char('"'),
                Some('\\') => Piece::Char('\\'),
                Some('n') => Piece::Char('\n'),
                Some('t') => Piece::Char('\t'),
                Some(brace @ ('{' | '}')) => Piece::Brace(brace),
                Some('u') => code_point(&mut rest).map_or(Piece::Bad, Piece::Char),
                Some(_) | None => Piece::Bad,
            }
        } else {
            Piece::Char(c)
        };
        let end = rest.peek().map_or(body.len(), |(next, _)| *next);
        found.push((piece, at + 1..end + 1));
    }
    found
}

/// `{1F600}`: one to six hexadecimal digits.
fn code_point(rest: &mut std::iter::Peekable<std::str::CharIndices<'_>>) -> Option<char> {
    rest.next_if(|(_, c)| *c == '{')?;
    let mut digits = String::new();
    while let Some((_, digit)) = rest.next_if(|(_, c)| c.is_ascii_hexdigit()) {
        digits.push(digit);
    }
    rest.next_if(|(_, c)| *c == '}')?;
    if digits.len() > 6 {
        return None;
    }
    u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32)
}

/// The value of a literal.
pub(super) fn decode(raw: &str) -> String {
    pieces(raw)
        .into_iter()
        .filter_map(|(piece, _)| match piece {
            Piece::Char(c) | Piece::Brace(c) => Some(c),
            Piece::Bad => None,
        })
        .collect()
}

/// The escapes of a literal that do not exist.
pub(super) fn mistakes(raw: &str) -> Vec<Range<usize>> {
    pieces(raw)
        .into_iter()
        .filter(|(piece, _)| *piece == Piece::Bad)
        .map(|(_, range)| range)
        .collect()
}

/// What stands between the slashes of a pattern; `None` where the last one is missing.
pub(super) fn pattern(raw: &str) -> Option<&str> {
    let source = raw.strip_prefix('/')?.strip_suffix('/')?;
    let slashes = source.len() - source.trim_end_matches('\\').len();
    (slashes % 2 == 0).then_some(source)
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    /// Names between dots, with their places.
    Path(Vec<(String, Range<usize>)>),
    /// Braces that hold no path, or that are not closed.
    Bad(Range<usize>),
}

/// Takes a message apart.
pub(super) fn message(raw: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut rest = pieces(raw).into_iter();
    while let Some((piece, range)) = rest.next() {
        match piece {
            Piece::Char('{') => {
                if !text.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut text)));
                }
                parts.push(interpolation(range.start, &mut rest));
            }
            Piece::Char(c) | Piece::Brace(c) => text.push(c),
            Piece::Bad => {}
        }
    }
    if !text.is_empty() || parts.is_empty() {
        parts.push(Part::Text(text));
    }
    parts
}

/// What stands between `{` and `}`: names between dots.
fn interpolation(start: usize, rest: &mut impl Iterator<Item = (Piece, Range<usize>)>) -> Part {
    let mut names: Vec<(String, Range<usize>)> = vec![(String::new(), start + 1..start + 1)];
    let mut end = start + 1;
    let mut is_path = true;
    for (piece, range) in rest {
        end = range.end;
        match piece {
            Piece::Char('}') => {
                is_path &= names.iter().all(|(name, _)| is_name(name));
                return if is_path {
                    Part::Path(names)
                } else {
                    Part::Bad(start..end)
                };
            }
            Piece::Char('.') => names.push((String::new(), range.end..range.end)),
            Piece::Char(c) => {
                if let Some((name, place)) = names.last_mut() {
                    name.push(c);
                    place.end = range.end;
                }
            }
            Piece::Brace(_) | Piece::Bad => is_path = false,
        }
    }
    Part::Bad(start..end)
}

fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_resolved() {
        assert_eq!(decode(r#""a\"\\\n\{\u{e9}""#), "a\"\\\n{é");
        assert_eq!(decode("\"open"), "open");
        assert_eq!(decode(r#""open\""#), "open\"");
        assert_eq!(mistakes(r#""a\qb\u{110000}""#), [2..4, 5..15]);
    }

    #[test]
    fn point_61_a_literal_brace_is_escaped() {
        assert_eq!(
            message(r#""\{x} {s.next}!""#),
            [
                Part::Text("{x} ".to_owned()),
                Part::Path(vec![("s".to_owned(), 7..8), ("next".to_owned(), 9..13)]),
                Part::Text("!".to_owned()),
            ]
        );
        assert_eq!(message(r#""{}""#), [Part::Bad(1..3)]);
        assert_eq!(
            message(r#""a {b""#),
            [Part::Text("a ".to_owned()), Part::Bad(3..5)]
        );
    }
}
