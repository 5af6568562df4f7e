//! What is known of a resource, and what is not.

use serde_json::{Value, json};

use crate::world::{Reply, World, pages};

const RULES: &str = r#"
policy reading {
  permit notes.read_note only when page.visibility is public
    otherwise "Public pages only."
  forbid notes.read_note when args.id is "never" message "Never that one."
}
breaker one { trip after 1 denials per session, until reset }
"#;
const NOON: &str = "2026-03-02T12:00:00+01:00";

async fn read(world: &World, key: &str, id: &str) -> Reply {
    world.call(key, "notes__read_note", json!({ "id": id })).await
}

fn save(world: &World, text: &str) {
    std::fs::write(world.path("facts.json"), text).unwrap();
}

async fn input(world: &World, path: &str) -> Value {
    let last = world.judged().await.pop().unwrap();
    let inputs = last["inputs"].as_array().cloned().unwrap_or_default();
    inputs
        .into_iter()
        .find(|input| input["path"] == path)
        .unwrap_or_default()
}

#[tokio::test]
async fn a_known_fact_decides_and_is_recorded_with_its_age() {
    let world = World::ruled(RULES).await;
    let key = world.key().await;
    save(&world, &pages(&[("a", "public", NOON), ("b", "private", NOON)]));
    world.clock.advance_millis(7_000);
    assert!(read(&world, &key, "a").await.permitted());
    assert_eq!(
        input(&world, "page.visibility").await,
        json!({ "path": "page.visibility", "value": "\"public\"", "age": 7000 })
    );
    assert_eq!(world.judged().await[0]["resource"], json!({ "page": "a" }));
    assert_eq!(read(&world, &key, "b").await.text(), "Public pages only.");
    assert_eq!(world.notes.calls().len(), 1);
}

#[tokio::test]
async fn a_fact_that_is_absent_or_too_old_is_unknown_and_unknown_never_helps() {
    let world = World::ruled(RULES).await;
    save(&world, &pages(&[("a", "public", NOON)]));
    let absent = read(&world, &world.key().await, "nobody").await;
    world.clock.advance_millis(60_000);
    assert!(
        read(&world, &world.key().await, "a").await.permitted(),
        "a minute is fresh"
    );
    world.clock.advance_millis(1);
    let stale = read(&world, &world.key().await, "a").await;
    for reply in [&absent, &stale] {
        assert_eq!(reply.reason(), "policy", "{reply:?}");
        assert_eq!(reply.decision()["class"]["kind"], "unknown", "{reply:?}");
    }
    assert_eq!(input(&world, "page.visibility").await["missing"], "unknown");
    let last = world.judged().await.pop().unwrap();
    assert!(last["unknowns"].to_string().contains("page.visibility"), "{last}");
    assert_eq!(world.notes.calls().len(), 1);
}

#[tokio::test]
async fn facts_that_cannot_be_fetched_deny_for_now_and_count_for_nothing() {
    let world = World::ruled(RULES).await;
    let key = world.key().await;
    for broken in ["[{", r#"[{"connector":"notes"}]"#, "{}"] {
        save(&world, broken);
        let reply = read(&world, &key, "a").await;
        assert_eq!(reply.decision()["class"]["kind"], "transient", "{reply:?}");
    }
    std::fs::remove_file(world.path("facts.json")).unwrap();
    assert_eq!(
        read(&world, &key, "a").await.decision()["class"]["kind"],
        "transient"
    );
    // The breaker would have stopped everything after one denial.
    save(&world, &pages(&[("a", "public", NOON)]));
    assert!(read(&world, &key, "a").await.permitted());
    assert_eq!(world.notes.calls().len(), 1);
}

#[tokio::test]
async fn a_fact_is_asked_for_only_while_the_answer_depends_on_it() {
    let world = World::ruled(RULES).await;
    let key = world.key().await;
    save(&world, "broken");
    let reply = read(&world, &key, "never").await;
    assert_eq!(reply.text(), "Never that one.");
    assert_ne!(
        reply.decision()["class"]["kind"],
        "transient",
        "nothing was fetched that could fail"
    );
    assert_eq!(read(&world, &key, "a").await.reason(), "breaker");
    let judged = world.judged().await;
    assert!(!judged[0].to_string().contains("Public pages only"));
    assert_eq!(judged[1]["reason"], "breaker", "an open breaker asks for nothing");
}
