//! Bare words, and the names of items that stand where one is meant.
//!
//! A bare word is a value only opposite one of a few fixed words. What can never be a value (a policy, say) leaves its
//! name free there: who calls a policy `private` can still write `repo.visibility is private`. A set or a schedule does
//! not, because `x is SET` is most often a slip for `x in SET`.

use super::conditions::enum_words;
use super::names::Meaning;
use super::values::{Lowered, Site, lower};
use super::{Checker, history};
use crate::diagnostic::{Code, Diagnostic, Edit, Safety};
use crate::ir::Node;
use crate::syntax::ast::{self, Expr, ExprKind, Name};
use crate::types::Type;
use crate::value::Kind;

/// The one word of a path that is the name of an item, and so no value by itself.
pub(super) fn of_an_item(checker: &Checker<'_>, path: &ast::Path) -> Option<Name> {
    let [name] = path.segments.as_slice() else {
        return None;
    };
    item(checker, name).map(|_| name.clone())
}

/// The two sides of a comparison, lowered; the name of a track is a word where the other side is of some words and has it.
pub(super) fn sides(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    left: &Expr,
    right: &Expr,
) -> Option<(Lowered, Lowered)> {
    if let Some(name) = track_for_a_word(checker, site, left, right) {
        return Some((Lowered::Word(name), lower(checker, site, right)?));
    }
    if let Some(name) = track_for_a_word(checker, site, right, left) {
        return Some((lower(checker, site, left)?, Lowered::Word(name)));
    }
    // Both are looked at, so that each says what is wrong with it.
    let (left, right) = (lower(checker, site, left), lower(checker, site, right));
    Some((left?, right?))
}

fn track_for_a_word(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    named: &Expr,
    opposite: &Expr,
) -> Option<Name> {
    let _ = history::named(checker, named)?;
    let ExprKind::Path(path) = &named.kind else {
        return None;
    };
    let [name] = path.segments.as_slice() else {
        return None;
    };
    // Two tracks are two numbers.
    if history::named(checker, opposite).is_some() {
        return None;
    }
    match lower(checker, site, opposite)? {
        Lowered::Value { ty, .. } if ty.must_be(Kind::Text) && enum_words(&ty).contains(&name.text) => {
            Some(name.clone())
        }
        Lowered::Value { .. } | Lowered::Missing(_) | Lowered::Word(_) => None,
    }
}

/// What `x else d` may be for a tool that never takes `x`: the kind of `d`, since of the values that `x` has elsewhere
/// this tool says nothing.
pub(super) fn fallback_alone(checker: &Checker<'_>, lowered: Lowered) -> Lowered {
    match lowered {
        Lowered::Value { node, ty, fold } if is_constant(checker, node) => Lowered::Value {
            node,
            ty: match &ty {
                Type::Enum(_) => Type::Text,
                Type::Numbers(_) if ty.must_be(Kind::Integer) => Type::Integer,
                Type::Numbers(_) => Type::Decimal,
                Type::Only(_) => Type::Bool,
                Type::Any
                | Type::Null
                | Type::Bool
                | Type::Integer
                | Type::Decimal
                | Type::Text
                | Type::Spelling(_)
                | Type::Exact(_)
                | Type::List(_)
                | Type::Record(_)
                | Type::Union(_) => ty,
            },
            fold,
        },
        Lowered::Value { .. } | Lowered::Missing(_) | Lowered::Word(_) => lowered,
    }
}

/// Whether any word may stand opposite: of a tool that never takes `x`, `x else d` does not say which words `x` has.
pub(super) fn takes_any(checker: &Checker<'_>, opposite: &Lowered) -> bool {
    match opposite {
        Lowered::Value { node, ty, .. } => is_constant(checker, *node) && *ty == Type::Text,
        // Nothing is known of what the tool never has.
        Lowered::Missing(_) => true,
        Lowered::Word(_) => false,
    }
}

fn is_constant(checker: &Checker<'_>, node: crate::ir::NodeId) -> bool {
    matches!(checker.bundle.arena.get(node), Some(Node::Constant(_)))
}

/// Whether a set, a schedule or a connector has the name, which then is no word; says so, and how the value of that name
/// is written where there is one.
pub(super) fn report_taken(checker: &mut Checker<'_>, name: &Name, known: &[String]) -> bool {
    let Some(meaning @ (Meaning::Set(_) | Meaning::Schedule(_) | Meaning::Connector(_))) =
        item(checker, name)
    else {
        return false;
    };
    // Opposite `tool.connector` a connector's name is the value; a connector itself never is one.
    if matches!(meaning, Meaning::Connector(_)) && known.contains(&name.text) {
        return false;
    }
    let found = no_value(name, meaning.noun());
    let quoted = format!("\"{}\"", name.text);
    let found = if known.contains(&name.text) {
        found.with_fix(
            format!("the value of this name stands in quotes: {quoted}"),
            vec![Edit::replace(name.span, quoted)],
            Safety::Guess,
        )
    } else {
        found.with_help(remedy(name, meaning))
    };
    checker.report(found);
    true
}

/// A bare word that is no enum's value here.
pub(super) fn report_word(checker: &mut Checker<'_>, name: &Name) -> Option<Lowered> {
    if report_item(checker, name) {
        return None;
    }
    let near = checker
        .names
        .nearest(&name.text, |meaning| {
            matches!(meaning, Meaning::Set(_) | Meaning::Schedule(_))
        })
        .map(str::to_owned);
    let diagnostic = Diagnostic::new(
        Code::E0308,
        format!("`{}` stands for nothing here", name.text),
        name.span,
        "a bare word is a value only opposite one of a few fixed words",
    );
    checker.report(match near {
        Some(near) => diagnostic.with_near(name.span, Some(near.as_str())),
        None => match name.text.as_str() {
            "True" | "TRUE" | "False" | "FALSE" => {
                diagnostic.with_near(name.span, Some(name.text.to_ascii_lowercase().as_str()))
            }
            "None" | "nil" | "undefined" | "NULL" | "nothing" => {
                diagnostic.with_help("what was not sent is asked for with `has`: `not has args.thread_ts`")
            }
            text => {
                let quoted = format!("\"{text}\"");
                diagnostic.with_fix(
                    format!("a text stands in quotes: {quoted}"),
                    vec![Edit::replace(name.span, quoted)],
                    Safety::Guess,
                )
            }
        },
    });
    None
}

/// Says that the name of an item is no value; `false` where the word is no such name.
fn report_item(checker: &mut Checker<'_>, name: &Name) -> bool {
    let Some(meaning) = item(checker, name) else {
        return false;
    };
    checker.report(no_value(name, meaning.noun()).with_help(remedy(name, meaning)));
    true
}

/// What the name stands for, unless a resource: of one the attributes are values, and its name alone is a word.
fn item(checker: &Checker<'_>, name: &Name) -> Option<Meaning> {
    let meaning = checker.names.get(&name.text)?;
    (meaning != Meaning::Resource).then_some(meaning)
}

fn no_value(name: &Name, noun: &str) -> Diagnostic {
    Diagnostic::new(
        Code::E0302,
        format!("`{}` is no value", name.text),
        name.span,
        format!("this is {noun}"),
    )
}

fn remedy(name: &Name, meaning: Meaning) -> String {
    let name = &name.text;
    match meaning {
        Meaning::Set(_) => format!("whether a value is in it is asked with `in`: `x in {name}`"),
        Meaning::Schedule(_) => format!("whether it is open is asked with `in`: `now in {name}`"),
        Meaning::Mark => format!("whether it was set is asked so: `session is marked {name}`"),
        Meaning::Track => format!("compare it with a number: `{name} > 3`"),
        Meaning::Policy(_)
        | Meaning::Breaker(_)
        | Meaning::Limit(_)
        | Meaning::Connector(_)
        | Meaning::Resource => {
            format!("if a text is meant, it stands in quotes: \"{name}\"")
        }
    }
}
