//! `wicket fmt`.

use super::folder::{Folder, GOOD};

const UGLY: &str =
    "use   slack // why\nset  channels=[\"C1\"]\npolicy p{permit slack.conversations_add_message}\n";

#[test]
fn a_second_run_changes_nothing_and_no_comment_is_lost() {
    let folder = Folder::with(UGLY);
    let ran = folder.run(&["fmt", "policies"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let once = folder.text("policies/agent.wkt");
    assert_ne!(once, UGLY);
    assert!(once.contains("// why"));
    assert_eq!(folder.run(&["fmt", "policies"]).code, 0);
    assert_eq!(folder.text("policies/agent.wkt"), once);
    assert_eq!(folder.run(&["fmt", "policies", "--check"]).code, 0);
}

#[test]
fn a_check_shows_the_difference_and_writes_nothing() {
    let folder = Folder::with(UGLY);
    folder.write("policies/good.wkt", GOOD);
    let ran = folder.run(&["fmt", "policies", "--check"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("-set  channels=[\"C1\"]"), "{}", ran.out);
    assert!(ran.out.contains("+set channels = [\"C1\"]"), "{}", ran.out);
    assert_eq!(folder.text("policies/agent.wkt"), UGLY);
    let report = folder
        .run(&["fmt", "policies", "--check", "--format", "json"])
        .json();
    assert_eq!(report["ok"], false);
    assert_eq!(report["changed"][0], "policies/agent.wkt");
}

#[test]
fn a_file_with_mistakes_is_left_alone_and_told() {
    let folder = Folder::with("policy   {");
    folder.write("policies/ugly.wkt", UGLY);
    let ran = folder.run(&["fmt", "policies"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("policies/agent.wkt"), "{}", ran.err);
    assert_eq!(folder.text("policies/agent.wkt"), "policy   {");
    assert_ne!(folder.text("policies/ugly.wkt"), UGLY, "the others are laid out");
    let left: Vec<_> = std::fs::read_dir(folder.path("policies")).unwrap().collect();
    assert_eq!(left.len(), 2, "nothing else is left in the folder");
}
