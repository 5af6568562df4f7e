//! The typed tree as text: for `--emit ir`, for traces, and for digests.
//!
//! A condition is printed with all it reaches spelled out (the elements of a set, the windows of a schedule), so that
//! two conditions print alike only if they mean the same. Digests of policies rest on that. What is told to people
//! names a private set instead, because its elements are told to nobody.

use super::{Bundle, Constant, ConstantId, Node, NodeId, SetId, TrackId};
use crate::calendar;
use crate::value::Pattern;

/// An expression, fully parenthesized, with the elements of every set.
#[must_use]
pub fn print(bundle: &Bundle, id: NodeId) -> String {
    spell(bundle, id, Private::SpelledOut)
}

/// The same for people: of a private set its name.
#[must_use]
pub fn print_told(bundle: &Bundle, id: NodeId) -> String {
    spell(bundle, id, Private::Named)
}

/// What becomes of a set that is told to nobody.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Private {
    SpelledOut,
    Named,
}

fn spell(bundle: &Bundle, id: NodeId, private: Private) -> String {
    let sub = |id: NodeId| spell(bundle, id, private);
    let folded = |fold: bool| if fold { " ignoring case" } else { "" };
    let Some(node) = bundle.arena.get(id) else {
        return "?".into();
    };
    match node {
        Node::Constant(constant) => print_constant(bundle, constant),
        Node::Load(path) => bundle.path_name(path),
        Node::Lower(inner) => format!("lower({})", sub(inner)),
        Node::Size(inner) => format!("size({})", sub(inner)),
        Node::Else { value, fallback } => format!("({} else {})", sub(value), sub(fallback)),
        Node::Arithmetic { op, left, right } => format!("({} {} {})", sub(left), op.symbol(), sub(right)),
        Node::Tracked { track, key } => tracked(bundle, track, key, private),
        Node::Always(truth) => truth.to_string(),
        Node::Unknowable(path) => format!("unknown({})", bundle.path_name(path)),
        Node::IsTrue(inner) => sub(inner),
        Node::Compare {
            op,
            left,
            right,
            fold,
        } => {
            format!("({} {} {}{})", sub(left), op.symbol(), sub(right), folded(fold))
        }
        Node::InSet { value, set, fold } => {
            format!(
                "({} in {}{})",
                sub(value),
                print_set(bundle, set, private),
                folded(fold)
            )
        }
        Node::InList { value, list, fold } => format!("({} in {}{})", sub(value), sub(list), folded(fold)),
        Node::InTrack {
            value,
            track,
            key,
            fold,
        } => {
            format!(
                "({} in {}{})",
                sub(value),
                tracked(bundle, track, key, private),
                folded(fold)
            )
        }
        Node::Text {
            op,
            text,
            pattern,
            fold,
        } => {
            format!("({} {} {}{})", sub(text), op.symbol(), sub(pattern), folded(fold))
        }
        Node::Pattern { text, pattern } => match bundle.patterns.get(pattern).map(Pattern::text) {
            None => "?".into(),
            Some(pattern) => {
                let word = if pattern.whole { "matches" } else { "contains" };
                let text = sub(text);
                format!("({text} {word} /{}/{})", pattern.source, folded(pattern.fold))
            }
        },
        Node::InSchedule(schedule) => {
            format!("(now in {{{}}})", calendar::describe(&bundle.calendar, schedule))
        }
        Node::Has(path) => format!("(has {})", bundle.path_name(path)),
        Node::IsKind { value, kind } => format!("({} is {})", sub(value), kind.name()),
        Node::Not(inner) => format!("not {}", sub(inner)),
        Node::And(left, right) => format!("({} and {})", sub(left), sub(right)),
        Node::Or(left, right) => format!("({} or {})", sub(left), sub(right)),
    }
}

/// `exported`, or `exported[args.space]` where it is kept by a key.
fn tracked(bundle: &Bundle, track: TrackId, key: Option<NodeId>, private: Private) -> String {
    let name = bundle.track(track).map_or("?", |track| track.name.as_str());
    key.map_or_else(
        || name.to_owned(),
        |key| format!("{name}[{}]", spell(bundle, key, private)),
    )
}

fn print_constant(bundle: &Bundle, id: ConstantId) -> String {
    bundle
        .constants
        .get(id.index())
        .map_or_else(|| "?".into(), constant_text)
}

fn print_set(bundle: &Bundle, id: SetId, private: Private) -> String {
    let Some(set) = bundle.sets.get(id.index()) else {
        return "?".into();
    };
    if set.private && private == Private::Named {
        return set.name.clone().unwrap_or_else(|| "a private set".into());
    }
    let elements: Vec<String> = set.elements.iter().map(constant_text).collect();
    format!("[{}]", elements.join(", "))
}

pub(super) fn constant_text(constant: &Constant) -> String {
    match constant {
        Constant::Bool(value) => value.to_string(),
        Constant::Number(value) => value.to_string(),
        Constant::Text(value) => format!("{value:?}"),
    }
}
