//! A later call is held to what an earlier one answered.

use serde_json::json;
use wicket_lang::json::Json;
use wicket_proxy::audit::Kind;
use wicket_proxy::upstream::toy::{Behaviour, ToyTool};

use crate::world::{World, body, desk, notes, pinned};

const RULES: &str = r#"
track said { values of result.said in notes.read_note per session within 1h }

policy reading { permit notes.read_note, desk:read }

policy quoting {
  permit notes.write_note only when args.text in said
    otherwise "Only what was read may be written."
}
"#;

/// The notes, of which reading one says what it answers.
fn telling() -> Vec<ToyTool> {
    let mut tools = notes();
    let schema = br#"{ "type": "object", "properties": { "said": { "type": "string" } } }"#;
    let schema = wicket_lang::json::read(schema, &wicket_lang::json::Limits::default()).unwrap();
    for tool in &mut tools {
        if tool.definition.get("name").and_then(Json::as_str) == Some("read_note") {
            tool.definition.insert("outputSchema", schema.clone());
        }
    }
    tools
}

async fn world() -> World {
    let world = World::new().await;
    world.notes.replace_tools(telling());
    world.clock.advance_millis(31_000);
    pinned(&world.path("policies"), &[("notes", telling()), ("desk", desk())]);
    world.publish(RULES).await;
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn point_54_what_was_answered_may_be_written_and_the_record_tells_what_it_was() {
    let mut world = world().await;
    let key = world.key().await;
    let write = |text: &str| json!({ "id": "a", "text": text });
    let quote = "read_note is done";
    let early = world.call(&key, "notes__write_note", write(quote)).await;
    assert_eq!(early.reason(), "policy", "{early:?}");
    let read = world.call(&key, "notes__read_note", json!({ "id": "a" })).await;
    assert!(read.permitted(), "{read:?}");
    let quoted = world.call(&key, "notes__write_note", write(quote)).await;
    assert!(quoted.permitted(), "{quoted:?} {:#?}", world.judged().await);
    let other = world
        .call(&key, "notes__write_note", write("something else"))
        .await;
    assert!(!other.permitted(), "{other:?}");
    // What was remembered outlasts the program.
    world.restart().await;
    assert!(
        world
            .call(&key, "notes__write_note", write(quote))
            .await
            .permitted()
    );
    let records = world.records().await;
    let ends: Vec<_> = records
        .iter()
        .filter(|record| record.kind == Kind::Outcome)
        .collect();
    let read = body(ends[0]);
    assert_eq!(
        read["result"],
        json!([{ "path": "result.said", "value": "\"read_note is done\"" }])
    );
    assert!(body(ends[1]).get("result").is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_does_not_succeed_answers_nothing() {
    let world = world().await;
    let key = world.key().await;
    world.notes.behave(Behaviour::Garbage);
    let failed = world.call(&key, "notes__read_note", json!({ "id": "a" })).await;
    assert!(!failed.permitted() || failed.text() != "read_note is done");
    world.notes.behave(Behaviour::Well);
    let text = json!({ "id": "a", "text": "read_note is done" });
    assert!(!world.call(&key, "notes__write_note", text).await.permitted());
}
