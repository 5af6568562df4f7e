//! Upstreams that misbehave.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::net::TcpListener;
use wicket_proxy::upstream::toy::Behaviour;

use crate::world::{Setup, StopWatch, World};

const READ: &str = "notes__read_note";

#[tokio::test]
async fn each_way_to_fail_is_recorded_for_what_it_is_and_reveals_nothing() {
    let world = World::with(Setup {
        notes: "timeout = \"1s\"",
        ..Setup::default()
    })
    .await;
    let key = world.key().await;
    let ways = [
        (Behaviour::Slow(Duration::from_secs(3)), "unknown", "timed_out"),
        (Behaviour::ClosesEarly, "unknown", "closed_early"),
        (Behaviour::StopsStreaming, "unknown", "closed_early"),
        (Behaviour::Garbage, "unknown", "garbage"),
        (Behaviour::Status(500), "unknown", "status"),
        (Behaviour::Status(404), "failure", "status"),
        (Behaviour::Redirects, "failure", "status"),
    ];
    for (number, (behaviour, outcome, kind)) in ways.into_iter().enumerate() {
        world.notes.behave(behaviour);
        let reply = world.call(&key, READ, json!({ "id": "a" })).await;
        assert_eq!(
            (reply.status, &reply.body["result"]["isError"]),
            (200, &json!(true)),
            "{reply:?}"
        );
        assert_eq!(reply.failure()["kind"], kind, "{behaviour:?}: {reply:?}");
        assert_eq!(
            reply.failure()["may_have_run"],
            outcome == "unknown",
            "{behaviour:?}: {reply:?}"
        );
        for secret in ["127.0.0.1", "/srv", "secret.rs", "html", "elsewhere", "http://"] {
            assert!(!reply.raw.contains(secret), "{behaviour:?}: {reply:?}");
        }
        let last = world.outcomes().await.pop().unwrap();
        assert_eq!(
            (&last["outcome"], &last["detail"]),
            (&json!(outcome), &json!(kind)),
            "{behaviour:?}"
        );
        assert_eq!(
            world.notes.calls().len(),
            number + 1,
            "sent once, and never again"
        );
    }
    world.notes.behave(Behaviour::Streaming);
    assert!(world.call(&key, READ, json!({ "id": "a" })).await.permitted());
    world.notes.behave(Behaviour::Refuses);
    let own = world.call(&key, READ, json!({ "id": "a" })).await;
    assert_eq!((own.status, own.code()), (200, 4711));
    assert_eq!(world.outcomes().await.pop().unwrap()["outcome"], "error");
    // The breaker of this story does not count what an upstream does.
    world.notes.behave(Behaviour::Well);
    assert!(world.call(&key, READ, json!({ "id": "a" })).await.permitted());
}

#[tokio::test]
async fn an_upstream_that_is_not_there_is_a_failure_and_the_call_never_left() {
    let world = World::with(Setup {
        notes_url: Some("http://127.0.0.1:1/mcp"),
        ..Setup::default()
    })
    .await;
    let key = world.key().await;
    let reply = world.call(&key, READ, json!({ "id": "a" })).await;
    assert_eq!(reply.failure()["kind"], "unreachable", "{reply:?}");
    assert_eq!(reply.failure()["may_have_run"], false);
    assert_eq!(world.outcomes().await[0]["outcome"], "failure");
    // What is denied is denied all the same, and what is hidden stays hidden.
    let denied = world.call(&key, "notes__delete_note", json!({ "id": "a" })).await;
    assert_eq!(denied.text(), "Nothing is deleted here.");
    assert_eq!(
        world.call(&key, "notes__peek", json!({ "id": "a" })).await.code(),
        -32602
    );
    assert_eq!(world.list(&key).await, ["desk__ring"]);
    assert!(world.call(&key, "desk__ring", json!({})).await.permitted());
}

#[tokio::test]
async fn a_restart_of_an_upstream_costs_no_call() {
    let world = World::new().await;
    let key = world.key().await;
    assert!(world.call(&key, "desk__ring", json!({})).await.permitted());
    world.desk.forget_sessions();
    let reply = world.call(&key, "desk__ring", json!({})).await;
    // The session was refused before the call was looked at, so it may be sent in a new one.
    assert!(reply.permitted(), "{reply:?}");
    let records = world.judged().await;
    assert_eq!(records.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_upstream_delays_nobody_elses_calls() {
    let world = Arc::new(World::new().await);
    let key = world.key().await;
    world.notes.behave(Behaviour::Slow(Duration::from_secs(2)));
    let slow: Vec<_> = (0..8)
        .map(|_| {
            let (world, key) = (Arc::clone(&world), key.clone());
            tokio::spawn(async move { world.call(&key, READ, json!({ "id": "a" })).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let begun = StopWatch::start();
    for _ in 0..5 {
        assert!(world.call(&key, "desk__ring", json!({})).await.permitted());
    }
    assert!(begun.took() < Duration::from_millis(1500), "{:?}", begun.took());
    for call in slow {
        assert!(call.await.unwrap().permitted());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upstream_that_never_answers_costs_many_callers_one_time_limit() {
    // It takes connections and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp", silent.local_addr().unwrap());
    let accepting = tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((stream, _)) = silent.accept().await {
            kept.push(stream);
        }
    });
    let world = World::with(Setup {
        notes_url: Some(&url),
        notes: "timeout = \"1s\"",
        ..Setup::default()
    })
    .await;
    let world = Arc::new(world);
    let key = world.key().await;
    let begun = StopWatch::start();
    let calls: Vec<_> = (0..12)
        .map(|_| {
            let (world, key) = (Arc::clone(&world), key.clone());
            tokio::spawn(async move { world.call(&key, READ, json!({ "id": "a" })).await })
        })
        .collect();
    assert!(world.call(&key, "desk__ring", json!({})).await.permitted());
    assert!(begun.took() < Duration::from_millis(900), "{:?}", begun.took());
    for call in calls {
        let reply = call.await.unwrap();
        assert_eq!(reply.failure()["kind"], "timed_out", "{reply:?}");
    }
    assert!(begun.took() < Duration::from_secs(4), "{:?}", begun.took());
    accepting.abort();
}
