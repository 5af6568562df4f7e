//! The rate of a key: point 63.

use std::time::Duration;

use serde_json::json;

use crate::world::{Setup, World, eventually};

const RULES: &str =
    "policy reading { permit desk:read }\nbreaker one { trip after 1 denials per session, until reset }";
const SLOW: &str = "[limits]\nburst = 3\nper_second = 1\n";

async fn slow_world() -> World {
    World::with(Setup {
        rules: RULES,
        sections: SLOW,
        ..Setup::default()
    })
    .await
}

#[tokio::test]
async fn point_63_the_fourth_call_at_once_is_told_to_wait() {
    let world = slow_world().await;
    let key = world.key().await;
    let legacy = world.legacy(&key).await;
    for _ in 0..3 {
        assert!(world.call(&key, "desk__ring", json!({})).await.permitted());
    }
    let mut refused = 0;
    for number in 0..8 {
        let reply = if number % 2 == 0 {
            world.call(&key, "desk__ring", json!({})).await
        } else {
            legacy.call("desk__ring", json!({})).await
        };
        if reply.permitted() {
            continue;
        }
        refused += 1;
        assert_eq!((reply.status, reply.reason()), (200, "rate_limit"));
        assert_eq!(reply.decision()["class"]["kind"], "transient");
        assert!(reply.text().contains("Wait 1 s."), "{}", reply.text());
    }
    assert!(refused >= 6, "{refused}");
    let limited = async || {
        let judged = world.judged().await;
        let limited = judged.into_iter().filter(|body| body["reason"] == "rate_limit");
        limited.collect::<Vec<_>>()
    };
    let counted = async || {
        limited()
            .await
            .iter()
            .filter_map(|body| body["count"].as_u64())
            .sum::<u64>()
    };
    eventually("every refusal is counted", async || counted().await == refused).await;
    assert!(
        limited().await.len() <= 3,
        "one record a second: {}",
        limited().await.len()
    );
    assert_eq!(limited().await[0]["tool"], "ring");
    // No breaker counted any of it, and another key is as free as ever.
    assert!(
        world
            .call(&world.key().await, "desk__ring", json!({}))
            .await
            .permitted()
    );
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert!(world.call(&key, "desk__ring", json!({})).await.permitted());
}

#[tokio::test]
async fn a_flood_of_garbage_does_not_fill_the_log() {
    let world = slow_world().await;
    let key = world.key().await;
    for _ in 0..40 {
        let reply = world.client.send(&world.url(), &key, "desk__ring", "{").await;
        assert_eq!(reply.status, 400);
    }
    let records = world.judged().await.len();
    assert!(records < 12, "{records}");
}

#[tokio::test]
async fn what_is_counted_is_recorded_before_the_program_ends() {
    let mut world = slow_world().await;
    let key = world.key().await;
    for _ in 0..10 {
        world.call(&key, "desk__ring", json!({})).await;
    }
    world.stop().await;
    world.start_soon().await.unwrap();
    let judged = world.judged().await;
    let counted: u64 = judged.iter().filter_map(|body| body["count"].as_u64()).sum();
    let permitted = judged.iter().filter(|body| body["decision"] == "permit").count() as u64;
    assert_eq!(counted + permitted, 10);
}
