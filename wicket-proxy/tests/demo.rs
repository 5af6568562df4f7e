//! The demo, as a stranger runs it: every call is answered as told, and what is denied never arrives.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::process::Command;

#[test]
fn the_demo_tells_every_story_as_it_should_be() {
    let output = Command::new(env!("CARGO_BIN_EXE_wicket"))
        .args(["demo", "--once", "--format", "json"])
        .output()
        .expect("the program starts");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let value: serde_json::Value = serde_json::from_str(&text).expect("the summary is JSON");
    assert_eq!(value["calls"], value["as_told"]);
    assert_eq!(value["permitted"], value["arrived"]);
    let denied: Vec<&str> = value["outcomes"]
        .as_array()
        .expect("outcomes")
        .iter()
        .filter_map(|outcome| outcome["decision"]["policies"][0].as_str())
        .collect();
    for policy in [
        "no_destructive_github",
        "writes_in_office_hours",
        "three_channels",
        "public_only",
        "three_strikes",
    ] {
        assert!(denied.contains(&policy), "{policy} denied nothing: {denied:?}");
    }
}
