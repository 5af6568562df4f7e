//! When nothing can be recorded, nothing is let through.

use rusqlite::Connection;
use serde_json::json;
use wicket_proxy::upstream::toy::Behaviour;

use crate::world::{World, eventually};

const READ: &str = "notes__read_note";

/// A disk that takes no more records: every insertion fails with an error that SQLite gives back.
fn fail(world: &World) {
    database(world)
        .execute_batch(
            "CREATE TRIGGER disk BEFORE INSERT ON records BEGIN SELECT RAISE(ABORT, 'the disk is gone'); END",
        )
        .unwrap();
}

fn mend(world: &World) {
    database(world).execute_batch("DROP TRIGGER disk").unwrap();
}

#[expect(
    clippy::disallowed_methods,
    reason = "somebody else opens the database, to break it"
)]
fn database(world: &World) -> Connection {
    let database = Connection::open(world.path(".wicket/wicket.db")).unwrap();
    database.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
    database
}

#[tokio::test]
async fn a_call_that_cannot_be_recorded_is_not_made() {
    let mut world = World::new().await;
    let key = world.key().await;
    assert!(world.call(&key, READ, json!({ "id": "a" })).await.permitted());
    fail(&world);
    for (tool, arguments) in [
        (READ, json!({ "id": "a" })),
        ("desk__ring", json!({})),
        ("notes__write_note", json!({ "id": "a", "text": "nonsense" })),
    ] {
        let reply = world.call(&key, tool, arguments).await;
        assert_eq!(reply.reason(), "not_recorded", "{reply:?}");
        assert_eq!(reply.decision()["class"]["kind"], "transient");
        assert!(
            !reply.raw.contains("disk") && !reply.raw.contains("SQL"),
            "{reply:?}"
        );
    }
    assert!(
        world.ready().await["degraded"]
            .as_str()
            .unwrap()
            .contains("recorded")
    );
    // It is not tried again into success: the store must be proven by a new start.
    mend(&world);
    assert_eq!(
        world.call(&key, READ, json!({ "id": "a" })).await.reason(),
        "not_recorded"
    );
    assert_eq!(world.notes.calls().len() + world.desk.calls().len(), 1);
    world.restart().await;
    assert!(world.call(&key, READ, json!({ "id": "a" })).await.permitted());
    assert_eq!(world.ready().await, json!({ "ready": true }));
    assert_eq!(world.judged().await.len(), 2);
}

#[tokio::test]
async fn a_call_whose_outcome_is_lost_has_an_unknown_one_after_the_next_start() {
    let mut world = World::new().await;
    let key = world.key().await;
    world
        .notes
        .behave(Behaviour::Slow(std::time::Duration::from_millis(300)));
    let (client, url) = (world.client.clone(), world.url());
    let call = tokio::spawn(async move { client.call(&url, &key, READ, &json!({ "id": "a" })).await });
    eventually("the call leaves", async || world.notes.calls().len() == 1).await;
    fail(&world);
    assert!(
        call.await.unwrap().permitted(),
        "it was made, so its result is told"
    );
    mend(&world);
    world.restart().await;
    let outcomes = world.outcomes().await;
    assert_eq!(outcomes.len(), 1);
    assert_eq!(outcomes[0]["outcome"], "unknown");
}

#[tokio::test]
async fn while_another_process_holds_the_database_calls_are_refused_and_then_served() {
    let world = World::new().await;
    let key = world.key().await;
    let holder = database(&world);
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let reply = world.call(&key, READ, json!({ "id": "a" })).await;
    assert_eq!(reply.reason(), "not_recorded", "{reply:?}");
    holder.execute_batch("ROLLBACK").unwrap();
    assert!(world.call(&key, READ, json!({ "id": "a" })).await.permitted());
    assert_eq!(world.notes.calls().len(), 1);
    assert_eq!(world.ready().await, json!({ "ready": true }));
}

#[tokio::test]
async fn a_damaged_database_is_no_start_and_says_what_to_do() {
    let mut world = World::new().await;
    let key = world.key().await;
    assert!(world.call(&key, READ, json!({ "id": "a" })).await.permitted());
    world.stop().await;
    let file = world.path(".wicket/wicket.db");
    // The end moves the log into the database, so that a copy of the one file is a backup.
    let log = world.path(".wicket/wicket.db-wal");
    eventually("the store is closed", async || !log.exists()).await;
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[..100].fill(b'x');
    std::fs::write(&file, bytes).unwrap();
    let error = world.start_soon().await.unwrap_err();
    assert!(error.to_string().contains("backup"), "{error}");
}

#[tokio::test]
async fn a_second_server_on_the_same_folder_is_no_start() {
    let mut world = World::new().await;
    let error = world.start().await.unwrap_err();
    assert!(error.to_string().contains("another"), "{error}");
}
