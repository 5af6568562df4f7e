//! Steps per second. Run with `cargo test --release -p wicket-proxy store::tests::measure -- --ignored --nocapture`.

use std::time::{Duration, Instant as Stopwatch};

use super::*;

#[test]
#[ignore = "a measurement, not a test"]
#[expect(clippy::print_stdout, reason = "a measurement is read by a person")]
fn steps_per_second() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    for durability in [Durability::Full, Durability::Os] {
        for callers in [1_u32, 32, 64] {
            let mut scene = Scene::new();
            scene.durability = durability;
            let store = scene.server();
            let scopes = furnish(&store);
            publish(&store, b"one");
            let begun = Stopwatch::now();
            let end = begun + Duration::from_secs(3);
            let steps: u64 = runtime.block_on(async {
                let tasks: Vec<_> = (0..callers)
                    .map(|_| {
                        let store = store.clone();
                        tokio::spawn(async move {
                            let mut steps = 0_u64;
                            while Stopwatch::now() < end {
                                let step = store.step(scopes, |turn| {
                                    let Stepped {
                                        value: _,
                                        session,
                                        shared,
                                        record,
                                    } = count(turn);
                                    Stepped {
                                        value: call_body(turn, Verdict::Permit),
                                        session,
                                        shared,
                                        record,
                                    }
                                });
                                let intent = step.await.unwrap().value;
                                // As in life: the outcome is not waited for.
                                drop(store.end_call(
                                    outcome(&intent, UpstreamOutcome::Success),
                                    None,
                                    |_, _| None,
                                ));
                                steps += 1;
                            }
                            steps
                        })
                    })
                    .collect();
                let mut sum = 0;
                for task in tasks {
                    sum += task.await.unwrap();
                }
                sum
            });
            let seconds = begun.elapsed().as_secs_f64();
            #[expect(clippy::cast_precision_loss, reason = "a measurement")]
            let rate = steps as f64 / seconds;
            println!(
                "{durability:?}, {callers} callers: {rate:.0} intents/s (with outcomes), {:?}",
                store.statistics()
            );
        }
    }
}
