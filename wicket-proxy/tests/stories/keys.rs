//! Who may call at all.

use serde_json::json;
use wicket_proxy::store::{AgentStatus, NewKey};

use crate::world::{AGENT, AUTHOR, MEMBER, Reply, World, instant, member, new_key};

const READ: &str = "notes__read_note";

async fn read(world: &World, key: &str) -> Reply {
    world.call(key, READ, json!({ "id": "a" })).await
}

/// Nothing more arrived, nothing more was recorded.
async fn assert_refused(world: &World, key: &str, status: u16, records: usize, arrived: usize) {
    let legacy = world
        .client
        .post(&world.url(), key)
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_eq!(legacy.status().as_u16(), status);
    let reply = read(world, key).await;
    assert_eq!(reply.status, status, "{reply:?}");
    assert_eq!(reply.challenge.is_some(), status == 401, "{reply:?}");
    assert_eq!(world.judged().await.len(), records);
    assert_eq!(world.notes.calls().len(), arrived);
}

#[tokio::test]
async fn without_a_good_key_nothing_happens() {
    let world = World::new().await;
    let key = world.key().await;
    let reply = world.client.without_key(&world.url(), READ).await;
    assert_eq!((reply.status, reply.challenge.as_deref()), (401, Some("Bearer")));
    // One letter is another, in the key or in its checksum; too short; somebody else's form.
    let mut other = key.clone();
    other.replace_range(10..11, if &key[10..11] == "a" { "b" } else { "a" });
    for wrong in [other.as_str(), &key[..40], "wk_", "Bearer", "a b"] {
        assert_refused(&world, wrong, 401, 0, 0).await;
    }
    assert!(read(&world, &key).await.permitted());
}

#[tokio::test]
async fn a_key_of_another_installation_is_no_key_here() {
    let (world, elsewhere) = (World::new().await, World::new().await);
    let foreign = elsewhere.key().await;
    assert_refused(&world, &foreign, 401, 0, 0).await;
}

#[tokio::test]
async fn a_key_is_refused_from_the_moment_of_its_revocation() {
    let world = World::new().await;
    let (key, id) = world.key_with(new_key()).await;
    let legacy = world.legacy(&key).await;
    assert!(read(&world, &key).await.permitted());
    world.store().revoke_key(id, AUTHOR).await.unwrap();
    assert_refused(&world, &key, 401, 1, 1).await;
    assert_eq!(legacy.call(READ, json!({ "id": "a" })).await.status, 401);
}

#[tokio::test]
async fn a_key_lapses_to_the_instant() {
    let world = World::new().await;
    let expires = Some(instant("2026-03-02T13:00:00+01:00"));
    let (key, _) = world.key_with(NewKey { expires, ..new_key() }).await;
    world.clock.set(instant("2026-03-02T12:59:59+01:00"));
    assert!(read(&world, &key).await.permitted());
    world.clock.set(instant("2026-03-02T13:00:00+01:00"));
    assert_refused(&world, &key, 401, 1, 1).await;
}

#[tokio::test]
async fn the_kill_switch_stops_every_member_at_once_and_can_be_undone() {
    let world = World::new().await;
    let key = world.key().await;
    assert!(read(&world, &key).await.permitted());
    let store = world.store();
    store
        .set_agent_status(AGENT, AgentStatus::Disabled, AUTHOR)
        .await
        .unwrap();
    assert_refused(&world, &key, 403, 1, 1).await;
    store
        .set_agent_status(AGENT, AgentStatus::Active, AUTHOR)
        .await
        .unwrap();
    assert!(read(&world, &key).await.permitted());
}

#[tokio::test]
async fn a_removed_member_is_out_and_the_others_are_not() {
    let world = World::new().await;
    let key = world.key().await;
    let store = world.store();
    store.put_member(member("bob@example.com"), AUTHOR).await.unwrap();
    let (bobs, _) = world
        .key_with(NewKey {
            member: "bob@example.com".to_owned(),
            ..new_key()
        })
        .await;
    assert!(read(&world, &key).await.permitted());
    store.remove_member(AGENT, MEMBER, AUTHOR).await.unwrap();
    let reply = read(&world, &key).await;
    assert!(matches!(reply.status, 401 | 403), "{reply:?}");
    assert!(!reply.raw.contains("bob") && !reply.raw.contains(MEMBER));
    assert_eq!(world.judged().await.len(), 1);
    assert!(read(&world, &bobs).await.permitted());
}

#[tokio::test]
async fn one_members_mcp_session_is_nothing_to_another() {
    let world = World::new().await;
    let (key, other) = (world.key().await, world.key().await);
    let stolen = world.legacy(&key).await.with_key(&other);
    let reply = stolen.call(READ, json!({ "id": "a" })).await;
    assert_eq!(reply.status, 404);
    assert!(world.notes.calls().is_empty());
}
