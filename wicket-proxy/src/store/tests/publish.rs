//! Publications: epochs, versions, switches, other handles.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use wicket_lang::request::Setting;

use super::*;
use crate::audit::{Epoch, Kind};
use crate::store::Filter;

fn epoch_of(store: &Store, scopes: Scopes) -> Option<i64> {
    look(store, scopes, |turn| {
        turn.publication
            .as_ref()
            .map(|publication| publication.epoch.get())
    })
}

#[test]
fn a_publication_by_another_process_governs_the_next_step() {
    let scene = Scene::new();
    let server = scene.server();
    let command = scene.tool();
    let scopes = furnish(&server);
    assert_eq!(epoch_of(&server, scopes), None);
    for (expected, bytes) in (1..20).zip([b"one", b"two"].iter().cycle()) {
        publish(&command, *bytes);
        assert_eq!(epoch_of(&server, scopes), Some(expected));
    }
}

#[test]
fn no_call_that_begins_after_the_acknowledgement_is_judged_by_an_older_epoch() {
    let mut scene = Scene::new();
    scene.durability = Durability::Os;
    let server = scene.server();
    let patient = Options {
        busy_timeout: std::time::Duration::from_secs(20),
        ..scene.options(Role::Tool)
    };
    let command = Store::open(&patient).unwrap();
    let scopes = furnish(&server);
    publish(&command, b"0");
    let (acknowledged, done) = (AtomicI64::new(1), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let callers: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let mut calls = 0;
                    while !done.load(Ordering::SeqCst) {
                        let before = acknowledged.load(Ordering::SeqCst);
                        let step = server.step(scopes, |turn| Stepped {
                            value: turn
                                .publication
                                .as_ref()
                                .map(|publication| publication.epoch.get()),
                            session: SessionChange::Untouched,
                            record: None,
                            shared: SharedState::new(),
                        });
                        // The other process may hold the lock for longer than this server waits: that is a refusal.
                        if let Ok(step) = step.wait() {
                            let judged = step.value.unwrap();
                            assert!(judged >= before, "judged by {judged} after {before} was in force");
                            calls += 1;
                        }
                    }
                    calls
                })
            })
            .collect();
        // The callers end whatever becomes of the edits.
        let edits: Vec<_> = (0..100_u32)
            .map(|edit| {
                let published = command.publish(publication(edit.to_string().as_bytes())).wait()?;
                let epoch = published.first().map_or(0, |published| published.epoch.get());
                acknowledged.store(epoch, Ordering::SeqCst);
                Ok::<_, StoreError>(epoch)
            })
            .collect();
        done.store(true, Ordering::SeqCst);
        let last = edits.into_iter().next_back().unwrap();
        assert_eq!(last.unwrap(), 100);
        let calls: u64 = callers.into_iter().map(|caller| caller.join().unwrap()).sum();
        assert!(calls > 100, "{calls} calls");
    });
    assert_eq!(epoch_of(&server, scopes), Some(100));
}

#[test]
fn the_same_artifact_with_the_same_switches_is_no_new_epoch() {
    let scene = Scene::new();
    let store = scene.server();
    furnish(&store);
    assert!(publish(&store, b"one").first().unwrap().is_new);
    let again = publish(&store, b"one");
    assert_eq!(
        again
            .first()
            .map(|published| (published.epoch.get(), published.is_new)),
        Some((1, false))
    );
    let off = Publish {
        artifact: ArtifactSource::Current,
        switches: SwitchChange::Set {
            item: "office-hours".to_owned(),
            setting: Setting::Off,
        },
        ..publication(b"")
    };
    assert_eq!(
        store
            .publish(off.clone())
            .wait()
            .unwrap()
            .first()
            .unwrap()
            .epoch
            .get(),
        2
    );
    assert!(!store.publish(off).wait().unwrap().first().unwrap().is_new);
    let publications = store
        .records(Filter {
            kind: Some(Kind::Publication),
            ..Filter::default()
        })
        .wait()
        .unwrap();
    assert_eq!(publications.len(), 2);
}

#[test]
fn point_33_switches_belong_to_the_publication_and_outlive_a_new_artifact() {
    let scene = Scene::new();
    let store = scene.server();
    let scopes = furnish(&store);
    publish(&store, b"one");
    store
        .publish(Publish {
            artifact: ArtifactSource::Current,
            switches: SwitchChange::Set {
                item: "office-hours".to_owned(),
                setting: Setting::Shadow,
            },
            ..publication(b"")
        })
        .wait()
        .unwrap();
    publish(&store, b"two");
    let publication = look(&store, scopes, |turn| turn.publication.clone()).unwrap();
    assert_eq!(publication.artifact, Digest::of(b"two"));
    assert_eq!(publication.switches.of("office-hours"), Setting::Shadow);
    assert_eq!(publication.switches.of("another"), Setting::Enforce);
}

#[test]
fn a_policy_digest_seen_before_keeps_its_version_and_a_new_one_gets_the_next() {
    let scene = Scene::new();
    let store = scene.server();
    let scopes = furnish(&store);
    let mut versions = Vec::new();
    for bytes in [b"one", b"two", b"one", b"six"] {
        publish(&store, bytes);
        versions.push(look(&store, scopes, |turn| {
            turn.publication
                .as_ref()
                .and_then(|publication| Some(publication.policy("office-hours")?.version))
        }));
    }
    assert_eq!(versions, [Some(1), Some(2), Some(1), Some(3)]);
}

#[test]
fn a_new_agent_starts_with_what_every_agent_has() {
    let scene = Scene::new();
    let store = scene.server();
    publish(&store, b"one");
    let scopes = furnish(&store);
    assert_eq!(epoch_of(&store, scopes), Some(1));
    let untrusted = NewAgent {
        name: "guest".to_owned(),
        trusted: false,
        tags: Vec::new(),
    };
    store.create_agent(untrusted, "owner").wait().unwrap();
    member(&store, "guest", "eve@example.org");
    let guest = Scopes::of(key(&store, "guest", "eve@example.org", None).0);
    assert_eq!(epoch_of(&store, guest), None);
    let everyone = publish(&store, b"two");
    assert_eq!(everyone.len(), 1, "only the trusted agent");
    let named = Audience::Agents(vec!["guest".to_owned()]);
    let refused = store
        .publish(Publish {
            audience: named,
            ..publication(b"two")
        })
        .wait();
    assert!(matches!(refused, Err(StoreError::Invalid(_))));
    assert_eq!(epoch_of(&store, guest), None);
    let set = Audience::Member {
        agent: "guest".to_owned(),
        member: "eve@example.org".to_owned(),
    };
    let published = store
        .publish(Publish {
            audience: set,
            ..publication(b"hers")
        })
        .wait()
        .unwrap();
    assert_eq!(published.len(), 1);
    let artifact = look(&store, guest, |turn| {
        turn.publication.as_ref().map(|publication| publication.artifact)
    });
    assert_eq!(artifact, Some(Digest::of(b"hers")));
}

#[test]
fn a_roll_back_is_a_new_epoch_with_the_old_artifact() {
    let scene = Scene::new();
    let store = scene.server();
    let scopes = furnish(&store);
    publish(&store, b"one");
    publish(&store, b"two");
    let back = Publish {
        audience: Audience::Agents(vec!["deployer".to_owned()]),
        artifact: ArtifactSource::Epoch(Epoch::new(1)),
        ..publication(b"")
    };
    assert_eq!(
        store.publish(back).wait().unwrap().first().unwrap().epoch.get(),
        3
    );
    let publication = look(&store, scopes, |turn| turn.publication.clone()).unwrap();
    assert_eq!(store.artifact(publication.artifact).wait().unwrap(), b"one");
    let agent = store.agent("deployer").wait().unwrap().unwrap();
    let history = store.publications(agent.id, 10).wait().unwrap();
    assert_eq!(
        history
            .iter()
            .map(|publication| publication.epoch.get())
            .collect::<Vec<_>>(),
        [3, 2, 1]
    );
}

#[test]
fn a_publication_that_fails_half_way_leaves_nothing() {
    let scene = Scene::new();
    let store = scene.server();
    let scopes = furnish(&store);
    let both = Audience::Agents(vec!["deployer".to_owned(), "nobody".to_owned()]);
    let result = store
        .publish(Publish {
            audience: both,
            ..publication(b"one")
        })
        .wait();
    assert!(matches!(result, Err(StoreError::Unknown { what: "agent", .. })));
    assert_eq!(epoch_of(&store, scopes), None);
    assert!(store.artifact(Digest::of(b"one")).wait().is_err());
    let no_current = Publish {
        audience: Audience::Agents(vec!["deployer".to_owned()]),
        artifact: ArtifactSource::Current,
        ..publication(b"")
    };
    assert!(
        store
            .publish(no_current)
            .wait()
            .unwrap_err()
            .to_string()
            .contains("wicket reload")
    );
}
