//! What arguments must satisfy, in words and values: the `if` of a denial.

use serde::{Deserialize, Serialize};

use crate::calendar;
use crate::ir::{Bundle, Constant, Node, NodeId, PathId, Remembers, SetId, TrackId, ZoneId};
use crate::request::Environment;
use crate::value::{CompareOp, Missing, Pattern, TextOp};

/// A set of more elements is told by its name and size only.
pub(in crate::decide) const MAX_TOLD: usize = 20;

/// What one argument must satisfy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Need {
    /// `args.channel_id`; empty where no argument helps and a track has to hold something else first.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub argument: String,
    /// `be present`, `be in`, `not be in`, `be`, `be <`, `be like`, …
    pub must: String,
    /// The values it is compared with, as text; empty where they are not told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// The set it is compared with, and its size, where its values are not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<(String, usize)>,
    /// What the argument is compared with, or what has to hold something else, where that is history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track: Option<Held>,
}

/// A track or a mark that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Held {
    /// As the bundle calls it.
    pub name: String,
    /// The tools whose calls enter it, at most 20, as `CONNECTOR.TOOL`.
    pub calls: Vec<String>,
}

impl Held {
    pub(super) fn of(bundle: &Bundle, id: TrackId) -> Option<Self> {
        let calls = bundle.tools_of(id).into_iter().take(MAX_TOLD);
        Some(Self {
            name: bundle.track(id)?.name.clone(),
            calls: calls.map(|tool| bundle.tool_name(tool)).collect(),
        })
    }
}

/// What an argument that does not fit must do, from what is wrong with it.
pub(super) fn wanted_of(problem: &str) -> String {
    match problem.strip_prefix("has to ") {
        Some(wanted) => wanted.to_owned(),
        None if problem == "is missing" => "be present".to_owned(),
        None => match problem.rsplit_once(" and has to ") {
            Some((_, wanted)) => wanted.to_owned(),
            None => "be left out".to_owned(),
        },
    }
}

#[expect(clippy::too_many_lines, reason = "one arm for each kind of test")]
pub(super) fn need(
    env: &Environment<'_>,
    path: PathId,
    missing: Option<Missing>,
    node: Node,
    wanted: bool,
) -> Need {
    let bundle = env.bundle;
    let about = |argument: String, must: &str, values: Vec<String>| Need {
        argument,
        must: must.into(),
        values,
        set: None,
        track: None,
    };
    let plain = |must: &str, values: Vec<String>| about(bundle.path_name(path), must, values);
    // A value that is computed is told as it is computed: `args.count - 1`.
    let computed = |operand: NodeId| match bundle.arena.get(operand) {
        Some(Node::Load(_)) | None => bundle.path_name(path),
        Some(_) => {
            let text = crate::ir::print_told(bundle, operand);
            let bare = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
            bare.unwrap_or(&text).to_owned()
        }
    };
    let reads = |operand: NodeId| bundle.reads(operand).contains(&path);
    let (must, not) = if wanted { ("be", "") } else { ("not be", "not ") };
    match node {
        Node::Has(_) => plain(if wanted { "be present" } else { "be absent" }, Vec::new()),
        Node::InSet { value, set, .. } => {
            let (values, set) = told(bundle, set);
            Need {
                set,
                ..about(computed(value), &format!("{must} in"), values)
            }
        }
        Node::Compare { op, left, right, .. } => {
            let (op, own, other) = if reads(left) {
                (op, left, right)
            } else {
                (op.flipped(), right, left)
            };
            let op = if wanted { op } else { op.negated() };
            let word = match op {
                CompareOp::Equal => "be".to_owned(),
                CompareOp::NotEqual => "not be".to_owned(),
                CompareOp::Less | CompareOp::LessEqual | CompareOp::Greater | CompareOp::GreaterEqual => {
                    format!("be {}", op.symbol())
                }
            };
            let values = match (bundle.arena.get(own), bundle.arena.get(other)) {
                // What is sent is a date, and so is what it is held against.
                (Some(Node::Date { zone, .. }), Some(Node::Constant(id))) => {
                    let constant = bundle.constants.get(id.index());
                    let date = constant.and_then(|constant| date_text(bundle, zone, constant));
                    date.map_or_else(|| shown(bundle, other), |date| vec![date])
                }
                _ => shown(bundle, other),
            };
            about(computed(own), &word, values)
        }
        Node::Text {
            op, text, pattern, ..
        } if reads(text) => {
            let word = match op {
                TextOp::StartsWith => "start with",
                TextOp::EndsWith => "end with",
                TextOp::Contains => "contain",
                TextOp::Like => "be like",
                TextOp::Under => "be under",
            };
            about(computed(text), &format!("{not}{word}"), shown(bundle, pattern))
        }
        Node::InTrack { value, track, .. } => Need {
            track: Held::of(bundle, track),
            ..about(computed(value), &format!("{must} in"), Vec::new())
        },
        Node::Pattern { text, pattern } => {
            let pattern = bundle.patterns.get(pattern).map(Pattern::text);
            let word = if pattern.is_some_and(|pattern| pattern.whole) {
                "match"
            } else {
                "contain"
            };
            let shown = pattern.map(|pattern| format!("/{}/", pattern.source));
            about(
                computed(text),
                &format!("{not}{word}"),
                shown.into_iter().collect(),
            )
        }
        Node::InList { value, list, .. } if reads(list) => {
            about(computed(list), &format!("{not}contain"), shown(bundle, value))
        }
        Node::InList { value, list, .. } => {
            about(computed(value), &format!("{must} in"), shown(bundle, list))
        }
        Node::IsKind { value, kind } => about(computed(value), must, vec![kind.name().to_owned()]),
        Node::IsWritten { value, exact } => about(computed(value), must, vec![exact.name().to_owned()]),
        Node::IsTrue(_) => plain("be", vec![wanted.to_string()]),
        Node::Any { over, body } | Node::All { over, body } => {
            let is_any = matches!(node, Node::Any { .. });
            let word = match (is_any, wanted) {
                (true, true) => "have an element with",
                (true, false) => "have no element with",
                (false, true) => "have no element without",
                (false, false) => "have an element without",
            };
            match over.read() {
                Some(value) if reads(value) => about(computed(value), word, told_of_element(bundle, body)),
                Some(_) | None => plain("be another", Vec::new()),
            }
        }
        // The argument is the pattern itself, or is read in no test that words can be given to.
        Node::Text { .. }
        | Node::Constant(_)
        | Node::Load(_)
        | Node::Now
        | Node::Read { .. }
        | Node::Date { .. }
        | Node::Moment { .. }
        | Node::Lower(_)
        | Node::Size(_)
        | Node::Else { .. }
        | Node::Arithmetic { .. }
        | Node::Tracked { .. }
        | Node::Element(_)
        | Node::Field { .. }
        | Node::HasValue(_)
        | Node::Always(_)
        | Node::Unknowable(_)
        | Node::InSchedule(_)
        | Node::InScheduleOf { .. }
        | Node::Not(_)
        | Node::And(..)
        | Node::Or(..) => plain(
            if missing.is_some() {
                "be present"
            } else {
                "be another"
            },
            Vec::new(),
        ),
    }
}

/// What a track has to hold for a test of it, which reads no argument, to come out as `wanted`.
pub(super) fn need_of_track(bundle: &Bundle, id: NodeId, track: TrackId, wanted: bool) -> Need {
    let is_mark = bundle
        .track(track)
        .is_some_and(|track| track.of == Remembers::Mark);
    let reads = |operand: NodeId| bundle.tracks_read(operand).contains(&track);
    let (must, values) = match bundle.arena.get(id) {
        _ if is_mark => (
            (if wanted { "stand" } else { "not stand" }).to_owned(),
            Vec::new(),
        ),
        Some(Node::Compare { op, left, right, .. }) => {
            let (op, other) = if reads(left) {
                (op, right)
            } else {
                (op.flipped(), left)
            };
            let op = if wanted { op } else { op.negated() };
            let word = match op {
                CompareOp::Equal => "be".to_owned(),
                CompareOp::NotEqual => "not be".to_owned(),
                CompareOp::Less | CompareOp::LessEqual | CompareOp::Greater | CompareOp::GreaterEqual => {
                    format!("be {}", op.symbol())
                }
            };
            (word, shown(bundle, other))
        }
        Some(Node::InTrack { value, .. }) => {
            let word = if wanted { "hold" } else { "not hold" };
            (word.to_owned(), shown(bundle, value))
        }
        Some(_) | None => ("hold something else".to_owned(), Vec::new()),
    };
    Need {
        argument: String::new(),
        must,
        values,
        set: None,
        track: Held::of(bundle, track),
    }
}

/// What is asked of each element, without the parentheses around it.
fn told_of_element(bundle: &Bundle, body: NodeId) -> Vec<String> {
    let text = crate::ir::print_told_of_element(bundle, body);
    let bare = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    vec![bare.unwrap_or(&text).to_owned()]
}

/// The other side of a test, where it is a constant.
fn shown(bundle: &Bundle, id: NodeId) -> Vec<String> {
    match bundle.arena.get(id) {
        Some(Node::Constant(constant)) => bundle
            .constants
            .get(constant.index())
            .map(constant_text)
            .into_iter()
            .collect(),
        Some(node) => node.children().next().map_or_else(
            || {
                bundle
                    .reads(id)
                    .into_iter()
                    .map(|path| bundle.path_name(path))
                    .collect()
            },
            |_| vec![crate::ir::print_told(bundle, id)],
        ),
        None => Vec::new(),
    }
}

/// The elements of a set, or its name and size where they are not told.
fn told(bundle: &Bundle, set: SetId) -> (Vec<String>, Option<(String, usize)>) {
    let Some(set) = bundle.sets.get(set.index()) else {
        return (Vec::new(), None);
    };
    if set.private || set.elements.len() > MAX_TOLD {
        (
            Vec::new(),
            Some((set.name.clone().unwrap_or_default(), set.elements.len())),
        )
    } else {
        (elements_text(bundle, &set.elements), None)
    }
}

/// The elements of a set as an author writes them: instants that all begin a day of the bundle's zone as dates.
pub(in crate::decide) fn elements_text(bundle: &Bundle, elements: &[Constant]) -> Vec<String> {
    let dates = bundle.zone.and_then(|zone| {
        let dates = elements.iter().map(|element| date_text(bundle, zone, element));
        dates.collect::<Option<Vec<String>>>()
    });
    dates.unwrap_or_else(|| elements.iter().map(constant_text).collect())
}

/// The date of which a constant is the first instant, in a zone.
fn date_text(bundle: &Bundle, zone: ZoneId, constant: &Constant) -> Option<String> {
    let Constant::Instant(instant) = constant else {
        return None;
    };
    let date = calendar::date_that_begins(bundle.calendar.zone(zone)?, *instant)?;
    Some(date.to_string())
}

fn constant_text(constant: &Constant) -> String {
    match constant {
        Constant::Bool(value) => value.to_string(),
        Constant::Number(value) => value.to_string(),
        Constant::Text(value) => value.clone(),
        Constant::Instant(value) => value.to_string(),
        Constant::Duration(value) => value.to_string(),
        Constant::Network(value) => value.to_string(),
    }
}
