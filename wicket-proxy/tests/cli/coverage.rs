//! `wicket check --coverage`.

use crate::folder::{Folder, GOOD};

#[test]
fn what_was_never_seen_is_named_with_its_place() {
    let folder = Folder::with(GOOD);
    let ran = folder.run(&["check", "policies", "--coverage"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    for said in [
        "coverage: 4 of 10 (40 %)",
        "  rules      2 of 5",
        "policies/agent.wkt:11:3: rule never matched: permit github:read",
        "policies/agent.wkt:15:26: condition never true, never false, never unknown: repo.visibility is public",
    ] {
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
}

#[test]
fn less_than_the_minimum_fails_and_says_so() {
    let folder = Folder::with(GOOD);
    let check = |minimum: &str| folder.run(&["check", "policies", "--coverage-min", minimum]);
    assert_eq!(check("39.9").code, 0);
    assert_eq!(check("40%").code, 0);
    let ran = check("40.01");
    assert_eq!(ran.code, 1);
    assert_eq!(ran.err, "the coverage is 40 %, and at least 40.01 % is wanted\n");
    for wrong in ["many", "101", "NaN"] {
        let ran = check(wrong);
        assert_eq!(ran.code, 2, "{wrong}: {ran:?}");
        assert!(ran.err.contains("a percentage from 0 to 100"), "{ran:?}");
    }
    folder.write("policies/agent.wkt", "policy {");
    let ran = check("10");
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("the coverage is not known"), "{}", ran.err);
}

#[test]
fn a_program_reads_it_by_itself_or_in_the_report() {
    let folder = Folder::with(GOOD);
    let alone = folder.run(&["check", "policies", "--coverage=json", "--coverage-min", "50"]);
    assert_eq!(alone.code, 1);
    assert!(alone.err.contains("1 file checked"), "{}", alone.err);
    let report = alone.json();
    assert_eq!(report["percent"], 40.0);
    assert_eq!(report["minimum"], 50.0);
    assert_eq!(report["rules"]["goals"], 5);
    let place = &report["places"][0];
    assert_eq!(place["kind"], "rule");
    assert_eq!(place["policy"], "posting");
    assert_eq!(
        (place["line"].as_u64(), place["column"].as_u64()),
        (Some(6), Some(3))
    );
    assert_eq!(place["outcomes"]["matched"], 1);
    assert_eq!(place["outcomes"]["not_matched"], 1);
    let whole = folder
        .run(&["check", "policies", "--coverage", "--format", "json"])
        .json();
    assert_eq!(whole["coverage"]["places"], report["places"]);
    assert_eq!(whole["ok"], true);
    assert!(folder.run(&["check", "policies", "--format", "json"]).json()["coverage"].is_null());
}

#[test]
fn lcov_has_a_record_for_each_file_and_its_sums_are_right() {
    let folder = Folder::with(GOOD);
    folder.write("policies/b.wkt", "set unused_here = [\"a\"]\n");
    let ran = folder.run(&["check", "policies", "--coverage=lcov"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let records: Vec<&str> = ran.out.split("end_of_record\n").collect();
    assert_eq!(
        records.len(),
        3,
        "two records, and nothing behind the last: {}",
        ran.out
    );
    assert!(
        records[0].starts_with("TN:\nSF:policies/agent.wkt\n"),
        "{}",
        records[0]
    );
    let count = |what: &str| {
        records[0]
            .lines()
            .filter(|line| line.starts_with(what))
            .count()
            .to_string()
    };
    let sum = |what: &str| {
        let line = records[0].lines().find_map(|line| line.strip_prefix(what));
        line.unwrap().to_owned()
    };
    assert_eq!(sum("BRF:"), count("BRDA:"));
    assert_eq!(sum("LF:"), count("DA:"));
    assert_eq!((sum("LH:"), sum("BRH:")), ("1".to_owned(), "4".to_owned()));
    assert!(
        records[0].contains("BRDA:11,2,0,-\n"),
        "never read: {}",
        records[0]
    );
}
