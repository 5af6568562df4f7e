//! What of a denial hangs on history: limits that are spent, and tests that read a track.

use std::collections::BTreeSet;

use super::left::{Clock, Left};
use super::needs::{Need, need_of_track};
use crate::calendar::{self, Next};
use crate::decide::{conclude::room, tally};
use crate::interpret;
use crate::ir::{Bundle, Limit, NodeId, Path, Remembers, Track, TrackId};
use crate::request::{Environment, Request, Room, Setting, Switches};
use crate::value::{Instant, Truth};

/// The limits that the call touches, with what they say of it.
pub(super) fn rooms<'a>(env: &Environment<'a>, switches: &Switches) -> Vec<(&'a Limit, Room)> {
    let limits = || {
        let all = env.bundle.limits.iter();
        all.filter(|limit| switches.of(&limit.name) == Setting::Enforce)
    };
    // A bundle mostly has no limit, and then nothing has to be evaluated.
    if limits().next().is_none() {
        return Vec::new();
    }
    tally::entered(env, switches)
        .flat_map(|entered| {
            let counting = limits().filter(|limit| limit.track == entered.tally.track);
            let rooms = counting.map(|limit| (limit, room(env, limit, &entered)));
            rooms.collect::<Vec<_>>()
        })
        .collect()
}

/// The instants after now at which limits have room again, what the conditions of this tool read of tracks changes, and
/// what decides whether the call enters a track.
pub(super) fn turns(env: &Environment<'_>, switches: &Switches) -> Vec<Instant> {
    let Some((now, tool)) = env.request.now.zip(env.tool()) else {
        return Vec::new();
    };
    let limits = rooms(env, switches).into_iter();
    let mut turns: Vec<Instant> = limits
        .filter_map(|(_, room)| match room {
            Room::Spent(until) => until,
            Room::Left => None,
        })
        .collect();
    let entering = || tool.tallies.iter().map(|tally| tally.condition);
    let conditions = tool.guards.iter().map(|guard| guard.condition);
    let tracks = conditions.chain(entering());
    let tracks: BTreeSet<TrackId> = tracks.flat_map(|node| env.bundle.tracks_read(node)).collect();
    turns.extend(edges(env, &tracks));
    for schedule in entering().flat_map(|node| interpret::schedules_under(env, node)) {
        let calendar = &env.bundle.calendar;
        let changes = [
            calendar::next_open(calendar, schedule, now),
            calendar::next_close(calendar, schedule, now),
        ];
        turns.extend(changes.into_iter().flatten().filter_map(|next| match next {
            Next::At(at) => Some(at),
            Next::Never => None,
        }));
    }
    turns
}

/// Limits that one more call would pass: a window refills; a call that alone is too much has to be a smaller one; and
/// without a window only a reset clears it.
pub(super) fn limits_left(env: &Environment<'_>, switches: &Switches) -> Left {
    let spent = rooms(env, switches)
        .into_iter()
        .filter(|(_, room)| *room != Room::Left);
    spent.fold(Left::default(), |left, (limit, room)| {
        left.and(match room {
            Room::Left => Left::default(),
            Room::Spent(Some(_)) => Left::time(),
            Room::Spent(None) => too_much(env, switches, limit).unwrap_or_else(|| Left {
                resets: [limit.name.clone()].into(),
                ..Left::default()
            }),
        })
    })
}

/// A call that would be too much even if nothing had been counted yet.
fn too_much(env: &Environment<'_>, switches: &Switches, limit: &Limit) -> Option<Left> {
    let entered = tally::entered(env, switches).find(|entered| entered.tally.track == limit.track)?;
    if entered.event.most().is_at_most(limit.most) {
        return None;
    }
    let value = entered.tally.value?;
    let needs = arguments(env.bundle, value).map(|argument| Need {
        argument,
        must: "be <=".to_owned(),
        values: vec![limit.most.to_string()],
        set: None,
        track: None,
    });
    let needs = needs.collect::<BTreeSet<_>>();
    (!needs.is_empty()).then(|| Left {
        needs,
        ..Left::default()
    })
}

fn arguments(bundle: &Bundle, node: NodeId) -> impl Iterator<Item = String> {
    let arguments = bundle.reads(node).into_iter();
    arguments
        .filter(|path| {
            matches!(
                bundle.path(*path),
                Some(Path::Argument(_) | Path::Arguments | Path::Call)
            )
        })
        .map(|path| bundle.path_name(path))
}

/// The instants after now at which events of these tracks leave, in order.
fn edges(env: &Environment<'_>, tracks: &BTreeSet<TrackId>) -> Vec<Instant> {
    let tracks = tracks.iter().filter_map(|track| env.bundle.track(*track));
    let mut edges: Vec<Instant> = tracks
        .flat_map(|track| env.state.edges(&env.bundle.calendar, track, env.request.now))
        .collect();
    edges.sort();
    edges.dedup();
    edges
}

/// What has to change for a test that reads tracks to become `wanted`; `None` where it reads none.
///
/// Time does it where the test comes out as wanted once all that is held now has left, and a reset where it does once
/// nothing is held. Otherwise something has to happen first.
pub(super) fn tracks_left(env: &Environment<'_>, id: NodeId, wanted: bool, clock: Clock) -> Option<Left> {
    let tracks: BTreeSet<TrackId> = env.bundle.tracks_read(id).into_iter().collect();
    if tracks.is_empty() {
        return None;
    }
    let last = edges(env, &tracks).last().copied();
    let later = last.map(|last| Request {
        now: Some(last),
        ..*env.request
    });
    let clears = later.is_some_and(|later| {
        let then = Environment {
            request: &later,
            ..*env
        };
        interpret::condition(&then, id) == Truth::from(wanted)
    });
    if clears && clock == Clock::Moves {
        return Some(Left::time());
    }
    // An argument is what the agent can change: `args.build in green_builds`.
    if arguments(env.bundle, id).next().is_some() {
        return None;
    }
    let mut left = Left {
        tests: [(id, wanted)].into(),
        ..Left::default()
    };
    let names = || tracks.iter().filter_map(|track| env.bundle.track(*track));
    if interpret::condition(env, id) == Truth::Unknown {
        left.unknown = names().map(spoken).collect();
    } else if comes_by_reset(env, id, wanted, names().map(|track| Some(track.name.as_str()))) {
        left.resets = names().map(|track| track.name.clone()).collect();
    } else {
        let needs = tracks
            .iter()
            .map(|track| need_of_track(env.bundle, id, *track, wanted));
        left.needs = needs.collect();
    }
    Some(left)
}

/// Whether a test comes out as `wanted` once these items of the state have been reset; `None` is the session as a whole.
pub(super) fn comes_by_reset<'a>(
    env: &Environment<'_>,
    id: NodeId,
    wanted: bool,
    items: impl Iterator<Item = Option<&'a str>>,
) -> bool {
    let mut state = env.state.clone();
    for item in items {
        state.reset(item);
    }
    let after = Environment {
        state: &state,
        ..*env
    };
    interpret::condition(&after, id) == Truth::from(wanted)
}

/// A track in words: of a mark what it says of the session.
fn spoken(track: &Track) -> String {
    match track.of {
        Remembers::Mark => format!("{} is marked {}", track.per.name(), track.name),
        Remembers::Track | Remembers::Limit | Remembers::Breaker => track.name.clone(),
    }
}
