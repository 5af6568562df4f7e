//! What a client is told, in both eras.

use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn an_allowed_call_arrives_once_and_its_result_comes_back() {
    let world = World::new().await;
    let key = world.key().await;
    let reply = world.call(&key, "notes__read_note", json!({ "id": "a" })).await;
    assert!(reply.permitted(), "{reply:?}");
    assert_eq!(reply.text(), "read_note is done");
    let legacy = world.legacy(&key).await;
    let reply = legacy.call("desk__ring", json!({})).await;
    assert_eq!(reply.text(), "ring is done");

    let arrived = world.notes.calls();
    assert_eq!(arrived.len(), 1);
    assert_eq!(arrived[0].tool.as_deref(), Some("read_note"));
    assert!(!arrived[0].body.contains(&key), "the member key stays here");
    assert!(arrived[0].headers.values().all(|value| !value.contains(&key)));
    assert_eq!(world.desk.calls().len(), 1);
    let judged = world.judged().await;
    assert_eq!(judged.len(), 2);
    assert!(judged.iter().all(|body| body["decision"] == "permit"));
    assert!(
        world
            .outcomes()
            .await
            .iter()
            .all(|body| body["outcome"] == "success")
    );
}

#[tokio::test]
async fn a_denied_call_is_told_in_the_owners_words_in_both_eras() {
    let world = World::new().await;
    let key = world.key().await;
    let arguments = json!({ "id": "a", "text": "nonsense" });
    let modern = world.call(&key, "notes__write_note", arguments.clone()).await;
    let legacy = world
        .legacy(&key)
        .await
        .call("notes__write_note", arguments)
        .await;
    for reply in [&modern, &legacy] {
        assert_eq!(reply.status, 200);
        assert_eq!(reply.body["result"]["isError"], true);
        assert_eq!(reply.text(), "Notes begin with ok.");
        assert_eq!(reply.reason(), "policy");
        assert_eq!(reply.decision()["policies"], json!(["writing"]));
        assert_eq!(reply.decision()["class"]["kind"], "if");
    }
    let judged = world.judged().await;
    let records: Vec<_> = judged.iter().map(|body| body["call"].clone()).collect();
    assert_eq!(
        records,
        [
            modern.decision()["record"].clone(),
            legacy.decision()["record"].clone()
        ]
    );
    assert!(world.notes.calls().is_empty());
    assert!(
        world.outcomes().await.is_empty(),
        "what did not leave has no outcome"
    );
}

#[tokio::test]
async fn a_hidden_tool_answers_as_one_that_does_not_exist_byte_for_byte() {
    let world = World::new().await;
    let key = world.key().await;
    let legacy = world.legacy(&key).await;
    let arguments = json!({ "id": "a" });
    for absent in ["notes__nope", "nowhere__read_note", "read_note", ""] {
        let there = world.call(&key, "notes__peek", arguments.clone()).await;
        let not_there = world.call(&key, absent, arguments.clone()).await;
        assert_eq!(there.code(), -32602);
        assert_eq!(there.raw.replace("notes__peek", absent), not_there.raw);
        let there = legacy.call("notes__peek", arguments.clone()).await;
        let not_there = legacy.call(absent, arguments.clone()).await;
        assert_eq!(there.raw.replace("notes__peek", absent), not_there.raw);
        assert_eq!(there.status, not_there.status);
    }
    assert!(world.notes.calls().is_empty());
    // The owner sees the difference.
    let judged = world.judged().await;
    assert_eq!(judged[0]["reason"], "default");
    assert_eq!(judged[1]["reason"], "unknown_tool");
}

#[tokio::test]
async fn a_hidden_tool_cannot_be_told_by_its_headers_or_arguments() {
    let world = World::ruled("policy tags { permit notes.tagged }").await;
    let key = world.key().await;
    // Wrong in two ways: a header that says nothing, and an argument that is not named.
    for arguments in [
        json!({ "tag": "a" }),
        json!({ "other": 1 }),
        json!({ "tag": "a", "TAG": "b" }),
    ] {
        let there = world.call(&key, "notes__secret_tagged", arguments.clone()).await;
        let not_there = world.call(&key, "notes__nope", arguments).await;
        assert_eq!(
            there.raw.replace("notes__secret_tagged", "notes__nope"),
            not_there.raw
        );
    }
    let wrong = world.call(&key, "notes__tagged", json!({ "tag": "a" })).await;
    assert_eq!((wrong.status, wrong.code()), (400, -32020));
    let url = world.url();
    let right = [("mcp-param-tag", "a")];
    let right = world
        .client
        .call_written(&url, &key, "notes__tagged", r#"{"tag":"a"}"#, &right)
        .await;
    assert!(right.permitted(), "{right:?}");
    let arrived = world.notes.calls();
    assert_eq!(arrived.len(), 1);
    assert_eq!(arrived[0].headers["mcp-param-tag"], "a");
    let judged = world.judged().await;
    let mismatch = &judged[judged.len() - 2];
    assert_eq!(
        (&mismatch["reason"], &mismatch["decision"]),
        (&json!("arguments"), &json!("deny"))
    );
}

#[tokio::test]
async fn the_list_holds_what_this_caller_may_reach() {
    let world = World::new().await;
    let key = world.key().await;
    assert_eq!(
        world.list(&key).await,
        ["desk__ring", "notes__read_note", "notes__write_note"]
    );
    world.publish("policy nothing { forbid notes.* }").await;
    assert!(world.list(&key).await.is_empty());
    assert!(world.notes.calls().is_empty());
}
