//! What an owner can read afterwards, and what nobody can.

use std::fmt::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use wicket_lang::catalog::Digest;
use wicket_proxy::upstream::toy::Behaviour;

use crate::world::{Setup, World, body, pages};

const RULES: &str = r#"
set chosen = ["a", "b"]
policy reading {
  permit notes.read_note only when (args.id in chosen and page.visibility is public)
}
policy ringing { permit desk:read }
breaker three_strikes { trip after 3 denials per session, until reset }
"#;

#[tokio::test]
async fn an_intent_says_everything_that_went_into_the_decision() {
    let mut world = World::ruled(RULES).await;
    world.client.conversation = Some("c-1".to_owned());
    let key = world.key().await;
    std::fs::write(
        world.path("facts.json"),
        pages(&[("a", "public", "2026-03-02T12:00:00+01:00")]),
    )
    .unwrap();
    world.call(&key, "notes__read_note", json!({ "id": "z" })).await;
    assert!(
        world
            .call(&key, "notes__read_note", json!({ "id": "a" }))
            .await
            .permitted()
    );
    let intent = world.judged().await.pop().unwrap();
    let text = |field: &str| {
        intent[field]
            .as_str()
            .unwrap_or_else(|| panic!("{field}: {intent}"))
            .to_owned()
    };
    assert_eq!(intent["v"], 1);
    assert_eq!(intent["time"], world.clock.now().0);
    assert_eq!(intent["epoch"], 1);
    assert_eq!(text("artifact").len(), "sha256:".len() + 64);
    assert!(text("tzdata").starts_with("20"));
    assert_eq!(intent["policies"][0]["name"], "reading");
    assert_eq!(intent["policies"][0]["version"], 1);
    assert_eq!(intent["policies"][0]["effect"], "permit");
    assert!(intent["policies"][0]["digest"].is_string());
    assert_eq!(
        (text("agent").as_str(), text("member").as_str()),
        ("writer", "ada@example.com")
    );
    assert!(!intent["key"].is_null());
    assert!(text("session").starts_with("ses_"));
    assert_eq!(text("conversation"), "c-1");
    assert_eq!(intent["client"], json!({ "name": "story", "version": "1.2" }));
    assert_eq!(text("address"), "127.0.0.1");
    assert_eq!(text("era"), "2026-07-28");
    assert_eq!(text("method"), "tools/call");
    assert_eq!(
        (text("service").as_str(), text("tool").as_str()),
        ("notes", "read_note")
    );
    assert!(intent["definitions"]["shape"].is_string() && intent["definitions"]["text"].is_string());
    assert_eq!(text("arguments"), Digest::of(br#"{"id":"a"}"#).to_string());
    assert_eq!(intent["resource"], json!({ "page": "a" }));
    let input = |path: &str| {
        let inputs = intent["inputs"].as_array().unwrap();
        inputs
            .iter()
            .find(|input| input["path"] == path)
            .cloned()
            .unwrap_or_default()
    };
    assert_eq!(input("args.id")["value"], "\"a\"");
    assert_eq!(input("page.visibility")["age"], 0);
    assert_eq!(
        input("three_strikes")["value"],
        "1",
        "the counter before this call"
    );
    assert_eq!(
        (text("decision").as_str(), text("reason").as_str()),
        ("permit", "policy")
    );

    let outcome = world.outcomes().await.pop().unwrap();
    assert_eq!(outcome["call"], intent["call"]);
    assert_eq!(outcome["session"], intent["session"]);
    assert_eq!(outcome["status"], 200);
    assert!(outcome["duration"].is_number());
    for record in world.records().await {
        assert_eq!(Digest::of(record.body.as_bytes()), record.digest);
    }
}

#[tokio::test]
async fn the_version_of_a_policy_rises_when_a_set_that_it_reads_changes() {
    let world = World::ruled(RULES).await;
    let key = world.key().await;
    let version = async |tool: &str, arguments: Value| {
        world.call(&key, tool, arguments).await;
        world.judged().await.pop().unwrap()["policies"][0]["version"].clone()
    };
    assert_eq!(version("notes__read_note", json!({ "id": "a" })).await, 1);
    world.publish(&RULES.replace("\"b\"]", "\"c\"]")).await;
    assert_eq!(version("notes__read_note", json!({ "id": "a" })).await, 2);
    assert_eq!(version("desk__ring", json!({})).await, 1, "it reads no set");
    world.publish(RULES).await;
    assert_eq!(version("desk__ring", json!({})).await, 1);
    let last = world.records().await;
    let published = last
        .iter()
        .rev()
        .map(body)
        .find(|body| body["policies"][0].is_object() && body["author"] == "owner");
    assert!(published.is_some());
}

#[tokio::test]
async fn no_secret_is_in_any_record_or_file() {
    let token = "tok_0123456789abcdefSECRET";
    let world = World::with(Setup {
        notes: "credential = { file = \"token\" }",
        ..Setup::default()
    })
    .await;
    std::fs::write(world.path("token"), token).unwrap();
    let key = world.key().await;
    assert!(
        world
            .call(&key, "notes__read_note", json!({ "id": "a" }))
            .await
            .permitted()
    );
    assert_eq!(
        world.notes.calls()[0].headers["authorization"],
        format!("Bearer {token}")
    );
    world.notes.behave(Behaviour::Status(401));
    world.call(&key, "notes__read_note", json!({ "id": "a" })).await;
    world.notes.behave(Behaviour::ClosesEarly);
    world.call(&key, "notes__read_note", json!({ "id": "a" })).await;
    world.call(&key, "notes__delete_note", json!({ "id": "a" })).await;
    world
        .legacy(&key)
        .await
        .call("notes__read_note", json!({ "id": "a" }))
        .await;
    world
        .client
        .send(&world.url(), &key, "notes__read_note", "{")
        .await;
    // Whoever looks at the machine's memory on disk, or at what it logged.
    let mut files = Vec::new();
    collect(&world.path(".wicket"), &mut files);
    assert!(files.len() >= 2, "{files:?}");
    let logged = crate::world::logged();
    assert!(!logged.is_empty());
    for secret in [key.as_str(), &key[3..46], token] {
        for form in forms(secret) {
            for (name, bytes) in &files {
                assert!(!holds(bytes, form.as_bytes()), "{name} holds a secret");
            }
            assert!(!holds(&logged, form.as_bytes()), "the log holds a secret");
        }
    }
}

fn forms(secret: &str) -> Vec<String> {
    let mut hex = String::new();
    for byte in secret.bytes() {
        write!(hex, "{byte:02x}").unwrap();
    }
    // Without the last characters, which depend on what follows.
    let stem = |text: String| text[..text.len() - 4].to_owned();
    vec![
        secret.to_owned(),
        hex.to_uppercase(),
        hex,
        stem(STANDARD.encode(secret)),
        stem(URL_SAFE_NO_PAD.encode(secret)),
    ]
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

fn collect(folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
}

#[tokio::test]
async fn what_a_caller_writes_does_not_fill_the_records() {
    let mut world = World::ruled("policy reading { permit notes.read_note }").await;
    let long = "x".repeat(1 << 20);
    world.client.name.clone_from(&long);
    world.client.conversation = Some(long.clone());
    let key = world.key().await;
    for (tool, arguments) in [
        (format!("notes__{long}"), json!({ "id": "a" })),
        (long.clone(), json!({})),
        ("notes__read_note".to_owned(), json!({ "id": long })),
        ("notes__read_note".to_owned(), json!({ "id": "a", "other": long })),
    ] {
        let meta = world.client.meta();
        let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": { "name": tool, "arguments": arguments, "_meta": meta } });
        let legacy = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": { "name": tool, "arguments": arguments } });
        world
            .client
            .send(&world.url(), &key, "notes__read_note", call.to_string())
            .await;
        world.legacy(&key).await.send(&legacy.to_string()).await;
    }
    let records = world.records().await;
    let judged = world.judged().await;
    assert_eq!(judged.len(), 8);
    for record in records {
        assert!(record.body.len() < 4096, "{} bytes", record.body.len());
    }
    let resource = judged[4]["resource"]["page"].as_str().unwrap();
    assert!(resource.starts_with("sha256:"), "{resource}");
}

#[tokio::test]
async fn point_46_a_long_value_is_its_digest_and_the_tests_that_were_made_on_it() {
    let world = World::ruled(
        r#"
private set quiet = ["z"]
policy p {
  permit notes.read_note when (args.id starts_with "aaa" and args.id not in quiet)
  forbid notes.read_note when args.id == "b"
}
"#,
    )
    .await;
    let key = world.key().await;
    let short = "a".repeat(20);
    let long = "a".repeat(300);
    for id in [&short, &long] {
        let reply = world.call(&key, "notes__read_note", json!({ "id": id })).await;
        assert!(reply.permitted(), "{reply:?}");
    }
    let judged = world.judged().await;
    assert_eq!(
        judged[0]["inputs"],
        json!([{ "path": "args.id", "value": format!("\"{short}\"") }])
    );
    let written = format!("\"{long}\"");
    assert_eq!(
        judged[1]["inputs"],
        json!([{
            "path": "args.id",
            "value": Digest::of(written.as_bytes()).to_string(),
            "tests": [
                { "test": "(args.id starts_with \"aaa\")", "truth": "true" },
                { "test": "(args.id in quiet)", "truth": "false" },
                { "test": "(args.id == \"b\")", "truth": "false" },
            ],
        }])
    );
}

#[tokio::test]
async fn a_call_that_wants_no_answer_is_not_made_and_is_recorded() {
    let world = World::new().await;
    let key = world.key().await;
    let legacy = world.legacy(&key).await;
    let call = r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"notes__read_note","arguments":{"id":"a"}}}"#;
    assert_eq!(legacy.send(call).await.status, 202);
    assert_eq!(world.judged().await[0]["reason"], "arguments");
    assert!(world.notes.calls().is_empty());
}
