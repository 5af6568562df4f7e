//! The syntax of patterns, and nothing that is not in it.
//!
//! `regex-syntax` takes the text apart; what is taken is listed here, piece by piece, so that a new release of it can
//! not give a pattern another meaning. A character is a Unicode scalar value; `.` is any one of them, a newline
//! included; `\d`, `\s`, `\w` and `\b` know ASCII only. There are no flags: a pattern is exact.

use regex_syntax::ast::{
    self, AssertionKind, Ast, ClassAsciiKind, ClassPerlKind, ClassSet, ClassSetItem, GroupKind, Literal,
    RepetitionKind, RepetitionRange,
};
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Dot, Hir, Look, Repetition};

use super::{MAX_NESTING, PatternError};

const NOT_NEEDED: &str =
    "patterns have letters, `.`, classes, groups, `|`, `* + ?`, `{m,n}`, `^`, `$` and `\\b`";

/// Reads a pattern; with `fold`, ASCII letters stand for both of their cases.
pub(super) fn read(source: &str, fold: bool) -> Result<Hir, PatternError> {
    let tree = ast::parse::ParserBuilder::new()
        .nest_limit(MAX_NESTING)
        .build()
        .parse(source)
        .map_err(|error| wrong(problem(error.kind()), *error.span(), None))?;
    Reader { fold }.read(&tree)
}

fn wrong(problem: impl Into<String>, span: ast::Span, help: Option<&'static str>) -> PatternError {
    PatternError {
        problem: problem.into(),
        at: span.start.offset..span.end.offset,
        help,
    }
}

fn unsupported(what: &str, span: ast::Span) -> PatternError {
    wrong(
        format!("{what} cannot stand in a pattern"),
        span,
        Some(NOT_NEEDED),
    )
}

/// What keeps a text from being a pattern, for people.
#[cfg_attr(
    not(test),
    expect(
        clippy::wildcard_enum_match_arm,
        reason = "a foreign list that may grow, of which a few have words of their own"
    )
)]
fn problem(kind: &ast::ErrorKind) -> &'static str {
    match kind {
        ast::ErrorKind::ClassUnclosed => "this `[` is not closed",
        ast::ErrorKind::ClassRangeInvalid => "this range ends before it begins",
        ast::ErrorKind::ClassRangeLiteral | ast::ErrorKind::ClassEscapeInvalid => {
            "this cannot stand in a class"
        }
        ast::ErrorKind::EscapeUnexpectedEof => "nothing follows the `\\`",
        ast::ErrorKind::EscapeUnrecognized
        | ast::ErrorKind::EscapeHexEmpty
        | ast::ErrorKind::EscapeHexInvalid
        | ast::ErrorKind::EscapeHexInvalidDigit => "no such escape",
        ast::ErrorKind::GroupUnclosed => "this `(` is not closed",
        ast::ErrorKind::GroupUnopened => "this `)` closes nothing",
        ast::ErrorKind::NestLimitExceeded(_) => "this nests too deep",
        ast::ErrorKind::RepetitionCountInvalid => "this counts down",
        ast::ErrorKind::RepetitionCountDecimalEmpty
        | ast::ErrorKind::DecimalEmpty
        | ast::ErrorKind::DecimalInvalid
        | ast::ErrorKind::RepetitionCountUnclosed => "a count is written `{3}`, `{3,}` or `{3,5}`",
        ast::ErrorKind::RepetitionMissing => "nothing stands here that could be repeated",
        ast::ErrorKind::UnsupportedBackreference => "a pattern cannot refer to what it has taken",
        ast::ErrorKind::UnsupportedLookAround => "a pattern cannot look ahead or behind",
        _ => "this cannot stand in a pattern",
    }
}

struct Reader {
    fold: bool,
}

impl Reader {
    fn read(&self, tree: &Ast) -> Result<Hir, PatternError> {
        Ok(match tree {
            Ast::Empty(_) => Hir::empty(),
            Ast::Literal(literal) => self.class([character(literal)?; 2]),
            Ast::Dot(_) => Hir::dot(Dot::AnyChar),
            Ast::Assertion(assertion) => Hir::look(match assertion.kind {
                AssertionKind::StartLine => Look::Start,
                AssertionKind::EndLine => Look::End,
                AssertionKind::WordBoundary => Look::WordAscii,
                AssertionKind::StartText
                | AssertionKind::EndText
                | AssertionKind::NotWordBoundary
                | AssertionKind::WordBoundaryStart
                | AssertionKind::WordBoundaryEnd
                | AssertionKind::WordBoundaryStartAngle
                | AssertionKind::WordBoundaryEndAngle
                | AssertionKind::WordBoundaryStartHalf
                | AssertionKind::WordBoundaryEndHalf => return Err(unsupported("this", assertion.span)),
            }),
            Ast::ClassPerl(perl) => Hir::class(Class::Unicode(named(perl_ranges(&perl.kind), perl.negated))),
            Ast::ClassBracketed(class) => {
                let mut ranges = self.set(&class.kind)?;
                if class.negated {
                    ranges.negate();
                }
                Hir::class(Class::Unicode(ranges))
            }
            Ast::Repetition(repetition) => {
                let (min, max) = match &repetition.op.kind {
                    RepetitionKind::ZeroOrOne => (0, Some(1)),
                    RepetitionKind::ZeroOrMore => (0, None),
                    RepetitionKind::OneOrMore => (1, None),
                    RepetitionKind::Range(RepetitionRange::Exactly(count)) => (*count, Some(*count)),
                    RepetitionKind::Range(RepetitionRange::AtLeast(count)) => (*count, None),
                    RepetitionKind::Range(RepetitionRange::Bounded(min, max)) => (*min, Some(*max)),
                };
                Hir::repetition(Repetition {
                    min,
                    max,
                    greedy: true,
                    sub: Box::new(self.read(&repetition.ast)?),
                })
            }
            Ast::Group(group) => match &group.kind {
                GroupKind::CaptureIndex(_) => self.read(&group.ast)?,
                GroupKind::NonCapturing(flags) if flags.items.is_empty() => self.read(&group.ast)?,
                GroupKind::NonCapturing(flags) => return Err(unsupported("a flag", flags.span)),
                GroupKind::CaptureName { name, .. } => {
                    return Err(unsupported("the name of a group", name.span));
                }
            },
            Ast::Alternation(any) => Hir::alternation(self.all(&any.asts)?),
            Ast::Concat(all) => Hir::concat(self.all(&all.asts)?),
            Ast::Flags(flags) => return Err(unsupported("a flag", flags.span)),
            Ast::ClassUnicode(class) => return Err(unsupported("a class of Unicode", class.span)),
        })
    }

    fn all(&self, trees: &[Ast]) -> Result<Vec<Hir>, PatternError> {
        trees.iter().map(|tree| self.read(tree)).collect()
    }

    fn class(&self, [first, last]: [char; 2]) -> Hir {
        Hir::class(Class::Unicode(self.range(first, last)))
    }

    /// The characters from `first` to `last`, and with `fold` the other case of those that are ASCII letters.
    fn range(&self, first: char, last: char) -> ClassUnicode {
        let mut ranges = vec![ClassUnicodeRange::new(first, last)];
        if self.fold {
            for (from, to, other) in [('a', 'z', 'A'), ('A', 'Z', 'a')] {
                let (low, high) = (first.max(from), last.min(to));
                let shift = |c: char| {
                    let moved = u32::from(c) - u32::from(from) + u32::from(other);
                    char::from_u32(moved).unwrap_or(c)
                };
                if low <= high {
                    ranges.push(ClassUnicodeRange::new(shift(low), shift(high)));
                }
            }
        }
        ClassUnicode::new(ranges)
    }

    /// What stands between `[` and `]`.
    fn set(&self, set: &ClassSet) -> Result<ClassUnicode, PatternError> {
        match set {
            ClassSet::Item(item) => self.item(item),
            ClassSet::BinaryOp(operator) => Err(unsupported("an operator of classes", operator.span)),
        }
    }

    fn item(&self, item: &ClassSetItem) -> Result<ClassUnicode, PatternError> {
        Ok(match item {
            ClassSetItem::Empty(_) => ClassUnicode::empty(),
            ClassSetItem::Literal(literal) => {
                let only = character(literal)?;
                self.range(only, only)
            }
            ClassSetItem::Range(range) => self.range(character(&range.start)?, character(&range.end)?),
            ClassSetItem::Perl(perl) => named(perl_ranges(&perl.kind), perl.negated),
            ClassSetItem::Ascii(class) => {
                let mut found = ClassUnicode::empty();
                for (first, last) in ascii_ranges(&class.kind) {
                    found.union(&self.range(*first, *last));
                }
                if class.negated {
                    found.negate();
                }
                found
            }
            ClassSetItem::Union(union) => {
                let mut found = ClassUnicode::empty();
                for item in &union.items {
                    found.union(&self.item(item)?);
                }
                found
            }
            ClassSetItem::Bracketed(class) => return Err(unsupported("a class within a class", class.span)),
            ClassSetItem::Unicode(class) => return Err(unsupported("a class of Unicode", class.span)),
        })
    }
}

fn character(literal: &Literal) -> Result<char, PatternError> {
    // A byte that is no character.
    let is_byte = matches!(literal.kind, ast::LiteralKind::HexFixed(ast::HexLiteralKind::X));
    if is_byte && !literal.c.is_ascii() {
        return Err(wrong("no such escape", literal.span, Some("write `\\x{E9}`")));
    }
    Ok(literal.c)
}

fn named(ranges: &[(char, char)], negated: bool) -> ClassUnicode {
    let ranges = ranges
        .iter()
        .map(|(first, last)| ClassUnicodeRange::new(*first, *last));
    let mut class = ClassUnicode::new(ranges);
    if negated {
        class.negate();
    }
    class
}

fn perl_ranges(kind: &ClassPerlKind) -> &'static [(char, char)] {
    match kind {
        ClassPerlKind::Digit => ascii_ranges(&ClassAsciiKind::Digit),
        ClassPerlKind::Space => ascii_ranges(&ClassAsciiKind::Space),
        ClassPerlKind::Word => ascii_ranges(&ClassAsciiKind::Word),
    }
}

fn ascii_ranges(kind: &ClassAsciiKind) -> &'static [(char, char)] {
    match kind {
        ClassAsciiKind::Alnum => &[('0', '9'), ('A', 'Z'), ('a', 'z')],
        ClassAsciiKind::Alpha => &[('A', 'Z'), ('a', 'z')],
        ClassAsciiKind::Ascii => &[('\0', '\x7f')],
        ClassAsciiKind::Blank => &[('\t', '\t'), (' ', ' ')],
        ClassAsciiKind::Cntrl => &[('\0', '\x1f'), ('\x7f', '\x7f')],
        ClassAsciiKind::Digit => &[('0', '9')],
        ClassAsciiKind::Graph => &[('!', '~')],
        ClassAsciiKind::Lower => &[('a', 'z')],
        ClassAsciiKind::Print => &[(' ', '~')],
        ClassAsciiKind::Punct => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        ClassAsciiKind::Space => &[('\t', '\r'), (' ', ' ')],
        ClassAsciiKind::Upper => &[('A', 'Z')],
        ClassAsciiKind::Word => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        ClassAsciiKind::Xdigit => &[('0', '9'), ('A', 'F'), ('a', 'f')],
    }
}
