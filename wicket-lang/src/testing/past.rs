//! What a story has seen so far: its session, and the wider scopes of whoever called.

use std::collections::BTreeMap;

use super::given::Given;
use crate::ir::{Bundle, Per};
use crate::request::{History, IDLE_MS, State};

/// The scopes that a story has met. Another member, or a call of another connector, meets other ones.
#[derive(Clone, Debug, Default)]
pub(super) struct Past {
    session: State,
    shared: BTreeMap<(Per, String), History>,
    /// What each connector begins with.
    connectors: History,
}

impl Past {
    /// A story that begins with what is given.
    pub(super) fn of(bundle: &Bundle, given: &Given) -> Self {
        let mut session = given.past(bundle);
        let mut begins = std::mem::take(&mut session.shared);
        let connectors = begins.remove(&Per::Connector).unwrap_or_default();
        let shared = keys(given, "").filter_map(|(per, key)| Some(((per, key), begins.remove(&per)?)));
        Self {
            shared: shared.collect(),
            session,
            connectors,
        }
    }

    /// What a call of `connector` meets. A session ends by half an hour without a call, as it does where nothing else is
    /// configured.
    pub(super) fn before(&self, bundle: &Bundle, given: &Given, connector: &str) -> State {
        let met = keys(given, connector).map(|(per, key)| {
            let known = self.shared.get(&(per, key)).cloned();
            let history = known.unwrap_or_else(|| match per {
                Per::Connector => self.connectors.clone(),
                Per::Session | Per::Conversation | Per::Member | Per::Agent => History::default(),
            });
            (per, history)
        });
        let state = State {
            shared: met.collect(),
            ..self.session.clone()
        };
        state.resumed(bundle, given.now, IDLE_MS)
    }

    /// The story after a call of `connector` that left this state.
    pub(super) fn after(&self, mut next: State, given: &Given, connector: &str) -> Self {
        let mut shared = self.shared.clone();
        for (per, key) in keys(given, connector) {
            if let Some(history) = next.shared.remove(&per) {
                shared.insert((per, key), history);
            }
        }
        Self {
            session: next,
            shared,
            connectors: self.connectors.clone(),
        }
    }
}

/// The wider scopes of a call, each under its key.
fn keys(given: &Given, connector: &str) -> impl Iterator<Item = (Per, String)> {
    let caller = &given.caller;
    [
        (Per::Conversation, given.conversation.clone()),
        (Per::Member, Some(caller.member_email.clone().unwrap_or_default())),
        (Per::Agent, Some(caller.agent_name.clone().unwrap_or_default())),
        (Per::Connector, Some(connector.to_owned())),
    ]
    .into_iter()
    .filter_map(|(per, key)| Some((per, key?)))
}
