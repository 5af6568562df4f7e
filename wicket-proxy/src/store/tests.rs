//! The store's promises, each through its public operations.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(
    clippy::disallowed_methods,
    reason = "a test opens the database behind the store's back, and waits for a child process"
)]

mod administration;
mod crash;
mod damage;
mod measure;
mod publish;
mod step;

use std::collections::BTreeMap;

use tempfile::TempDir;
use wicket_lang::catalog::Digest;
use wicket_lang::decide::{Reason, Verdict};
use wicket_lang::value::Instant;

use super::{
    ArtifactSource, Audience, Committed, Durability, MemberRole, MembershipStatus, NewAgent, NewKey,
    NewMember, NewPolicy, Options, Publish, Published, Role, Scopes, SessionChange, SharedState, Stepped,
    Store, StoreError, SwitchChange, Turn,
};
use crate::audit::{BODY_VERSION, CallBody, CallId, KeyId, OutcomeBody, Record, Seq, UpstreamOutcome};
use crate::clock::{Clock, ManualClock};
use crate::secret::MemberKey;

const NOON: Instant = Instant(1_772_449_200_000);

/// A data folder and a clock.
struct Scene {
    folder: TempDir,
    clock: ManualClock,
    durability: Durability,
}

impl Scene {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            clock: ManualClock::new(NOON),
            durability: Durability::Full,
        }
    }

    fn options(&self, role: Role) -> Options {
        Options {
            clock: Clock::Manual(self.clock.clone()),
            durability: self.durability,
            busy_timeout: std::time::Duration::from_millis(200),
            ..Options::new(self.folder.path().join("data"), role)
        }
    }

    fn server(&self) -> Store {
        Store::open(&self.options(Role::Server)).unwrap()
    }

    fn tool(&self) -> Store {
        Store::open(&self.options(Role::Tool)).unwrap()
    }

    fn try_open(&self) -> Result<Store, StoreError> {
        Store::open(&self.options(Role::Server))
    }

    fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.path().join("data/wicket.db")).unwrap()
    }
}

fn agent(store: &Store, name: &str) {
    store
        .create_agent(
            NewAgent {
                name: name.to_owned(),
                trusted: true,
                tags: Vec::new(),
            },
            "owner",
        )
        .wait()
        .unwrap();
}

fn member(store: &Store, agent: &str, name: &str) {
    let new = NewMember {
        agent: agent.to_owned(),
        name: name.to_owned(),
        role: MemberRole::Member,
        groups: vec!["developers".to_owned()],
        status: MembershipStatus::Approved,
    };
    store.put_member(new, "owner").wait().unwrap();
}

fn key(store: &Store, agent: &str, member: &str, replaces: Option<KeyId>) -> (KeyId, MemberKey) {
    let new = NewKey {
        agent: agent.to_owned(),
        member: member.to_owned(),
        name: "laptop".to_owned(),
        expires: None,
        replaces,
    };
    let created = store.create_key(new, "owner").wait().unwrap();
    (created.id, created.key)
}

/// An agent, a member of it, and the member's key.
fn furnish(store: &Store) -> Scopes {
    agent(store, "deployer");
    member(store, "deployer", "ada@example.org");
    Scopes::of(key(store, "deployer", "ada@example.org", None).0)
}

fn publication(bytes: &[u8]) -> Publish {
    Publish {
        audience: Audience::EveryAgent,
        artifact: ArtifactSource::New {
            bytes: bytes.to_vec(),
            policies: vec![NewPolicy {
                name: "office-hours".to_owned(),
                digest: Digest::of(bytes),
            }],
        },
        switches: SwitchChange::Keep,
        author: "owner".to_owned(),
        reason: "a test".to_owned(),
    }
}

fn publish(store: &Store, bytes: &[u8]) -> Vec<Published> {
    store.publish(publication(bytes)).wait().unwrap()
}

fn call_body(turn: &Turn, decision: Verdict) -> Box<CallBody> {
    Box::new(CallBody {
        v: BODY_VERSION,
        call: turn.call.clone(),
        time: turn.now,
        epoch: turn.publication.as_ref().map(|publication| publication.epoch),
        artifact: turn.publication.as_ref().map(|publication| publication.artifact),
        tzdata: None,
        policies: Vec::new(),
        breakers: Vec::new(),
        limits: Vec::new(),
        agent: turn.holder.agent_name.clone(),
        member: turn.holder.member_name.clone(),
        key: turn.holder.key,
        session: turn.session.as_ref().map(|session| session.id.clone()),
        conversation: None,
        client: None,
        address: None,
        era: "2025-11-25".to_owned(),
        method: "tools/call".to_owned(),
        service: Some("github".to_owned()),
        tool: Some("merge_pull_request".to_owned()),
        definitions: BTreeMap::new(),
        arguments: Digest::of(b"{}"),
        resource: BTreeMap::new(),
        inputs: Vec::new(),
        decision,
        reason: Reason::Policy,
        class: None,
        others: Vec::new(),
        expired: None,
        message: None,
        unknowns: Vec::new(),
        count: None,
    })
}

fn intent(turn: &Turn) -> Record {
    Record::Intent(call_body(turn, Verdict::Permit))
}

fn denied(turn: &Turn) -> Record {
    Record::Denied(call_body(turn, Verdict::Deny))
}

/// A gate that counts its calls in the state and permits.
fn count(turn: &Turn) -> Stepped<u64> {
    let before = turn
        .session
        .as_ref()
        .map_or(0, |session| session.state.parse().unwrap());
    let state = (before + 1_u64).to_string();
    let session = if turn.session.is_some() {
        SessionChange::Keep(state)
    } else {
        SessionChange::Fresh(state)
    };
    Stepped {
        value: before + 1,
        session,
        record: Some(intent(turn)),
        shared: SharedState::new(),
    }
}

/// A step of [`count`] that also tells the call's name.
fn count_named(store: &Store, scopes: Scopes) -> Committed<(u64, Box<CallBody>)> {
    store
        .step(scopes, |turn| {
            let Stepped {
                value,
                session,
                shared,
                record,
            } = count(turn);
            Stepped {
                value: (value, call_body(turn, Verdict::Permit)),
                session,
                shared,
                record,
            }
        })
        .wait()
        .unwrap()
}

fn outcome(call: &CallBody, outcome: UpstreamOutcome) -> OutcomeBody {
    OutcomeBody {
        duration: Some(12),
        ..OutcomeBody::of(call, outcome)
    }
}

/// A step that only looks.
fn look<T: Send + 'static>(
    store: &Store,
    scopes: Scopes,
    look: impl FnOnce(&Turn) -> T + Send + 'static,
) -> T {
    store
        .step(scopes, |turn| Stepped {
            value: look(turn),
            session: SessionChange::Untouched,
            record: None,
            shared: SharedState::new(),
        })
        .wait()
        .unwrap()
        .value
}

fn call_of(turn: &Turn) -> CallId {
    turn.call.clone()
}

/// The end of a call that no breaker was waiting for.
fn end(store: &Store, call: &CallBody, result: UpstreamOutcome) -> Result<Seq, StoreError> {
    store.end_call(outcome(call, result), None, |_, _| None).wait()
}
