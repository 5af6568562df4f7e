//! What the grammar sees: tokens without trivia, words told from keywords.
//!
//! A word is a keyword only where it can be one: after a dot and before a colon no word is reserved, so an argument
//! may be called `limit` and a field `message`. Many keywords are names elsewhere too; the grammar lists those.

use super::lexer::Kind;

macro_rules! keywords {
    ($($name:ident $text:literal)*) => {
        /// A word of the language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Keyword { $($name),* }

        impl Keyword {
            /// Every keyword, in order of the alphabet.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// As it is written.
            #[must_use]
            pub fn text(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// The keyword that `word` is, if it is one.
            #[must_use]
            pub fn find(word: &str) -> Option<Self> {
                match word { $($text => Some(Self::$name),)* _ => None }
            }
        }
    };
}

keywords! {
    After "after" All "all" And "and" Any "any"
    As "as" Ask "ask" At "at" Beyond "beyond" Breaker "breaker" By "by" Call "call"
    Case "case" Class "class" Connector "connector" Contains "contains" Deny "deny" Directory "directory" Each "each" Else "else"
    EndsWith "ends_with" Except "except" Expect "expect" Expired "expired" False "false" Fixture "fixture" For "for"
    Forbid "forbid" Fresh "fresh" From "from" Given "given" Has "has" Ignoring "ignoring" In "in" Is "is" Like "like"
    Limit "limit" Mark "mark" Marked "marked" Matches "matches" Message "message" Most "most" Next "next" Not "not" Null "null" Of "of" On "on" Only "only" Open "open"
    Or "or"
    Otherwise "otherwise" Per "per" Permit "permit" Policy "policy" Private "private" Reset "reset"
    Resource "resource" Schedule "schedule" Set "set" Signed "signed" StartsWith "starts_with" Stop "stop" Sum "sum" Test "test" Then "then"
    Tools "tools" Track "track" Trip "trip" True "true" Type "type" Under "under" Unless "unless" Until "until" Upstream "upstream" Use "use" Using "using" Values "values" When "when"
    Within "within" Without "without" Zone "zone"
}

/// Which part of the language a run of the parser reads. It stands in front of the tokens as a token of its own, so
/// that one set of parser tables serves whole items and, after a mistake, their pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    Item,
    Rule,
    Step,
    Member,
    BreakerPart,
}

/// A token as the grammar names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tok<'a> {
    Start(Start),
    Keyword(Keyword),
    Word(&'a str),
    /// With its quotes; an unterminated one lacks the last.
    String(&'a str),
    Number(&'a str),
    Duration(&'a str),
    Glob(&'a str),
    Method(&'a str),
    Network(&'a str),
    /// With its slashes; an unterminated one lacks the last.
    Pattern(&'a str),
    Date(&'a str),
    Time(&'a str),
    TimeRange(&'a str),
    TimeOffset(&'a str),
    /// A bracket, an operator, a separator.
    Sign(Kind),
    /// What no rule of the grammar takes; a diagnostic has been made for it.
    Error,
}

/// A token that is not trivia, with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lexeme<'a> {
    pub tok: Tok<'a>,
    pub start: usize,
    pub end: usize,
    /// Whether it is the first of its line.
    pub first_of_line: bool,
}

impl Lexeme<'_> {
    #[must_use]
    pub fn is(&self, keyword: Keyword) -> bool {
        self.tok == Tok::Keyword(keyword)
    }

    #[must_use]
    pub fn is_sign(&self, kind: Kind) -> bool {
        self.tok == Tok::Sign(kind)
    }
}

impl<'a> Tok<'a> {
    /// The word, whether reserved or not.
    #[must_use]
    pub fn word(self) -> Option<&'a str> {
        match self {
            Self::Keyword(keyword) => Some(keyword.text()),
            Self::Word(word) => Some(word),
            Self::Start(_)
            | Self::String(_)
            | Self::Number(_)
            | Self::Duration(_)
            | Self::Glob(_)
            | Self::Method(_)
            | Self::Network(_)
            | Self::Pattern(_)
            | Self::Date(_)
            | Self::Time(_)
            | Self::TimeRange(_)
            | Self::TimeOffset(_)
            | Self::Sign(_)
            | Self::Error => None,
        }
    }
}

/// The tokens of `text` that the grammar sees.
#[must_use]
pub fn significant<'a>(tokens: &[super::lexer::Token], text: &'a str) -> Vec<Lexeme<'a>> {
    let mut lexemes: Vec<Lexeme<'a>> = Vec::new();
    let mut first_of_line = true;
    let mut rest = tokens.iter();
    while let Some(token) = rest.next() {
        if token.kind == Kind::Newline {
            first_of_line = true;
        }
        if token.kind.is_trivia() {
            continue;
        }
        let slice = text
            .get(token.span.start as usize..token.span.end as usize)
            .unwrap_or_default();
        let after_dot = lexemes.last().is_some_and(|last| last.is_sign(Kind::Dot));
        let before_colon = || {
            rest.clone()
                .find(|next| !next.kind.is_trivia())
                .is_some_and(|next| next.kind == Kind::Colon)
        };
        lexemes.push(Lexeme {
            tok: classify(token.kind, slice, || after_dot || before_colon()),
            start: token.span.start as usize,
            end: token.span.end as usize,
            first_of_line,
        });
        first_of_line = false;
    }
    lexemes
}

fn classify(kind: Kind, slice: &str, is_name: impl FnOnce() -> bool) -> Tok<'_> {
    match kind {
        Kind::Word => match Keyword::find(slice) {
            Some(keyword) if !is_name() => Tok::Keyword(keyword),
            Some(_) | None => Tok::Word(slice),
        },
        Kind::String | Kind::UnterminatedString => Tok::String(slice),
        // A malformed number keeps its place, so that one mistake makes one finding.
        Kind::Number | Kind::BadNumber => Tok::Number(slice),
        Kind::Duration => Tok::Duration(slice),
        Kind::Glob => Tok::Glob(slice),
        Kind::Method => Tok::Method(slice),
        Kind::Network => Tok::Network(slice),
        Kind::Pattern => super::text::pattern(slice).map_or(Tok::Error, |_| Tok::Pattern(slice)),
        Kind::Date => Tok::Date(slice),
        Kind::Time => Tok::Time(slice),
        Kind::TimeRange => Tok::TimeRange(slice),
        Kind::TimeOffset => Tok::TimeOffset(slice),
        Kind::Error | Kind::BlockComment | Kind::Space | Kind::Newline | Kind::Comment | Kind::Doc => {
            Tok::Error
        }
        Kind::OpenBrace
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
        | Kind::Bang => Tok::Sign(kind),
    }
}
