//! Tracks, marks and limits.

use super::{Node, atom, expr, list, literal, message, name, option, selector};
use crate::syntax::ast::{Bounded, Counted, Limit, Mark, Measure, Past, Remembered, Track, Window};

pub(super) fn track(track: &Track) -> Node {
    list("track", [name(&track.name), counted(&track.counted)])
}

pub(super) fn mark(mark: &Mark) -> Node {
    let mut nodes = vec![name(&mark.name), selector(&mark.of)];
    nodes.extend(option("when", mark.when.as_ref().map(expr)));
    nodes.extend(option("on", mark.on.as_ref().map(name)));
    let lasts = mark.lasts.map(|lasts| atom(format!("{}s", lasts.seconds)));
    nodes.extend(option("for", lasts));
    list("mark", nodes)
}

pub(super) fn limit(limit: &Limit) -> Node {
    let bound = &limit.bound;
    let what = match &bound.what {
        Bounded::Calls(counted) => self::counted(counted),
        Bounded::Track(track) => list("of-track", [name(track)]),
    };
    let mut nodes = vec![name(&limit.name), atom(bound.most.digits.clone()), what];
    nodes.extend(limit.message.as_ref().map(message));
    list("limit", nodes)
}

fn counted(counted: &Counted) -> Node {
    let (head, value) = match &counted.measure {
        Measure::Calls(event) => (event.text.as_str(), None),
        Measure::Sum { signed: false, value } => ("sum", Some(value)),
        Measure::Sum { signed: true, value } => ("signed-sum", Some(value)),
        Measure::Values(value) => ("values", Some(value)),
    };
    let mut nodes: Vec<Node> = value.into_iter().map(expr).collect();
    nodes.push(list("of", [selector(&counted.of)]));
    nodes.extend(option("when", counted.when.as_ref().map(expr)));
    nodes.extend(option("on", counted.on.as_ref().map(name)));
    nodes.extend(option("by", counted.by.as_ref().map(expr)));
    nodes.extend(option("per", counted.per.as_ref().map(name)));
    nodes.extend(counted.window.as_ref().map(|window| match window {
        Window::Within(length) => list("within", [atom(format!("{}s", length.seconds))]),
        Window::For(length) => list("for", [atom(format!("{}s", length.seconds))]),
        Window::Each(period) => list("each", [name(period)]),
    }));
    list(head, nodes)
}

pub(super) fn remembered(remembered: &Remembered) -> Node {
    match &remembered.what {
        Past::Marks(names) => list("given-marks", names.iter().map(name)),
        Past::Track {
            name: track,
            by,
            value,
        } => {
            let mut nodes = vec![name(track)];
            nodes.extend(option("by", by.as_ref().map(literal)));
            nodes.push(literal(value));
            list("given-track", nodes)
        }
        Past::Open { name: breaker, by } => {
            let mut nodes = vec![name(breaker)];
            nodes.extend(option("by", by.as_ref().map(literal)));
            list("given-open", nodes)
        }
    }
}
