//! What the grammar's actions call: small makers of nodes, and the few checks that belong to the syntax.
//!
//! A maker never fails. What it finds wrong it reports to its [`Context`]; the caller keeps the report only where the
//! piece was read as a whole.

mod breakers;
mod history;
mod literals;

pub(super) use breakers::{Cause, Narrowing, TripClause};
pub(super) use history::{Counting, MarkBody};

use std::cell::RefCell;
use std::mem::replace;

use super::MAX_DIAGNOSTICS;
use super::ast::{
    AccountClause, Annotation, ApprovalClause, ArithmeticOp, Attribute, CompareOp, ConnectorMember, Duration,
    Effect, Expect, Expr, ExprKind, FactSource, ForClause, Item, ItemKind, Message, MessageKeyword,
    MessagePart, Moment, Name, Number, Outcome, Path, Quantifier, Resource, Rule, Selector, Spelled, Step,
    Text, TextOp, Trip, When,
};
use super::token::Keyword;
use super::{dates, text};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};

/// What one run of the parser read.
#[derive(Debug)]
pub(super) enum Part {
    Item(Item),
    Rule(Rule),
    Step(Step),
    Member(ConnectorMember),
    Breaker(Result<Trip, Message>),
}

/// The file that is read, and what was found wrong in it.
#[derive(Debug)]
pub(super) struct Context {
    file: FileId,
    diagnostics: RefCell<Vec<Diagnostic>>,
}

/// What may stand between the tools of a rule and its condition.
#[derive(Debug)]
pub(super) struct Clauses {
    pub approval: Option<ApprovalClause>,
    pub account: Option<AccountClause>,
    pub callers: Option<ForClause>,
}

/// Conditions joined by `and` and `or`, in the order in which they stand.
#[derive(Debug)]
pub(super) struct Chain {
    first: Expr,
    rest: Vec<(Keyword, Span, Expr)>,
}

impl Chain {
    pub(super) fn new(first: Expr) -> Self {
        Self {
            first,
            rest: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, word: Keyword, at: Span, next: Expr) {
        self.rest.push((word, at, next));
    }
}

/// What may follow the outcome of an `expect`, in any order.
#[derive(Debug)]
pub(super) enum ExpectPart {
    By(Vec<Name>, Span),
    Class(Name, Option<Moment>, Span),
    Next(Moment, Span),
    Message(Text, Span),
}

impl Context {
    pub(super) fn new(file: FileId) -> Self {
        Self {
            file,
            diagnostics: RefCell::new(Vec::new()),
        }
    }

    /// What was reported so far; the context is empty afterwards.
    pub(super) fn take(&self) -> Vec<Diagnostic> {
        self.diagnostics.take()
    }

    pub(super) fn report(&self, diagnostic: Diagnostic) {
        let mut diagnostics = self.diagnostics.borrow_mut();
        if diagnostics.len() <= MAX_DIAGNOSTICS {
            diagnostics.push(diagnostic);
        }
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end.max(start))
    }

    // ---- names and literals --------------------------------------------------------------------------------------

    pub(super) fn name(&self, start: usize, word: &str, end: usize) -> Name {
        Name {
            text: word.to_owned(),
            span: self.span(start, end),
        }
    }

    pub(super) fn quoted(&self, start: usize, raw: &str, end: usize) -> Name {
        Name {
            text: text::decode(raw),
            span: self.span(start, end),
        }
    }

    pub(super) fn text(&self, start: usize, raw: &str, end: usize) -> Text {
        Text {
            value: text::decode(raw),
            span: self.span(start, end),
        }
    }

    pub(super) fn number(&self, start: usize, digits: &str, end: usize) -> Number {
        Number {
            digits: digits.to_owned(),
            span: self.span(start, end),
        }
    }

    pub(super) fn duration(&self, start: usize, raw: &str, end: usize) -> Duration {
        // The lexical checks have reported what cannot be read.
        let seconds = dates::seconds(raw).unwrap_or(1);
        let span = self.span(start, end);
        if seconds == 0 {
            self.report(Diagnostic::new(
                Code::E0112,
                format!("`{raw}` is no duration"),
                span,
                "a duration is at least a second and at most a hundred years",
            ));
        }
        Duration { seconds, span }
    }

    pub(super) fn path(&self, start: usize, first: Name, rest: Vec<Name>, end: usize) -> Path {
        Path {
            segments: prepend(first, rest),
            span: self.span(start, end),
        }
    }

    /// A message; `at` is where its literal begins.
    pub(super) fn message(
        &self,
        start: usize,
        keyword: MessageKeyword,
        at: usize,
        raw: &str,
        end: usize,
    ) -> Message {
        let mut parts = Vec::new();
        for part in text::message(raw) {
            match part {
                text::Part::Text(text) => parts.push(MessagePart::Text(text)),
                text::Part::Path(names) => {
                    let segments: Vec<Name> = names
                        .into_iter()
                        .map(|(name, range)| self.name(at + range.start, &name, at + range.end))
                        .collect();
                    let (first, last) = (segments.first(), segments.last());
                    let span = match (first, last) {
                        (Some(first), Some(last)) => first.span.to(last.span),
                        (None | Some(_), None) | (None, Some(_)) => self.span(at, end),
                    };
                    parts.push(MessagePart::Path(Path { segments, span }));
                }
                text::Part::Bad(range) => self.report(
                    Diagnostic::new(
                        Code::E0114,
                        "between `{` and `}` stands a name, or names joined by dots",
                        self.span(at + range.start, at + range.end),
                        "this is no name",
                    )
                    .with_help("write `\\{` where a brace is meant"),
                ),
            }
        }
        Message {
            keyword,
            parts,
            span: self.span(start, end),
        }
    }

    // ---- items ---------------------------------------------------------------------------------------------------

    /// The comments that document an item are added by the caller, who sees them.
    pub(super) fn item(
        &self,
        start: usize,
        annotations: Vec<Annotation>,
        kind: ItemKind,
        end: usize,
    ) -> Item {
        Item {
            docs: Vec::new(),
            annotations,
            kind,
            span: self.span(start, end),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one production")]
    pub(super) fn rule(
        &self,
        start: usize,
        effect: Effect,
        selectors: Vec<Selector>,
        clauses: Clauses,
        when: Option<When>,
        unless: Option<Chain>,
        message: Option<Message>,
        end: usize,
    ) -> Rule {
        let unless = unless.map(|chain| {
            let compound = !chain.rest.is_empty();
            let condition = self.condition(chain);
            if compound {
                self.report(
                    Diagnostic::new(
                        Code::E0108,
                        "what follows `unless` needs parentheses",
                        condition.span,
                        "this can be read in two ways",
                    )
                    .with_help("write `unless (…)` around the whole condition"),
                );
            }
            condition
        });
        Rule {
            effect,
            selectors,
            approval: clauses.approval,
            account: clauses.account,
            callers: clauses.callers,
            when,
            unless,
            message,
            span: self.span(start, end),
        }
    }

    pub(super) fn resource(
        &self,
        start: usize,
        name: Name,
        keys: Vec<(Name, Path)>,
        ignoring_case: bool,
        parts: Vec<Result<Attribute, FactSource>>,
        end: usize,
    ) -> Resource {
        let mut attributes = Vec::new();
        let mut source: Option<FactSource> = None;
        for part in parts {
            match (part, &source) {
                (Ok(attribute), _) => attributes.push(attribute),
                (Err(found), None) => source = Some(found),
                (Err(found), Some(first)) => self.twice("from", first.span, found.span),
            }
        }
        Resource {
            name,
            of: None,
            keys,
            ignoring_case,
            attributes,
            source,
            span: self.span(start, end),
        }
    }

    /// `issue.project` as one name.
    pub(super) fn dotted(&self, start: usize, first: Name, rest: &[Name], end: usize) -> Name {
        let mut text = first.text;
        for name in rest {
            text.push('.');
            text.push_str(&name.text);
        }
        Name {
            text,
            span: self.span(start, end),
        }
    }

    pub(super) fn twice(&self, what: &str, first: Span, second: Span) {
        self.report(
            Diagnostic::new(
                Code::E0117,
                format!("`{what}` stands twice"),
                second,
                "this is the second",
            )
            .with_label(first, "the first is here"),
        );
    }

    pub(super) fn expect(
        &self,
        (outcome, column): (Outcome, Option<Name>),
        parts: Vec<ExpectPart>,
        span: Span,
    ) -> Expect {
        let mut expect = Expect {
            outcome,
            column,
            by: Vec::new(),
            class: None,
            next: None,
            message: None,
            span,
        };
        for part in parts {
            let (twice, at) = match part {
                ExpectPart::By(names, at) => (!replace(&mut expect.by, names).is_empty(), at),
                ExpectPart::Class(name, moment, at) => (expect.class.replace((name, moment)).is_some(), at),
                ExpectPart::Next(moment, at) => (expect.next.replace(moment).is_some(), at),
                ExpectPart::Message(text, at) => (expect.message.replace(text).is_some(), at),
            };
            if twice {
                self.report(Diagnostic::new(
                    Code::E0117,
                    "this is expected twice",
                    at,
                    "one of the two is enough",
                ));
            }
        }
        expect
    }

    pub(super) fn moment(&self, start: usize, day: &str, time: &str, end: usize) -> Moment {
        let span = self.span(start, end);
        let date = dates::date(day).filter(|date| date.year.is_some());
        let time = dates::time_of_day(time);
        if date.is_none() || time.is_none() {
            self.report(
                Diagnostic::new(
                    Code::E0110,
                    "there is no such instant",
                    span,
                    "this is no date with a year and a time of day",
                )
                .with_help("write it as `2026-03-02 12:00`, or with an offset as `2026-03-02 12:00+01:00`"),
            );
        }
        let (minute, offset) = time.unwrap_or((0, None));
        Moment {
            year: date.and_then(|date| date.year).unwrap_or(1970),
            month: date.map_or(1, |date| date.month),
            day: date.map_or(1, |date| date.day),
            minute,
            offset,
            span,
        }
    }

    // ---- conditions ----------------------------------------------------------------------------------------------

    pub(super) fn expr(&self, start: usize, kind: ExprKind, end: usize) -> Expr {
        Expr {
            kind,
            span: self.span(start, end),
        }
    }

    /// What sets have in common.
    pub(super) fn in_common(&self, start: usize, first: Expr, rest: Vec<Expr>, end: usize) -> Expr {
        let parts = std::iter::once(first).chain(rest).collect();
        self.expr(start, ExprKind::And(parts), end)
    }

    /// Closes a chain: `and` and `or` do not mix.
    pub(super) fn condition(&self, chain: Chain) -> Expr {
        let Some((word, at, _)) = chain.rest.first() else {
            return chain.first;
        };
        let (word, at) = (*word, *at);
        if let Some((_, second, _)) = chain.rest.iter().find(|(other, _, _)| *other != word) {
            self.report(
                Diagnostic::new(
                    Code::E0107,
                    "`and` and `or` do not mix without parentheses",
                    *second,
                    "this can be read in two ways",
                )
                .with_label(at, "the other word is here")
                .with_help("set parentheses: `(a and b) or c`, or `a and (b or c)`"),
            );
        }
        let span = chain
            .rest
            .last()
            .map_or(chain.first.span, |(_, _, last)| chain.first.span.to(last.span));
        let operands = prepend(
            chain.first,
            chain.rest.into_iter().map(|(_, _, next)| next).collect(),
        );
        let kind = match word {
            Keyword::Or => ExprKind::Or(operands),
            _ => ExprKind::And(operands),
        };
        Expr { kind, span }
    }

    pub(super) fn compare(
        &self,
        start: usize,
        left: Expr,
        op: CompareOp,
        spelled: Spelled,
        right: Expr,
        end: usize,
    ) -> Expr {
        let kind = ExprKind::Compare {
            op,
            spelled,
            left: Box::new(left),
            right: Box::new(right),
        };
        self.expr(start, kind, end)
    }

    /// `is` asks for a type where its right side is the word of one.
    pub(super) fn is(&self, start: usize, left: Expr, negated: bool, right: Expr, end: usize) -> Expr {
        if let Some(ty) = type_word(&right) {
            let kind = ExprKind::IsType {
                negated,
                value: Box::new(left),
                ty: ty.clone(),
            };
            return self.expr(start, kind, end);
        }
        let op = if negated {
            CompareOp::NotEqual
        } else {
            CompareOp::Equal
        };
        self.compare(start, left, op, Spelled::Word, right, end)
    }

    pub(super) fn null(&self, start: usize, end: usize) -> Expr {
        let path = self.path(start, self.name(start, "null", end), Vec::new(), end);
        self.expr(start, ExprKind::Path(path), end)
    }

    pub(super) fn within(
        &self,
        start: usize,
        value: Expr,
        negated: bool,
        container: Expr,
        end: usize,
    ) -> Expr {
        let kind = ExprKind::In {
            negated,
            value: Box::new(value),
            container: Box::new(container),
        };
        self.expr(start, kind, end)
    }

    pub(super) fn text_test(&self, start: usize, left: Expr, op: TextOp, right: Expr, end: usize) -> Expr {
        let kind = ExprKind::Text {
            op,
            left: Box::new(left),
            right: Box::new(right),
        };
        self.expr(start, kind, end)
    }

    pub(super) fn quantified(
        &self,
        start: usize,
        quantifier: Quantifier,
        variable: Name,
        over: Expr,
        body: Expr,
        end: usize,
    ) -> Expr {
        let kind = ExprKind::Quantified {
            quantifier,
            variable,
            over: Box::new(over),
            body: Box::new(body),
        };
        self.expr(start, kind, end)
    }

    /// What stands between the slashes; the lexical checks have reported where the last one is missing.
    pub(super) fn pattern(&self, start: usize, raw: &str, end: usize) -> Text {
        Text {
            value: text::pattern(raw).unwrap_or_default().to_owned(),
            span: self.span(start + 1, end.saturating_sub(1)),
        }
    }

    pub(super) fn pattern_test(
        &self,
        start: usize,
        value: Expr,
        whole: bool,
        pattern: Text,
        end: usize,
    ) -> Expr {
        let kind = ExprKind::Pattern {
            whole,
            value: Box::new(value),
            pattern,
        };
        self.expr(start, kind, end)
    }

    pub(super) fn arithmetic(
        &self,
        start: usize,
        left: Expr,
        op: ArithmeticOp,
        right: Expr,
        end: usize,
    ) -> Expr {
        let kind = ExprKind::Arithmetic {
            op,
            left: Box::new(left),
            right: Box::new(right),
        };
        self.expr(start, kind, end)
    }
}

/// The words that `is` reads as types.
pub const TYPE_WORDS: [&str; 11] = [
    "string", "number", "integer", "decimal", "bool", "list", "record", "null", "instant", "date", "duration",
];

fn type_word(expr: &Expr) -> Option<&Name> {
    let ExprKind::Path(path) = &expr.kind else {
        return None;
    };
    match path.segments.as_slice() {
        [only] if TYPE_WORDS.contains(&only.text.as_str()) => Some(only),
        _ => None,
    }
}

pub(super) fn prepend<T>(first: T, mut rest: Vec<T>) -> Vec<T> {
    rest.insert(0, first);
    rest
}
