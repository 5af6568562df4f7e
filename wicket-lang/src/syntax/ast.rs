//! The syntax tree: what the author wrote, with spans, before any name is looked up.
//!
//! The tree keeps the author's words: globs are not expanded, `permit … only when` is not taken apart, sugar stays
//! sugar. Parentheses are not kept (the formatter sets those that are needed). Comments live in a side table.

mod breakers;
mod callers;
mod history;
mod story;
mod tables;

pub use breakers::{Breaker, Hold, Narrowed, Trip, Tripping};
pub use callers::*;
pub use history::{Bound, Bounded, Counted, Limit, Mark, Measure, Track, Window};
pub use story::*;
pub use tables::{Cell, Each, Fixture, Row};

use crate::source::Span;
pub use crate::value::{ArithmeticOp, CompareOp, Network, TextOp};

/// A name as written; quoted names (`"get-env"`) are without their quotes here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub text: String,
    pub span: Span,
}

/// A string literal, its escapes resolved. In a message, `{` that opens an interpolation is kept apart; see
/// [`Message`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub value: String,
    pub span: Span,
}

/// A file: its items in the order in which they stand.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct File {
    pub items: Vec<Item>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The lines of `///` in front, without the slashes.
    pub docs: Vec<Text>,
    pub annotations: Vec<Annotation>,
    pub kind: ItemKind,
    pub span: Span,
}

/// `@owner "team"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    pub name: Name,
    pub value: Text,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemKind {
    Use(Vec<Use>),
    /// `use "../guardrails"`: folders that are shared with other bundles.
    Shared(Vec<Text>),
    Zone(Text),
    Schedule(Schedule),
    Set(Set),
    Connector(Connector),
    Directory(Directory),
    Policy(Policy),
    Breaker(Breaker),
    Limit(Limit),
    Track(Track),
    Mark(Mark),
    Test(Test),
    Fixture(Fixture),
    /// Text that is no item; a diagnostic has been made.
    Error,
}

impl ItemKind {
    #[must_use]
    pub fn as_zone(&self) -> Option<&Text> {
        if let Self::Zone(zone) = self {
            Some(zone)
        } else {
            None
        }
    }

    #[must_use]
    pub fn as_fixture(&self) -> Option<&Fixture> {
        if let Self::Fixture(fixture) = self {
            Some(fixture)
        } else {
            None
        }
    }

    #[must_use]
    pub fn as_schedule(&self) -> Option<&Schedule> {
        if let Self::Schedule(schedule) = self {
            Some(schedule)
        } else {
            None
        }
    }

    #[must_use]
    pub fn as_set(&self) -> Option<&Set> {
        if let Self::Set(set) = self {
            Some(set)
        } else {
            None
        }
    }

    #[must_use]
    pub fn as_policy(&self) -> Option<&Policy> {
        if let Self::Policy(policy) = self {
            Some(policy)
        } else {
            None
        }
    }

    #[must_use]
    pub fn as_limit(&self) -> Option<&Limit> {
        if let Self::Limit(limit) = self {
            Some(limit)
        } else {
            None
        }
    }

    #[must_use]
    pub fn as_track(&self) -> Option<&Track> {
        if let Self::Track(track) = self {
            Some(track)
        } else {
            None
        }
    }

    #[must_use]
    pub fn as_mark(&self) -> Option<&Mark> {
        if let Self::Mark(mark) = self {
            Some(mark)
        } else {
            None
        }
    }

    #[must_use]
    pub fn as_breaker(&self) -> Option<&Breaker> {
        if let Self::Breaker(breaker) = self {
            Some(breaker)
        } else {
            None
        }
    }
}

/// `github` or `github as gh`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    pub connector: Name,
    pub alias: Option<Name>,
}

// ---- schedules -------------------------------------------------------------------------------------------------

/// `schedule NAME [zone "Z"] { … }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub name: Name,
    pub zone: Option<Zone>,
    pub body: ScheduleBody,
}

/// The zone in which a schedule's days and times are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Zone {
    /// `zone "Europe/Berlin"`.
    Named(Text),
    /// `zone member.time_zone`: the zone that an attribute names.
    Read(Path),
}

impl Zone {
    /// Where it stands.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Named(name) => name.span,
            Self::Read(path) => path.span,
        }
    }
}

/// The union of `include`, less the union of `except`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleBody {
    pub include: Vec<Entry>,
    pub except: Vec<Entry>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Days and the times of them; no times means the whole day, no days means every day (never both empty).
    Windows {
        days: Vec<Days>,
        times: Vec<Times>,
        span: Span,
    },
    /// Another schedule.
    Ref(Name),
    /// `( … )`.
    Group(ScheduleBody),
    /// `a and b`: the instants that lie in all of them.
    All(Vec<Entry>, Span),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Days {
    /// `mon` or `mon..fri`: numbers from 0 (Monday) to 6, both ends included; `sat..mon` wraps.
    Weekdays { first: u8, last: u8, span: Span },
    /// `2026-12-24`, `12-24..12-26`: both ends included.
    Dates { first: Date, last: Date, span: Span },
}

/// A date; without a year it is every year's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    pub year: Option<i32>,
    pub month: u8,
    pub day: u8,
}

/// `09:00-17:00`: minutes from midnight, the end not included; the end may be 24:00, and may lie before the start
/// (then it is the next day's).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    pub start: u16,
    pub end: u16,
    pub span: Span,
}

// ---- sets ------------------------------------------------------------------------------------------------------

/// `[private] set NAME [: TYPE] = [ … ]`; the type of a connector has a dot, `slack.channel_id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    pub private: bool,
    pub name: Name,
    pub ty: Option<Name>,
    /// Literals, names of other sets, and `and` of names: what all of them have.
    pub elements: Vec<Expr>,
    /// What is taken away from all of these.
    pub except: Vec<Expr>,
}

impl Set {
    /// All that stands in its brackets.
    pub fn written(&self) -> impl Iterator<Item = &Expr> {
        self.elements.iter().chain(&self.except)
    }
}

// ---- connectors ------------------------------------------------------------------------------------------------

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connector {
    pub name: Name,
    pub members: Vec<ConnectorMember>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectorMember {
    /// `upstream "https://…"`.
    Upstream(Text),
    /// `tools "github.tools.json"`.
    Tools(Text),
    /// `read get_*, list_*`: tier and patterns.
    Tier {
        tier: Name,
        tools: Vec<Name>,
    },
    /// `open search_*`: arguments that the schema does not name pass.
    Open(Vec<Name>),
    /// `without repo: get_me, get_teams`.
    Without {
        resource: Name,
        tools: Vec<Name>,
        span: Span,
    },
    /// `beyond repo: search_issues`: what the arguments name is not all that the tool touches, so it binds no resource.
    Beyond {
        resource: Name,
        tools: Vec<Name>,
        span: Span,
    },
    /// `type channel_id: conversations_*.channel_id`: what arguments are of.
    Type {
        name: Name,
        carriers: Vec<Carrier>,
        span: Span,
    },
    Resource(Resource),
}

/// `conversations_*.channel_id`: an argument of some tools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carrier {
    pub tools: Name,
    /// At least one name.
    pub argument: Vec<Name>,
}

/// `resource repo (owner: args.owner, name: args.repo) ignoring case { visibility: public | private … }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    pub name: Name,
    /// `resource target is repo (…)`: another one of that kind, with the attributes and the source of it.
    pub of: Option<Name>,
    pub keys: Vec<(Name, Path)>,
    pub ignoring_case: bool,
    pub attributes: Vec<Attribute>,
    /// `from get "https://…" fresh 60s`.
    pub source: Option<FactSource>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    pub name: Name,
    pub ty: AttributeType,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeType {
    /// `bool`, `string`, `integer`, `decimal`.
    Named(Name),
    /// `public | internal | private`.
    Enum(Vec<Name>),
    /// `[string]`.
    List(Box<AttributeType>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactSource {
    /// An HTTP method, `get`.
    pub method: Name,
    pub address: Text,
    pub fresh: Option<Duration>,
    pub span: Span,
}

/// `60s`, `30m`, `1h30m`, `1d`: whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duration {
    pub seconds: u64,
    pub span: Span,
}

// ---- policies --------------------------------------------------------------------------------------------------

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub name: Name,
    pub rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub effect: Effect,
    pub selectors: Vec<Selector>,
    /// Of an `ask`: who approves, and within what.
    pub approval: Option<ApprovalClause>,
    /// Of a permit: whose credential is used upstream.
    pub account: Option<AccountClause>,
    /// Whom the rule is for; `None` is everyone.
    pub callers: Option<ForClause>,
    pub when: Option<When>,
    pub unless: Option<Expr>,
    pub message: Option<Message>,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Permit,
    Forbid,
    Ask,
}

impl Effect {
    /// The word that begins such a rule.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Permit => "permit",
            Self::Forbid => "forbid",
            Self::Ask => "ask",
        }
    }
}

/// `from 2 of security within 1h`: both parts may be left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalClause {
    /// How many different people; `None` is one.
    pub count: Option<Number>,
    /// A group, or `owners`.
    pub from: Option<Name>,
    pub within: Option<Duration>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// `only when`: forbids the tools as well unless the condition holds.
    pub only: bool,
    pub condition: Expr,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// `github.get_me`.
    Tool { connector: Name, tool: Name },
    /// `github.get_*`, `github.*`.
    Glob { connector: Name, pattern: Name },
    /// `github:write`; `*:write` has no connector.
    Tier {
        connector: Option<Name>,
        tier: Name,
        span: Span,
    },
    /// `*`.
    Every(Span),
    /// `{ a, b }`.
    Group(Vec<Selector>, Span),
    /// `a except b`.
    Except {
        from: Box<Selector>,
        less: Box<Selector>,
    },
    /// `github/resources`: a method that is no tool.
    Method(Name),
}

/// `message "…"` or `otherwise "…"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub keyword: MessageKeyword,
    pub parts: Vec<MessagePart>,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKeyword {
    Message,
    Otherwise,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessagePart {
    Text(String),
    /// `{args.owner}`, `{office_hours.next}`, `{next}`.
    Path(Path),
}

// ---- expressions -----------------------------------------------------------------------------------------------

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

/// `args.owner`, `repo.visibility`, `now`, or a bare word (`public`, a set, a schedule).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// At least one.
    pub segments: Vec<Name>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExprKind {
    /// Two or more, joined by the same word.
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    /// `==`, `<`, …; `is` and `is not` before anything but a type are [`CompareOp::Equal`] and its opposite.
    Compare {
        op: CompareOp,
        spelled: Spelled,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `x in s`, `x not in s`.
    In {
        negated: bool,
        value: Box<Expr>,
        container: Box<Expr>,
    },
    /// `x is string`, `x is not string`.
    IsType {
        negated: bool,
        value: Box<Expr>,
        ty: Name,
    },
    /// `starts_with`, `ends_with`, `contains`, `like`, `under`.
    Text {
        op: TextOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `matches /…/`, which takes the whole text, and `contains /…/`, which searches.
    Pattern {
        whole: bool,
        value: Box<Expr>,
        /// What stands between the slashes, as written, and where.
        pattern: Text,
    },
    Has(Path),
    /// `any x in args.labels (…)`, `all x in …`.
    Quantified {
        quantifier: Quantifier,
        /// The author's name for the element that is looked at.
        variable: Name,
        /// A path, or a list that is written out.
        over: Box<Expr>,
        body: Box<Expr>,
    },
    /// `session is marked NAME`, `session is not marked NAME`.
    Marked {
        negated: bool,
        /// What stands on the left: `session`.
        subject: Box<Expr>,
        mark: Name,
    },
    /// `args.limit else 10`.
    Else {
        path: Path,
        fallback: Box<Expr>,
    },
    Arithmetic {
        op: ArithmeticOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `lower(x)`, `size(x)`, `path(x)`, `address(x)`.
    Call {
        function: Name,
        arguments: Vec<Expr>,
    },
    /// `url(x).host`.
    Part {
        function: Name,
        arguments: Vec<Expr>,
        part: Name,
    },
    Path(Path),
    String(String),
    /// The digits as written.
    Number(String),
    Bool(bool),
    /// `2026-12-24`, with its year.
    Date(Date),
    /// `2026-12-24 12:00`.
    Moment(Moment),
    Duration(Duration),
    /// `192.0.2.0/24`.
    Network(Network),
    List(Vec<Expr>),
    /// `{ mon..fri 09:00-17:00 }`, behind `in`.
    Schedule {
        zone: Option<Zone>,
        body: ScheduleBody,
    },
    /// A piece that could not be read; a diagnostic has been made.
    Error,
}

/// For how many elements something has to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// At least one.
    Any,
    /// Every one; also where there is none.
    All,
}

impl Quantifier {
    /// The word that begins it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::All => "all",
        }
    }
}

/// Whether the author wrote the word (`is`) or the sign (`==`); the two mean the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelled {
    Word,
    Sign,
}

// ---- numbers -------------------------------------------------------------------------------------------------

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    pub digits: String,
    pub span: Span,
}
