//! Makers of the nodes of breakers.

use super::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{
    Breaker, Duration, Expr, ExprKind, Hold, Message, Name, Narrowed, Number, Selector, Trip, Tripping,
};

/// What may follow what trips a breaker.
#[derive(Debug)]
pub(in crate::syntax) enum TripClause {
    UntilReset(Span),
    For(Duration, Span),
    Stop(Selector, Option<Duration>, Span),
}

/// What stands behind the first `by`.
#[derive(Debug)]
pub(in crate::syntax) enum Cause {
    Forbid(Name),
    Value(Expr),
}

/// What narrows the count, as it is read.
#[derive(Debug)]
pub(in crate::syntax) struct Narrowing {
    pub(in crate::syntax) first: Option<Cause>,
    pub(in crate::syntax) of: Option<Selector>,
    pub(in crate::syntax) when: Option<Expr>,
    pub(in crate::syntax) on: Option<Name>,
    pub(in crate::syntax) by: Option<Expr>,
    pub(in crate::syntax) per: Name,
    pub(in crate::syntax) within: Option<Duration>,
}

impl Context {
    pub(in crate::syntax) fn breaker(&self, name: Name, parts: Vec<Result<Trip, Message>>) -> Breaker {
        let mut trip: Option<Trip> = None;
        let mut message: Option<Message> = None;
        for part in parts {
            match part {
                Ok(found) => match &trip {
                    None => trip = Some(found),
                    Some(first) => self.twice("trip", first.span, found.span),
                },
                Err(found) => match &message {
                    None => message = Some(found),
                    Some(first) => self.twice("message", first.span, found.span),
                },
            }
        }
        if trip.is_none() {
            self.report(
                Diagnostic::new(
                    Code::E0117,
                    format!("the breaker `{}` does not say when it trips", name.text),
                    name.span,
                    "this breaker has no `trip`",
                )
                .with_help("write `trip after 3 denials per session, until reset`"),
            );
        }
        Breaker { name, trip, message }
    }

    pub(in crate::syntax) fn trip(
        &self,
        start: usize,
        on: Tripping,
        clauses: Vec<TripClause>,
        end: usize,
    ) -> Trip {
        let mut trip = Trip {
            on,
            hold: Hold::UntilReset,
            stop: None,
            span: self.span(start, end),
        };
        let mut hold: Option<Span> = None;
        let mut stop: Option<Span> = None;
        let mut set_hold = |trip: &mut Trip, value: Hold, span: Span| match hold {
            None => {
                hold = Some(span);
                trip.hold = value;
            }
            Some(first) => self.twice("until reset` or `for", first, span),
        };
        for clause in clauses {
            match clause {
                TripClause::UntilReset(span) => set_hold(&mut trip, Hold::UntilReset, span),
                TripClause::For(length, span) => set_hold(&mut trip, Hold::For(length), span),
                TripClause::Stop(selector, length, span) => {
                    match stop {
                        None => {
                            stop = Some(span);
                            trip.stop = Some(selector);
                        }
                        Some(first) => self.twice("stop", first, span),
                    }
                    if let Some(length) = length {
                        set_hold(&mut trip, Hold::For(length), span);
                    }
                }
            }
        }
        trip
    }

    /// `after N EVENT [in a row] …`. Of denials a single word behind the first `by` says who denied.
    pub(in crate::syntax) fn tripping(
        &self,
        after: Number,
        event: Name,
        in_a_row: Option<Span>,
        mut what: Narrowing,
    ) -> Tripping {
        let counts_calls = matches!(event.text.as_str(), "calls" | "failures");
        let cause = match what.first.take() {
            Some(Cause::Forbid(name)) => Some(name),
            Some(Cause::Value(value)) => {
                let word = one_word(&value).filter(|_| !counts_calls).cloned();
                if word.is_none() {
                    self.key(&mut what, value);
                }
                word
            }
            None => None,
        };
        Tripping::Count {
            after,
            event,
            in_a_row,
            cause,
            of: Box::new(what.narrowed()),
        }
    }

    /// `at 50% failures among at least 20 calls …`; the words between are those of the sentence.
    pub(in crate::syntax) fn share(
        &self,
        span: Span,
        (percent, event): (Number, Name),
        words: &[Name; 3],
        among: Number,
        mut what: Narrowing,
    ) -> Tripping {
        for (word, wanted) in words.iter().zip(["among", "least", "calls"]) {
            if word.text != wanted {
                self.report(
                    Diagnostic::new(
                        Code::E0349,
                        format!("`{}` is no part of a share", word.text),
                        word.span,
                        format!("here stands `{wanted}`"),
                    )
                    .with_label(span, "a share of the calls that have ended")
                    .with_help("write `trip at 50% failures among at least 20 calls of github.* per connector within 10m`"),
                );
            }
        }
        match what.first.take() {
            Some(Cause::Value(value)) => self.key(&mut what, value),
            Some(Cause::Forbid(name)) => self.report(
                Diagnostic::new(
                    Code::E0349,
                    "no denial is among the calls of a share",
                    name.span,
                    "this says who denied",
                )
                .with_help("leave it out, or count `denials`"),
            ),
            None => {}
        }
        Tripping::Share {
            percent,
            event,
            among,
            of: Box::new(what.narrowed()),
        }
    }

    /// `in a row`.
    pub(in crate::syntax) fn row(&self, start: usize, article: &Name, row: &Name, end: usize) -> Span {
        let span = self.span(start, end);
        if article.text != "a" || row.text != "row" {
            self.report(
                Diagnostic::new(
                    Code::E0350,
                    "what is counted here is not `in a row`",
                    span,
                    "only `in a row` may stand here",
                )
                .with_help("which calls are meant stands behind `of`: `5 failures in a row of github.*`"),
            );
        }
        span
    }

    /// Where nothing has been said yet of what narrows a count.
    pub(in crate::syntax) fn nothing_said(&self) -> Narrowing {
        Narrowing {
            first: None,
            of: None,
            when: None,
            on: None,
            by: None,
            per: Name {
                text: String::new(),
                span: self.span(0, 0),
            },
            within: None,
        }
    }

    fn key(&self, what: &mut Narrowing, value: Expr) {
        match &what.by {
            None => what.by = Some(value),
            Some(second) => self.twice("by", value.span, second.span),
        }
    }
}

impl Narrowing {
    fn narrowed(self) -> Narrowed {
        let Self {
            first: _,
            of,
            when,
            on,
            by,
            per,
            within,
        } = self;
        Narrowed {
            of,
            when,
            on,
            by,
            per,
            within,
        }
    }
}

/// A single word; `call` is a value, tool and arguments together.
fn one_word(value: &Expr) -> Option<&Name> {
    let ExprKind::Path(path) = &value.kind else {
        return None;
    };
    match path.segments.as_slice() {
        [word] if word.text != "call" => Some(word),
        _ => None,
    }
}
