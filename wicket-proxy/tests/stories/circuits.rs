//! An upstream that dies is left alone: by every member, across a restart, until one call has found it well again.

use std::sync::Arc;

use serde_json::{Value, json};
use wicket_proxy::audit::Kind;
use wicket_proxy::store::{NewKey, Remembered};
use wicket_proxy::upstream::toy::Behaviour;

use crate::world::{AUTHOR, Setup, World, body, member, new_key};

const READ: &str = "notes__read_note";
const BOB: &str = "bob@example.com";

const RULES: &str = r#"
policy reading { permit notes.read_note, desk:read }

breaker notes_are_down {
  trip after 3 failures of notes.* per connector within 10m, stop notes.* for 5m
  message "Notes do not answer."
}
"#;

fn note() -> Value {
    json!({ "id": "a" })
}

/// Keys of two members.
async fn keys(world: &World) -> (String, String) {
    world.store().put_member(member(BOB), AUTHOR).await.unwrap();
    let of_bob = NewKey {
        member: BOB.to_owned(),
        ..new_key()
    };
    (world.key().await, world.key_with(of_bob).await.0)
}

#[tokio::test]
async fn point_30_an_upstream_that_dies_is_left_alone_by_every_member_and_a_probe_brings_it_back() {
    let mut world = World::ruled(RULES).await;
    let (ada, bob) = keys(&world).await;
    world.notes.behave(Behaviour::Refuses);
    assert_eq!(
        world.call(&ada, READ, note()).await.code(),
        4711,
        "an error of JSON-RPC is a failure"
    );
    world.notes.behave(Behaviour::Status(404));
    assert_eq!(world.call(&bob, READ, note()).await.failure()["kind"], "status");
    world.notes.behave(Behaviour::ClosesEarly);
    let last = world.call(&ada, READ, note()).await;
    assert_eq!(
        last.failure()["kind"],
        "closed_early",
        "it may have failed, and the breaker speaks from the next"
    );
    let sent = world.notes.calls().len();
    for key in [&ada, &bob] {
        let reply = world.call(key, READ, note()).await;
        assert_eq!(
            (reply.reason(), reply.text()),
            ("breaker", "Notes do not answer.")
        );
        assert_eq!(reply.decision()["next"], "2026-03-02T11:05:00Z");
        assert!(
            world.call(key, "desk__ring", json!({})).await.permitted(),
            "another connector"
        );
    }
    let sessions = world.store().sessions(None).await.unwrap();
    let shown = world.store().session(&sessions[0].session.id).await.unwrap();
    let (_, scopes) = shown.unwrap();
    let open = |scope: &Remembered| scope.kind == "connector" && scope.state.contains("notes_are_down");
    assert!(scopes.iter().any(open), "{scopes:?}");

    world.restart().await;
    assert_eq!(
        world.call(&bob, READ, note()).await.reason(),
        "breaker",
        "it outlives the program"
    );

    world.pass_minutes(5);
    assert!(
        !world.call(&bob, READ, note()).await.permitted(),
        "a probe that fails"
    );
    assert_eq!(world.notes.calls().len(), sent + 1);
    world.notes.behave(Behaviour::Well);
    assert_eq!(
        world.call(&ada, READ, note()).await.reason(),
        "breaker",
        "open anew"
    );
    world.pass_minutes(5);
    assert!(world.call(&ada, READ, note()).await.permitted(), "the probe");
    assert!(
        world.call(&bob, READ, note()).await.permitted(),
        "and it is closed for all"
    );
    world.notes.behave(Behaviour::Status(404));
    assert!(!world.call(&bob, READ, note()).await.permitted());
    assert_eq!(
        world.call(&ada, READ, note()).await.failure()["kind"],
        "status",
        "it counts from nothing"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixty_four_calls_at_once_none_leaves_after_the_third_failure() {
    let world = World::with(Setup {
        rules: RULES,
        notes_url: Some("http://127.0.0.1:1/mcp"),
        ..Setup::default()
    })
    .await;
    let (ada, bob) = keys(&world).await;
    let world = Arc::new(world);
    let calls: Vec<_> = (0..64)
        .map(|number| {
            let world = Arc::clone(&world);
            let key = if number % 2 == 0 { ada.clone() } else { bob.clone() };
            tokio::spawn(async move { world.call(&key, READ, note()).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap();
    }
    assert_eq!(world.call(&ada, READ, note()).await.reason(), "breaker");
    let (mut failures, mut left, mut denied) = (0, 0, 0);
    for record in &world.records().await {
        match record.kind {
            Kind::Outcome => {
                assert_eq!(body(record)["outcome"], "failure");
                failures += 1;
            }
            Kind::Intent => {
                assert!(
                    failures < 3,
                    "{} was let through after the third failure",
                    record.seq
                );
                left += 1;
            }
            Kind::Denied => {
                assert!(
                    failures >= 3,
                    "{} was stopped before the third failure",
                    record.seq
                );
                assert_eq!(body(record)["reason"], "breaker");
                denied += 1;
            }
            Kind::Admin | Kind::Publication => {}
        }
    }
    assert_eq!((left + denied, failures), (65, left));
}
