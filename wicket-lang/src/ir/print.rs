//! The typed tree as text: for `--emit ir`, for traces, and for digests.
//!
//! A condition is printed with all it reaches spelled out (the elements of a set, the windows of a schedule), so that
//! two conditions print alike only if they mean the same. Digests of policies rest on that. What is told to people
//! names a private set instead, because its elements are told to nobody.

use super::{Bundle, Constant, ConstantId, Node, NodeId, Over, ScheduleId, SetId, TrackId, ZoneId, segment};
use crate::calendar;
use crate::value::{Pattern, Reading};

/// An expression, fully parenthesized, with the elements of every set.
#[must_use]
pub fn print(bundle: &Bundle, id: NodeId) -> String {
    spell(bundle, id, Private::SpelledOut, 0)
}

/// The same for people: of a private set its name, and what is read as the author writes it.
#[must_use]
pub fn print_told(bundle: &Bundle, id: NodeId) -> String {
    spell(bundle, id, Private::Named, 0)
}

/// The same of what a quantifier asks of each element.
#[must_use]
pub fn print_told_of_element(bundle: &Bundle, body: NodeId) -> String {
    spell(bundle, body, Private::Named, 1)
}

/// What becomes of a set that is told to nobody.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Private {
    SpelledOut,
    Named,
}

/// `around` is how many quantifiers stand around the node.
fn spell(bundle: &Bundle, id: NodeId, private: Private, around: u32) -> String {
    let sub = |id: NodeId| spell(bundle, id, private, around);
    let Some(node) = bundle.arena.get(id) else {
        return "?".into();
    };
    match node {
        Node::Constant(constant) => print_constant(bundle, constant),
        Node::Load(path) => bundle.path_name(path),
        Node::Now => "now".into(),
        // What a text means by its declaration is written as the text.
        Node::Date { text, .. }
        | Node::Moment { text, .. }
        | Node::Read {
            text,
            reading: Reading::Instant | Reading::Duration,
        } if private == Private::Named => sub(text),
        Node::Read { text, reading } => {
            let (before, behind) = reading.around();
            joined(&[before, &sub(text), behind])
        }
        Node::Date { text, zone } => dated(bundle, "date", &sub(text), zone),
        Node::Moment { text, zone } => dated(bundle, "moment", &sub(text), zone),
        Node::Lower(inner) => joined(&["lower(", &sub(inner), ")"]),
        Node::Size(inner) => joined(&["size(", &sub(inner), ")"]),
        Node::Else { value, fallback } => infix(&sub(value), "else", &sub(fallback), false),
        Node::Arithmetic { op, left, right } => infix(&sub(left), op.symbol(), &sub(right), false),
        Node::Tracked { track, key } => tracked(bundle, track, key, private, around),
        Node::Always(truth) => truth.to_string(),
        Node::Unknowable(path) => joined(&["unknown(", &bundle.path_name(path), ")"]),
        Node::IsTrue(inner) => sub(inner),
        Node::Compare {
            op,
            left,
            right,
            fold,
        } => infix(&sub(left), op.symbol(), &sub(right), fold),
        Node::InSet { value, set, fold } => infix(&sub(value), "in", &print_set(bundle, set, private), fold),
        Node::InList { value, list, fold } => infix(&sub(value), "in", &sub(list), fold),
        Node::InTrack {
            value,
            track,
            key,
            fold,
        } => infix(
            &sub(value),
            "in",
            &tracked(bundle, track, key, private, around),
            fold,
        ),
        Node::Text {
            op,
            text,
            pattern,
            fold,
        } => infix(&sub(text), op.symbol(), &sub(pattern), fold),
        Node::Pattern { text, pattern } => match bundle.patterns.get(pattern).map(Pattern::text) {
            None => "?".into(),
            Some(pattern) => {
                let word = if pattern.whole { "matches" } else { "contains" };
                infix(
                    &sub(text),
                    word,
                    &joined(&["/", &pattern.source, "/"]),
                    pattern.fold,
                )
            }
        },
        Node::InSchedule(schedule) => now_in(bundle, schedule, None),
        Node::InScheduleOf { schedule, zone } => now_in(bundle, schedule, Some(&sub(zone))),
        Node::Has(path) => joined(&["(has ", &bundle.path_name(path), ")"]),
        Node::IsWritten { value, exact } => infix(&sub(value), "is", exact.name(), false),
        Node::IsKind { value, kind } => infix(&sub(value), "is", kind.name(), false),
        Node::Not(inner) => joined(&["not ", &sub(inner)]),
        Node::And(left, right) => infix(&sub(left), "and", &sub(right), false),
        Node::Or(left, right) => infix(&sub(left), "or", &sub(right), false),
        Node::Element(_) | Node::Field { .. } | Node::HasValue(_) | Node::Any { .. } | Node::All { .. } => {
            of_elements(bundle, node, private, around)
        }
    }
}

// A condition may be deep, so what is joined is joined outside of the function that walks it.
fn joined(parts: &[&str]) -> String {
    parts.concat()
}

fn infix(left: &str, word: &str, right: &str, fold: bool) -> String {
    let folded = if fold { " ignoring case" } else { "" };
    format!("({left} {word} {right}{folded})")
}

/// What a text says in a zone.
fn dated(bundle: &Bundle, word: &str, text: &str, zone: ZoneId) -> String {
    let zone = bundle.calendar.zone(zone).map_or("?", calendar::Zone::name);
    format!("{word}({text} in {zone})")
}

fn now_in(bundle: &Bundle, schedule: ScheduleId, zone: Option<&str>) -> String {
    let text = calendar::describe(&bundle.calendar, schedule);
    match zone {
        None => format!("(now in {{{text}}})"),
        Some(zone) => format!("(now in {{{text} ({zone})}})"),
    }
}

/// Quantifiers, and what stands in them only.
fn of_elements(bundle: &Bundle, node: Node, private: Private, around: u32) -> String {
    let sub = |id: NodeId| spell(bundle, id, private, around);
    if let Node::Element(out) = node {
        return element(around.saturating_sub(out.saturating_add(1)));
    }
    if let Node::Field { value, name } = node {
        return format!("{}.{}", sub(value), field(bundle, name));
    }
    if let Node::HasValue(value) = node {
        return format!("(has {})", sub(value));
    }
    let (Node::Any { over, body } | Node::All { over, body }) = node else {
        return "?".into();
    };
    let word = if matches!(node, Node::Any { .. }) {
        "any"
    } else {
        "all"
    };
    let of = match over {
        Over::List(value) | Over::Texts(value) => sub(value),
        Over::Set(set) => print_set(bundle, set, private),
        Over::Tracked { track, key } => tracked(bundle, track, key, private, around),
    };
    let body = spell(bundle, body, private, around.saturating_add(1));
    let has_parentheses = body.starts_with('(') && body.ends_with(')');
    let body = if has_parentheses {
        body
    } else {
        format!("({body})")
    };
    format!("({word} {} in {of} {body})", element(around))
}

/// The name of the element that a quantifier looks at, by how many stand around that one.
fn element(around: u32) -> String {
    match around {
        0 => "element".to_owned(),
        more => format!("element{}", more + 1),
    }
}

fn field(bundle: &Bundle, name: ConstantId) -> String {
    match bundle.constants.get(name.index()) {
        Some(Constant::Text(name)) => segment(name),
        Some(
            Constant::Bool(_)
            | Constant::Number(_)
            | Constant::Instant(_)
            | Constant::Duration(_)
            | Constant::Network(_),
        )
        | None => "?".to_owned(),
    }
}

/// `exported`, or `exported[args.space]` where it is kept by a key.
fn tracked(bundle: &Bundle, track: TrackId, key: Option<NodeId>, private: Private, around: u32) -> String {
    let name = bundle.track(track).map_or("?", |track| track.name.as_str());
    key.map_or_else(
        || name.to_owned(),
        |key| format!("{name}[{}]", spell(bundle, key, private, around)),
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
        Constant::Instant(value) => value.to_string(),
        Constant::Duration(value) => value.to_string(),
        Constant::Network(value) => value.to_string(),
    }
}
