//! Walks `lang/`: golden cases of single stages, and scenarios.

#![expect(clippy::panic, reason = "tests")]

use std::path::Path;

use wicket_tests::{files, golden, scenario};

/// Runs every file with this ending, and fails with all that is otherwise.
fn run_all(extension: &str, run: fn(&Path) -> anyhow::Result<Vec<String>>) {
    let folder = files::root().join("lang");
    let paths = files::walk(&folder, extension).unwrap_or_else(|error| panic!("{error:#}"));
    assert!(!paths.is_empty(), "no case ends with .{extension}");
    let mut problems = Vec::new();
    for path in paths {
        let name = path.strip_prefix(&folder).unwrap_or(&path).display().to_string();
        match run(&path) {
            Ok(found) => problems.extend(found.into_iter().map(|problem| format!("{name}: {problem}"))),
            Err(error) => problems.push(format!("{name}: {error:#}")),
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

#[test]
fn golden_cases_are_as_they_were() {
    run_all("wkt", golden::run);
}

#[test]
fn scenarios_are_decided_as_they_say() {
    run_all("md", scenario::run);
}

#[test]
fn no_golden_is_without_its_source() {
    for extension in golden::GENERATED {
        let found =
            files::walk(&files::root().join("lang"), extension).unwrap_or_else(|error| panic!("{error:#}"));
        for path in found {
            assert!(
                path.with_extension("wkt").exists(),
                "{} has no source; delete it",
                path.display()
            );
        }
    }
}
