//! `step`: order, time, sessions, durability, refusals.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::audit::Kind;
use crate::store::{AgentStatus, Ending, Filter, Standing};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_parallel_steps_lose_nothing_and_none_is_allowed_after_the_third() {
    let scene = Scene::new();
    let store = tokio::task::block_in_place(|| scene.server());
    let scopes = tokio::task::block_in_place(|| furnish(&store));
    let allowed = Arc::new(AtomicU64::new(0));
    for round in 0..5_u64 {
        allowed.store(0, Ordering::SeqCst);
        let calls: Vec<_> = (0..64)
            .map(|_| {
                let (store, allowed) = (store.clone(), Arc::clone(&allowed));
                tokio::spawn(async move {
                    let committed = store
                        .step(scopes, move |turn| {
                            let before = turn
                                .session
                                .as_ref()
                                .map_or(0, |session| session.state.parse::<u64>().unwrap());
                            let state = (before + 1).to_string();
                            let session = match turn.session {
                                Some(_) => SessionChange::Keep(state),
                                None => SessionChange::Fresh(state),
                            };
                            let permitted = before < round * 64 + 3;
                            let record = if permitted { intent(turn) } else { denied(turn) };
                            Stepped {
                                value: permitted,
                                session,
                                record: Some(record),
                                shared: SharedState::new(),
                            }
                        })
                        .await
                        .unwrap();
                    if committed.value {
                        allowed.fetch_add(1, Ordering::SeqCst);
                    }
                    committed.seq.unwrap().get()
                })
            })
            .collect();
        let mut seqs = Vec::new();
        for call in calls {
            seqs.push(call.await.unwrap());
        }
        seqs.sort_unstable();
        seqs.dedup();
        assert_eq!(seqs.len(), 64);
        assert_eq!(allowed.load(Ordering::SeqCst), 3);
    }
    let sessions = store.sessions(None).await.unwrap();
    assert_eq!(sessions.len(), 1);
    assert_eq!(sessions.first().unwrap().session.state, "320");
    assert!(
        store.statistics().groups < 320,
        "groups were formed: {:?}",
        store.statistics()
    );
    tokio::task::block_in_place(|| drop(store));
}

#[test]
fn point_27_time_never_runs_backwards_within_a_session_and_may_differ_between_two() {
    let scene = Scene::new();
    let store = scene.server();
    let scopes = furnish(&store);
    member(&store, "deployer", "bob@example.org");
    let other = Scopes::of(key(&store, "deployer", "bob@example.org", None).0);
    count_named(&store, scopes);
    scene.clock.advance_millis(-60_000);
    assert_eq!(look(&store, scopes, |turn| turn.now), NOON);
    assert_eq!(look(&store, other, |turn| turn.now), Instant(NOON.0 - 60_000));
}

#[test]
fn points_24_and_26_a_session_hangs_on_the_lineage_and_a_new_one_begins_only_when_the_gate_says_so() {
    let scene = Scene::new();
    let store = scene.server();
    let scopes = furnish(&store);
    count_named(&store, scopes);
    let first = look(&store, scopes, |turn| turn.session.clone()).unwrap();

    scene.clock.advance_millis(86_400_000);
    let rotated = Scopes::of(key(&store, "deployer", "ada@example.org", Some(scopes.key)).0);
    assert_eq!(count_named(&store, rotated).value.0, 2);
    assert_eq!(
        look(&store, scopes, |turn| turn.session.clone()).unwrap().id,
        first.id
    );

    let fresh = store
        .step(rotated, |turn| Stepped {
            value: turn.fresh.clone(),
            session: SessionChange::Fresh("0".to_owned()),
            record: Some(denied(turn)),
            shared: SharedState::new(),
        })
        .wait()
        .unwrap();
    let now = look(&store, scopes, |turn| turn.session.clone()).unwrap();
    assert_ne!(now.id, first.id);
    assert_eq!((now.id, now.state.as_str()), (fresh.value, "0"));

    // Another key that replaces nothing has a session of its own.
    let separate = Scopes::of(key(&store, "deployer", "ada@example.org", None).0);
    assert_eq!(look(&store, separate, |turn| turn.session.clone()), None);
}

#[test]
fn state_and_the_count_of_records_survive_a_restart_without_a_gap() {
    let scene = Scene::new();
    let store = scene.server();
    let scopes = furnish(&store);
    for _ in 0..3 {
        let step = count_named(&store, scopes);
        end(&store, &step.value.1, UpstreamOutcome::Success).unwrap();
    }
    drop(store);
    let store = scene.server();
    assert_eq!(count_named(&store, scopes).value.0, 4);
    let records = store
        .records(Filter {
            limit: Some(1000),
            ..Filter::default()
        })
        .wait()
        .unwrap();
    let seqs: Vec<i64> = records.iter().map(|record| record.seq.get()).collect();
    assert_eq!(seqs, (1..=10).collect::<Vec<i64>>());
    assert!(records.iter().all(|record| record.body.contains("\"v\":1")));
}

#[test]
fn a_group_reaches_the_disk_for_an_intent_and_not_for_a_denial_or_an_outcome() {
    let mut scene = Scene::new();
    for durability in [Durability::Full, Durability::Os] {
        scene.durability = durability;
        let store = scene.server();
        let scopes = match durability {
            Durability::Full => furnish(&store),
            Durability::Os => Scopes::of(KeyId::new(1)),
        };
        let synced = |store: &Store| store.statistics().synced;
        let before = synced(&store);
        store
            .step(scopes, |turn| Stepped {
                value: (),
                session: SessionChange::Fresh("0".to_owned()),
                record: Some(denied(turn)),
                shared: SharedState::new(),
            })
            .wait()
            .unwrap();
        assert_eq!(synced(&store), before, "a denial");
        let step = count_named(&store, scopes);
        let for_intents = match durability {
            Durability::Full => 1,
            Durability::Os => 0,
        };
        assert_eq!(synced(&store), before + for_intents, "an intent, {durability:?}");
        end(&store, &step.value.1, UpstreamOutcome::Error).unwrap();
        assert_eq!(synced(&store), before + for_intents, "an outcome");
        publish(&store, b"one");
        assert_eq!(
            synced(&store),
            before + for_intents + 1,
            "a publication, {durability:?}"
        );
    }
}

#[test]
fn the_log_is_moved_into_the_database_before_it_grows_long() {
    let mut scene = Scene::new();
    scene.durability = Durability::Os;
    let store = scene.server();
    let scopes = furnish(&store);
    count_named(&store, scopes);
    let size = |name: &str| {
        std::fs::metadata(scene.folder.path().join("data").join(name))
            .unwrap()
            .len()
    };
    let before = size("wicket.db");
    for _ in 0..1_000 {
        store
            .step(scopes, |turn| Stepped {
                value: (),
                session: SessionChange::Keep(format!("{:09000}", 7)),
                record: Some(intent(turn)),
                shared: SharedState::new(),
            })
            .wait()
            .unwrap();
    }
    assert!(size("wicket.db") > before, "nothing was moved");
    assert!(
        size("wicket.db-wal") < 16 << 20,
        "the log has {} bytes",
        size("wicket.db-wal")
    );
}

#[test]
fn a_panic_of_the_gate_refuses_the_call_and_nothing_else() {
    let scene = Scene::new();
    let store = scene.server();
    let scopes = furnish(&store);
    let result = store
        .step(scopes, |_turn| -> Stepped<()> { panic!("the gate is broken") })
        .wait();
    assert!(matches!(result, Err(StoreError::GatePanicked)));
    assert_eq!(count_named(&store, scopes).value.0, 1);
}

#[test]
fn a_gate_that_records_another_call_or_keeps_no_session_is_refused() {
    let scene = Scene::new();
    let store = scene.server();
    let scopes = furnish(&store);
    let foreign = store
        .step(scopes, |turn| {
            let mut body = call_body(turn, Verdict::Permit);
            body.call = "call_0000000000000000000000".parse().unwrap();
            Stepped {
                value: (),
                session: SessionChange::Untouched,
                record: Some(Record::Intent(body)),
                shared: SharedState::new(),
            }
        })
        .wait();
    assert!(matches!(foreign, Err(StoreError::Invalid(_))));
    let kept = store
        .step(scopes, |turn| Stepped {
            value: (),
            session: SessionChange::Keep(String::new()),
            record: Some(denied(turn)),
            shared: SharedState::new(),
        })
        .wait();
    assert!(matches!(kept, Err(StoreError::Invalid(_))));
    let unknown = store.step(Scopes::of(KeyId::new(99)), count).wait();
    assert!(matches!(unknown, Err(StoreError::Unknown { what: "key", .. })));
    let calls = store
        .records(Filter {
            decision: Some(Verdict::Deny),
            ..Filter::default()
        })
        .wait()
        .unwrap();
    assert!(calls.is_empty());
}

#[test]
fn a_call_ends_once() {
    let scene = Scene::new();
    let store = scene.server();
    let scopes = furnish(&store);
    let step = count_named(&store, scopes);
    end(&store, &step.value.1, UpstreamOutcome::Success).unwrap();
    let again = end(&store, &step.value.1, UpstreamOutcome::Failure);
    assert!(matches!(
        again,
        Err(StoreError::Unknown {
            what: "open call",
            ..
        })
    ));
    let never = look(&store, scopes, call_of);
    let records = store
        .records(Filter {
            call: Some(never),
            ..Filter::default()
        })
        .wait()
        .unwrap();
    assert!(records.is_empty());
}

/// A session that is left so.
fn ended(state: String) -> Ending {
    Ending {
        session: Some(state),
        ..Ending::default()
    }
}

#[test]
fn an_outcome_changes_the_state_of_its_session_and_of_no_later_one() {
    let scene = Scene::new();
    let store = scene.server();
    let scopes = furnish(&store);
    let state = |store: &Store| look(store, scopes, |turn| turn.session.clone()).unwrap().state;
    count_named(&store, scopes);
    let mut call = count_named(&store, scopes).value.1;
    call.session = look(&store, scopes, |turn| turn.session.clone()).map(|session| session.id);
    let settled = outcome(&call, UpstreamOutcome::Success);
    store
        .end_call(settled, None, |before, now| {
            let state = before.session.as_deref().unwrap();
            Some(ended(format!("{state}{}", now.0 - NOON.0)))
        })
        .wait()
        .unwrap();
    assert_eq!(state(&store), "20");

    let broken = outcome(&count_named(&store, scopes).value.1, UpstreamOutcome::Success);
    store
        .end_call(
            OutcomeBody {
                session: call.session.clone(),
                ..broken
            },
            None,
            |_, _| panic!("broken"),
        )
        .wait()
        .unwrap();
    assert_eq!(state(&store), "21");

    let late = outcome(&count_named(&store, scopes).value.1, UpstreamOutcome::Success);
    store
        .step(scopes, |turn| Stepped {
            value: (),
            session: SessionChange::Fresh("0".to_owned()),
            record: Some(denied(turn)),
            shared: SharedState::new(),
        })
        .wait()
        .unwrap();
    store
        .end_call(
            OutcomeBody {
                session: call.session,
                ..late
            },
            None,
            |_, _| Some(ended("9".to_owned())),
        )
        .wait()
        .unwrap();
    assert_eq!(state(&store), "0");
}

#[test]
fn an_intent_without_outcome_becomes_unknown_when_the_server_starts_and_not_when_a_command_does() {
    let scene = Scene::new();
    let store = scene.server();
    let scopes = furnish(&store);
    let lost = count_named(&store, scopes).value.1.call.clone();
    drop(store);

    let of_call = |store: &Store| {
        store
            .records(Filter {
                call: Some(lost.clone()),
                ..Filter::default()
            })
            .wait()
            .unwrap()
    };
    let command = scene.tool();
    assert_eq!(of_call(&command).len(), 1);
    drop(command);
    let store = scene.server();
    let records = of_call(&store);
    assert_eq!(
        records.iter().map(|record| record.kind).collect::<Vec<_>>(),
        [Kind::Intent, Kind::Outcome]
    );
    assert!(records.last().unwrap().body.contains("\"outcome\":\"unknown\""));
    drop(store);
    assert_eq!(of_call(&scene.server()).len(), 2);
}

#[test]
fn the_kill_switch_and_a_revoked_key_hold_inside_the_next_step() {
    let scene = Scene::new();
    let store = scene.server();
    let command = scene.tool();
    let scopes = furnish(&store);
    assert_eq!(look(&store, scopes, |turn| turn.standing), Standing::Good);
    command
        .set_agent_status("deployer", AgentStatus::Disabled, "owner")
        .wait()
        .unwrap();
    assert_eq!(
        look(&store, scopes, |turn| turn.standing),
        Standing::AgentDisabled
    );
    command
        .set_agent_status("deployer", AgentStatus::Active, "owner")
        .wait()
        .unwrap();
    command.revoke_key(scopes.key, "owner").wait().unwrap();
    assert_eq!(look(&store, scopes, |turn| turn.standing), Standing::Revoked);
}

#[test]
fn a_full_queue_and_a_closed_store_are_answers() {
    let scene = Scene::new();
    let store = Store::open(&Options {
        queue: 1,
        ..scene.options(Role::Server)
    })
    .unwrap();
    let scopes = furnish(&store);
    let (go, signal) = std::sync::mpsc::channel::<()>();
    let slow = store.step(scopes, move |turn| {
        signal.recv().unwrap();
        count(turn)
    });
    // One may be with the writer and one in the queue; the next finds no room.
    let waiting: Vec<_> = (0..3).map(|_| store.step(scopes, count)).collect();
    go.send(()).unwrap();
    slow.wait().unwrap();
    let refused = waiting
        .into_iter()
        .filter_map(|step| step.wait().err())
        .collect::<Vec<_>>();
    assert!(
        !refused.is_empty()
            && refused
                .iter()
                .all(|error| matches!(error, StoreError::Overloaded))
    );
    store.close().wait().unwrap();
    assert!(matches!(
        store.step(scopes, count).wait(),
        Err(StoreError::Closed)
    ));
}
