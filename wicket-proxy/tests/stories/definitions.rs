//! Tools that are not what the owner pinned.

use serde_json::json;
use wicket_lang::json::Json;
use wicket_proxy::upstream::toy::ToyTool;

use crate::world::{World, notes, pinned, retitled};

const READ: &str = "notes__read_note";

async fn assert_changed(world: &World, key: &str) {
    // A list is kept for half a minute.
    world.clock.advance_millis(31_000);
    let reply = world.call(key, READ, json!({ "id": "a" })).await;
    assert_eq!(reply.reason(), "definition_changed", "{reply:?}");
    assert!(
        reply.text().contains("wicket catalog pull notes"),
        "{}",
        reply.text()
    );
    assert!(!world.list(key).await.contains(&READ.to_owned()));
}

#[tokio::test]
async fn a_tool_that_changed_upstream_is_denied_until_it_is_pinned_again() {
    let world = World::new().await;
    let key = world.key().await;
    assert!(world.call(&key, READ, json!({ "id": "a" })).await.permitted());

    // What it says of itself, which a model obeys.
    world.notes.replace_tools(retitled(notes(), "read_note"));
    assert_changed(&world, &key).await;
    // What it takes.
    let mut tools = notes();
    let taken = ToyTool {
        definition: tools[1].definition.clone(),
        ..tools[0].clone()
    };
    let name = Json::String("read_note".to_owned());
    tools[0] = taken;
    tools[0].definition.insert("name", name);
    world.notes.replace_tools(tools);
    assert_changed(&world, &key).await;
    assert_eq!(world.notes.calls().len(), 1);

    // The owner looks at it and pins it; the session had two denials, and is not stopped.
    world.notes.replace_tools(retitled(notes(), "read_note"));
    world.clock.advance_millis(31_000);
    pinned(
        &world.path("policies"),
        &[
            ("notes", retitled(notes(), "read_note")),
            ("desk", crate::world::desk()),
        ],
    );
    world.publish(crate::world::RULES).await;
    assert!(world.call(&key, READ, json!({ "id": "a" })).await.permitted());
    assert!(world.list(&key).await.contains(&READ.to_owned()));
    let judged = world.judged().await;
    assert_eq!(judged[1]["reason"], "definition_changed");
    assert_ne!(judged[0]["definitions"]["text"], judged[3]["definitions"]["text"]);
    assert_eq!(
        judged[0]["definitions"]["shape"],
        judged[3]["definitions"]["shape"]
    );
}

#[tokio::test]
async fn a_tool_that_is_gone_upstream_is_denied() {
    let world = World::new().await;
    let key = world.key().await;
    world.notes.replace_tools(notes().into_iter().skip(1).collect());
    assert_changed(&world, &key).await;
    assert!(world.notes.calls().is_empty());
}

#[tokio::test]
async fn a_tool_that_is_listed_twice_is_nobodys() {
    let world = World::new().await;
    let key = world.key().await;
    let mut tools = notes();
    tools.push(tools[0].clone());
    world.notes.replace_tools(tools);
    assert_changed(&world, &key).await;
    assert!(world.notes.calls().is_empty());
}

#[tokio::test]
async fn a_tool_in_no_tier_is_denied_even_where_everything_is_permitted() {
    let world = World::ruled("policy all { permit notes.* }").await;
    let key = world.key().await;
    let reply = world.call(&key, "notes__stray", json!({ "id": "a" })).await;
    assert!(!reply.permitted(), "{reply:?}");
    let judged = world.judged().await;
    assert_eq!(judged[0]["reason"], "unclassified");
    assert!(
        judged[0]["message"]
            .as_str()
            .unwrap()
            .contains("An owner classifies it")
    );
    assert!(!world.list(&key).await.contains(&"notes__stray".to_owned()));
    assert!(world.notes.calls().is_empty());
}
