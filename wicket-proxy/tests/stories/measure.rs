//! What a call costs that goes through Wicket. Run alone, in a release build:
//! `cargo test --release -p wicket-proxy --test stories -- --ignored --nocapture measure`.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::world::{Client, Legacy, Setup, StopWatch, World, new_key};

const RULES: &str = r#"
policy reading { permit notes.read_note only when args.id starts_with "a" }
policy no_deleting { forbid notes:destructive message "Nothing is deleted here." }
breaker three_strikes { trip after 3 denials per session, until reset }
"#;
const CALLS: usize = 400;

/// Median and 99th of a hundred, in microseconds, of these many clients that call as fast as they are answered.
async fn latencies(url: &str, keys: &[String], tool: &'static str) -> (u128, u128) {
    let clients: Vec<_> = keys
        .iter()
        .map(|key| {
            let (url, key) = (url.to_owned(), key.clone());
            tokio::spawn(async move {
                let legacy = Legacy::open(&Client::new(), &url, &key).await;
                let arguments: Value = json!({ "id": "abc" });
                let mut times = Vec::with_capacity(CALLS);
                for number in 0..CALLS + 20 {
                    let watch = StopWatch::start();
                    let reply = legacy.call(tool, arguments.clone()).await;
                    let time = watch.took();
                    assert!(reply.permitted(), "{reply:?}");
                    // The first ones open connections.
                    if number >= 20 {
                        times.push(time);
                    }
                }
                times
            })
        })
        .collect();
    let mut times: Vec<Duration> = Vec::new();
    for client in clients {
        times.extend(client.await.unwrap());
    }
    times.sort();
    let at = |share: usize| times[times.len() * share / 100].as_micros();
    (at(50), at(99))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement; run it alone and in a release build"]
async fn measure_what_a_call_costs() {
    let mut report = String::new();
    for durability in ["os", "full"] {
        let world = World::with(Setup {
            rules: RULES,
            durability,
            ..Setup::default()
        })
        .await;
        let world = Arc::new(world);
        for clients in [1, 32] {
            let mut keys = Vec::new();
            for _ in 0..clients {
                keys.push(world.key_with(new_key()).await.0);
            }
            let direct = latencies(&world.notes.url(), &keys, "read_note").await;
            let through = latencies(&world.url(), &keys, "notes__read_note").await;
            writeln!(
                report,
                "durability {durability:4} clients {clients:2}  direct p50 {:6} µs p99 {:6}  through p50 {:6} p99 {:6}  added p50 {:6}",
                direct.0, direct.1, through.0, through.1, through.0.saturating_sub(direct.0)
            )
            .unwrap();
        }
        let statistics = world.store().statistics();
        writeln!(report, "  {statistics:?}").unwrap();
    }
    print(&report);
}

#[expect(clippy::print_stdout, reason = "this is what the measurement is for")]
fn print(report: &str) {
    println!("{report}");
}
