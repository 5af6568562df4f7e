//! Texts for tests: right ones, and ones that were tampered with.
//!
//! The dice are a fixed sequence, so a failure can be met again.

/// Texts that are right.
pub(crate) const TEXTS: &[&str] = &[
    include_str!("tests/acme.wkt"),
    include_str!("tests/github.wkt"),
    include_str!("tests/odds.wkt"),
    include_str!("tests/tables.wkt"),
];

/// A sequence of numbers that looks random (xorshift).
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or(0) % end.max(1)
    }

    pub(crate) fn pick<'t, T: ?Sized>(&mut self, from: &[&'t T]) -> Option<&'t T> {
        from.get(self.below(from.len())).copied()
    }
}

/// The tokens of a text, as pieces that can be put together again.
pub(crate) fn pieces(text: &str) -> Vec<&str> {
    super::lexer::lex(crate::source::FileId(0), text)
        .into_iter()
        .map(|token| token.text(text))
        .collect()
}

/// Some items of the right texts, with comments, blanks and line ends strewn between tokens.
pub(crate) fn with_comments(dice: &mut Dice) -> String {
    let text = dice.pick(TEXTS).unwrap_or_default();
    let items: Vec<&str> = text.split("\n\n").collect();
    let mut out = String::new();
    for _ in 0..=dice.below(2) {
        for piece in pieces(dice.pick(&items).unwrap_or_default()) {
            match dice.below(24) {
                0 => out.push_str(" // note\n"),
                1 => out.push_str("\n\n// line\n"),
                2 => out.push_str("\n/// doc\n\n"),
                3 => out.push_str("\r\n"),
                4 => out.push(' '),
                _ => {}
            }
            out.push_str(piece);
        }
        out.push_str("\n\n");
    }
    out
}

/// A right text in which tokens were dropped, doubled, swapped or replaced.
pub(crate) fn tampered(dice: &mut Dice) -> String {
    let text = dice.pick(TEXTS).unwrap_or_default();
    let items: Vec<&str> = text.split("\n\n").collect();
    let mut found = pieces(dice.pick(&items).unwrap_or_default());
    for _ in 0..=dice.below(4) {
        let at = dice.below(found.len());
        let other = dice.below(found.len());
        match dice.below(5) {
            0 if at < found.len() => {
                found.remove(at);
            }
            1 if at < found.len() && other < found.len() => found.swap(at, other),
            2 => {
                if let Some(piece) = found.get(other).copied() {
                    found.insert(at, piece);
                }
            }
            3 => found.truncate(at),
            _ => found.insert(at, dice.pick(SOUP).unwrap_or_default()),
        }
    }
    found.concat()
}

/// Tokens in any order.
pub(crate) fn soup(dice: &mut Dice) -> String {
    let mut out = String::new();
    for _ in 0..dice.below(40) {
        out.push_str(dice.pick(SOUP).unwrap_or_default());
        if dice.below(3) > 0 {
            out.push(' ');
        }
    }
    out
}

/// Bytes, read as text where they are none.
pub(crate) fn noise(dice: &mut Dice) -> String {
    let bytes: Vec<u8> = (0..dice.below(60))
        .map(|_| u8::try_from(dice.below(256)).unwrap_or(0))
        .collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

const SOUP: &[&str] = &[
    "policy",
    "p",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ",",
    ".",
    ":",
    "..",
    "permit",
    "forbid",
    "ask",
    "limit",
    "mark",
    "marked",
    "track",
    "sum",
    "values",
    "on",
    "else",
    "most",
    "only",
    "when",
    "unless",
    "message",
    "otherwise",
    "\"t {a.b}\"",
    "\"",
    "\\",
    "\n",
    "// c",
    "/// d\n",
    "/*",
    "*/",
    "*",
    "get_*",
    "a*b",
    "github/resources",
    "test",
    "given",
    "call",
    "then",
    "expect",
    "deny",
    "at",
    "2026-03-02",
    "12:00",
    "09:00-17:00",
    "12:00+01:00",
    "30m",
    "3",
    "-1",
    "3x",
    "1.5",
    "and",
    "or",
    "not",
    "is",
    "in",
    "has",
    "like",
    "matches /a\\/b/",
    "contains",
    "starts_with",
    "==",
    "!=",
    "<",
    "=",
    "+",
    "-",
    "|",
    "@",
    "use",
    "as",
    "zone",
    "schedule",
    "mon",
    "mon..fri",
    "except",
    "set",
    "private",
    "connector",
    "directory",
    "for",
    "group",
    "everyone",
    "using",
    "account",
    "groups",
    "member",
    "read",
    "resource",
    "from",
    "fresh",
    "open",
    "without",
    "breaker",
    "trip",
    "after",
    "5 failures in a row",
    "at 50% failures among at least 20 calls",
    "trip when",
    "%",
    "stop",
    "within 1h",
    "by",
    "given marks",
    "given track",
    "per",
    "until reset",
    "true",
    "null",
    "string",
    "é",
    "\u{202e}",
    "\0",
    "\r",
    "\u{feff}",
    "“",
    ";",
    "&",
    "!",
    "/",
];
