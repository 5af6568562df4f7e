//! The two walls: the language and the gate are pure functions.
//!
//! Clippy bans the same in `wicket-lang/clippy.toml` by resolved name; this check also sees what clippy does not
//! compile, and it is the only one for the gate, which shares a crate with things that do IO.

use super::Finding;
use crate::project::TextFile;
use crate::rust_text::{Literals, named_paths, product_code};

struct Wall {
    /// What stands behind the wall, as the start of a path.
    inside: &'static [&'static str],
    name: &'static str,
    /// Paths, or starts of paths, that may not be named there.
    banned: &'static [&'static str],
    remedy: &'static str,
}

const WALLS: &[Wall] = &[
    Wall {
        inside: &["wicket-lang/src/"],
        name: "the language",
        banned: &[
            "std::fs",
            "std::net",
            "std::time",
            "std::env",
            "std::process",
            "std::thread",
            "std::io::stdin",
            "std::io::stdout",
            "std::io::stderr",
            "tokio",
            "rand",
            "getrandom",
            "Utc::now",
            "Local::now",
            "chrono::Local",
            "SystemTime::now",
            "Instant::now",
            "Timestamp::now",
            "Zoned::now",
        ],
        remedy: "take it as a parameter; the caller reads files, clocks and the environment",
    },
    Wall {
        inside: &["wicket-proxy/src/gate.rs", "wicket-proxy/src/gate/"],
        name: "the gate",
        banned: &[
            "std::fs",
            "std::net",
            "std::time::SystemTime",
            "std::time::Instant",
            "std::env",
            "std::process",
            "std::thread",
            "std::io",
            "tokio",
            "tracing",
            "reqwest",
            "hyper",
            "axum",
            "rusqlite",
            "ring::rand",
            "Utc::now",
            "Local::now",
            "SystemTime::now",
            "Instant::now",
        ],
        remedy: "the gate gets loaded values and `now`, and returns an `Admission`; the store does the rest",
    },
];

pub(super) fn check(files: &[TextFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        for wall in WALLS {
            if wall.inside.iter().any(|start| file.path.starts_with(start)) {
                check_file(file, wall, &mut findings);
            }
        }
    }
    findings
}

fn check_file(file: &TextFile, wall: &Wall, findings: &mut Vec<Finding>) {
    let code = product_code(file, Literals::Blank);
    for named in named_paths(&code) {
        if let Some(banned) = wall.banned.iter().find(|banned| names(&named.path, banned)) {
            findings.push(Finding::error(
                &file.path,
                named.line,
                format!("{} may not name `{banned}`: {}", wall.name, wall.remedy),
            ));
        }
    }
}

/// Whether `path` is `banned`, lies below it, or ends in it (`chrono::Utc::now` ends in `Utc::now`).
fn names(path: &str, banned: &str) -> bool {
    path == banned
        || path
            .strip_prefix(banned)
            .is_some_and(|rest| rest.starts_with("::"))
        || (banned.contains("::now") && path.ends_with(&format!("::{banned}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        check(&[TextFile {
            path: path.to_owned(),
            text: text.to_owned(),
        }])
        .len()
    }

    #[test]
    fn the_language_reads_no_clock() {
        let language = "wicket-lang/src/vm.rs";
        assert_eq!(count(language, "use std::{fs, fmt};"), 1);
        assert_eq!(count(language, "let now = chrono::Utc::now();"), 1);
        assert_eq!(count(language, "use chrono::Utc; fn f() { Utc::now() }"), 1);
        assert_eq!(count(language, "use std::collections::HashMap;"), 0);
        assert_eq!(
            count("wicket-proxy/src/clock.rs", "std::time::SystemTime::now()"),
            0
        );
    }

    #[test]
    fn the_gate_does_no_io() {
        assert_eq!(count("wicket-proxy/src/gate/admit.rs", "use tokio::fs::File;"), 1);
        assert_eq!(
            count("wicket-proxy/src/gate/admit.rs", "use std::time::Duration;"),
            0
        );
    }
}
