//! Checks of what a bundle remembers: breakers and tracks.

use super::{Wrong, must, refers, verify_message};
use crate::ir::{
    Breaker, Bundle, DeniedBy, Others, Outcome, Per, Remembers, Stopped, ToolId, Track, TrackId, Trips,
    Window,
};
use crate::value::Decimal;

/// The most events that a track keeps apart for one key.
const MAX_KEPT: u32 = 1000;

pub(super) fn verify_breaker(bundle: &Bundle, breaker: &Breaker) -> Result<(), Wrong> {
    let known = |tools: Option<&[ToolId]>| {
        tools
            .iter()
            .copied()
            .flatten()
            .all(|tool| bundle.tool(*tool).is_some())
    };
    match &breaker.trips {
        Trips::Denials { after, by, of, .. } => {
            must(*after > 0, "it trips before anything was denied")?;
            refers(known(of.as_deref()))?;
            verify_cause(bundle, *by)?;
        }
        Trips::Track { track, bound, above } => {
            let is_bound = !bound.is_negative() && (*above || *bound != Decimal::ZERO);
            must(is_bound, "it trips before anything was counted")?;
            verify_own(bundle, breaker, *track, false)?;
        }
        Trips::Share {
            track,
            percent,
            among,
        } => {
            must((1..=100).contains(percent), "it trips at no share")?;
            must(*among > 0, "it trips before any call has ended")?;
            verify_own(bundle, breaker, *track, true)?;
        }
    }
    refers(known(breaker.stops.as_deref()))?;
    verify_message(bundle, breaker.message.as_ref())
}

/// A breaker looks at its own track or at one that an author has declared, and in the scope in which that is kept.
fn verify_own(bundle: &Bundle, breaker: &Breaker, track: TrackId, is_share: bool) -> Result<(), Wrong> {
    let track = bundle.track(track).ok_or(Wrong::Reference)?;
    must(track.per == breaker.per, "it looks at a track of another scope")?;
    must(
        (track.others == Others::StandBeside) == is_share,
        "it reads a track otherwise than it is kept",
    )?;
    let is_own = track.of == Remembers::Breaker && track.name == breaker.name;
    must(
        is_own || (track.of == Remembers::Track && !is_share),
        "it looks at what another item remembers",
    )
}

fn verify_cause(bundle: &Bundle, by: DeniedBy) -> Result<(), Wrong> {
    match by {
        DeniedBy::Policy(policy) => refers(bundle.policy(policy).is_some()),
        DeniedBy::Anything | DeniedBy::Forbid | DeniedBy::Default | DeniedBy::Limit | DeniedBy::Arguments => {
            Ok(())
        }
    }
}

pub(super) fn verify_stopped(bundle: &Bundle, stopped: Stopped) -> Result<(), Wrong> {
    let breaker = bundle.breaker(stopped.breaker).ok_or(Wrong::Reference)?;
    let track = breaker.track().and_then(|track| bundle.track(track));
    must(
        track.is_some_and(|track| track.keyed),
        "a breaker without keys looks at one",
    )?;
    let key = bundle.arena.get(stopped.key).ok_or(Wrong::Reference)?;
    must(!key.is_condition(), "a breaker has a condition for a key")
}

pub(super) fn verify_track(bundle: &Bundle, track: &Track) -> Result<(), Wrong> {
    must(
        (1..=MAX_KEPT).contains(&track.kept),
        "it keeps too many events apart, or none",
    )?;
    must(
        track.others == Others::Leave || track.on == Some(Outcome::Failure),
        "it keeps answers and waits for none",
    )?;
    if let Some(denials) = track.denials {
        must(track.on.is_none(), "it waits for the outcome of a denial")?;
        must(track.of == Remembers::Breaker, "only a breaker counts denials")?;
        verify_cause(bundle, denials.by)?;
    }
    match track.window {
        Window::Whole => must(track.per == Per::Session, "it never forgets"),
        Window::Within(seconds) => must(seconds > 0, "it forgets at once"),
        Window::Each(_, zone) => refers(bundle.calendar.zone(zone).is_some()),
    }
}
