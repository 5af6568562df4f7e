//! Agents, people, keys, sessions, and the records of what was done to them.

use super::*;
use crate::audit::Kind;
use crate::clock::Chance;
use crate::store::{Filter, Standing};

#[test]
fn a_key_names_its_holder_until_it_is_revoked_by_any_process() {
    let scene = Scene::new();
    let server = scene.server();
    let command = scene.tool();
    agent(&server, "deployer");
    member(&server, "deployer", "ada@example.org");
    let (id, key) = key(&command, "deployer", "ada@example.org", None);
    let holder = server.find_key(&key).wait().unwrap().unwrap();
    assert_eq!(
        (holder.agent_name.as_str(), holder.member_name.as_str()),
        ("deployer", "ada@example.org")
    );
    assert_eq!(holder.groups, ["developers"]);
    assert_eq!(holder.standing(NOON), Standing::Good);
    command.revoke_key(id, "owner").wait().unwrap();
    assert_eq!(
        server.find_key(&key).wait().unwrap().unwrap().standing(NOON),
        Standing::Revoked
    );
    let foreign = MemberKey::generate(&Chance::seeded(5)).unwrap();
    assert_eq!(server.find_key(&foreign).wait().unwrap(), None);
}

#[test]
fn a_key_lapses_at_its_instant() {
    let scene = Scene::new();
    let store = scene.server();
    agent(&store, "deployer");
    member(&store, "deployer", "ada@example.org");
    let new = NewKey {
        agent: "deployer".to_owned(),
        member: "ada@example.org".to_owned(),
        name: "short".to_owned(),
        expires: Some(Instant(NOON.0 + 1)),
        replaces: None,
    };
    let created = store.create_key(new, "owner").wait().unwrap();
    let holder = store.find_key(&created.key).wait().unwrap().unwrap();
    assert_eq!(holder.standing(NOON), Standing::Good);
    assert_eq!(holder.standing(Instant(NOON.0 + 1)), Standing::Expired);
}

#[test]
fn neither_a_key_nor_anything_that_opens_it_is_on_disk() {
    let scene = Scene::new();
    let store = scene.server();
    agent(&store, "deployer");
    member(&store, "deployer", "ada@example.org");
    let (_, key) = key(&store, "deployer", "ada@example.org", None);
    drop(store);
    let text = key.expose();
    for entry in std::fs::read_dir(scene.folder.path().join("data")).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let random = text.reveal().get(3..46).unwrap().as_bytes();
        assert!(!bytes.windows(random.len()).any(|window| window == random));
    }
}

#[test]
fn a_removed_member_is_out_and_the_old_key_stays_out_after_a_return() {
    let scene = Scene::new();
    let store = scene.server();
    agent(&store, "deployer");
    member(&store, "deployer", "ada@example.org");
    let (_, key) = key(&store, "deployer", "ada@example.org", None);
    store
        .remove_member("deployer", "ada@example.org", "owner")
        .wait()
        .unwrap();
    member(&store, "deployer", "ada@example.org");
    assert_eq!(
        store.find_key(&key).wait().unwrap().unwrap().standing(NOON),
        Standing::Revoked
    );
    let agent = store.agent("deployer").wait().unwrap().unwrap();
    let members = store.members(agent.id).wait().unwrap();
    assert_eq!(
        members.iter().map(|member| member.status).collect::<Vec<_>>(),
        [MembershipStatus::Approved]
    );
}

#[test]
fn each_act_is_recorded_with_its_author_and_a_refused_one_is_not() {
    let scene = Scene::new();
    let store = scene.server();
    let scopes = furnish(&store);
    let taken = store
        .create_agent(
            NewAgent {
                name: "deployer".to_owned(),
                trusted: true,
                tags: vec![],
            },
            "owner",
        )
        .wait();
    assert!(matches!(taken, Err(StoreError::Taken { .. })));
    let odd = store
        .create_agent(
            NewAgent {
                name: "a b".to_owned(),
                trusted: true,
                tags: vec![],
            },
            "owner",
        )
        .wait();
    assert!(matches!(odd, Err(StoreError::Invalid(_))));
    store.revoke_key(scopes.key, "owner").wait().unwrap();
    store.revoke_key(scopes.key, "owner").wait().unwrap();
    let records = store
        .records(Filter {
            kind: Some(Kind::Admin),
            ..Filter::default()
        })
        .wait()
        .unwrap();
    let acts: Vec<String> = records
        .iter()
        .map(|record| {
            let body: serde_json::Value = serde_json::from_str(&record.body).unwrap();
            assert_eq!(body.get("author").unwrap(), "owner");
            body.get("act").unwrap().as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(acts, ["agent.create", "member.add", "key.create", "key.revoke"]);
}

#[test]
fn points_23_and_35_a_reset_changes_the_state_by_the_language_s_own_function() {
    let scene = Scene::new();
    let store = scene.server();
    let scopes = furnish(&store);
    count_named(&store, scopes);
    let id = store
        .sessions(Some("deployer"))
        .wait()
        .unwrap()
        .first()
        .unwrap()
        .session
        .id
        .clone();
    let refused = store
        .reset_session(&id, Some("x"), "owner", |_, _, _| {
            Err("there is no item `x`".to_owned())
        })
        .wait();
    assert_eq!(refused.unwrap_err().to_string(), "there is no item `x`");
    let entry = store
        .reset_session(&id, Some("three-strikes"), "owner", |_, state, item| {
            Ok(Some(format!("{}{state}", item.map_or(0, str::len))))
        })
        .wait()
        .unwrap();
    assert_eq!(
        (entry.session.state.as_str(), entry.member.as_str()),
        ("131", "ada@example.org")
    );
    assert_eq!(
        look(&store, scopes, |turn| turn.session.clone()).unwrap().state,
        "131"
    );
    let records = store
        .records(Filter {
            session: Some(id),
            kind: Some(Kind::Admin),
            ..Filter::default()
        })
        .wait();
    assert_eq!(records.unwrap().len(), 1);
}

#[test]
fn the_use_of_a_key_is_noted_to_the_minute() {
    let scene = Scene::new();
    let store = scene.server();
    let scopes = furnish(&store);
    let last_used = |store: &Store| {
        store
            .keys(Some("deployer"))
            .wait()
            .unwrap()
            .first()
            .unwrap()
            .last_used
    };
    assert_eq!(last_used(&store), None);
    count_named(&store, scopes);
    assert_eq!(last_used(&store), Some(NOON));
    scene.clock.advance_millis(59_000);
    store.touch_key(scopes.key).wait().unwrap();
    assert_eq!(last_used(&store), Some(NOON));
    scene.clock.advance_millis(2_000);
    store.touch_key(scopes.key).wait().unwrap();
    assert_eq!(last_used(&store), Some(Instant(NOON.0 + 61_000)));
}

#[test]
fn the_log_is_searched_and_followed() {
    let scene = Scene::new();
    let store = scene.server();
    let scopes = furnish(&store);
    for _ in 0..5 {
        count_named(&store, scopes);
    }
    let filter = Filter {
        agent: Some("deployer".to_owned()),
        member: Some("ada@example.org".to_owned()),
        service: Some("github".to_owned()),
        tool: Some("merge_pull_request".to_owned()),
        decision: Some(Verdict::Permit),
        since: Some(NOON),
        ..Filter::default()
    };
    let newest = store
        .records(Filter {
            limit: Some(2),
            ..filter.clone()
        })
        .wait()
        .unwrap();
    assert_eq!(
        newest.iter().map(|record| record.seq.get()).collect::<Vec<_>>(),
        [7, 8]
    );
    let after = newest.first().map(|record| record.seq);
    let followed = store
        .records(Filter {
            after,
            ..filter.clone()
        })
        .wait()
        .unwrap();
    assert_eq!(
        followed.iter().map(|record| record.seq.get()).collect::<Vec<_>>(),
        [8]
    );
    assert!(
        store
            .records(Filter {
                until: Some(NOON),
                ..filter
            })
            .wait()
            .unwrap()
            .is_empty()
    );
}
