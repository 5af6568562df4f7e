//! What is remembered, between the store's texts and the language's values.

use std::collections::BTreeMap;

use wicket_lang::ir::Per;
use wicket_lang::request::{History, State};

use crate::store::{Ending, SharedState};

/// What wider scopes remember, as texts.
pub(super) fn written(shared: &BTreeMap<Per, History>) -> Result<SharedState, serde_json::Error> {
    let written = |(per, history): (&Per, &History)| Ok((*per, serde_json::to_string(history)?));
    shared.iter().map(written).collect()
}

/// What wider scopes remember, as the language reads it.
pub(super) fn read(shared: &SharedState) -> Result<BTreeMap<Per, History>, serde_json::Error> {
    let read = |(per, text): (&Per, &String)| Ok((*per, serde_json::from_str(text)?));
    shared.iter().map(read).collect()
}

/// What there is after the end of a call. What cannot be read stays as it is.
pub(super) fn after(before: &Ending, settle: impl FnOnce(State) -> Option<State>) -> Option<Ending> {
    let session = before.session.as_deref().map(serde_json::from_str::<State>);
    let session = session.transpose().ok()?;
    let is_over = session.is_none();
    let state = State {
        shared: read(&before.shared).ok()?,
        ..session.unwrap_or_default()
    };
    let mut next = settle(state)?;
    let shared = written(&std::mem::take(&mut next.shared)).ok()?;
    let session = (!is_over)
        .then(|| serde_json::to_string(&next))
        .transpose()
        .ok()?;
    Some(Ending { session, shared })
}

/// What a reset makes of what a session, or a wider scope, remembers; `None` where it has nothing of the item.
///
/// # Errors
///
/// In words, where it cannot be read.
pub fn reset(per: Option<Per>, kept: &str, item: Option<&str>) -> Result<Option<String>, String> {
    let unreadable = |error: serde_json::Error| format!("the state cannot be read: {error}");
    let written = if per.is_some() {
        let mut history: History = serde_json::from_str(kept).map_err(unreadable)?;
        history.reset(item).then(|| serde_json::to_string(&history))
    } else {
        let mut state: State = serde_json::from_str(kept).map_err(unreadable)?;
        state.reset(item).then(|| serde_json::to_string(&state))
    };
    written.transpose().map_err(|error| error.to_string())
}
