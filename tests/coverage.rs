//! What the tests of the first examples see of their policies, as it was when somebody last looked.

#![expect(clippy::panic, reason = "tests")]

use wicket_lang::api;
use wicket_lang::testing::coverage::print;
use wicket_tests::bundle::{Judge, read_folder};
use wicket_tests::files;

/// Each is a folder with policies below `examples`.
const EXAMPLES: &[&str] = &["ci/policies", "filesystem/policies", "five-policies", "gitlab"];

#[test]
fn the_examples_are_covered_as_they_were() {
    let examples = files::root().join("../examples");
    let mut shown = String::new();
    for name in EXAMPLES {
        let covered = read_folder(&examples.join(name)).and_then(|files| {
            let analysis = api::analyze(&files);
            let judge = Judge::new(&files, &analysis)?;
            let (_, _, coverage) = api::cover_tests(&analysis, &judge.artifact);
            Ok(print(&coverage, &files.sources))
        });
        let covered = covered.unwrap_or_else(|error| panic!("{name}: {error:#}"));
        shown.extend(["== ", name, "\n", &covered, "\n"]);
    }
    let difference = files::hold(&files::root().join("coverage.txt"), &shown);
    let difference = difference.unwrap_or_else(|error| panic!("{error:#}"));
    assert!(difference.is_none(), "{}", difference.unwrap_or_default());
}
