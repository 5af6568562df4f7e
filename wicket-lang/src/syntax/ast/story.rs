//! Tests, as their author tells them: steps, cases, and what is expected.

use super::{Duration, Each, Name, Number, Text};
use crate::source::Span;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    pub title: Text,
    pub steps: Vec<Step>,
}

/// A test is read from top to bottom. What is given before a `call` holds from this call on; what is given between a
/// `call` and its `expect` holds for this `expect` only. Each `expect` under a call is a case that starts from the same
/// state, and `after` moves the clock for all that follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// `at 2026-03-02 12:00` or `at 2026-03-02 12:00+01:00`.
    At(Moment),
    /// `at WHEN`: the moment in this column.
    AtColumn(Name),
    /// `after 10m`: that much later.
    After(Duration),
    /// `given NAME`: what the fixture gives.
    Fixture(Name),
    Each(Each),
    /// `given repo { visibility: public }`, `given member { email: "a@b" }`, `given session { denials: 2 }`.
    Given {
        subject: Name,
        fields: Vec<(Name, Literal)>,
        span: Span,
    },
    /// `given marks NAME`, `given track NAME 4`, `given breaker NAME open`.
    Remembered(Remembered),
    Call(Call),
    Expect(Expect),
}

/// What the story has seen before it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    pub what: Past,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Past {
    /// `marks has_read_private, has_seen_mail`.
    Marks(Vec<Name>),
    /// `track exported 4000`, `track pages by "home" 3`, `track builds ["a", "b"]`.
    Track {
        name: Name,
        by: Option<Literal>,
        value: Literal,
    },
    /// `breaker three_strikes open`, `breaker merges open by "site"`.
    Open { name: Name, by: Option<Literal> },
}

/// A local date and time in the file's zone, or with an offset of its own in minutes east of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub year: i32,
    pub month: u8,
    pub day: u8,
    /// Minutes from midnight.
    pub minute: u16,
    pub offset: Option<i16>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// `then call`: goes on in the session of the call before.
    pub then: bool,
    pub connector: Name,
    pub tool: Name,
    pub arguments: Vec<(Name, Literal)>,
    /// How it ends, if it is permitted: `succeeds`, `errs`, `fails`, `pending`.
    pub ending: Option<Name>,
    /// What it answers, where that is told.
    pub result: Option<Vec<(Name, Literal)>>,
    pub span: Span,
}

/// `expect permit by reading`, `expect deny by default message contains "x"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expect {
    pub outcome: Outcome,
    /// Items that decided; `default` stands for none.
    pub by: Vec<Name>,
    /// The column in which the outcome stands; [`Self::outcome`] is then not what is expected.
    pub column: Option<Name>,
    /// `class never`, `class at 2026-03-02 09:00`.
    pub class: Option<(Name, Option<Moment>)>,
    /// `next 2026-03-02 09:00`.
    pub next: Option<Moment>,
    /// `message contains "…"`.
    pub message: Option<Text>,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Permit,
    /// Any denial.
    Deny,
    /// A denial until somebody approves.
    Ask,
    /// A denial whose reason is `expired`.
    Expired,
}

/// A value as data, in a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    String(Text),
    Number(Number),
    Bool(bool, Span),
    Null(Span),
    /// A bare word, `public`: the text of it.
    Word(Name),
    List(Vec<Literal>, Span),
    Record(Vec<(Name, Literal)>, Span),
}

impl Literal {
    /// Where it stands.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::String(text) => text.span,
            Self::Number(number) => number.span,
            Self::Word(word) => word.span,
            Self::Bool(_, span) | Self::Null(span) | Self::List(_, span) | Self::Record(_, span) => *span,
        }
    }
}
