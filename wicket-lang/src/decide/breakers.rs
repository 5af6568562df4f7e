//! The breakers that a call meets, and by which key.

use crate::interpret;
use crate::ir::{Breaker, BreakerId, NodeId};
use crate::request::{Environment, Key, Setting, Stand, Switches};
use crate::value::{Missing, Value};

/// How the breakers stand to a call.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// Those that stop it.
    pub(super) open: Vec<BreakerId>,
    /// Those for which it is the probe.
    pub(super) probes: Vec<BreakerId>,
    /// The keys that hang on facts, of breakers that stop some calls.
    pub(super) pending: Vec<NodeId>,
}

/// How the breakers of the bundle stand to the call.
pub(super) fn standing(env: &Environment<'_>, switches: &Switches) -> Standing {
    let mut standing = Standing::default();
    // Most scopes have never seen a breaker count, and then there is nothing to look through.
    let shared = env.state.shared.values();
    if env.state.session.breakers.is_empty() && shared.into_iter().all(|history| history.breakers.is_empty())
    {
        return standing;
    }
    for (index, breaker) in env.bundle.breakers.iter().enumerate() {
        let id = BreakerId::at(index);
        let setting = switches.of(&breaker.name);
        match (setting, stand(env, id, breaker)) {
            (Setting::Off, _) | (_, Stand::Passes) | (Setting::Shadow, Stand::Stops(_) | Stand::Unsure) => {}
            (Setting::Enforce, Stand::Unsure) => match pending(env, id) {
                Some(key) => standing.pending.push(key),
                None => standing.open.push(id),
            },
            (Setting::Enforce, Stand::Stops(_)) => standing.open.push(id),
            (Setting::Enforce | Setting::Shadow, Stand::Probe) => standing.probes.push(id),
        }
    }
    standing
}

/// What a breaker says of the call.
pub(super) fn stand(env: &Environment<'_>, id: BreakerId, breaker: &Breaker) -> Stand {
    let stops = breaker
        .stops
        .as_ref()
        .is_none_or(|tools| tools.contains(&env.tool));
    match key(env, id, breaker).filter(|_| stops) {
        Some(key) => env.state.stand(breaker, &key, env.request.now),
        None => Stand::Passes,
    }
}

/// Under which key a breaker looks at the call; `None` where it passes over the tool.
pub(super) fn key(env: &Environment<'_>, id: BreakerId, breaker: &Breaker) -> Option<Key> {
    let track = breaker.track().and_then(|track| env.bundle.track(track));
    if !track.is_some_and(|track| track.keyed) {
        return Some(Key::None);
    }
    let node = node(env, id)?;
    Some(Key::of(&interpret::value(env, node)))
}

/// What the key of the call is read from.
pub(super) fn node(env: &Environment<'_>, id: BreakerId) -> Option<NodeId> {
    let stopped = env.tool().map(|tool| tool.stopped.as_slice()).unwrap_or_default();
    let found = stopped.iter().find(|stopped| stopped.breaker == id);
    found.map(|stopped| stopped.key)
}

fn pending(env: &Environment<'_>, id: BreakerId) -> Option<NodeId> {
    node(env, id).filter(|node| matches!(interpret::value(env, *node), Value::Missing(Missing::Pending)))
}
