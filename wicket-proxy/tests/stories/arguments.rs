//! Messages that two readers could read in two ways, and arguments that do not fit.

use serde_json::{Value, json};

use crate::world::{NO_LIMITS, Reply, Setup, World, modern};

const WRITE: &str = "notes__write_note";

async fn assert_recorded_as_arguments(world: &World, reply: &Reply, before: usize) {
    let judged = world.judged().await;
    assert_eq!(judged.len(), before + 1, "{reply:?}");
    let last = &judged[before];
    assert_eq!(
        (&last["decision"], &last["reason"]),
        (&json!("deny"), &json!("arguments"))
    );
    assert_eq!(
        (&last["agent"], &last["member"]),
        (&json!("writer"), &json!("ada@example.com"))
    );
    assert!(!reply.permitted());
    assert!(world.notes.calls().is_empty());
}

#[tokio::test]
async fn what_is_no_message_is_refused_and_recorded() {
    let world = World::with(Setup {
        sections: &format!("{NO_LIMITS}body = \"64KiB\"\ndepth = 16\n"),
        ..Setup::default()
    })
    .await;
    let key = world.key().await;
    let meta = world.client.meta();
    let call = |arguments: &str| modern(WRITE, arguments, &meta).into_bytes();
    let good = r#"{"id":"a","text":"ok"}"#;
    let mut not_utf8 = call(good);
    let place = not_utf8.windows(2).position(|two| two == b"ok").unwrap();
    not_utf8[place] = 0xff;
    let cases: Vec<(&str, u16, Vec<u8>)> = vec![
        ("cut short", 400, call(good)[..60].to_vec()),
        ("no JSON", 400, b"text=ok".to_vec()),
        ("a comment", 400, call(r#"{"id":"a",/**/"text":"ok"}"#)),
        ("a key twice", 400, call(r#"{"id":"a","text":"no","text":"ok"}"#)),
        (
            "a key twice, deep down",
            400,
            call(r#"{"id":"a","text":"ok","more":[{"x":1,"\u0078":2}]}"#),
        ),
        (
            "a name twice",
            400,
            modern(WRITE, &format!(r#"{good},"name":"notes__read_note""#), &meta).into_bytes(),
        ),
        ("half a character", 400, call(r#"{"id":"a","text":"ok \ud800"}"#)),
        ("not UTF-8", 400, not_utf8),
        (
            "too deep",
            400,
            call(&format!(
                r#"{{"id":"a","text":"ok","more":{}{}}}"#,
                "[".repeat(20),
                "]".repeat(20)
            )),
        ),
        (
            "a number that nobody can keep",
            400,
            call(r#"{"id":"a","text":"ok","more":1e999}"#),
        ),
        ("two messages", 400, [call(good), call(good)].concat()),
        (
            "a batch",
            400,
            [b"[".to_vec(), call(good), b"]".to_vec()].concat(),
        ),
        (
            "too long",
            413,
            call(&format!(r#"{{"id":"a","text":"ok{}"}}"#, "x".repeat(65 * 1024))),
        ),
        (
            "another name beside it",
            400,
            modern(WRITE, &format!(r#"{good},"NAME":"notes__read_note""#), &meta).into_bytes(),
        ),
    ];
    for (before, (what, status, body)) in cases.into_iter().enumerate() {
        let reply = world.client.send(&world.url(), &key, WRITE, body).await;
        assert_eq!(reply.status, status, "{what}: {reply:?}");
        assert!(reply.code() < 0, "{what}: {reply:?}");
        assert_recorded_as_arguments(&world, &reply, before).await;
    }
    assert!(
        world
            .call(&key, WRITE, json!({ "id": "a", "text": "ok" }))
            .await
            .permitted()
    );
}

#[tokio::test]
async fn a_header_that_does_not_say_what_the_body_says_is_refused() {
    let world = World::new().await;
    let key = world.key().await;
    let body = modern(WRITE, r#"{"id":"a","text":"ok"}"#, &world.client.meta());
    let reply = world
        .client
        .send(&world.url(), &key, "notes__read_note", body)
        .await;
    assert_eq!((reply.status, reply.code()), (400, -32020));
    assert_recorded_as_arguments(&world, &reply, 0).await;
}

#[tokio::test]
async fn arguments_that_do_not_fit_are_a_denial_that_says_what_is_wrong() {
    let world = World::new().await;
    let key = world.key().await;
    let cases: [(Value, &str); 4] = [
        (json!({ "id": "a" }), "`text` is missing"),
        (json!({ "id": 7, "text": "ok" }), "`id`"),
        (json!({ "id": "a", "text": "ok", "owner": "me" }), "`owner`"),
        (json!({ "id": null, "text": "ok" }), "`id`"),
    ];
    // Each is a denial, so there are two in a session; the breaker would answer the fourth.
    for (before, (arguments, words)) in cases.into_iter().enumerate() {
        let key = if before % 2 == 0 {
            key.clone()
        } else {
            world.key().await
        };
        let reply = world.call(&key, WRITE, arguments).await;
        assert_eq!(reply.reason(), "arguments", "{reply:?}");
        assert!(reply.text().contains(words), "{}", reply.text());
        assert_recorded_as_arguments(&world, &reply, before).await;
    }
}

#[tokio::test]
async fn keys_that_differ_by_case_alone_are_refused_at_any_depth() {
    let world = World::new().await;
    let key = world.key().await;
    let legacy = world.legacy(&key).await;
    let cases = [
        json!({ "id": "a", "text": "ok", "Text": "rm" }),
        json!({ "id": "a", "text": "ok", "more": [{ "k": 1, "\u{212a}": 2 }] }),
    ];
    for (before, arguments) in cases.into_iter().enumerate() {
        let reply = if before == 0 {
            world.call(&key, WRITE, arguments).await
        } else {
            legacy.call(WRITE, arguments).await
        };
        assert_eq!(reply.reason(), "arguments", "{reply:?}");
        assert!(reply.text().contains("stands twice"), "{}", reply.text());
        assert_recorded_as_arguments(&world, &reply, before).await;
    }
}

#[tokio::test]
async fn numbers_that_an_upstream_would_round_are_refused_at_any_depth() {
    let world = World::new().await;
    let key = world.key().await;
    for (before, written) in [
        r#"{ "id": "a", "text": "ok", "more": [9007199254740993] }"#,
        r#"{ "id": "a", "text": "ok", "more": { "amount": 99.99999999999999999999 } }"#,
    ]
    .into_iter()
    .enumerate()
    {
        let reply = world
            .client
            .call_written(&world.url(), &key, WRITE, written, &[])
            .await;
        assert_eq!(reply.reason(), "arguments", "{reply:?}");
        let key = if before == 0 { "`more`" } else { "`amount`" };
        assert!(reply.text().contains(key), "{}", reply.text());
        assert!(reply.text().contains("digits"), "{}", reply.text());
        assert_recorded_as_arguments(&world, &reply, before).await;
    }
}

#[tokio::test]
async fn what_was_judged_is_what_arrives() {
    let world = World::new().await;
    let key = world.key().await;
    let written =
        r#" { "text" : "ok \u0041\/" , "id":"a", "more": [1.50, -0, 9007199254740994, {"b":2,"a":1}] } "#;
    let reply = world
        .client
        .call_written(&world.url(), &key, WRITE, written, &[])
        .await;
    assert!(reply.permitted(), "{reply:?}");
    let arrived = world.notes.calls();
    let body = &arrived[0].body;
    assert!(body.contains(r#""text":"ok A/""#), "{body}");
    assert!(body.contains(r#"{"b":2,"a":1}"#), "{body}");
    assert!(body.contains("9007199254740994"), "{body}");
    // Nothing of the client's own `_meta`, nothing of its headers.
    assert!(!body.contains("story"), "{body}");
    assert!(!arrived[0].headers.contains_key("authorization"));
}
