//! What the formatter promises: the tree stays, the comments stay, and a second time changes nothing.

#![expect(clippy::panic, reason = "a test fails by panicking")]

use super::format;
use crate::diagnostic::Code;
use crate::source::FileId;
use crate::syntax::samples::{Dice, TEXTS, with_comments};
use crate::syntax::{parse, print_ast};

fn formatted(text: &str) -> String {
    format(text).unwrap_or_else(|found| panic!("{found:?} in {text}"))
}

fn comments(text: &str) -> Vec<&str> {
    let parsed = parse(FileId(0), text);
    parsed
        .comments
        .list
        .iter()
        .filter_map(|comment| text.get(comment.span.start as usize..comment.span.end as usize))
        .collect()
}

fn tree(text: &str) -> String {
    print_ast(&parse(FileId(0), text).file)
}

/// Formats and checks the promises.
fn check(text: &str) -> String {
    let once = formatted(text);
    assert_eq!(formatted(&once), once, "not the same twice:\n{text}");
    assert_eq!(
        comments(&once),
        comments(text),
        "comments of:\n{text}\nin:\n{once}"
    );
    assert!(!once.contains('\r'));
    once
}

#[test]
fn the_canonical_files_stay_as_they_are() {
    for text in TEXTS {
        let once = check(text);
        assert_eq!(tree(&once), tree(text), "{once}");
    }
    let canonical = check(TEXTS.first().copied().unwrap_or_default());
    assert!(canonical.contains(
        "\n  forbid github.* unless (repo.visibility is public and not repo.archived)\n    message \""
    ));
    assert!(canonical.contains("\nschedule office_hours { mon..fri 09:00-17:00 except holidays }\n"));
}

#[test]
fn words_are_written_for_enums_and_truth_values() {
    let once = check(
        "policy p { permit * when a.x == public and a.y != true and a.z == \"s\" and a.t == now unless not b }",
    );
    assert_eq!(
        once,
        "policy p {\n  permit * when a.x is public and a.y is not true and a.z == \"s\" and a.t == now unless (not b)\n}\n"
    );
    // `is` before a type asks for the type, so this sign must stay.
    assert!(check("policy p { permit * when a.x == string }").contains("a.x == string"));
}

#[test]
fn parentheses_stand_where_they_are_needed() {
    for (text, kept) in [
        ("((a and b)) or (c)", "(a and b) or c"),
        ("not (not (a is b))", "not not a is b"),
        ("not (a and b)", "not (a and b)"),
        ("(a and b) and c", "(a and b) and c"),
        ("(a is b) is c", "(a is b) is c"),
        ("a - (b - c) > (a * b) + 1", "a - (b - c) > a * b + 1"),
        ("(a + b) * -3 > [(x), y + 1]", "(a + b) * -3 > [x, y + 1]"),
        ("lower((a)) in (s)", "lower(a) in s"),
    ] {
        let once = check(&format!("policy p {{ permit * when {text} }}"));
        assert_eq!(once, format!("policy p {{\n  permit * when {kept}\n}}\n"));
    }
}

#[test]
fn schedules_of_several_entries_stand_one_a_line() {
    assert_eq!(
        check(
            "schedule s zone \"Z\" { mon,wed 9:00-12:00,13:00 - 17:00,sat 10:00-12:00 except (a except b),c and 2026-1-2 }"
        ),
        "schedule s zone \"Z\" {\n  mon, wed 09:00-12:00, 13:00-17:00,\n  sat 10:00-12:00\n  except\n    (a except b),\n    c and 2026-01-02\n}\n"
    );
}

#[test]
fn a_schedule_in_place_stands_on_one_line() {
    let cases = [
        (
            "now in {mon..fri 9:00-17:00,sat 10:00 - 12:00 except holidays}",
            "now in { mon..fri 09:00-17:00, sat 10:00-12:00 except holidays }",
        ),
        (
            "now not in zone \"Asia/Tokyo\"{(a,b) and 12-24}",
            "now not in zone \"Asia/Tokyo\" { (a, b) and 12-24 }",
        ),
        (
            "not (now in zone member.time_zone {mon}) and a.b is date",
            "not now in zone member.time_zone { mon } and a.b is date",
        ),
    ];
    for (text, kept) in cases {
        let once = check(&format!("policy p {{ permit * when {text} }}"));
        assert_eq!(once, format!("policy p {{\n  permit * when {kept}\n}}\n"));
    }
    let head = "schedule s zone member.time_zone { mon }\n";
    assert_eq!(check(head), head);
}

#[test]
fn long_lines_are_broken() {
    let name = "x".repeat(60);
    let once = check(&format!(
        "policy p {{ permit a.{name}, b.{name} only when c.{name} is d and e.{name} is f unless (g.{name}) message \"m\" }}"
    ));
    assert_eq!(
        once,
        format!(
            "policy p {{\n  permit a.{name},\n      b.{name}\n    only when c.{name} is d\n      and e.{name} is f\n    unless (g.{name})\n    message \"m\"\n}}\n"
        )
    );
    let long = check(&format!(
        "set s = [\"{name}\", \"{name}\"]\ntest \"t\" {{ call a.b {{ x: \"{name}\", y: {{ z: \"{name}\" }} }} }}"
    ));
    assert!(
        long.contains(&format!("set s = [\n  \"{name}\",\n  \"{name}\",\n]\n")),
        "{long}"
    );
    assert!(
        long.contains(&format!("  call a.b {{\n    x: \"{name}\",\n")),
        "{long}"
    );
}

#[test]
fn comments_keep_their_places() {
    let text = "\
// first

policy p {  // head
  // before the rule
  permit a.b,  // first tool
      // before the second
      c.d
    // before when
    when x is y  // left
      // before right
      and z  // right
    // before the message
    message \"m\"  // message
  // last in the policy
}  // behind

// end
";
    assert_eq!(check(text), text);
}

#[test]
fn byte_order_marks_and_carriage_returns_go() {
    assert_eq!(
        check("\u{feff}// c\r\nuse a\r\n\r\n\r\nuse b // d\r\n"),
        "// c\nuse a\n\nuse b  // d\n"
    );
    assert_eq!(check(""), "");
    assert_eq!(check("\n\n"), "");
}

#[test]
fn a_text_with_mistakes_is_refused() {
    let Err(found) = format("policy p {") else {
        panic!("an open bracket was formatted");
    };
    assert_eq!(found.first().map(|one| one.code), Some(Code::E0104));
}

#[test]
fn comments_anywhere_are_kept_and_the_tree_too() {
    let mut dice = Dice::new(7);
    let mut checked = 0;
    for round in 0..1_500 {
        let text = with_comments(&mut dice);
        if !parse(FileId(0), &text).diagnostics.is_empty() {
            continue;
        }
        let once = check(&text);
        assert_eq!(
            tree_without_docs(&once),
            tree_without_docs(&text),
            "round {round}:\n{text}\n--\n{once}"
        );
        checked += 1;
    }
    assert!(checked > 500, "only {checked} texts were right");
}

/// A `///` that moves can come to stand before an item, or leave it; what the item says does not change by that.
fn tree_without_docs(text: &str) -> String {
    let mut file = parse(FileId(0), text).file;
    for item in &mut file.items {
        item.docs.clear();
    }
    print_ast(&file)
}
