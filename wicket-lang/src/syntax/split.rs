//! Cuts the tokens into items before the parser sees them, so that a mistake in one never hides another.
//!
//! An item begins at its keyword outside of all brackets. Inside of brackets it begins only at the start of a line and
//! with the whole of its head (`policy NAME {`), which stands nowhere else: there a bracket was left open. Brackets
//! are balanced here as well: a missing one is reported and made up, a stray one is reported and dropped.

use super::MAX_DIAGNOSTICS;
use super::lexer::Kind;
use super::token::{Keyword, Lexeme, Tok};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};

/// How deep brackets, and operators within them, may nest. Trees are walked by recursion, so this is what keeps the
/// stack small.
pub(super) const MAX_DEPTH: usize = 64;

/// The tokens of one item, its brackets balanced.
#[derive(Debug, Default)]
pub(super) struct Slice<'a> {
    pub(super) lexemes: Vec<Lexeme<'a>>,
    /// Whether it nests more deeply than is read; then it must not be parsed.
    pub(super) too_deep: bool,
}

/// Cuts `lexemes` into items and reports what is wrong with the brackets.
pub(super) fn split<'a>(
    file: FileId,
    lexemes: &[Lexeme<'a>],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Slice<'a>> {
    let mut splitter = Splitter {
        file,
        diagnostics,
        slices: Vec::new(),
        current: Slice::default(),
        open: Vec::new(),
        depth: 0,
        keyword: None,
        annotation: Some(0),
        ended: false,
    };
    let mut rest = lexemes;
    while let Some((lexeme, after)) = rest.split_first() {
        splitter.read(*lexeme, rest);
        rest = after;
    }
    splitter.close_item();
    splitter.slices
}

/// A bracket that is open, and how deep the operators after it nest.
struct Open<'a> {
    lexeme: Lexeme<'a>,
    operators: usize,
}

struct Splitter<'a, 'd> {
    file: FileId,
    diagnostics: &'d mut Vec<Diagnostic>,
    slices: Vec<Slice<'a>>,
    current: Slice<'a>,
    open: Vec<Open<'a>>,
    /// The open brackets and the operators in them.
    depth: usize,
    /// The first keyword of the current item.
    keyword: Option<Keyword>,
    /// While the current item is nothing or `@name "text"`s: how much of the last of them was read.
    annotation: Option<u8>,
    /// Whether the current item has all it can have.
    ended: bool,
}

impl<'a> Splitter<'a, '_> {
    /// Reads `lexeme`, which is the first of `rest`.
    fn read(&mut self, lexeme: Lexeme<'a>, rest: &[Lexeme<'a>]) {
        if self.begins_item(lexeme, rest) {
            self.close_item();
        }
        let after = rest.get(1).map(|next| next.tok);
        if ends_parentheses(lexeme, after) {
            self.close_parentheses();
        }
        match lexeme.tok {
            Tok::Sign(Kind::OpenBrace | Kind::OpenParen | Kind::OpenBracket) => {
                self.open.push(Open { lexeme, operators: 0 });
                self.deepen(lexeme);
                self.push(lexeme);
            }
            Tok::Sign(Kind::CloseBrace | Kind::CloseParen | Kind::CloseBracket) => {
                self.close_bracket(lexeme);
            }
            tok => {
                self.count(tok, lexeme);
                self.push(lexeme);
            }
        }
    }

    fn push(&mut self, lexeme: Lexeme<'a>) {
        if let (None, Tok::Keyword(keyword)) = (self.keyword, lexeme.tok) {
            self.keyword = Some(keyword);
        }
        self.annotation = match self.annotation {
            Some(0) if lexeme.is_sign(Kind::At) => Some(1),
            Some(1) => Some(2),
            Some(2) => Some(0),
            Some(_) | None => None,
        };
        self.current.lexemes.push(lexeme);
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() <= MAX_DIAGNOSTICS {
            self.diagnostics.push(diagnostic);
        }
    }

    fn begins_item(&self, lexeme: Lexeme<'a>, rest: &[Lexeme<'a>]) -> bool {
        if self.open.is_empty() {
            if self.annotation.is_some() {
                return false;
            }
            return self.ended
                || lexeme.is_sign(Kind::At)
                || self.line_ends_item(lexeme)
                || has_head(rest) && !self.expects_name()
                || lexeme.first_of_line && is_item_keyword(lexeme, rest) && !self.expects_name();
        }
        lexeme.first_of_line && has_head(rest)
    }

    /// `use` and `zone` have no bracket that would end them: the line does, unless it goes on with a comma.
    fn line_ends_item(&self, lexeme: Lexeme<'a>) -> bool {
        lexeme.first_of_line
            && matches!(self.keyword, Some(Keyword::Use | Keyword::Zone))
            && !self.expects_name()
            && !lexeme.is_sign(Kind::Comma)
            && !lexeme.is(Keyword::As)
    }

    /// Whether what was read last wants a name, so that a keyword here is one.
    fn expects_name(&self) -> bool {
        let last = self.current.lexemes.last();
        last.is_some_and(|last| {
            last.is_sign(Kind::Comma)
                || [
                    Keyword::Use,
                    Keyword::As,
                    Keyword::Private,
                    Keyword::Set,
                    Keyword::Policy,
                    Keyword::Breaker,
                    Keyword::Limit,
                    Keyword::Mark,
                    Keyword::Track,
                    Keyword::Connector,
                    Keyword::Schedule,
                ]
                .into_iter()
                .any(|keyword| last.is(keyword))
        }) && !self.ended
    }

    fn close_item(&mut self) {
        while let Some(open) = self.pop() {
            self.unclosed(open.lexeme);
        }
        self.ended = false;
        self.keyword = None;
        self.annotation = Some(0);
        let slice = std::mem::take(&mut self.current);
        if !slice.lexemes.is_empty() {
            self.slices.push(slice);
        }
    }

    /// Parentheses cannot be open here, so those that are were forgotten.
    fn close_parentheses(&mut self) {
        while self
            .open
            .last()
            .is_some_and(|open| !open.lexeme.is_sign(Kind::OpenBrace))
        {
            if let Some(open) = self.pop() {
                self.unclosed(open.lexeme);
            }
        }
    }

    fn pop(&mut self) -> Option<Open<'a>> {
        let open = self.open.pop()?;
        self.depth -= 1 + open.operators;
        Some(open)
    }

    fn close_bracket(&mut self, lexeme: Lexeme<'a>) {
        // Further down than the depth that is read, nothing is looked for: the search would be long, and in vain.
        let known = self
            .open
            .iter()
            .rev()
            .take(MAX_DEPTH)
            .any(|open| closer(open.lexeme.tok) == lexeme.tok);
        if !known && self.current.too_deep {
            return;
        }
        if !known {
            self.report(
                Diagnostic::new(
                    Code::E0104,
                    "this bracket closes nothing",
                    self.span(lexeme),
                    "no bracket is open that it could close",
                )
                .with_help("take it out, or open one where its content begins"),
            );
            return;
        }
        while let Some(open) = self.pop() {
            if closer(open.lexeme.tok) == lexeme.tok {
                break;
            }
            self.unclosed(open.lexeme);
        }
        self.push(lexeme);
        self.ended = self.open.is_empty() && !lexeme.is_sign(Kind::CloseParen);
    }

    /// Reports `open` and makes up what closes it. What is not parsed needs neither.
    fn unclosed(&mut self, open: Lexeme<'a>) {
        if self.current.too_deep {
            return;
        }
        self.report(
            Diagnostic::new(
                Code::E0104,
                "this bracket is not closed",
                self.span(open),
                "it is open to the end of what it belongs to",
            )
            .with_help("close it where its content ends"),
        );
        let at = self.current.lexemes.last().map_or(open.end, |last| last.end);
        self.current.lexemes.push(Lexeme {
            tok: closer(open.tok),
            start: at,
            end: at,
            first_of_line: false,
        });
    }

    /// Operators nest to the left or to the right without brackets.
    fn count(&mut self, tok: Tok<'a>, lexeme: Lexeme<'a>) {
        let Some(open) = self.open.last_mut() else {
            return;
        };
        match tok {
            Tok::Sign(Kind::Plus | Kind::Minus | Kind::Star) | Tok::Keyword(Keyword::Not) => {
                open.operators += 1;
                self.deepen(lexeme);
            }
            Tok::Sign(Kind::Comma)
            | Tok::Keyword(
                Keyword::And
                | Keyword::Or
                | Keyword::Permit
                | Keyword::Forbid
                | Keyword::When
                | Keyword::Unless,
            ) => {
                self.depth -= open.operators;
                open.operators = 0;
            }
            _ => {}
        }
    }

    fn deepen(&mut self, lexeme: Lexeme<'a>) {
        self.depth += 1;
        if self.depth > MAX_DEPTH && !self.current.too_deep {
            self.current.too_deep = true;
            self.report(
                Diagnostic::new(
                    Code::E0105,
                    format!("this nests more than {MAX_DEPTH} deep"),
                    self.span(lexeme),
                    "the limit is passed here",
                )
                .with_help("make several rules of it"),
            );
        }
    }

    fn span(&self, lexeme: Lexeme<'a>) -> Span {
        Span::new(self.file, lexeme.start, lexeme.end)
    }
}

fn closer(open: Tok<'_>) -> Tok<'static> {
    Tok::Sign(match open {
        Tok::Sign(Kind::OpenParen) => Kind::CloseParen,
        Tok::Sign(Kind::OpenBracket) => Kind::CloseBracket,
        _ => Kind::CloseBrace,
    })
}

/// Words that stand in no parentheses and no list.
fn ends_parentheses(lexeme: Lexeme<'_>, after: Option<Tok<'_>>) -> bool {
    match lexeme.tok {
        // In a row of a table `permit` is what is expected: no rule goes on like this.
        Tok::Keyword(Keyword::Permit) => !matches!(
            after,
            Some(Tok::Sign(Kind::Comma | Kind::CloseParen | Kind::CloseBracket))
        ),
        Tok::Keyword(Keyword::Forbid | Keyword::When | Keyword::Unless) => true,
        Tok::Keyword(Keyword::Message | Keyword::Otherwise) => {
            matches!(after, Some(Tok::String(_)))
        }
        _ => false,
    }
}

/// Whether an item's keyword stands here; `schedule NAME zone "Z" {` may stand on two lines.
fn is_item_keyword(lexeme: Lexeme<'_>, rest: &[Lexeme<'_>]) -> bool {
    match lexeme.tok {
        Tok::Keyword(Keyword::Zone) => !matches!(rest, [_, _, brace, ..] if brace.is_sign(Kind::OpenBrace)),
        Tok::Keyword(
            Keyword::Use
            | Keyword::Schedule
            | Keyword::Set
            | Keyword::Private
            | Keyword::Connector
            | Keyword::Directory
            | Keyword::Policy
            | Keyword::Breaker
            | Keyword::Limit
            | Keyword::Mark
            | Keyword::Track
            | Keyword::Test
            | Keyword::Fixture,
        ) => true,
        _ => false,
    }
}

/// Whether the whole head of an item stands here.
fn has_head(rest: &[Lexeme<'_>]) -> bool {
    let [first, second, tail @ ..] = rest else {
        return false;
    };
    let Tok::Keyword(keyword) = first.tok else {
        return false;
    };
    let third = tail.first();
    let third_is = |kind: Kind| third.is_some_and(|third| third.is_sign(kind));
    let named = second.tok.word().is_some();
    let titled = matches!(second.tok, Tok::String(_));
    match keyword {
        Keyword::Policy
        | Keyword::Breaker
        | Keyword::Limit
        | Keyword::Mark
        | Keyword::Track
        | Keyword::Connector
        | Keyword::Fixture => named && third_is(Kind::OpenBrace),
        Keyword::Schedule => {
            named && (third_is(Kind::OpenBrace) || third.is_some_and(|t| t.is(Keyword::Zone)))
        }
        Keyword::Directory => second.is_sign(Kind::OpenBrace),
        Keyword::Test => titled && third_is(Kind::OpenBrace),
        Keyword::Set => named && (third_is(Kind::Assign) || third_is(Kind::Colon)),
        Keyword::Private => second.is(Keyword::Set) && third.is_some_and(|t| t.tok.word().is_some()),
        Keyword::Use => (named || titled) && first.first_of_line,
        Keyword::Zone => titled && first.first_of_line && !third_is(Kind::OpenBrace),
        _ => false,
    }
}
