//! Reads one item; after a mistake, piece by piece.
//!
//! An item that is right is read in one run. In one that is not, each rule, step or member is read by itself, so that
//! all mistakes are found and what is right is kept.

use super::ast::{Connector, Fixture, Item, ItemKind, Policy, Test};
use super::lexer::Kind;
use super::nodes::{Context, Part};
use super::parser;
use super::split::Slice;
use super::token::{Keyword, Lexeme, Start, Tok};
use super::{expected, habits};
use crate::diagnostic::{Code, Diagnostic, nearest};

/// Reads the item in `slice`. What is wrong is reported to `context`.
pub(super) fn item(context: &Context, slice: &Slice<'_>, found: &mut Vec<Diagnostic>) -> Item {
    let lexemes = slice.lexemes.as_slice();
    if slice.too_deep {
        return no_item(context, lexemes);
    }
    let body = without_annotations(lexemes);
    let Some(keyword) = body.first() else {
        found.push(Diagnostic::new(
            Code::E0101,
            "an annotation stands before no item",
            whole(context, lexemes),
            "nothing follows that this could belong to",
        ));
        return no_item(context, lexemes);
    };
    if !begins_like_item(keyword.tok) {
        found.extend(unknown_item(context, *keyword));
        return no_item(context, lexemes);
    }
    let failure = match parser::run(context, Start::Item, lexemes) {
        Ok(Part::Item(item)) => {
            found.append(&mut context.take());
            return item;
        }
        Ok(Part::Rule(_) | Part::Step(_) | Part::Member(_) | Part::Breaker(_)) => {
            return no_item(context, lexemes);
        }
        Err(failure) => failure,
    };
    context.take();
    if let Some(item) = in_pieces(context, lexemes, keyword.tok, found) {
        return item;
    }
    found.extend(expected::unexpected(context, &failure, lexemes, Start::Item));
    no_item(context, lexemes)
}

fn no_item(context: &Context, lexemes: &[Lexeme<'_>]) -> Item {
    let start = lexemes.first().map_or(0, |first| first.start);
    let end = lexemes.last().map_or(start, |last| last.end);
    context.item(start, Vec::new(), ItemKind::Error, end)
}

fn whole(context: &Context, lexemes: &[Lexeme<'_>]) -> crate::source::Span {
    let start = lexemes.first().map_or(0, |first| first.start);
    let end = lexemes.last().map_or(start, |last| last.end);
    context.span(start, end)
}

/// The item after its `@name "text"`s.
fn without_annotations<'l, 'a>(mut lexemes: &'l [Lexeme<'a>]) -> &'l [Lexeme<'a>] {
    while let [at, _, text, rest @ ..] = lexemes
        && at.is_sign(Kind::At)
        && matches!(text.tok, Tok::String(_))
    {
        lexemes = rest;
    }
    lexemes
}

/// The words with which items begin.
const ITEMS: [&str; 13] = [
    "use",
    "zone",
    "schedule",
    "set",
    "connector",
    "directory",
    "policy",
    "breaker",
    "limit",
    "mark",
    "track",
    "test",
    "fixture",
];

fn begins_like_item(tok: Tok<'_>) -> bool {
    tok.word()
        .is_some_and(|word| ITEMS.contains(&word) || word == "private")
        || tok == Tok::Sign(Kind::At)
}

fn unknown_item(context: &Context, first: Lexeme<'_>) -> Option<Diagnostic> {
    let span = context.span(first.start, first.end);
    let word = first.tok.word();
    if let Some(later) = word.and_then(expected::later_item) {
        return Some(later(span));
    }
    let found = expected::describe(first.tok)?;
    let diagnostic = Diagnostic::new(
        Code::E0109,
        format!("no item begins with {found}"),
        span,
        "expected `use`, `zone`, `schedule`, `set`, `connector`, `directory`, `policy`, `breaker`, `limit`, `mark`, `track`, `test` or `fixture`",
    );
    if let Some(advice) = habits::item(context, first) {
        return Some(advice.give(diagnostic));
    }
    Some(match (word, word.and_then(|word| nearest(word, ITEMS))) {
        (Some("permit" | "forbid" | "ask"), _) => {
            diagnostic.with_help("rules stand in a policy: `policy NAME { … }`")
        }
        (_, near) => diagnostic.with_near(span, near),
    })
}

/// Reads the head and each piece of the body by themselves. `None` where the item has no body of pieces, or where
/// nothing was found wrong in that way.
fn in_pieces<'a>(
    context: &Context,
    lexemes: &[Lexeme<'a>],
    keyword: Tok<'a>,
    found: &mut Vec<Diagnostic>,
) -> Option<Item> {
    let start = match keyword {
        Tok::Keyword(Keyword::Policy) => Start::Rule,
        Tok::Keyword(Keyword::Test | Keyword::Fixture) => Start::Step,
        Tok::Keyword(Keyword::Connector) => Start::Member,
        Tok::Keyword(Keyword::Breaker) => Start::BreakerPart,
        _ => return None,
    };
    let open = lexemes.iter().position(|one| one.is_sign(Kind::OpenBrace))?;
    let (head, rest) = lexemes.split_at_checked(open + 1)?;
    let (closing, body) = rest.split_last()?;
    let mut shell = head.to_vec();
    shell.push(*closing);
    let before = found.len();
    let mut item = match parser::run(context, Start::Item, &shell) {
        Ok(Part::Item(item)) => Some(item),
        Ok(Part::Rule(_) | Part::Step(_) | Part::Member(_) | Part::Breaker(_)) => None,
        Err(failure) => {
            found.extend(expected::unexpected(context, &failure, &shell, Start::Item));
            None
        }
    };
    // What is missing in the empty shell may stand in the body.
    context.take();
    let mut parts = Vec::new();
    for piece in pieces(body, start) {
        match parser::run(context, start, piece) {
            Ok(part) => {
                found.append(&mut context.take());
                parts.push(part);
            }
            Err(failure) => {
                context.take();
                found.extend(expected::unexpected(context, &failure, piece, start));
            }
        }
    }
    if found.len() == before && item.is_none() {
        return None;
    }
    if let Some(item) = &mut item {
        fill(context, item, parts);
        // A part that was not read is not missing.
        context.take();
        item.span = whole(context, lexemes);
    }
    Some(item.unwrap_or_else(|| no_item(context, lexemes)))
}

fn fill(context: &Context, item: &mut Item, parts: Vec<Part>) {
    let mut breaker_parts = Vec::new();
    for part in parts {
        match (part, &mut item.kind) {
            (Part::Rule(rule), ItemKind::Policy(Policy { rules, .. })) => rules.push(rule),
            (
                Part::Step(step),
                ItemKind::Test(Test { steps, .. }) | ItemKind::Fixture(Fixture { steps, .. }),
            ) => steps.push(step),
            (Part::Member(member), ItemKind::Connector(Connector { members, .. })) => {
                members.push(member);
            }
            (Part::Breaker(part), _) => breaker_parts.push(part),
            (Part::Rule(_) | Part::Step(_) | Part::Member(_) | Part::Item(_), _) => {}
        }
    }
    if let ItemKind::Breaker(breaker) = &mut item.kind {
        *breaker = context.breaker(breaker.name.clone(), breaker_parts);
    }
}

/// Cuts a body at the words with which its pieces begin.
fn pieces<'l, 'a>(body: &'l [Lexeme<'a>], start: Start) -> Vec<&'l [Lexeme<'a>]> {
    let mut pieces = Vec::new();
    let mut depth = 0usize;
    let mut from = 0;
    let mut before: Option<&Lexeme<'a>> = None;
    for (at, lexeme) in body.iter().enumerate() {
        if depth == 0 && at > from && begins_piece(lexeme, before, start) {
            pieces.extend(body.get(from..at));
            from = at;
        }
        match lexeme.tok {
            Tok::Sign(Kind::OpenBrace | Kind::OpenParen | Kind::OpenBracket) => depth += 1,
            Tok::Sign(Kind::CloseBrace | Kind::CloseParen | Kind::CloseBracket) => {
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        before = Some(lexeme);
    }
    pieces.extend(body.get(from..).filter(|rest| !rest.is_empty()));
    pieces
}

fn begins_piece(lexeme: &Lexeme<'_>, before: Option<&Lexeme<'_>>, start: Start) -> bool {
    let after = |keyword: Keyword| before.is_some_and(|before| before.is(keyword));
    match (start, lexeme.tok) {
        (Start::Rule, Tok::Keyword(Keyword::Permit | Keyword::Forbid))
        | (Start::BreakerPart, Tok::Keyword(Keyword::Trip | Keyword::Message)) => true,
        (Start::Rule, Tok::Keyword(Keyword::Ask)) => lexeme.first_of_line,
        (Start::Step, Tok::Keyword(Keyword::Call)) => !after(Keyword::Then),
        (
            Start::Step,
            Tok::Keyword(
                Keyword::At
                | Keyword::After
                | Keyword::Given
                | Keyword::Then
                | Keyword::Expect
                | Keyword::For,
            ),
        ) => !after(Keyword::By) || lexeme.first_of_line,
        (Start::Member, tok) => {
            lexeme.first_of_line
                && tok.word().is_some()
                && before.is_none_or(|before| !before.is_sign(Kind::Comma))
        }
        (Start::Item | Start::Rule | Start::Step | Start::BreakerPart, _) => false,
    }
}
