//! How the program begins and ends.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use wicket_proxy::app::StartError;
use wicket_proxy::publishing;
use wicket_proxy::upstream::toy::Behaviour;

use crate::world::{RULES, Setup, World, eventually};

const READ: &str = "notes__read_note";
const BROKEN: &str = "policy reading { permit notes.read_nope }";

#[tokio::test]
async fn broken_policies_at_the_start_leave_the_last_publication_in_force() {
    let mut world = World::new().await;
    let key = world.key().await;
    world.stop().await;
    world.save(BROKEN);
    world.start_soon().await.unwrap();
    assert_eq!(world.ready().await["ready"], true);
    assert!(
        world.ready().await["degraded"]
            .as_str()
            .unwrap()
            .contains("last publication")
    );
    assert!(world.call(&key, READ, json!({ "id": "a" })).await.permitted());
    world.save(RULES);
    eventually("it is mended", async || {
        world.ready().await.get("degraded").is_none()
    })
    .await;
}

#[tokio::test]
async fn broken_policies_and_nothing_to_fall_back_to_are_no_start() {
    let setup = Setup {
        rules: BROKEN,
        ..Setup::default()
    };
    let mut world = World::unstarted(setup).await;
    let error = world.start().await.unwrap_err();
    assert!(matches!(error, StartError::NoPolicies(_)), "{error:?}");
    assert!(error.to_string().contains("read_nope"), "{error}");
}

#[tokio::test]
async fn an_artifact_is_served_in_place_of_a_folder_and_a_damaged_one_is_not() {
    let mut world = World::unstarted(Setup::default()).await;
    let bytes = publishing::prepare(&world.path("policies")).unwrap().bytes;
    std::fs::write(world.path("policies.wkb"), &bytes).unwrap();
    let config = std::fs::read_to_string(world.path("wicket.toml")).unwrap();
    std::fs::write(
        world.path("wicket.toml"),
        config.replace("policies = \"policies\"", "policies = \"policies.wkb\""),
    )
    .unwrap();
    for damaged in [
        bytes[..bytes.len() / 2].to_vec(),
        flipped(&bytes),
        b"WKB".to_vec(),
    ] {
        std::fs::write(world.path("policies.wkb"), damaged).unwrap();
        assert!(matches!(world.start().await, Err(StartError::NoPolicies(_))));
    }
    std::fs::write(world.path("policies.wkb"), &bytes).unwrap();
    let world = world.furnished().await;
    let key = world.key().await;
    assert!(world.call(&key, READ, json!({ "id": "a" })).await.permitted());
    std::fs::write(world.path("policies.wkb"), flipped(&bytes)).unwrap();
    eventually("it is said", async || world.ready().await["degraded"].is_string()).await;
    assert!(world.call(&key, READ, json!({ "id": "a" })).await.permitted());
}

fn flipped(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    bytes
}

#[tokio::test]
async fn an_address_in_use_is_a_clear_error() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut world = World::unstarted(Setup::default()).await;
    let config = std::fs::read_to_string(world.path("wicket.toml")).unwrap();
    let address = taken.local_addr().unwrap().to_string();
    std::fs::write(world.path("wicket.toml"), config.replace("127.0.0.1:0", &address)).unwrap();
    let error = world.start().await.unwrap_err();
    assert!(matches!(error, StartError::Listen { .. }), "{error:?}");
    assert!(error.to_string().contains("listen.address"), "{error}");
    assert!(
        !world.path(".wicket").exists(),
        "a start that comes to nothing changes nothing"
    );
}

#[tokio::test]
async fn a_call_under_way_gets_its_answer_before_the_program_ends() {
    let mut world = World::new().await;
    let key = world.key().await;
    world.notes.behave(Behaviour::Slow(Duration::from_millis(600)));
    let (client, url) = (world.client.clone(), world.url());
    let arguments = json!({ "id": "a" });
    let call = tokio::spawn({
        let (client, url, key) = (client.clone(), url.clone(), key.clone());
        async move { client.call(&url, &key, READ, &arguments).await }
    });
    eventually("the call leaves", async || world.notes.calls().len() == 1).await;
    let ended = world.begin_to_stop();
    let reply = call.await.unwrap();
    assert!(reply.permitted(), "{reply:?}");
    tokio::time::timeout(Duration::from_secs(5), ended)
        .await
        .unwrap()
        .unwrap();
    world.start_soon().await.unwrap();
    let outcomes = world.outcomes().await;
    assert_eq!(outcomes.len(), 1);
    assert_eq!(outcomes[0]["outcome"], "success");
}

#[tokio::test]
async fn a_client_that_hangs_up_does_not_undo_its_call() {
    let world = Arc::new(World::new().await);
    let key = world.key().await;
    world.notes.behave(Behaviour::Slow(Duration::from_millis(300)));
    let call = tokio::spawn({
        let (world, key) = (Arc::clone(&world), key.clone());
        async move { world.call(&key, READ, json!({ "id": "a" })).await }
    });
    eventually("the call leaves", async || world.notes.calls().len() == 1).await;
    call.abort();
    eventually("its outcome is recorded", async || {
        world.outcomes().await.len() == 1
    })
    .await;
    assert_eq!(world.outcomes().await[0]["outcome"], "success");
}
