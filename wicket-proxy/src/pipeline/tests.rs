//! The gate in the real store: what no two calls at once may get past.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;

use tempfile::TempDir;
use wicket_lang::api::{self, BundleFiles, analyze};
use wicket_lang::request::Switches;
use wicket_lang::source::{SourceFile, Sources};

use super::*;
use crate::audit::{Epoch, Seq};
use crate::clock::ManualClock;
use crate::gate::{Live, Policies};
use crate::store::{MemberRole, MembershipStatus, NewAgent, NewKey, NewMember, Options, Role};

const NOON: Instant = Instant(1_772_449_200_000);

const POLICIES: &str = r#"
use github

policy me {
  permit github.get_me
  forbid github.get_teams
    message "Teams are private."
}

breaker three_strikes { trip after 3 denials by forbid per session, until reset }

breaker everybody { trip after 5 denials by forbid per agent within 1h, until reset }

limit few {
  at most 7 calls of github.get_me per member within 1h
    message "Seven an hour."
}
"#;

struct Scene {
    folder: TempDir,
    clock: ManualClock,
    policies: Arc<Policies>,
}

impl Scene {
    fn new() -> Self {
        let sources = Sources::new(vec![SourceFile {
            name: "0.wkt".to_owned(),
            text: POLICIES.to_owned(),
        }]);
        let files = BundleFiles {
            sources,
            catalogs: BTreeMap::new(),
            lock: None,
        };
        let analysis = analyze(&files);
        assert!(!analysis.has_errors(), "{:#?}", analysis.diagnostics);
        let artifact = api::compile(&files, &analysis).unwrap().into_artifact().unwrap();
        Self {
            folder: tempfile::tempdir().unwrap(),
            clock: ManualClock::new(NOON),
            policies: Arc::new(Policies {
                artifact: Arc::new(artifact),
                epoch: Epoch::new(1),
                switches: Switches::default(),
                versions: BTreeMap::new(),
            }),
        }
    }

    fn open(&self) -> Store {
        Store::open(&Options {
            clock: Clock::Manual(self.clock.clone()),
            ..Options::new(self.folder.path().join("data"), Role::Server)
        })
        .unwrap()
    }

    /// Calls a tool, and says when that was, its place in the log, and whether it was let through.
    fn call(&self, store: &Store, key: KeyId, tool: &str) -> (Instant, Seq, Result<(), Reason>) {
        let origin = gate::Origin {
            conversation: None,
            client: None,
            address: "192.0.2.1".to_owned(),
            era: "2025-11-25".to_owned(),
        };
        let request = gate::Call {
            service: "github".to_owned(),
            tool: tool.to_owned(),
            arguments: Object::new(),
            doubt: None,
            live: Live::Unavailable,
        };
        let policies = Arc::clone(&self.policies);
        let scopes = scopes(key, &origin, &request);
        let committed = store
            .step(scopes, move |turn| {
                let stepped = judged(
                    turn,
                    Some(&policies),
                    &origin,
                    &request,
                    &Learnt::default(),
                    1_800_000,
                );
                let verdict = match &stepped.value {
                    Stage::Ruled(ruling) => match ruling.as_ref() {
                        Ruling::Permit(_) => Ok(()),
                        Ruling::Deny(refusal) => Err(refusal.reason),
                        Ruling::Needs { .. } => Err(Reason::Overload),
                    },
                    Stage::Barred(_) | Stage::Load(_) | Stage::Broken => Err(Reason::Overload),
                };
                Stepped {
                    value: (turn.now, verdict),
                    session: stepped.session,
                    shared: stepped.shared,
                    record: stepped.record,
                }
            })
            .wait()
            .unwrap();
        (committed.value.0, committed.seq.unwrap(), committed.value.1)
    }

    /// 64 calls at once by these keys in turn, as the log orders them.
    fn rush(&self, store: &Store, keys: &[KeyId], tools: &[&str]) -> Vec<Result<(), Reason>> {
        let mut calls: Vec<_> = thread::scope(|scope| {
            let calls: Vec<_> = (0..64)
                .zip(keys.iter().cycle())
                .zip(tools.iter().cycle())
                .map(|((_, key), tool)| scope.spawn(|| self.call(store, *key, tool)))
                .collect();
            calls.into_iter().map(|call| call.join().unwrap()).collect()
        });
        calls.sort_by_key(|(_, seq, _)| *seq);
        calls.into_iter().map(|(_, _, verdict)| verdict).collect()
    }
}

fn agent(store: &Store) {
    let new = NewAgent {
        name: "coder".to_owned(),
        trusted: true,
        tags: Vec::new(),
    };
    store.create_agent(new, "owner").wait().unwrap();
}

fn member(store: &Store, name: &str) {
    let new = NewMember {
        agent: "coder".to_owned(),
        name: name.to_owned(),
        role: MemberRole::Member,
        groups: Vec::new(),
        status: MembershipStatus::Approved,
    };
    store.put_member(new, "owner").wait().unwrap();
}

fn key(store: &Store, member: &str) -> KeyId {
    let new = NewKey {
        agent: "coder".to_owned(),
        member: member.to_owned(),
        name: "laptop".to_owned(),
        expires: None,
        replaces: None,
    };
    store.create_key(new, "owner").wait().unwrap().id
}

fn permitted(calls: &[Result<(), Reason>]) -> usize {
    calls.iter().filter(|call| call.is_ok()).count()
}

#[test]
fn point_27_of_sixty_four_calls_at_once_none_is_allowed_after_the_third_denial() {
    let scene = Scene::new();
    let store = scene.open();
    agent(&store);
    member(&store, "ada@example.org");
    let ada = key(&store, "ada@example.org");
    let calls = scene.rush(&store, &[ada], &["get_teams", "get_me", "get_teams"]);
    let third = calls
        .iter()
        .enumerate()
        .filter(|(_, call)| **call == Err(Reason::Policy));
    let third = third.map(|(at, _)| at).nth(2).unwrap();
    let after = calls.get(third + 1..).unwrap();
    assert!(!after.is_empty());
    assert!(
        after.iter().all(|call| *call == Err(Reason::Breaker)),
        "{calls:?}"
    );
}

#[test]
fn point_27_a_call_that_touches_several_scopes_is_one_step_over_all_of_them() {
    let scene = Scene::new();
    let store = scene.open();
    agent(&store);
    member(&store, "ada@example.org");
    member(&store, "bob@example.org");
    let keys = [key(&store, "ada@example.org"), key(&store, "ada@example.org")];
    assert_eq!(
        permitted(&scene.rush(&store, &keys, &["get_me"])),
        7,
        "two sessions of one member"
    );
    let bob = key(&store, "bob@example.org");
    assert_eq!(
        permitted(&scene.rush(&store, &[bob], &["get_me"])),
        7,
        "another member has another count"
    );

    drop(store);
    let store = scene.open();
    assert_eq!(
        permitted(&scene.rush(&store, &keys, &["get_me"])),
        0,
        "a restart forgets nothing"
    );
    scene.clock.advance_millis(3_600_000);
    assert_eq!(
        permitted(&scene.rush(&store, &keys, &["get_me"])),
        7,
        "an hour later"
    );
}

#[test]
fn point_27_time_never_runs_backwards_within_a_shared_scope() {
    let scene = Scene::new();
    let store = scene.open();
    agent(&store);
    member(&store, "ada@example.org");
    let (one, other) = (key(&store, "ada@example.org"), key(&store, "ada@example.org"));
    assert_eq!(scene.call(&store, one, "get_me").0, NOON);
    scene.clock.advance_millis(-60_000);
    assert_eq!(scene.call(&store, other, "get_me").0, NOON);
}

#[test]
fn point_26_a_breaker_of_the_agent_stops_everybody_until_it_is_reset_by_name() {
    let scene = Scene::new();
    let store = scene.open();
    agent(&store);
    let people = ["ada@example.org", "bob@example.org", "cyd@example.org"];
    let keys = people.map(|name| {
        member(&store, name);
        key(&store, name)
    });
    for at in [0, 1, 0, 1, 0] {
        let denied = scene.call(&store, *keys.get(at).unwrap(), "get_teams").2;
        assert_eq!(denied, Err(Reason::Policy));
    }
    let [_, _, cyd] = keys;
    assert_eq!(scene.call(&store, cyd, "get_me").2, Err(Reason::Breaker));

    let sessions = store.sessions(None).wait().unwrap();
    let own = sessions.iter().find(|entry| entry.key == cyd).unwrap();
    let id = own.session.id.clone();
    let reset_item = |item: Option<&str>| store.reset_session(&id, item, "owner", reset).wait();
    reset_item(None).unwrap();
    assert_eq!(
        scene.call(&store, cyd, "get_me").2,
        Err(Reason::Breaker),
        "what others share stays"
    );
    assert!(reset_item(Some("nothing")).is_err());
    reset_item(Some("everybody")).unwrap();
    assert_eq!(scene.call(&store, cyd, "get_me").2, Ok(()));
}
