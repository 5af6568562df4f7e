//! SQL lives in the store and only there.

use super::Finding;
use crate::project::TextFile;
use crate::rust_text::{Literals, product_code};

/// The store, and the tests that play a broken or foreign database.
const HOME: &[&str] = &[
    "wicket-proxy/src/store.rs",
    "wicket-proxy/src/store/",
    "xtask/",
    "tests/",
];

/// Pairs of words that, in this order on one line, are SQL and hardly English.
const STATEMENTS: &[(&str, &str)] = &[
    ("SELECT ", " FROM "),
    ("INSERT ", "INTO "),
    ("UPDATE ", " SET "),
    ("DELETE FROM ", ""),
    ("CREATE TABLE ", ""),
    ("CREATE INDEX ", ""),
    ("PRAGMA ", ""),
];

pub(super) fn check(files: &[TextFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        if HOME.iter().any(|start| file.path.starts_with(start)) {
            continue;
        }
        if file.extension() == "sql" {
            findings.push(Finding::error(
                &file.path,
                1,
                "SQL lives below wicket-proxy/src/store/",
            ));
        }
        if !file.is_rust() {
            continue;
        }
        let code = product_code(file, Literals::Keep);
        for (number, line) in code.lines().enumerate() {
            let is_sql = STATEMENTS.iter().any(|(first, second)| {
                line.split_once(first)
                    .is_some_and(|(_, rest)| rest.contains(second.trim_start()))
            });
            if is_sql {
                findings.push(Finding::error(
                    &file.path,
                    number + 1,
                    "this is SQL; give the store a function for it",
                ));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_outside_the_store_is_found() {
        let file = |path: &str, text: &str| TextFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let statement = "let q = \"SELECT a FROM b\";";
        assert_eq!(check(&[file("wicket-proxy/src/http.rs", statement)]).len(), 1);
        assert_eq!(
            check(&[file("wicket-proxy/src/store/read.rs", statement)]).len(),
            0
        );
        assert_eq!(
            check(&[file("wicket-proxy/src/http.rs", "// SELECT a FROM b")]).len(),
            0
        );
    }
}
