//! When a session ends: point 24.

use serde_json::{Value, json};

use crate::world::World;

async fn be_denied(world: &World, key: &str) -> Value {
    let arguments = json!({ "id": "a", "text": "nonsense" });
    let reply = world.call(key, "notes__write_note", arguments).await;
    assert!(!reply.permitted(), "{reply:?}");
    world.judged().await.pop().unwrap()
}

#[tokio::test]
async fn point_24_idleness_forgets_the_count_of_a_closed_breaker() {
    let world = World::new().await;
    let key = world.key().await;
    let first = be_denied(&world, &key).await;
    world.pass_minutes(29);
    let second = be_denied(&world, &key).await;
    assert_eq!(first["session"], second["session"]);
    world.pass_minutes(31);
    let third = be_denied(&world, &key).await;
    assert_ne!(third["session"], second["session"]);
    be_denied(&world, &key).await;
    assert!(
        world
            .call(&key, "notes__read_note", json!({ "id": "a" }))
            .await
            .permitted()
    );
    assert_eq!(be_denied(&world, &key).await["reason"], "policy");
    assert_eq!(be_denied(&world, &key).await["reason"], "breaker");
}

#[tokio::test]
async fn point_24_an_open_breaker_outlasts_idleness() {
    let world = World::new().await;
    let key = world.key().await;
    for _ in 0..3 {
        be_denied(&world, &key).await;
    }
    world.pass_minutes(31);
    let soon = be_denied(&world, &key).await;
    world.pass_minutes(60 * 24 * 30);
    let late = be_denied(&world, &key).await;
    assert_eq!(
        (&soon["reason"], &late["reason"]),
        (&json!("breaker"), &json!("breaker"))
    );
    assert_eq!(soon["session"], late["session"]);
    assert!(world.notes.calls().is_empty());
}

#[tokio::test]
async fn a_clock_that_is_set_back_neither_ends_a_session_nor_moves_it_back() {
    let world = World::new().await;
    let key = world.key().await;
    let first = be_denied(&world, &key).await;
    world.pass_minutes(-120);
    let second = be_denied(&world, &key).await;
    assert_eq!(first["session"], second["session"]);
    assert_eq!(first["time"], second["time"]);
}
