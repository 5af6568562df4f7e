//! Coverage: what tests of a bundle are said to have seen.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use wicket_lang::api::{self, BundleFiles};
use wicket_lang::source::Sources;
use wicket_lang::testing::coverage::{Coverage, Kind, Outcome, print};

const HEAD: &str = r#"use github, slack

zone "Europe/Berlin"

schedule holidays { 12-24..12-26 }
schedule office { mon..fri 09:00-17:00 except holidays }

policy posting {
  permit slack.conversations_add_message when args.channel_id is "C1" and (now in office or member.email is "a@b")
}

policy writing {
  permit github:write only when repo.visibility is public
}

policy labels {
  forbid github.issue_write when has args.labels and args.state is closed
}
"#;

fn cover(tests: &str) -> (Coverage, Sources) {
    let files = BundleFiles::single("a.wkt", &format!("{HEAD}\n{tests}"));
    let analysis = api::analyze(&files);
    assert!(!analysis.has_errors(), "{:#?}", analysis.diagnostics);
    let artifact = api::compile(&files, &analysis).unwrap().into_artifact().unwrap();
    let (results, found, coverage) = api::cover_tests(&analysis, &artifact);
    assert!(found.is_empty(), "{found:#?}");
    assert!(results.iter().all(|result| result.ok), "{results:#?}");
    (coverage, files.sources)
}

/// What was seen of the place whose text this is, by outcome.
fn seen(coverage: &Coverage, sources: &Sources, kind: Kind, text: &str) -> Vec<(Outcome, u64)> {
    let place = coverage
        .places
        .iter()
        .find(|place| place.kind == kind && sources.text(place.span).starts_with(text));
    let Some(place) = place else {
        panic!("no {kind:?} `{text}` in {coverage:#?}")
    };
    place
        .goals
        .iter()
        .map(|goal| (goal.outcome, goal.count))
        .collect()
}

#[test]
fn without_tests_nothing_is_seen() {
    let (coverage, _) = cover("");
    let (reached, all) = coverage.count(None);
    assert_eq!(reached, 0);
    assert!(all > 10);
    assert_eq!(coverage.basis_points(), 0);
    assert_eq!(
        Coverage::default().basis_points(),
        10_000,
        "nothing is to be seen of nothing"
    );
}

#[test]
fn tests_behind_one_that_decided_are_looked_at_all_the_same() {
    let (coverage, sources) = cover(
        r#"test "elsewhere" {
  at 2026-03-02 12:00
  given member { email: "a@b" }
  call slack.conversations_add_message { channel_id: "C9", text: "hi" }  expect deny by default
}"#,
    );
    let of = |text| seen(&coverage, &sources, Kind::Condition, text);
    assert_eq!(
        of("args.channel_id is"),
        [(Outcome::True, 0), (Outcome::False, 1)]
    );
    assert_eq!(of("now in office"), [(Outcome::True, 1), (Outcome::False, 0)]);
    assert_eq!(of("member.email is"), [(Outcome::True, 1), (Outcome::False, 0)]);
    assert_eq!(
        seen(&coverage, &sources, Kind::Rule, "permit slack"),
        [(Outcome::Matched, 0), (Outcome::NotMatched, 1)]
    );
}

#[test]
fn unknown_is_asked_for_where_a_call_can_bring_it_about() {
    let (coverage, sources) = cover("");
    let can_be_unknown = |text| {
        let goals = seen(&coverage, &sources, Kind::Condition, text);
        goals.iter().any(|(outcome, _)| *outcome == Outcome::Unknown)
    };
    assert!(can_be_unknown("repo.visibility is"), "a fact may not be had");
    assert!(can_be_unknown("args.state is"), "an argument may be left out");
    assert!(!can_be_unknown("has args.labels"), "whether it was sent is known");
    assert!(
        !can_be_unknown("args.channel_id is"),
        "it is required, and a text"
    );
    assert!(
        !can_be_unknown("now in office"),
        "the time is known of every call"
    );
    assert!(!can_be_unknown("member.email is"), "who calls is known");
}

#[test]
fn a_schedule_is_seen_from_both_sides_and_so_is_what_it_refers_to() {
    let (coverage, sources) = cover(
        r#"test "times" {
  call slack.conversations_add_message { channel_id: "C1", text: "hi" }
  at 2026-03-02 08:59  expect deny by default
  at 2026-03-02 09:00  expect permit by posting
  at 2026-12-24 12:00  expect deny by default
}"#,
    );
    let of = |text| seen(&coverage, &sources, Kind::Window, text);
    assert_eq!(of("office"), [(Outcome::Inside, 1), (Outcome::Outside, 2)]);
    assert_eq!(of("holidays"), [(Outcome::Inside, 1), (Outcome::Outside, 2)]);
}

#[test]
fn a_rule_that_touches_many_tools_is_one_place() {
    let (coverage, sources) = cover(
        r#"test "writes" {
  given repo { visibility: public }
  call github.issue_write { method: "create", owner: "a", repo: "b", title: "x" }  expect permit by writing
  call github.create_branch { owner: "a", repo: "b", branch: "c" }  expect permit by writing
  given repo { visibility: private }
  call github.create_branch { owner: "a", repo: "b", branch: "c" }  expect deny by writing
}"#,
    );
    assert_eq!(
        seen(&coverage, &sources, Kind::Rule, "permit github:write only when"),
        [(Outcome::Matched, 2), (Outcome::NotMatched, 1)]
    );
    assert_eq!(
        seen(&coverage, &sources, Kind::Condition, "repo.visibility is public"),
        [(Outcome::True, 2), (Outcome::False, 1), (Outcome::Unknown, 0)]
    );
    assert!(
        print(&coverage, &sources)
            .contains("a.wkt:13:33: condition never unknown: repo.visibility is public"),
        "{}",
        print(&coverage, &sources)
    );
}

#[test]
fn a_call_whose_rules_are_not_read_shows_nothing() {
    let (coverage, _) = cover(
        r#"test "misfit" {
  call slack.conversations_add_message { channel_id: 7, text: "hi" }  expect deny
}"#,
    );
    assert_eq!(coverage.count(None).0, 0);
}

#[test]
fn what_two_halves_have_seen_adds_up() {
    let one = r#"test "one" { call slack.conversations_add_message { channel_id: "C9", text: "hi" }  expect deny }"#;
    let (mut coverage, _) = cover(one);
    let (other, _) = cover(one);
    coverage.add(&other);
    let (both, _) = cover(&format!("{one}\n{}", one.replace("\"one\"", "\"two\"")));
    let counts = |coverage: &Coverage| -> Vec<u64> {
        let goals = coverage.places.iter().flat_map(|place| &place.goals);
        goals.map(|goal| goal.count).collect()
    };
    assert_eq!(counts(&coverage), counts(&both));
}

/// A field of an element that need not be there is a case of its own: what the rule does where it is left out.
#[test]
fn what_an_element_need_not_have_is_to_be_seen_missing() {
    let files = BundleFiles {
        sources: Sources::new(vec![wicket_lang::source::SourceFile {
            name: "a.wkt".to_owned(),
            text: r#"connector c { tools "c.tools.json" write edit }
policy p {
  permit c.edit when all one in args.edits (one.path is "a")
  permit c.edit when all one in args.edits (one.note is "a")
  permit c.edit when all one in args.edits (has one.note)
  permit c.edit when any one in args.edits (any tag in one.tags (tag is "x"))
}
"#
            .to_owned(),
        }]),
        catalogs: [("c.tools.json".to_owned(), catalog())].into(),
        lock: None,
    };
    let analysis = api::analyze(&files);
    assert!(!analysis.has_errors(), "{:#?}", analysis.diagnostics);
    let artifact = api::compile(&files, &analysis).unwrap().into_artifact().unwrap();
    let (_, _, coverage) = api::cover_tests(&analysis, &artifact);
    let asked = |text| {
        let seen = seen(&coverage, &files.sources, Kind::Condition, text);
        seen.into_iter().any(|(outcome, _)| outcome == Outcome::Unknown)
    };
    assert!(!asked("all one in args.edits (one.path"));
    assert!(asked("all one in args.edits (one.note"));
    assert!(!asked("all one in args.edits (has one.note"));
    assert!(asked("any one in args.edits (any tag"));
}

fn catalog() -> String {
    let list = br#"{ "tools": [{ "name": "edit", "inputSchema": { "type": "object", "required": ["edits"], "properties": {
        "edits": { "type": "array", "items": { "type": "object", "required": ["path"], "properties": {
            "path": { "type": "string" }, "note": { "type": "string" },
            "tags": { "type": "array", "items": { "type": "string" } } } } } } } }] }"#;
    let list = wicket_lang::json::read(list, &wicket_lang::json::Limits::default()).unwrap();
    wicket_lang::catalog::pin(&list).unwrap().catalog.write()
}
