//! A process that is killed in the middle of its steps.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::*;
use crate::audit::Kind;
use crate::store::Filter;

const FOLDER: &str = "WICKET_TEST_CRASH_FOLDER";

/// Not a test of its own: the child of the test below, which steps until it is killed and prints what was acknowledged.
#[test]
fn child_that_steps_until_it_is_killed() {
    let Ok(folder) = std::env::var(FOLDER) else {
        return;
    };
    let store = Store::open(&Options::new(folder.into(), Role::Server)).unwrap();
    let scopes = Scopes::of(KeyId::new(1));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                loop {
                    let step = count_named(&store, scopes);
                    report(&format!("ack {} {}", step.seq.unwrap(), step.value.0));
                    end(&store, &step.value.1, UpstreamOutcome::Success).unwrap();
                }
            });
        }
    });
}

#[expect(clippy::print_stdout, reason = "the child talks to its parent")]
fn report(line: &str) {
    println!("{line}");
}

#[test]
fn a_kill_in_the_middle_loses_no_acknowledged_record_and_no_count() {
    let scene = Scene::new();
    let store = scene.server();
    let scopes = furnish(&store);
    drop(store);
    let mut acknowledged: Vec<(i64, u64)> = Vec::new();
    for round in 0..4 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "store::tests::crash::child_that_steps_until_it_is_killed",
                "--nocapture",
            ])
            .env(FOLDER, scene.folder.path().join("data"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let killer = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(400 + round * 130));
            child.kill().unwrap();
            child.wait().unwrap();
        });
        for line in lines {
            let line = line.unwrap();
            let mut words = line.split(' ').skip_while(|word| !word.ends_with("ack")).skip(1);
            if let (Some(Ok(seq)), Some(Ok(count))) =
                (words.next().map(str::parse), words.next().map(str::parse))
            {
                acknowledged.push((seq, count));
            }
        }
        killer.join().unwrap();
    }
    assert!(
        acknowledged.len() > 20,
        "the child got somewhere: {}",
        acknowledged.len()
    );

    let store = scene.server();
    let records = store
        .records(Filter {
            limit: Some(u32::MAX),
            ..Filter::default()
        })
        .wait()
        .unwrap();
    let seqs: Vec<i64> = records.iter().map(|record| record.seq.get()).collect();
    assert_eq!(
        seqs,
        (1..=i64::try_from(records.len()).unwrap()).collect::<Vec<_>>()
    );
    let intents: Vec<i64> = records
        .iter()
        .filter(|record| record.kind == Kind::Intent)
        .map(|record| record.seq.get())
        .collect();
    for (seq, _) in &acknowledged {
        assert!(
            intents.binary_search(seq).is_ok(),
            "record {seq} was acknowledged"
        );
    }
    let outcomes = records
        .iter()
        .filter(|record| record.kind == Kind::Outcome)
        .count();
    assert_eq!(outcomes, intents.len(), "each intent has one outcome");
    // Each intent raised the count by one, over all restarts.
    assert_eq!(count_named(&store, scopes).value.0, intents.len() as u64 + 1);
    let mut counts: Vec<u64> = acknowledged.iter().map(|(_, count)| *count).collect();
    counts.sort_unstable();
    counts.dedup();
    assert_eq!(counts.len(), acknowledged.len(), "no count was given twice");
}
