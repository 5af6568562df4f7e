//! A change of policy governs the very next call, and a broken one nothing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use wicket_lang::request::Setting;
use wicket_proxy::audit::Kind;
use wicket_proxy::store::{ArtifactSource, Audience, NewAgent, NewKey, Publish, SwitchChange};

use crate::world::{AUTHOR, MEMBER, RULES, Reply, StopWatch, World, eventually, member, new_key};

const OPEN: &str = "policy reading { permit notes.read_note }";
const SHUT: &str = r#"policy reading { forbid notes.read_note message "Not now." }"#;

async fn read(world: &World, key: &str) -> Reply {
    world.call(key, "notes__read_note", json!({ "id": "a" })).await
}

async fn switch(world: &World, item: &str, setting: Setting) {
    let publish = Publish {
        audience: Audience::EveryAgent,
        artifact: ArtifactSource::Current,
        switches: SwitchChange::Set {
            item: item.to_owned(),
            setting,
        },
        author: AUTHOR.to_owned(),
        reason: "switch".to_owned(),
    };
    world.store().publish(publish).await.unwrap();
}

async fn publications(world: &World) -> usize {
    let records = world.records().await;
    records
        .iter()
        .filter(|record| record.kind == Kind::Publication)
        .count()
}

#[tokio::test]
async fn an_edit_between_two_calls_governs_the_second() {
    let world = World::ruled(OPEN).await;
    let key = world.key().await;
    for round in 0..5 {
        assert!(read(&world, &key).await.permitted());
        world.publish(SHUT).await;
        assert_eq!(read(&world, &key).await.text(), "Not now.");
        world.publish(OPEN).await;
        assert_eq!(world.notes.calls().len(), round + 1);
    }
    let judged = world.judged().await;
    let epochs: Vec<u64> = judged
        .iter()
        .map(|body| body["epoch"].as_u64().unwrap())
        .collect();
    assert_eq!(epochs, (1..=10).collect::<Vec<_>>());
    let versions: Vec<&Value> = judged
        .iter()
        .map(|body| &body["policies"][0]["version"])
        .collect();
    assert_eq!(versions[..4], [&json!(1), &json!(2), &json!(1), &json!(2)]);
}

#[tokio::test]
async fn a_saved_file_is_in_force_within_a_second() {
    let world = World::ruled(OPEN).await;
    let key = world.key().await;
    assert!(read(&world, &key).await.permitted());
    let saved = StopWatch::start();
    world.save(SHUT);
    eventually("the watcher publishes", async || publications(&world).await == 2).await;
    let took = saved.took();
    assert_eq!(read(&world, &key).await.text(), "Not now.");
    // A second is promised; a busy machine and a build for debugging get another.
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[tokio::test]
async fn two_files_saved_one_after_the_other_are_published_as_one() {
    let world = World::ruled(OPEN).await;
    let key = world.key().await;
    // Each alone would be wrong: the set is in one file, and who reads it in the other.
    world.save(
        "policy reading { permit notes.read_note only when args.id in chosen otherwise \"Chosen only.\" }",
    );
    tokio::time::sleep(Duration::from_millis(200)).await;
    std::fs::write(world.path("policies/sets.wkt"), "set chosen = [\"b\"]").unwrap();
    eventually("the watcher publishes", async || publications(&world).await == 2).await;
    assert_eq!(read(&world, &key).await.text(), "Chosen only.");
    assert_eq!(
        world.ready().await,
        json!({ "ready": true }),
        "nothing was broken in between"
    );
    assert_eq!(publications(&world).await, 2);
}

#[tokio::test]
async fn a_broken_edit_changes_nothing_and_is_said_until_it_is_mended() {
    let world = World::ruled(OPEN).await;
    let key = world.key().await;
    for broken in [
        "policy reading { permit notes.read_nope }",
        "policy reading {",
        "test \"t\" { call notes.read_note { id: \"a\" } expect permit }",
    ] {
        world.save(broken);
        eventually("it is said", async || world.ready().await["degraded"].is_string()).await;
        assert_eq!(world.ready().await["ready"], true);
        assert!(
            read(&world, &key).await.permitted(),
            "the last good one is in force"
        );
        world.save(OPEN);
        eventually("it is mended", async || {
            world.ready().await.get("degraded").is_none()
        })
        .await;
    }
    assert_eq!(publications(&world).await, 1);
}

#[tokio::test]
async fn an_agent_that_is_made_later_gets_the_policies_and_their_switches() {
    let world = World::new().await;
    switch(&world, "no_deleting", Setting::Off).await;
    switch(&world, "three_strikes", Setting::Shadow).await;
    let store = world.store();
    let agent = NewAgent {
        name: "late".to_owned(),
        trusted: true,
        tags: Vec::new(),
    };
    store.create_agent(agent, AUTHOR).await.unwrap();
    let member = wicket_proxy::store::NewMember {
        agent: "late".to_owned(),
        ..member(MEMBER)
    };
    store.put_member(member, AUTHOR).await.unwrap();
    let new = NewKey {
        agent: "late".to_owned(),
        ..new_key()
    };
    let (key, _) = world.key_with(new).await;
    assert!(read(&world, &key).await.permitted());
    let deleted = world.call(&key, "notes__delete_note", json!({ "id": "a" })).await;
    assert_eq!(
        deleted.code(),
        -32602,
        "without its forbid nobody speaks of it: {deleted:?}"
    );
    for _ in 0..4 {
        let reply = world
            .call(&key, "notes__write_note", json!({ "id": "a", "text": "no" }))
            .await;
        assert_eq!(reply.reason(), "policy", "a breaker in shadow stops nothing");
    }
}

#[tokio::test]
async fn an_untrusted_agent_has_nothing_until_a_set_is_published_for_the_member() {
    let world = World::new().await;
    let store = world.store();
    let agent = NewAgent {
        name: "stranger".to_owned(),
        trusted: false,
        tags: Vec::new(),
    };
    store.create_agent(agent, AUTHOR).await.unwrap();
    let member = wicket_proxy::store::NewMember {
        agent: "stranger".to_owned(),
        ..member(MEMBER)
    };
    store.put_member(member, AUTHOR).await.unwrap();
    let new = NewKey {
        agent: "stranger".to_owned(),
        ..new_key()
    };
    let (key, _) = world.key_with(new).await;
    assert_eq!(read(&world, &key).await.code(), -32602);
    assert!(world.list(&key).await.is_empty());
    assert!(world.notes.calls().is_empty());
    assert_eq!(world.judged().await[0]["reason"], "default");
}

#[tokio::test]
async fn point_33_a_policy_that_is_off_is_not_there_and_one_in_shadow_is_recorded() {
    let world = World::new().await;
    let key = world.key().await;
    let write = async || {
        world
            .call(&key, "notes__write_note", json!({ "id": "a", "text": "no" }))
            .await
    };
    assert_eq!(write().await.reason(), "policy");
    world
        .publish(&format!("{RULES}\npolicy all {{ permit notes.write_note }}"))
        .await;
    assert_eq!(write().await.reason(), "policy", "`only when` forbids as well");

    switch(&world, "writing", Setting::Shadow).await;
    assert!(write().await.permitted());
    let shadowed = world.judged().await.pop().unwrap();
    let effects: Vec<(&str, &str)> = shadowed["policies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|policy| {
            (
                policy["name"].as_str().unwrap(),
                policy["effect"].as_str().unwrap(),
            )
        })
        .collect();
    assert!(effects.contains(&("writing", "shadow forbid")), "{effects:?}");
    assert!(effects.contains(&("all", "permit")), "{effects:?}");

    switch(&world, "writing", Setting::Off).await;
    assert!(write().await.permitted());
    let off = world.judged().await.pop().unwrap();
    assert!(!off["policies"].to_string().contains("writing"));
    // A publication of new rules keeps the switches.
    world
        .publish(&format!(
            "{RULES}\npolicy all {{ permit notes.write_note, notes.peek }}"
        ))
        .await;
    assert!(write().await.permitted());
    switch(&world, "writing", Setting::Enforce).await;
    assert_eq!(write().await.text(), "Notes begin with ok.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_call_that_begins_after_the_acknowledgement_is_judged_by_an_older_epoch() {
    let world = Arc::new(World::ruled(OPEN).await);
    let key = world.key().await;
    let acknowledged = Arc::new(AtomicU64::new(1));
    let callers: Vec<_> = (0..4)
        .map(|caller| {
            let (world, key, acknowledged) = (Arc::clone(&world), key.clone(), Arc::clone(&acknowledged));
            tokio::spawn(async move {
                let mut client = world.client.clone();
                let mut at_least = Vec::new();
                let mut number = 0;
                while acknowledged.load(Ordering::SeqCst) < 11 {
                    let conversation = format!("{caller}-{number}");
                    number += 1;
                    client.conversation = Some(conversation.clone());
                    at_least.push((conversation, acknowledged.load(Ordering::SeqCst)));
                    let arguments = json!({ "id": "a" });
                    let reply = client
                        .call(&world.url(), &key, "notes__read_note", &arguments)
                        .await;
                    assert_eq!(reply.status, 200, "{reply:?}");
                }
                at_least
            })
        })
        .collect();
    for round in 0..10 {
        let before = world.judged().await.len();
        eventually("some calls are judged", async || {
            world.judged().await.len() > before + 4
        })
        .await;
        let published = world.publish(if round % 2 == 0 { SHUT } else { OPEN }).await;
        acknowledged.store(published[0].epoch.get().try_into().unwrap(), Ordering::SeqCst);
    }
    let mut judged_by = BTreeMap::new();
    for body in world.judged().await {
        let conversation = body["conversation"].as_str().unwrap_or_default().to_owned();
        judged_by.insert(conversation, body);
    }
    let mut permitted = 0;
    for caller in callers {
        for (conversation, at_least) in caller.await.unwrap() {
            // The last call of each may have been judged after the records were read.
            let Some(body) = judged_by.get(&conversation) else {
                continue;
            };
            let epoch = body["epoch"].as_u64().unwrap();
            assert!(epoch >= at_least, "{conversation}: {epoch} after {at_least}");
            let is_open = epoch % 2 == 1;
            assert_eq!(body["decision"] == "permit", is_open, "{body}");
            permitted += usize::from(is_open);
        }
    }
    assert!(judged_by.len() > 20 && permitted > 0, "{} calls", judged_by.len());
}
