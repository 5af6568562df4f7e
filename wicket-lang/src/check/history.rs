//! Tracks, and what is short for one: marks, limits of calls, breakers on calls and failures.
//!
//! Tracks are declared before any condition is lowered, so that every condition can read them, one that decides what
//! enters a track among them; what enters them is filled in after. A rule reads what came before, so no order of tracks
//! matters and none can wait for itself.

mod read;
mod said;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::conditions::{always, condition};
use super::policies::{asked_in, reads_in};
use super::values::{self, Lowered, Site, lower, report_word};
use super::{Checker, breakers, named, result, selectors};
use crate::ir::{
    Bundle, Denials, DeniedBy, Digest, Measure, Node, NodeId, Others, Outcome, Path, ResourceId, Tally,
    ToolId, Track, TrackId, Window, print,
};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind};
use crate::types::{Type, union};
use crate::value::Kind;

pub(super) use read::{contained, elements, marked, named, named_set, named_type, number, size, stopping};
pub(super) use said::{Said, only_failures, scope};

/// What a track keeps, so far as that is known: of what enters it later everything is possible.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) ty: Type,
    /// The type that a connector names.
    pub(super) named: Option<String>,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            ty: union([Type::Text, Type::Decimal, Type::Bool]),
            named: None,
        }
    }
}

/// Gives every track its place in the table.
pub(super) fn declare(checker: &mut Checker<'_>) {
    let all = said::collect(checker);
    for said in &all {
        let id = TrackId::at(checker.bundle.tracks.len());
        let per = said::per(checker, said);
        let window = said::window(checker, said, per);
        let (on, denials) = match said.counts {
            said::Counts::Calls => (on(checker, said), None),
            said::Counts::Failures => {
                no_result(checker, said);
                (Some(Outcome::Failure), None)
            }
            said::Counts::Denials(cause) => {
                no_result(checker, said);
                let by = cause.map_or(DeniedBy::Anything, |cause| breakers::denied_by(checker, cause));
                let of_unknown_tools = said.selector.is_none();
                (None, Some(Denials { by, of_unknown_tools }))
            }
        };
        let (measure, signed) = match said.measure {
            said::Measured::Calls => (Measure::Calls, false),
            said::Measured::Sum { signed, .. } => (Measure::Sum, signed),
            said::Measured::Values(_) => (Measure::Values, false),
        };
        if let Some(by) = said.by {
            checker.keys.insert(id, by);
        }
        checker.bundle.tracks.push(Track {
            name: said.name.text.clone(),
            of: said.of,
            measure,
            per,
            window,
            on,
            others: said.others,
            denials,
            signed,
            fold: false,
            keyed: said.by.is_some(),
            kept: said::kept(checker, said),
            meaning: Digest::default(),
            span: said.name.span,
        });
    }
    checker.said = all;
}

/// A call that was denied or that failed has no result.
fn no_result(checker: &mut Checker<'_>, said: &Said<'_>) {
    let mut parts = said.when.into_iter().chain(said.by);
    if let Some(read) = parts.find_map(result::read_in) {
        let help = "count `calls`, which have a result where they succeed";
        let what = "a call that is denied or fails has no result";
        result::report(checker, read, what, "this reads one", help);
    }
}

/// How a call has to end. What reads the result is of calls that succeed: others have none.
fn on(checker: &mut Checker<'_>, said: &Said<'_>) -> Option<Outcome> {
    let on = said.on.and_then(|on| said::outcome(checker, on));
    if let Some(by) = said.by.and_then(result::read_in) {
        let help =
            "a key is told by the call itself; the result may be what is remembered, or decide whether it is";
        result::report(
            checker,
            by,
            "a track is not kept by a result",
            "the key has to be known before",
            help,
        );
    }
    let mut parts = said.when.into_iter().chain(said.measure.value());
    let Some(read) = parts.find_map(result::read_in) else {
        return on;
    };
    if let Some(Outcome::Error | Outcome::Failure) = on {
        let help = "leave `on` out, or write `on success`";
        result::report(
            checker,
            read,
            "a call that ends so has no result",
            "this reads one",
            help,
        );
    }
    Some(Outcome::Success)
}

/// Finds again by which expressions the tracks of a checked bundle are kept.
pub(super) fn find_keys(checker: &mut Checker<'_>) {
    for said in said::collect(checker) {
        if let Some((by, id)) = said.by.zip(checker.bundle.find_track(&said.name.text)) {
            checker.keys.insert(id, by);
        }
    }
}

/// Says for each tool what enters the tracks, and so what each track means.
pub(super) fn fill(checker: &mut Checker<'_>) {
    for (index, said) in std::mem::take(&mut checker.said).iter().enumerate() {
        let id = TrackId::at(index);
        let tools = match said.selector {
            Some(selector) => selectors::expand_one(checker, selector).into_iter().collect(),
            None => (0..checker.bundle.tools.len())
                .map(ToolId::at)
                .collect::<Vec<_>>(),
        };
        let value = said.measure.value();
        let read: Vec<&Expr> = said.when.into_iter().chain(said.by).chain(value).collect();
        let asked = asked_in(read.iter().copied());
        let resources = reads_in(checker, read.iter().copied());
        let mut meaning = BTreeSet::new();
        for tool in tools {
            if is_without(checker, tool, &resources) {
                continue;
            }
            let site = Site {
                remembers: true,
                ..Site::new(tool, &asked)
            };
            let Some(tally) = tally(checker, &site, id, said) else {
                continue;
            };
            meaning.insert(line(&checker.bundle, tool, &tally));
            if let Some(tool) = checker.bundle.tools.get_mut(tool.index()) {
                tool.tallies.push(tally);
            }
        }
        let lines: Vec<String> = meaning.into_iter().collect();
        let head = checker.bundle.track(id).map(|track| head(checker, track));
        let text = format!("{}\n{}", head.unwrap_or_default(), lines.join("\n"));
        if let Some(track) = checker.bundle.tracks.get_mut(index) {
            track.meaning = Digest::of(text.as_bytes());
        }
    }
}

/// The owner declares that the tool touches no such resource: the track passes over it.
fn is_without(checker: &Checker<'_>, id: ToolId, reads: &[(String, Span)]) -> bool {
    let Some(tool) = checker.bundle.tool(id) else {
        return true;
    };
    let named = |resource: &ResourceId| {
        let resource = checker.bundle.resources.get(resource.index());
        resource.is_some_and(|resource| reads.iter().any(|(name, _)| *name == resource.name))
    };
    tool.without.iter().any(named)
}

fn tally(checker: &mut Checker<'_>, site: &Site<'_>, track: TrackId, said: &Said<'_>) -> Option<Tally> {
    let condition = match said.when {
        None => always(checker, true),
        Some(when) => condition(checker, site, when)?,
    };
    if checker.bundle.arena.get(condition) == Some(Node::Always(false)) {
        return None;
    }
    let key = match said.by {
        None => None,
        // That has been said where the track was declared.
        Some(by) if result::read_in(by).is_some() => return None,
        Some(by) => {
            let asked = site.asked;
            Some(key(checker, &Site::new(site.tool, asked), by)?)
        }
    };
    let value = match said.measure {
        said::Measured::Calls => None,
        said::Measured::Sum { value, .. } => {
            Some(plain(checker, site, value, &[Kind::Decimal], "a sum adds numbers")?.0)
        }
        said::Measured::Values(value) => {
            let kinds = [Kind::Text, Kind::Decimal, Kind::Bool];
            let message = "a track keeps texts, numbers or truth values";
            let (node, fold) = plain(checker, site, value, &kinds, message)?;
            keep(checker, site, track, value);
            if let (true, Some(track)) = (fold, checker.bundle.tracks.get_mut(track.index())) {
                track.fold = true;
            }
            Some(node)
        }
    };
    Some(Tally {
        track,
        condition,
        key,
        value,
    })
}

/// Notes what a track keeps of one more tool.
fn keep(checker: &mut Checker<'_>, site: &Site<'_>, track: TrackId, value: &Expr) {
    let named = named::of(checker, site, value);
    let Some(Lowered::Value { ty, .. }) = lower(checker, site, value) else {
        return;
    };
    let kept = match checker.kept.remove(&track) {
        None => Kept { ty, named },
        Some(before) => Kept {
            ty: union([before.ty, ty]),
            named: before.named.filter(|before| named.as_ref() == Some(before)),
        },
    };
    checker.kept.insert(track, kept);
}

/// The key of a call. Where case does not matter it is in small letters.
fn key(checker: &mut Checker<'_>, site: &Site<'_>, by: &Expr) -> Option<NodeId> {
    if let ExprKind::Path(path) = &by.kind
        && let [word] = path.segments.as_slice()
        && word.text == "call"
    {
        let call = checker.path(Path::Call);
        return Some(checker.bundle.arena.add(Node::Load(call)));
    }
    let kinds = [Kind::Text, Kind::Decimal, Kind::Bool];
    let message = "`by` takes a text, a number or a truth value";
    let (node, fold) = plain(checker, site, by, &kinds, message)?;
    Some(if fold {
        checker.bundle.arena.add(Node::Lower(node))
    } else {
        node
    })
}

/// A value of one of these kinds, and whether its case does not matter.
fn plain(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    expr: &Expr,
    kinds: &[Kind],
    message: &str,
) -> Option<(NodeId, bool)> {
    match lower(checker, site, expr)? {
        Lowered::Value { node, ty, fold } => {
            values::expect(checker, &ty, kinds, expr.span, message)?;
            Some((node, fold))
        }
        // The tool never has it, so it is unknown of every call.
        Lowered::Missing(path) => Some((checker.bundle.arena.add(Node::Load(path)), false)),
        Lowered::Word(name) => {
            let _ = report_word(checker, &name);
            None
        }
    }
}

/// What a track is, but for what enters it.
fn head(checker: &Checker<'_>, track: &Track) -> String {
    let window = match track.window {
        Window::Whole => "whole".to_owned(),
        Window::Within(seconds) => format!("within {seconds}"),
        Window::Each(period, zone) => {
            let zone = checker.bundle.calendar.zone(zone);
            let zone = zone.map(crate::calendar::Zone::name);
            format!("each {period:?} {}", zone.unwrap_or_default())
        }
    };
    let mut head = format!(
        "{:?} {:?} {window} {:?} {}",
        track.measure, track.per, track.on, track.signed
    );
    match track.others {
        Others::Leave => {}
        Others::EndTheRow => head.push_str(" in a row"),
        Others::StandBeside => head.push_str(" as a share"),
    }
    if let Some(denials) = track.denials {
        let by = breakers::cause(checker, denials.by);
        let _ = write!(head, " denials by {by} {}", denials.of_unknown_tools);
    }
    head
}

fn line(bundle: &Bundle, tool: ToolId, tally: &Tally) -> String {
    let shown = |node: Option<NodeId>| node.map_or_else(String::new, |node| print(bundle, node));
    format!(
        "{} when {} by {} with {}",
        bundle.tool_name(tool),
        print(bundle, tally.condition),
        shown(tally.key),
        shown(tally.value)
    )
}
