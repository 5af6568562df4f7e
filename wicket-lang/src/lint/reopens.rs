//! W1043: a breaker on a track that holds what tripped it for longer than the breaker stays open.
//!
//! A probe closes the breaker and changes nothing of the track, so the next call that enters it opens the breaker again.

use super::context::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Hold, Remembers, Window};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let bundle = context.bundle;
    let breakers = bundle.breakers.iter().filter(|breaker| {
        let track = breaker.track().and_then(|track| bundle.track(track));
        let declared = track.filter(|track| track.of == Remembers::Track);
        match (breaker.hold, declared.map(|track| track.window)) {
            (Hold::For(hold), Some(Window::Within(window))) => hold < window,
            (Hold::For(_), Some(Window::Whole)) => true,
            // When a day ends hangs on when it tripped.
            (Hold::For(_), Some(Window::Each(..)) | None) | (Hold::UntilReset, _) => false,
        }
    });
    breakers
        .map(|breaker| {
            Diagnostic::new(
                Code::W1043,
                format!("breaker `{}` opens again as soon as it closes", breaker.name),
                breaker.span,
                "its track still holds what has tripped it",
            )
            .with_help("hold it for as long as the window of the track, or `until reset`")
        })
        .collect()
}
