//! Lints say nothing of what is shipped, and are silenced where an author means what they find.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use wicket_lang::api::{BundleFiles, analyze};
use wicket_lang::source::{SourceFile, Sources};
use wicket_tests::bundle::findings;
use wicket_tests::files;

/// The bundles of `examples`, by folder.
fn examples() -> Vec<(PathBuf, BundleFiles)> {
    let root = files::root().parent().unwrap().join("examples");
    let mut folders: BTreeMap<_, BundleFiles> = BTreeMap::new();
    let mut sources: BTreeMap<_, Vec<SourceFile>> = BTreeMap::new();
    let read = |path: &std::path::Path| SourceFile {
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        text: std::fs::read_to_string(path).unwrap(),
    };
    for path in files::walk(&root, "wkt").unwrap() {
        let folder = path.parent().unwrap().to_owned();
        folders.entry(folder.clone()).or_default();
        sources.entry(folder).or_default().push(read(&path));
    }
    for path in files::walk(&root, "tools.json").unwrap() {
        if let Some(bundle) = folders.get_mut(path.parent().unwrap()) {
            let file = read(&path);
            bundle.catalogs.insert(file.name, file.text);
        }
    }
    folders
        .into_iter()
        .map(|(folder, bundle)| {
            let sources = Sources::new(sources.remove(&folder).unwrap());
            (folder, BundleFiles { sources, ..bundle })
        })
        .collect()
}

#[test]
fn no_lint_speaks_of_the_examples() {
    let examples = examples();
    assert!(examples.len() > 2, "only {} examples", examples.len());
    let mut spoken = Vec::new();
    for (folder, bundle) in examples {
        let analysis = analyze(&bundle);
        let warned = analysis
            .diagnostics
            .iter()
            .any(|found| found.code.name().starts_with('W'));
        if warned {
            spoken.push(format!("{}\n{}", folder.display(), findings(&bundle, &analysis)));
        }
    }
    assert!(spoken.is_empty(), "{}", spoken.join("\n"));
}

fn codes(text: &str) -> Vec<&'static str> {
    let analysis = analyze(&BundleFiles::single("a.wkt", text));
    analysis
        .diagnostics
        .iter()
        .map(|found| found.code.name())
        .collect()
}

#[test]
fn an_annotation_silences_the_lint_that_it_names_and_no_other() {
    let policy = "policy p { forbid slack.conversations_leave, slack:destructive }\n";
    let with = |annotation: &str| codes(&format!("use slack\n{annotation}\n{policy}"));
    assert_eq!(with(""), ["W1003", "W1010"]);
    assert_eq!(with("@allow \"W1010\""), ["W1003"]);
    assert_eq!(with("@allow \"w1003, W1010\""), [""; 0]);
    assert_eq!(with("@allow \"W1003\" @allow \"W1010\""), [""; 0]);
}

#[test]
fn to_allow_what_no_lint_finds_is_an_error() {
    let text = "use slack\n@allow \"W10O1\"\npolicy p { permit slack:read }\n";
    assert_eq!(codes(text), ["E0207"]);
    assert_eq!(codes(&text.replace("W10O1", "E0101")), ["E0207"]);
}

/// What is said of a policy for tools of Slack.
fn of(rules: &str) -> Vec<&'static str> {
    codes(&format!("use slack\npolicy p {{ {rules} }}\n"))
}

#[test]
fn what_is_never_true_is_told_from_its_parts() {
    let posting = |condition: &str| {
        of(&format!(
            "permit slack.conversations_add_message when {condition}"
        ))
    };
    assert_eq!(
        posting("args.channel_id is \"a\" and not args.channel_id is \"b\""),
        ["W1013"]
    );
    for never in [
        "args.channel_id is \"a\" and args.channel_id in [\"b\", \"c\"]",
        "args.channel_id starts_with \"C\" and args.channel_id starts_with \"D\"",
        "lower(args.channel_id) is \"C02\"",
        "size(args.channel_id) < 0",
        "args.channel_id is \"a\" and not has args.channel_id",
    ] {
        assert!(posting(never).contains(&"W1011"), "{never}");
    }
    for may_be in [
        "args.channel_id is \"a\" or args.channel_id is \"b\"",
        "args.channel_id starts_with \"C\" and args.channel_id ends_with \"D\"",
        "lower(args.channel_id) is \"c02\"",
        "size(args.channel_id) > 0",
        "not has args.thread_ts and args.channel_id is \"a\"",
        "not has args.thread_ts and (args.thread_ts else \"x\") is \"x\"",
    ] {
        assert_eq!(posting(may_be), [""; 0], "{may_be}");
    }
}

#[test]
fn a_forbid_is_implied_only_where_it_is_surely_false_as_well() {
    let two = |first: &str, second: &str| {
        of(&format!(
            "permit slack:write forbid slack:write when {first} message \"a\" forbid slack.conversations_add_message when {second} message \"b\""
        ))
    };
    // Where no thread is named the narrower one forbids, and the wider one does not.
    assert_eq!(
        codes(
            "use slack\npolicy p { permit slack:write forbid slack.conversations_add_message when args.channel_id starts_with \"C\" message \"a\" forbid slack.conversations_add_message when args.channel_id is \"C1\" and args.thread_ts is \"1\" message \"b\" }"
        ),
        ["W1014"]
    );
    assert_eq!(
        two(
            "agent.name is \"a\"",
            "agent.name is \"a\" or args.thread_ts is \"1\""
        ),
        [""; 0]
    );
    assert_eq!(
        two("agent.name in [\"a\", \"b\"]", "agent.name is \"a\""),
        ["W1014"]
    );
}
