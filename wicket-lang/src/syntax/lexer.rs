//! Text to tokens.
//!
//! Every byte of the text belongs to a token, blanks, newlines and comments included, and the lexer never fails: what
//! is no token is [`Kind::Error`]. Words are not yet told from keywords, because that depends on the neighbours (see
//! [`super::token`]); a regular expression is read only after `matches` and `contains`, so that a `/` elsewhere does
//! not swallow the line.

use logos::Logos;

use crate::source::{FileId, Span};

/// What a token is.
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    #[regex(r"[ \t\r]+")]
    Space,
    #[token("\n")]
    Newline,
    /// `// …` to the end of the line.
    #[regex(r"//[^\n]*", allow_greedy = true)]
    Comment,
    /// `/// …`, but not `//// …`.
    Doc,
    /// `/* … */`, which the language does not have.
    #[token("/*")]
    BlockComment,
    /// A name or a keyword; `-` may stand between letters and digits.
    #[regex(r"[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*")]
    Word,
    /// A name with `*` in it; `*` alone is [`Kind::Star`].
    #[regex(r"[A-Za-z0-9_][A-Za-z0-9_-]*\*[A-Za-z0-9_*-]*|\*[A-Za-z0-9_*-]+")]
    Glob,
    /// `github/resources`, `*/prompts`.
    #[regex(r"([A-Za-z_][A-Za-z0-9_-]*|\*)/[A-Za-z][A-Za-z0-9_/-]*")]
    Method,
    #[regex(r#""([^"\\\n]|\\[^\n])*""#)]
    String,
    #[regex(r#""([^"\\\n]|\\[^\n])*\\?"#)]
    UnterminatedString,
    #[regex(r"-?[0-9]+(\.[0-9]+)?")]
    Number,
    /// `30m`, `1h30m`.
    #[regex(r"([0-9]+[smhd])+", priority = 20)]
    Duration,
    /// `192.0.2.0/24`, `2001:db8::/32`.
    #[regex(
        r"[0-9]+\.[0-9]+\.[0-9.]+/[0-9]+|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*/[0-9]+",
        priority = 20
    )]
    Network,
    /// Digits that run into letters, `3x`.
    #[regex(r"[0-9]+[A-Za-z_][A-Za-z0-9_]*", priority = 2)]
    BadNumber,
    #[regex(r"([0-9][0-9][0-9][0-9]-)?[0-9][0-9]?-[0-9][0-9]?")]
    Date,
    #[regex(r"[0-9][0-9]?:[0-9][0-9]")]
    Time,
    /// `09:00-17:00`; after `at DATE` it is a time with an offset west of Greenwich.
    #[regex(r"[0-9][0-9]?:[0-9][0-9]-[0-9][0-9]?:[0-9][0-9]")]
    TimeRange,
    /// `12:00+01:00`, `12:00Z`.
    #[regex(r"[0-9][0-9]?:[0-9][0-9](Z|\+[0-9][0-9]?:[0-9][0-9])")]
    TimeOffset,
    /// `/…/` after `matches` or `contains`.
    Pattern,
    #[token("{")]
    OpenBrace,
    #[token("}")]
    CloseBrace,
    #[token("(")]
    OpenParen,
    #[token(")")]
    CloseParen,
    #[token("[")]
    OpenBracket,
    #[token("]")]
    CloseBracket,
    #[token(",")]
    Comma,
    #[token(":")]
    Colon,
    #[token(".")]
    Dot,
    #[token("..")]
    DotDot,
    #[token("=")]
    Assign,
    #[token("==")]
    Equal,
    #[token("!=")]
    NotEqual,
    #[token("<")]
    Less,
    #[token("<=")]
    LessEqual,
    #[token(">")]
    Greater,
    #[token(">=")]
    GreaterEqual,
    #[token("+")]
    Plus,
    #[token("-")]
    Minus,
    #[token("*")]
    Star,
    #[token("|")]
    Pipe,
    #[token("@")]
    At,
    #[token("/")]
    Slash,
    #[token("%")]
    Percent,
    #[token(";")]
    Semicolon,
    #[token("&")]
    Ampersand,
    #[token("!")]
    Bang,
    /// Anything else.
    Error,
}

impl Kind {
    /// Whether the grammar never sees it.
    #[must_use]
    pub fn is_trivia(self) -> bool {
        matches!(
            self,
            Self::Space | Self::Newline | Self::Comment | Self::Doc | Self::BlockComment
        )
    }
}

/// A piece of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    pub span: Span,
}

impl Token {
    /// The token's text; `text` is the text it was made from.
    #[must_use]
    pub fn text(self, text: &str) -> &str {
        text.get(self.span.start as usize..self.span.end as usize)
            .unwrap_or_default()
    }
}

/// Cuts the whole text into tokens.
#[must_use]
pub fn lex(file: FileId, text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut push = |kind: Kind, start: usize, end: usize| {
        let span = Span::new(file, start, end);
        match tokens.last_mut() {
            // Foreign characters in a row are one mistake.
            Some(last) if kind == Kind::Error && last.kind == Kind::Error => {
                last.span.end = span.end;
            }
            _ => tokens.push(Token { kind, span }),
        }
    };
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let base = text.len() - body.len();
    if base > 0 {
        push(Kind::Space, 0, base);
    }
    let mut lexer = Kind::lexer(body);
    let mut pattern_may_follow = false;
    while let Some(result) = lexer.next() {
        let mut kind = result.unwrap_or(Kind::Error);
        match kind {
            Kind::Comment if is_doc(lexer.slice()) => kind = Kind::Doc,
            Kind::Slash | Kind::BlockComment if pattern_may_follow => {
                lexer.bump(pattern_length(lexer.remainder()));
                kind = Kind::Pattern;
            }
            Kind::BlockComment => {
                let rest = lexer.remainder();
                lexer.bump(rest.find("*/").map_or(rest.len(), |at| at + 2));
            }
            _ => {}
        }
        if !kind.is_trivia() {
            pattern_may_follow = kind == Kind::Word && matches!(lexer.slice(), "matches" | "contains");
        }
        let span = lexer.span();
        push(kind, base + span.start, base + span.end);
    }
    tokens
}

fn is_doc(comment: &str) -> bool {
    comment.starts_with("///") && !comment.starts_with("////")
}

/// The length of the rest of a pattern whose opening `/` was read: through the closing one, or to the line's end.
fn pattern_length(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices() {
        match c {
            '\n' => return at,
            '/' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The kinds and texts of the tokens that the grammar would see.
    fn kinds(text: &str) -> Vec<(Kind, &str)> {
        lex(FileId(0), text)
            .into_iter()
            .filter(|token| !token.kind.is_trivia())
            .map(|token| (token.kind, token.text(text)))
            .collect()
    }

    #[test]
    fn point_47_names_hold_hyphens_and_subtraction_has_spaces() {
        assert_eq!(kinds("get-env"), [(Kind::Word, "get-env")]);
        assert_eq!(
            kinds("get - env"),
            [(Kind::Word, "get"), (Kind::Minus, "-"), (Kind::Word, "env")]
        );
    }

    #[test]
    fn point_61_a_method_is_one_token_and_a_product_has_spaces() {
        assert_eq!(
            kinds("github/resources, slack/prompts"),
            [
                (Kind::Method, "github/resources"),
                (Kind::Comma, ","),
                (Kind::Method, "slack/prompts")
            ]
        );
        assert_eq!(kinds("a*b"), [(Kind::Glob, "a*b")]);
        assert_eq!(
            kinds("a * b"),
            [(Kind::Word, "a"), (Kind::Star, "*"), (Kind::Word, "b")]
        );
        assert_eq!(
            kinds("x contains /a b\\/c/ y"),
            [
                (Kind::Word, "x"),
                (Kind::Word, "contains"),
                (Kind::Pattern, "/a b\\/c/"),
                (Kind::Word, "y")
            ]
        );
    }

    #[test]
    fn times_dates_and_numbers_are_told_apart() {
        assert_eq!(
            kinds("12-24..12-26 2026-03-02 09:00-17:00 12:00+01:00 1.5 -3 30m 3x"),
            [
                (Kind::Date, "12-24"),
                (Kind::DotDot, ".."),
                (Kind::Date, "12-26"),
                (Kind::Date, "2026-03-02"),
                (Kind::TimeRange, "09:00-17:00"),
                (Kind::TimeOffset, "12:00+01:00"),
                (Kind::Number, "1.5"),
                (Kind::Number, "-3"),
                (Kind::Duration, "30m"),
                (Kind::BadNumber, "3x"),
            ]
        );
    }

    #[test]
    fn every_byte_belongs_to_a_token() {
        let text = "\u{feff}é /* x \u{202e}\"a\\\n/// d\n//// c\r\n";
        let tokens = lex(FileId(0), text);
        let joined: String = tokens.iter().map(|token| token.text(text)).collect();
        assert_eq!(joined, text);
    }
}
