//! Lints say nothing of what is shipped, and are silenced where an author means what they find.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use wicket_lang::api::{BundleFiles, analyze};
use wicket_lang::source::{SourceFile, Sources};
use wicket_tests::bundle::findings;
use wicket_tests::files;

/// The bundles of `examples`, by folder.
fn examples() -> Vec<BundleFiles> {
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
        .map(|(folder, bundle)| BundleFiles {
            sources: Sources::new(sources.remove(&folder).unwrap()),
            ..bundle
        })
        .collect()
}

#[test]
fn no_lint_speaks_of_the_examples() {
    let examples = examples();
    assert!(examples.len() > 2, "only {} examples", examples.len());
    for bundle in examples {
        let analysis = analyze(&bundle);
        let warned = analysis
            .diagnostics
            .iter()
            .any(|found| found.code.name().starts_with('W'));
        assert!(!warned, "{}", findings(&bundle, &analysis));
    }
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
