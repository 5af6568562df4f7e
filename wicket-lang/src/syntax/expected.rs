//! Turns the place where the parser stopped into words for the author.
//!
//! The parser's list of what could follow names terminals and is long; here it is put into an author's words, and the
//! mistakes that are made often get help of their own.

use super::lexer::Kind;
use super::nodes::Context;
use super::parser::Failure;
use super::token::{Keyword, Lexeme, Start, Tok};
use super::{habits, mend};
use crate::diagnostic::{Code, Diagnostic, Safety};
use crate::source::Span;

/// The finding for `failure` within `lexemes`; `None` where one has been made for its token already.
pub(super) fn unexpected(
    context: &Context,
    failure: &Failure<'_>,
    lexemes: &[Lexeme<'_>],
    start: Start,
) -> Option<Diagnostic> {
    let before = lexemes
        .iter()
        .take_while(|lexeme| lexeme.end <= failure.start && lexeme.start < failure.start)
        .last();
    // A closing bracket that was made up: that it is missing has been reported.
    if failure.found.is_some() && failure.start == failure.end {
        return None;
    }
    let wanted = wanted(&failure.expected, start);
    let Some(found) = failure.found else {
        // The end of the piece: point behind its last token.
        if before.is_some_and(|before| before.tok == Tok::Error) {
            return None;
        }
        let at = context.span(failure.start, failure.end);
        let diagnostic = Diagnostic::new(
            Code::E0101,
            "something is missing here",
            at,
            format!("expected {wanted}"),
        );
        return Some(match habits::advice(context, failure, lexemes, start) {
            Some(advice) => advice.give(diagnostic),
            None => diagnostic,
        });
    };
    let span = context.span(failure.start, failure.end);
    let shown = describe(found)?;
    let diagnostic = Diagnostic::new(
        Code::E0101,
        format!("unexpected {shown}"),
        span,
        format!("expected {wanted}"),
    );
    let compares = failure.expected.iter().any(|one| one.trim_matches('"') == "==");
    if let Some((label, edit)) = mend::sign(context, lexemes, failure.start, compares) {
        return Some(diagnostic.with_fix(label, vec![edit], Safety::Safe));
    }
    if let Some(advice) = habits::advice(context, failure, lexemes, start) {
        return Some(advice.give(diagnostic));
    }
    Some(match help(found, before, failure) {
        Some(help) => diagnostic.with_help(help),
        None => diagnostic,
    })
}

/// A token in the author's words; `None` for one that has been reported.
pub(super) fn describe(tok: Tok<'_>) -> Option<String> {
    Some(match tok {
        Tok::Start(_) | Tok::Error => return None,
        Tok::Keyword(keyword) => format!("`{}`", keyword.text()),
        Tok::String(_) => "text".to_owned(),
        Tok::Word(text)
        | Tok::Number(text)
        | Tok::Duration(text)
        | Tok::Glob(text)
        | Tok::Method(text)
        | Tok::Network(text)
        | Tok::Pattern(text)
        | Tok::Date(text)
        | Tok::Time(text)
        | Tok::TimeRange(text)
        | Tok::TimeOffset(text) => format!("`{text}`"),
        Tok::Sign(kind) => format!("`{}`", sign(kind)),
    })
}

fn sign(kind: Kind) -> &'static str {
    match kind {
        Kind::OpenBrace => "{",
        Kind::CloseBrace => "}",
        Kind::OpenParen => "(",
        Kind::CloseParen => ")",
        Kind::OpenBracket => "[",
        Kind::CloseBracket => "]",
        Kind::Comma => ",",
        Kind::Colon => ":",
        Kind::Dot => ".",
        Kind::DotDot => "..",
        Kind::Assign => "=",
        Kind::Equal => "==",
        Kind::NotEqual => "!=",
        Kind::Less => "<",
        Kind::LessEqual => "<=",
        Kind::Greater => ">",
        Kind::GreaterEqual => ">=",
        Kind::Plus => "+",
        Kind::Minus => "-",
        Kind::Star => "*",
        Kind::Pipe => "|",
        Kind::At => "@",
        Kind::Slash => "/",
        Kind::Percent => "%",
        Kind::Semicolon => ";",
        Kind::Ampersand => "&",
        Kind::Bang => "!",
        Kind::Space
        | Kind::Newline
        | Kind::Comment
        | Kind::Doc
        | Kind::BlockComment
        | Kind::Word
        | Kind::Glob
        | Kind::Method
        | Kind::Network
        | Kind::String
        | Kind::UnterminatedString
        | Kind::Number
        | Kind::Duration
        | Kind::BadNumber
        | Kind::Date
        | Kind::Time
        | Kind::TimeRange
        | Kind::TimeOffset
        | Kind::Pattern
        | Kind::Error => "?",
    }
}

/// The most things that a label lists.
const MAX_LISTED: usize = 6;

/// What could stand there, as a list in words.
fn wanted(expected: &[String], start: Start) -> String {
    let names: Vec<&str> = expected.iter().map(|name| name.trim_matches('"')).collect();
    let has = |name: &str| names.contains(&name);
    let mut listed: Vec<String> = Vec::new();
    let mut covered: Vec<&str> = Vec::new();
    let value = has("word") && has("string") && has("number") && has("[");
    if value && has("has") {
        listed.push("a condition".to_owned());
        covered.extend([
            "string", "number", "[", "(", "not", "has", "true", "false", "null", "date", "duration",
            "network",
        ]);
    } else if value {
        listed.push("a value".to_owned());
        covered.extend(["string", "number", "[", "(", "{", "true", "false", "null", "not"]);
        if has("network") {
            covered.extend(["date", "duration", "network"]);
        }
    } else if has("word") && has("method") {
        listed.push("tools".to_owned());
        covered.extend(["method", "*", "{"]);
    } else if has("after") && has("word") {
        // Every word that may be a name is expected wherever a name is.
        listed.push("a name".to_owned());
    } else if has("word") {
        listed.push("a name".to_owned());
    }
    if has("word") {
        covered.push("word");
        if has("by") && has("case") && has("per") {
            covered.extend(Keyword::ALL.iter().map(|keyword| keyword.text()));
        }
    }
    if has("==") && has("is") {
        listed.push("a comparison".to_owned());
        covered.extend([
            ".",
            "==",
            "!=",
            "<",
            "<=",
            ">",
            ">=",
            "is",
            "in",
            "not",
            "like",
            "matches",
            "contains",
            "starts_with",
            "ends_with",
            "under",
        ]);
    }
    if has("+") {
        covered.extend(["+", "-", "*"]);
    }
    for name in &names {
        if !covered.contains(name) {
            listed.push(terminal(name));
        }
    }
    listed.dedup();
    if listed.is_empty() {
        return match start {
            Start::Item => "the end of the item".to_owned(),
            Start::Rule => "the end of the rule".to_owned(),
            Start::Step => "the end of the step".to_owned(),
            Start::Member | Start::BreakerPart => "the end of the line".to_owned(),
        };
    }
    let more = listed.len() > MAX_LISTED;
    listed.truncate(MAX_LISTED);
    match listed.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, front)) if more => format!("{}, {last}, …", front.join(", ")),
        Some((last, front)) => format!("{} or {last}", front.join(", ")),
        None => String::new(),
    }
}

/// A terminal of the grammar in the author's words.
fn terminal(name: &str) -> String {
    match name {
        "word" => "a name".to_owned(),
        "string" => "text in quotes".to_owned(),
        "number" => "a number".to_owned(),
        "duration" => "a duration such as `30m`".to_owned(),
        "glob" => "a name with `*`".to_owned(),
        "pattern" => "a pattern such as `/v[0-9]+/`".to_owned(),
        "method" => "a method such as `github/resources`".to_owned(),
        "network" => "a network such as `192.0.2.0/24`".to_owned(),
        "date" => "a date".to_owned(),
        "time" | "time_range" | "time_offset" => "a time".to_owned(),
        sign => format!("`{sign}`"),
    }
}

/// Makes the finding for something that another version of the language may have.
type Later = fn(Span) -> Diagnostic;

/// The items that are described and not yet read.
pub(super) fn later_item(word: &str) -> Option<Later> {
    Some(match word {
        "prove" => |span| not_yet("`prove` is", span),
        "type" => |span| not_yet("`type` is", span),
        _ => return None,
    })
}

fn not_yet(what: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0111,
        format!("{what} not in this version of the language"),
        span,
        "this cannot be read yet",
    )
}

/// Help for mistakes that are made often.
fn help(found: Tok<'_>, before: Option<&Lexeme<'_>>, failure: &Failure<'_>) -> Option<String> {
    let expects = |name: &str| failure.expected.iter().any(|one| one.trim_matches('"') == name);
    let previous = before.map(|before| before.tok);
    Some(match found {
        Tok::Number(number) if number.starts_with('-') => {
            "a difference has spaces around the operator: `a - 1`".to_owned()
        }
        Tok::Glob(_) => {
            "`*` within a word makes it a pattern for tools; a product has spaces: `a * b`".to_owned()
        }
        Tok::Sign(Kind::Assign) => "equality is written `is` or `==`".to_owned(),
        Tok::Sign(Kind::Percent) => "there is no remainder; `%` stands behind the share at which a breaker trips: `at 50% failures among …`".to_owned(),
        Tok::Sign(Kind::Slash) => "there is no division; a comment begins with `//`".to_owned(),
        Tok::Keyword(Keyword::Except) => {
            "one `except` takes away from all that stands before it; set parentheses for more".to_owned()
        }
        Tok::Keyword(Keyword::When) if previous == Some(Tok::Sign(Kind::CloseParen)) => {
            "`when` stands before `unless`".to_owned()
        }
        Tok::Keyword(keyword) if expects("word") => format!(
            "`{}` is a word of the language; it can be a name only after a dot or before a colon",
            keyword.text()
        ),
        Tok::Sign(Kind::Less | Kind::LessEqual | Kind::Greater | Kind::GreaterEqual | Kind::Equal)
        | Tok::Keyword(Keyword::Is) => "comparisons do not chain; join two of them with `and`".to_owned(),
        Tok::Sign(Kind::Dot | Kind::Colon) if expects(".") || expects(":") => {
            "tools are named `connector.tool`, tiers `connector:tier`".to_owned()
        }
        _ => return None,
    })
}
