//! What a result adds to what is remembered: a track that reads `result.NAME` learns from it what the call added.
//!
//! Until then the call only may have happened, and what it added is not known. So a result makes exact what was kept
//! with bounds; whether it counts at all is then told by how the call ended.

use std::collections::BTreeMap;

use super::{Input, tally};
use crate::ir::{Bundle, NodeId, Path, PathId, Tally, TrackId};
use crate::request::{Awaited, Environment, Event, Request, Scope, State, Switches, argument};

/// The longest element that is kept of a result, in bytes: it comes from outside.
const MAX_ELEMENT: usize = 1024;

/// Puts what the result says in the place of what was not known. The request is that of the call, with its result among
/// the facts ([`Facts::with_result`](crate::request::Facts::with_result)).
pub fn learn(
    bundle: &Bundle,
    switches: &Switches,
    request: &Request<'_>,
    state: &mut State,
    awaited: &Awaited,
) {
    let Some(tool) = bundle.find_tool(request.connector, request.tool) else {
        return;
    };
    let before = state.clone();
    let env = Environment {
        bundle,
        tool,
        request,
        state: &before,
        scope: Scope::Call,
    };
    let entered: BTreeMap<TrackId, Event> = tally::entered(&env, switches)
        .map(|entered| (entered.tally.track, bounded(entered.event)))
        .collect();
    let tallies = env.tool().map(|tool| tool.tallies.as_slice()).unwrap_or_default();
    // What the track reads of history is another thing by now, this very call among it. What may have happened then stays
    // what may have happened.
    let tallies = tallies.iter().filter(|tally| !reads_history(bundle, tally));
    for tally in tallies.filter(|tally| bundle.waits_for_result(tally)) {
        if let Some(track) = bundle.track(tally.track) {
            state.revise(track, &awaited.calls, entered.get(&tally.track));
        }
    }
}

fn reads_history(bundle: &Bundle, tally: &Tally) -> bool {
    let nodes = [Some(tally.condition), tally.key, tally.value];
    nodes.into_iter().flatten().any(|node| {
        let read = bundle.reads(node);
        let counts = |path: &PathId| bundle.path(*path) == Some(&Path::SessionDenials);
        !bundle.tracks_read(node).is_empty() || read.iter().any(counts)
    })
}

/// An element that is too long to keep may be any.
fn bounded(event: Event) -> Event {
    if event
        .value
        .as_ref()
        .is_none_or(|value| value.len() <= MAX_ELEMENT)
    {
        return event;
    }
    Event {
        value: None,
        amount: event.amount.perhaps(),
        ..event
    }
}

/// What tracks read of a result, for the record. The request is that of [`learn`].
#[must_use]
pub fn learnt(bundle: &Bundle, request: &Request<'_>) -> Vec<Input> {
    let (Some(id), Some(result)) = (
        bundle.find_tool(request.connector, request.tool),
        request.facts.result(),
    ) else {
        return Vec::new();
    };
    let tallies = bundle
        .tool(id)
        .map(|tool| tool.tallies.as_slice())
        .unwrap_or_default();
    let nodes = tallies
        .iter()
        .flat_map(|tally| [Some(tally.condition), tally.value]);
    let mut paths: Vec<PathId> = nodes.flatten().flat_map(|node| bundle.reads(node)).collect();
    paths.sort();
    paths.dedup();
    let read = paths.into_iter().filter_map(|path| {
        let Path::Result(names) = bundle.path(path)? else {
            return None;
        };
        Some(Input::of(bundle, path, argument(result, names)))
    });
    read.collect()
}

impl Bundle {
    /// Whether what a call adds here is known only by its result.
    #[must_use]
    pub fn waits_for_result(&self, tally: &Tally) -> bool {
        let reads = |node: NodeId| {
            let mut paths = self.reads(node).into_iter();
            paths.any(|path| matches!(self.path(path), Some(Path::Result(_))))
        };
        reads(tally.condition) || tally.value.is_some_and(reads)
    }

    /// Whether a result of the tool is remembered by some track.
    #[must_use]
    pub fn remembers_results(&self, connector: &str, tool: &str) -> bool {
        let tool = self.find_tool(connector, tool).and_then(|id| self.tool(id));
        tool.is_some_and(|tool| tool.tallies.iter().any(|tally| self.waits_for_result(tally)))
    }
}
