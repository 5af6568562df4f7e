//! What tests in the language can say: tables, fixtures, a clock that moves, classes; and what is told of a failure.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use wicket_lang::api::{BundleFiles, analyze, compile, run_tests};
use wicket_lang::diagnostic::{Code, Diagnostic};
use wicket_lang::testing::TestResult;

const POLICIES: &str = r#"zone "Europe/Berlin"

use slack

schedule office_hours { mon..fri 09:00-17:00 }

policy posting {
  permit slack.conversations_add_message when args.channel_id in ["C1"] and now in office_hours
}

breaker strikes {
  trip after 2 denials per session, until reset
}

fixture morning { at 2026-03-02 08:55 }

fixture anna {
  given morning
  given member { email: "anna@acme.example" }
}

"#;

fn run(test: &str) -> (Vec<TestResult>, Vec<Diagnostic>) {
    let files = BundleFiles::single("a.wkt", &format!("{POLICIES}{test}\n"));
    let analysis = analyze(&files);
    assert!(!analysis.has_errors(), "{:#?}", analysis.diagnostics);
    let artifact = compile(&files, &analysis).unwrap().into_artifact().unwrap();
    run_tests(&analysis, &artifact)
}

/// The results of a test about which nothing is wrong in itself.
fn results(test: &str) -> Vec<TestResult> {
    let (results, found) = run(test);
    assert!(found.is_empty(), "{found:#?}");
    results
}

fn passes(test: &str) {
    for result in results(test) {
        assert!(result.ok, "{result:#?}");
    }
}

fn code(test: &str) -> Code {
    let (results, found) = run(test);
    assert!(results.iter().any(|result| !result.ok) || results.is_empty());
    found[0].code
}

#[test]
fn point_55_each_row_of_a_table_is_a_test() {
    let results = results(
        r#"test "hours" {
          given member { email: "anna@acme.example" }
          for each (channel, time, outcome, who) in [
            ("C1", 2026-03-02 09:00, permit, posting),
            ("C1", 2026-03-02 17:00, deny, default),
            ("C9", 2026-03-02 09:00, permit, posting),
          ] {
            at time
            call slack.conversations_add_message { channel_id: channel, text: "hi" }
            expect outcome by who
          }
        }"#,
    );
    let told: Vec<(&str, bool)> = results
        .iter()
        .map(|result| (result.name.as_str(), result.ok))
        .collect();
    assert_eq!(
        told,
        [
            ("hours [\"C1\", 2026-03-02 09:00, permit, posting]", true),
            ("hours [\"C1\", 2026-03-02 17:00, deny, default]", true),
            ("hours [\"C9\", 2026-03-02 09:00, permit, posting]", false),
        ]
    );
}

#[test]
fn tables_in_tables_multiply() {
    let results = results(
        r#"test "all" {
          for each channel in ["C1", "C9"] {
            for each time in [2026-03-02 08:00, 2026-03-02 17:30] {
              at time
              call slack.conversations_add_message { channel_id: channel, text: "hi" }  expect deny
            }
          }
        }"#,
    );
    assert_eq!(results.len(), 4);
    assert!(results.iter().all(|result| result.ok), "{results:#?}");
    assert_eq!(results[3].name, "all [\"C9\", 2026-03-02 17:30]");
}

#[test]
fn point_55_a_story_goes_on_while_the_clock_moves() {
    passes(
        r#"test "story" {
          given anna
          call slack.conversations_add_message { channel_id: "C1", text: "hi" }
          expect deny by default  class at 2026-03-02 09:00  next 2026-03-02 09:00
          after 5m
          then call slack.conversations_add_message { channel_id: "C1", text: "hi" }  expect permit
          after 8h
          then call slack.conversations_add_message { channel_id: "C1", text: "hi" }  expect deny
          after 10m
          then call slack.conversations_add_message { channel_id: "C1", text: "hi" }  expect deny by default
          then call slack.conversations_add_message { channel_id: "C1", text: "hi" }
          expect deny by strikes  class after_reset
        }"#,
    );
}

#[test]
fn what_stands_before_then_belongs_to_the_call_below() {
    passes(
        r#"test "the first call is refused before nine" {
          given morning
          call slack.conversations_add_message { channel_id: "C1", text: "hi" }
          after 1m
          then call slack.conversations_add_message { channel_id: "C1", text: "hi" }
          at 2026-03-02 10:00
          then call slack.conversations_add_message { channel_id: "C1", text: "hi" }
          expect deny by strikes
        }"#,
    );
    passes(
        r#"test "what stands before an expect is for it alone" {
          given morning
          call slack.conversations_add_message { channel_id: "C1", text: "hi" }
          at 2026-03-02 10:00  expect permit
          expect deny
        }"#,
    );
}

#[test]
fn a_failure_says_which_argument_does_not_fit() {
    let results = results(
        r#"test "t" { call slack.conversations_add_message { channel: "C1", text: "hi" } expect permit }"#,
    );
    assert_eq!(
        results[0].failures[0].detail,
        "expected permit, got deny (arguments: `channel` is not named by the schema of the tool)"
    );
}

#[test]
fn a_failure_tells_the_difference_and_the_clause() {
    let results = results(
        r#"test "t" {
          at 2026-03-02 10:00
          call slack.conversations_add_message { channel_id: "C9", text: "hi" }
          expect permit by posting
          expect deny class never
        }"#,
    );
    let failures = &results[0].failures;
    assert_eq!(
        failures[0].detail,
        "expected permit by posting, got deny by default"
    );
    let clause = &failures[0].clauses[1];
    assert!(
        clause.text.contains("args.channel_id"),
        "the test that failed: {clause:?}"
    );
    assert_eq!(clause.values[0].value.as_deref(), Some("\"C9\""));
    assert_eq!(failures[1].detail, "expected class never, got if");
    assert_eq!(failures[1].differences[0].what, "class");
}

#[test]
fn what_a_table_or_a_fixture_gets_wrong_is_told() {
    let call = "call slack.conversations_add_message { channel_id: c, text: \"hi\" }";
    for (test, wanted) in [
        (
            format!("test \"t\" {{ for each (c, d) in [(\"C1\")] {{ {call} expect d }} }}"),
            Code::E0708,
        ),
        (
            format!("test \"t\" {{ for each (c, d) in [(\"C1\", permit)] {{ {call} expect deny }} }}"),
            Code::E0708,
        ),
        (
            format!("test \"t\" {{ for each (c, d) in [(\"C1\", 3)] {{ {call} expect d }} }}"),
            Code::E0708,
        ),
        (format!("test \"t\" {{ {call} expect outcome }}"), Code::E0708),
        (
            format!("test \"t\" {{ given nothing {call} expect deny }}"),
            Code::E0709,
        ),
        (
            format!("fixture a {{ given a }} test \"t\" {{ given a {call} expect deny }}"),
            Code::E0709,
        ),
        (
            format!("fixture a {{ {call} }} test \"t\" {{ given a {call} expect deny }}"),
            Code::E0709,
        ),
        (
            format!("test \"t\" {{ after 5m {call} expect deny }}"),
            Code::E0710,
        ),
        (
            format!("test \"t\" {{ {call} expect deny class nver }}"),
            Code::E0711,
        ),
        (
            format!("test \"t\" {{ {call} expect deny class never 2026-03-02 09:00 }}"),
            Code::E0711,
        ),
    ] {
        let (_, found) = run(&test);
        assert_eq!(found.first().map(|found| found.code), Some(wanted), "{test}");
    }
    assert_eq!(
        code(&format!("test \"t\" {{ given nothing {call} expect deny }}")),
        Code::E0709
    );
}
