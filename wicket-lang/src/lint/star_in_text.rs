//! W1056: a `*` in a text that is compared as it stands, where it is most likely meant for any text.
//!
//! `args.branch is "release/*"` is true of the branch that is called so, star and all, and of no other: a `forbid` with it
//! never applies. Quiet where a star is at home in a text: alone, in words with blanks between them, or between signs.

use std::collections::BTreeSet;

use super::context::{Context, sets};
use crate::check::walk;
use crate::diagnostic::{Code, Diagnostic, Edit, Safety};
use crate::source::Span;
use crate::syntax::ast::{self, Bounded, CompareOp, Expr, ExprKind, ItemKind, TextOp};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut looked_into: BTreeSet<&str> = BTreeSet::new();
    for expr in expressions(context) {
        match &expr.kind {
            ExprKind::Compare { op, left, right, .. } => found.extend(compared(*op, left, right, expr.span)),
            ExprKind::Text { op, left, right } => found.extend(part(*op, left, right)),
            ExprKind::In {
                negated,
                value,
                container,
            } => {
                if let ExprKind::List(elements) = &container.kind {
                    found.extend(listed(context, expr.span, *negated, value, elements));
                }
                looked_into.extend(names(std::slice::from_ref(&**container)));
            }
            _ => {}
        }
    }
    found.extend(in_sets(context, looked_into));
    found
}

/// Every expression of rules, tracks, limits and marks.
fn expressions<'a>(context: &Context<'a>) -> Vec<&'a Expr> {
    let mut found = context.expressions();
    for item in context.items() {
        let condition = match &item.kind {
            ItemKind::Track(track) => track.counted.when.as_ref(),
            ItemKind::Mark(mark) => mark.when.as_ref(),
            ItemKind::Limit(ast::Limit { bound, .. }) => match &bound.what {
                Bounded::Calls(counted) => counted.when.as_ref(),
                Bounded::Track(_) => None,
            },
            _ => None,
        };
        if let Some(condition) = condition {
            walk(condition, &mut |expr| found.push(expr));
        }
    }
    found
}

/// Whether the text looks like a pattern: a star beside a letter, a digit or a sign that joins names.
fn is_a_pattern(text: &str) -> bool {
    let joins = |c: &char| c.is_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | ':' | '@' | '#' | '?');
    let letters: Vec<char> = text.chars().collect();
    let beside = letters.windows(2).any(|pair| {
        let stars = pair.iter().filter(|c| **c == '*').count();
        stars == 1 && pair.iter().any(joins)
    });
    beside && letters.iter().any(|c| c.is_alphanumeric()) && !letters.iter().any(|c| c.is_whitespace())
}

fn pattern(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::String(text) if is_a_pattern(text) => Some(text),
        _ => None,
    }
}

fn said(place: Span, label: &str) -> Diagnostic {
    Diagnostic::new(
        Code::W1056,
        "this `*` stands for itself, and not for any text",
        place,
        label,
    )
}

const WHOLE: &str = "only a text with the star in it is equal to this";

/// `x is "release/*"`.
fn compared(op: CompareOp, left: &Expr, right: &Expr, whole: Span) -> Option<Diagnostic> {
    let (text, written) = match (pattern(right), pattern(left)) {
        (Some(text), _) => (text, right),
        (None, Some(text)) => (text, left),
        (None, None) => return None,
    };
    let found = said(written.span, WHOLE);
    let not = match op {
        CompareOp::Equal => "",
        CompareOp::NotEqual => "not ",
        CompareOp::Less | CompareOp::LessEqual | CompareOp::Greater | CompareOp::GreaterEqual => return None,
    };
    let between = between(left, right);
    Some(if written.span == right.span && is_plain(text) {
        let mut edits = vec![Edit::replace(between, " like ")];
        if !not.is_empty() {
            edits.insert(0, Edit::before(whole, not));
        }
        found.with_fix("a pattern stands behind `like`", edits, Safety::Guess)
    } else {
        found.with_help(format!(
            "a pattern stands behind `like`: `{not}x like \"PATTERN\"`"
        ))
    })
}

/// `x starts_with "rel*"`.
fn part(op: TextOp, left: &Expr, right: &Expr) -> Option<Diagnostic> {
    let text = pattern(right)?;
    let at_an_end = text.starts_with('*') || text.ends_with('*');
    let (before, after) = match op {
        TextOp::StartsWith => ("", "*"),
        TextOp::EndsWith => ("*", ""),
        TextOp::Contains if at_an_end => ("*", "*"),
        TextOp::Contains | TextOp::Like | TextOp::Under => return None,
    };
    let found = said(right.span, "only a text with the star in it is found");
    if !is_plain(text) {
        return Some(found.with_help("a pattern stands behind `like`: `x like \"PATTERN\"`"));
    }
    let before = if text.starts_with('*') { "" } else { before };
    let after = if text.ends_with('*') { "" } else { after };
    Some(found.with_fix(
        "a pattern stands behind `like`, which takes the whole text",
        vec![
            Edit::replace(between(left, right), " like "),
            Edit::replace(right.span, format!("\"{before}{text}{after}\"")),
        ],
        Safety::Guess,
    ))
}

/// `x in ["main", "hotfix-*"]`.
fn listed(
    context: &Context<'_>,
    whole: Span,
    negated: bool,
    value: &Expr,
    elements: &[Expr],
) -> Option<Diagnostic> {
    let (patterns, rest): (Vec<&Expr>, Vec<&Expr>) =
        elements.iter().partition(|element| pattern(element).is_some());
    let (first, more) = patterns.split_first()?;
    let found = more.iter().fold(said(first.span, WHOLE), |found, element| {
        found.with_label(element.span, "and to this")
    });
    if patterns
        .iter()
        .filter_map(|element| pattern(element))
        .any(|text| !is_plain(text))
    {
        return Some(found.with_help("a pattern stands behind `like`: `(x in [ … ] or x like \"PATTERN\")`"));
    }
    let value = context.text(value.span);
    let mut tests: Vec<String> = Vec::new();
    let kept: Vec<&str> = rest.iter().map(|element| context.text(element.span)).collect();
    match kept.as_slice() {
        [] => {}
        [one] if matches!(rest.first().map(|one| &one.kind), Some(ExprKind::String(_))) => {
            tests.push(format!("{value} is {one}"));
        }
        several => tests.push(format!("{value} in [{}]", several.join(", "))),
    }
    let written = patterns.iter().map(|element| context.text(element.span));
    tests.extend(written.map(|text| format!("{value} like {text}")));
    let mended = match tests.as_slice() {
        [one] => one.clone(),
        several => format!("({})", several.join(" or ")),
    };
    let not = if negated { "not " } else { "" };
    Some(found.with_fix(
        "a pattern stands behind `like`",
        vec![Edit::replace(whole, format!("{not}{mended}"))],
        Safety::Guess,
    ))
}

/// The elements of sets into which something looks with `in`, those of the sets that they take in among them.
fn in_sets<'a>(context: &Context<'a>, mut looked_into: BTreeSet<&'a str>) -> Vec<Diagnostic> {
    loop {
        let known = looked_into.len();
        for set in sets(context) {
            if looked_into.contains(set.name.text.as_str()) {
                looked_into.extend(names(&set.elements));
            }
        }
        if looked_into.len() == known {
            break;
        }
    }
    let asked = sets(context).filter(|set| looked_into.contains(set.name.text.as_str()));
    let mut found = Vec::new();
    for set in asked {
        let mut patterns = set.elements.iter().filter(|element| pattern(element).is_some());
        let Some(first) = patterns.next() else { continue };
        let name = &set.name.text;
        let said = patterns.fold(said(first.span, WHOLE), |found, element| {
            found.with_label(element.span, "and to this")
        });
        found.push(said.with_help(format!(
            "take it out of the set and ask for it beside: `(x in {name} or x like \"PATTERN\")`"
        )));
    }
    found
}

/// The sets that a list, or what stands behind `in`, names.
fn names(elements: &[Expr]) -> impl Iterator<Item = &str> {
    elements.iter().flat_map(|element| {
        let inner: &[Expr] = match &element.kind {
            ExprKind::List(inner) => inner,
            _ => std::slice::from_ref(element),
        };
        inner.iter().filter_map(|expr| match &expr.kind {
            ExprKind::Path(path) => match path.segments.as_slice() {
                [name] => Some(name.text.as_str()),
                _ => None,
            },
            _ => None,
        })
    })
}

/// Whether the text means the same behind `like`, but for its stars.
fn is_plain(text: &str) -> bool {
    !text.contains(['?', '\\', '"', '\n', '\t'])
}

fn between(left: &Expr, right: &Expr) -> Span {
    Span {
        start: left.span.end,
        end: right.span.start,
        ..left.span
    }
}
