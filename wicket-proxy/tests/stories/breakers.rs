//! A breaker stops everything after its last straw, and nothing that a client does brings it back.

use std::sync::Arc;

use serde_json::{Value, json};
use wicket_proxy::audit::Kind;
use wicket_proxy::store::NewKey;
use wicket_proxy::upstream::toy::Behaviour;

use crate::world::{AUTHOR, Client, Reply, World, body, eventually, new_key};

const READ: &str = "notes__read_note";

fn note() -> Value {
    json!({ "id": "a" })
}

/// What the policies of most stories refuse.
async fn be_denied(world: &World, key: &str) -> Reply {
    let arguments = json!({ "id": "a", "text": "nonsense" });
    let reply = world.call(key, "notes__write_note", arguments).await;
    assert!(!reply.permitted(), "{reply:?}");
    reply
}

async fn trip(world: &World, key: &str) {
    for _ in 0..3 {
        assert_eq!(be_denied(world, key).await.reason(), "policy");
    }
    assert_eq!(be_denied(world, key).await.reason(), "breaker");
}

/// What `wicket session reset` does.
async fn reset(world: &World, item: Option<&str>) {
    let store = world.store();
    let sessions = store.sessions(None).await.unwrap();
    assert_eq!(sessions.len(), 1);
    let id = &sessions[0].session.id;
    store
        .reset_session(id, item, AUTHOR, wicket_proxy::pipeline::reset)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixty_four_calls_at_once_none_leaves_after_the_third_denial() {
    let world = Arc::new(World::new().await);
    let key = world.key().await;
    let calls: Vec<_> = (0..64)
        .map(|number| {
            let (world, key) = (Arc::clone(&world), key.clone());
            tokio::spawn(async move {
                if number % 9 == 8 {
                    be_denied(&world, &key).await
                } else {
                    world.call(&key, READ, note()).await
                }
            })
        })
        .collect();
    let mut replies = Vec::new();
    for call in calls {
        replies.push(call.await.unwrap());
    }
    let records = world.records().await;
    let seqs: Vec<i64> = records.iter().map(|record| record.seq.get()).collect();
    let whole: Vec<i64> = (seqs[0]..).take(seqs.len()).collect();
    assert_eq!(seqs, whole, "no gap");
    let mut denials = 0;
    for record in &records {
        match record.kind {
            Kind::Denied if body(record)["reason"] == "policy" => denials += 1,
            Kind::Denied => assert_eq!((body(record)["reason"].as_str(), denials), (Some("breaker"), 3)),
            Kind::Intent => assert!(
                denials < 3,
                "{} was let through after the third denial",
                record.seq
            ),
            Kind::Outcome | Kind::Admin | Kind::Publication => {}
        }
    }
    assert_eq!(denials, 3, "the breaker counts each once");
    let of = |kind| records.iter().filter(|record| record.kind == kind).count();
    assert_eq!(of(Kind::Intent) + of(Kind::Denied), 64);
    assert_eq!(of(Kind::Intent), of(Kind::Outcome));
    assert_eq!(of(Kind::Intent), world.notes.calls().len());
    assert_eq!(
        of(Kind::Intent),
        replies.iter().filter(|reply| reply.permitted()).count()
    );
}

#[tokio::test]
async fn an_open_breaker_outlives_the_program() {
    let mut world = World::new().await;
    let key = world.key().await;
    be_denied(&world, &key).await;
    be_denied(&world, &key).await;
    world.restart().await;
    assert_eq!(
        be_denied(&world, &key).await.reason(),
        "policy",
        "the third, and not the first"
    );
    world.restart().await;
    let reply = world.call(&key, READ, note()).await;
    assert_eq!(reply.reason(), "breaker");
    assert_eq!(reply.text(), "Stopped after three refusals.");
    assert_eq!(
        reply.decision()["class"],
        json!({ "kind": "after_reset", "breakers": ["three_strikes"] })
    );
    assert!(world.notes.calls().is_empty());
}

#[tokio::test]
async fn nothing_that_a_client_does_resets_a_breaker() {
    let mut world = World::new().await;
    let (key, id) = world.key_with(new_key()).await;
    trip(&world, &key).await;
    // Another MCP session, another era, another connection, another name, another conversation.
    assert_eq!(
        world.legacy(&key).await.call(READ, note()).await.reason(),
        "breaker"
    );
    assert_eq!(
        world.legacy(&key).await.call(READ, note()).await.reason(),
        "breaker"
    );
    world.client = Client::new();
    assert_eq!(world.call(&key, READ, note()).await.reason(), "breaker");
    world.client.name = "somebody else".to_owned();
    assert_eq!(world.call(&key, READ, note()).await.reason(), "breaker");
    world.client.conversation = Some("fresh".to_owned());
    assert_eq!(world.call(&key, READ, note()).await.reason(), "breaker");
    // A key that replaces this one goes on where it was.
    let (rotated, _) = world
        .key_with(NewKey {
            replaces: Some(id),
            ..new_key()
        })
        .await;
    assert_eq!(world.call(&rotated, READ, note()).await.reason(), "breaker");
    world.store().revoke_key(id, AUTHOR).await.unwrap();
    assert_eq!(world.call(&rotated, READ, note()).await.reason(), "breaker");
    assert!(world.notes.calls().is_empty());
    let last = world.judged().await.pop().unwrap();
    assert_eq!(last["conversation"], "fresh");
    assert_eq!(last["client"]["name"], "somebody else");

    reset(&world, None).await;
    assert!(world.call(&rotated, READ, note()).await.permitted());
    // It counts from nothing again.
    trip(&world, &rotated).await;
    reset(&world, Some("three_strikes")).await;
    assert!(world.call(&rotated, READ, note()).await.permitted());
}

#[tokio::test]
async fn another_key_of_the_same_member_has_a_session_of_its_own() {
    let world = World::new().await;
    let (key, other) = (world.key().await, world.key().await);
    trip(&world, &key).await;
    assert!(world.call(&other, READ, note()).await.permitted());
}

const PAUSE: &str = r#"
policy reading { permit notes.read_note, desk:read }
policy writing { permit notes.write_note only when args.text starts_with "ok" otherwise "Notes begin with ok." }
breaker pause { trip after 2 denials per session, for 30m  message "A pause of half an hour." }
"#;

#[tokio::test]
async fn after_a_pause_one_call_probes_and_its_success_closes_the_breaker() {
    let world = Arc::new(World::ruled(PAUSE).await);
    let key = world.key().await;
    be_denied(&world, &key).await;
    be_denied(&world, &key).await;
    let reply = world.call(&key, READ, note()).await;
    assert_eq!(reply.text(), "A pause of half an hour.");
    assert_eq!(reply.decision()["next"], "2026-03-02T11:30:00Z");
    world.pass_minutes(29);
    assert_eq!(world.call(&key, READ, note()).await.reason(), "breaker");
    world.pass_minutes(1);
    // A denied call is no probe.
    assert_eq!(be_denied(&world, &key).await.reason(), "policy");

    world
        .notes
        .behave(Behaviour::Slow(std::time::Duration::from_millis(400)));
    let probe = tokio::spawn({
        let (world, key) = (Arc::clone(&world), key.clone());
        async move { world.call(&key, READ, note()).await }
    });
    eventually("the probe leaves", async || world.notes.calls().len() == 1).await;
    assert_eq!(
        world.call(&key, "desk__ring", json!({})).await.reason(),
        "breaker"
    );
    assert!(probe.await.unwrap().permitted());
    assert!(world.call(&key, "desk__ring", json!({})).await.permitted());
    be_denied(&world, &key).await;
    assert!(
        world.call(&key, READ, note()).await.permitted(),
        "it counts from nothing"
    );
    assert_eq!(world.notes.calls().len(), 2);
    assert_eq!(world.desk.calls().len(), 1);
}

#[tokio::test]
async fn a_probe_that_fails_begins_the_pause_anew() {
    let world = World::ruled(PAUSE).await;
    let key = world.key().await;
    be_denied(&world, &key).await;
    be_denied(&world, &key).await;
    world.pass_minutes(30);
    world.notes.behave(Behaviour::Status(500));
    assert!(!world.call(&key, READ, note()).await.permitted());
    assert_eq!(world.notes.calls().len(), 1);
    world.notes.behave(Behaviour::Well);
    assert_eq!(world.call(&key, READ, note()).await.reason(), "breaker");
    world.pass_minutes(29);
    assert_eq!(world.call(&key, READ, note()).await.reason(), "breaker");
    world.pass_minutes(1);
    assert!(world.call(&key, READ, note()).await.permitted());
    assert!(world.call(&key, READ, note()).await.permitted());
    assert_eq!(world.notes.calls().len(), 3);
}

#[tokio::test]
async fn a_probe_whose_end_nobody_saw_leaves_the_breaker_shut() {
    let mut world = World::ruled(PAUSE).await;
    let key = world.key().await;
    be_denied(&world, &key).await;
    be_denied(&world, &key).await;
    world.pass_minutes(30);
    world.notes.behave(Behaviour::Refuses);
    let refused = world.call(&key, READ, note()).await;
    assert_eq!(
        refused.code(),
        4711,
        "the upstream's own error comes through: {refused:?}"
    );
    world.restart().await;
    assert_eq!(world.call(&key, READ, note()).await.reason(), "breaker");
}
