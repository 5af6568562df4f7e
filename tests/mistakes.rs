//! Messages are the manual: a hundred mistakes that people make, each with what is said of it.
//!
//! The goldens are in `lang/mistakes`; here is what holds of all of them.

#![expect(clippy::panic, reason = "tests")]

use std::path::PathBuf;

use wicket_tests::files;

/// Words of the parser's and of Rust's, and ways of speaking that help nobody.
const FOREIGN: &[&str] = &[
    "token",
    "lalrpop",
    "Option<",
    "Some(",
    "None(",
    "Vec<",
    "expected one of",
    "nonterminal",
    "syntax error",
    "parse error",
    "invalid",
    "Err(",
    "Kind::",
    "u32",
    "i64",
    "usize",
    "unwrap",
    "panic",
];

fn goldens() -> Vec<(PathBuf, String)> {
    let folder = files::root().join("lang/mistakes");
    let paths = files::walk(&folder, "wkt").unwrap_or_else(|error| panic!("{error:#}"));
    let read = |path: PathBuf| {
        let golden = path.with_extension("stderr");
        let text =
            std::fs::read_to_string(&golden).unwrap_or_else(|error| panic!("{}: {error}", golden.display()));
        (path, text)
    };
    paths.into_iter().map(read).collect()
}

#[test]
fn there_are_a_hundred_of_them() {
    assert!(goldens().len() >= 100, "only {}", goldens().len());
}

#[test]
fn each_is_an_error_with_a_place() {
    for (path, text) in goldens() {
        assert!(text.contains("error[E"), "{} is no mistake", path.display());
        assert!(text.contains('^'), "{} shows no place", path.display());
    }
}

#[test]
fn no_message_speaks_of_the_parser_or_of_rust() {
    for (path, text) in goldens() {
        // What the author wrote stands behind a bar, and is his own affair.
        let said = text
            .lines()
            .filter(|line| !line.trim_start_matches(char::is_numeric).starts_with(" |"));
        for line in said {
            for word in FOREIGN {
                assert!(!line.contains(word), "{}: {line}", path.display());
            }
        }
    }
}

#[test]
fn nearly_every_one_says_what_to_do() {
    let all = goldens();
    let silent: Vec<String> = all
        .iter()
        .filter(|(_, text)| !text.contains("help:"))
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert!(silent.is_empty(), "no help:\n{}", silent.join("\n"));
}
