//! Each Rust file says in its first line what it is for; no folder is a catch-all; no text names one person's machine
//! or leaves a job for later.

use super::Finding;
use crate::project::TextFile;

/// Names under which things are put that have no home.
const CATCH_ALLS: &[&str] = &["utils", "util", "common", "helpers", "helper", "misc"];

/// Folders that exist on somebody's machine and in nobody's clone.
const MACHINE_FOLDERS: &[&str] = &["/Users/", "/root/", "/work/"];

/// Words that leave a job for later. Spelled in two halves, so that this file does not find itself.
const LEFT_FOR_LATER: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("HACK", ":")];

pub(super) fn check(files: &[TextFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        check_name(file, &mut findings);
        if file.is_rust() {
            check_head(file, &mut findings);
        }
        check_words(file, &mut findings);
    }
    findings
}

fn check_name(file: &TextFile, findings: &mut Vec<Finding>) {
    let in_sources = file.is_rust() || file.path.contains("/src/");
    for part in file.path.split('/') {
        let stem = part.split('.').next().unwrap_or(part);
        if in_sources && CATCH_ALLS.contains(&stem) {
            findings.push(Finding::error(
                &file.path,
                1,
                format!("`{stem}` is a catch-all; a thing has a home, or it is two things"),
            ));
        }
        if part == "mod.rs" {
            findings.push(Finding::error(
                &file.path,
                1,
                "write `foo.rs` beside `foo/`, so that tabs and search results have names",
            ));
        }
    }
}

fn check_head(file: &TextFile, findings: &mut Vec<Finding>) {
    let first = file.text.lines().next().unwrap_or_default();
    if !first.starts_with("//!") && !file.is_generated() {
        findings.push(Finding::error(
            &file.path,
            1,
            "a file starts with `//!`: what it is for, and what would surprise",
        ));
    }
}

fn check_words(file: &TextFile, findings: &mut Vec<Finding>) {
    // The lists above are the one place that must spell these names.
    if file.path.ends_with("xtask/src/tidy/files.rs") {
        return;
    }
    for (number, line) in file.text.lines().enumerate() {
        if let Some(folder) = MACHINE_FOLDERS.iter().find(|folder| names_folder(line, folder)) {
            findings.push(Finding::error(
                &file.path,
                number + 1,
                format!(
                    "`{folder}` is a folder of one machine; write a path from the root of the repository"
                ),
            ));
        }
        if !file.is_rust() {
            continue;
        }
        if let Some(word) = LEFT_FOR_LATER.iter().find(|word| line.contains(*word)) {
            findings.push(Finding::error(
                &file.path,
                number + 1,
                format!("`{word}`: do it, or write it down as an issue"),
            ));
        }
    }
}

/// Whether `line` has `folder` as the start of an absolute path, and not as the middle of another or of an address.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        before.is_none_or(|c| !(c.is_alphanumeric() || "._-~/}$*".contains(c)))
    })
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
    fn a_head_is_wanted() {
        assert_eq!(count("a/src/x.rs", "fn f() {}"), 1);
        assert_eq!(count("a/src/x.rs", "//! Reads.\nfn f() {}"), 0);
    }

    #[test]
    fn a_machine_is_not_named() {
        assert_eq!(count("README.md", "see /Users/anna/wicket"), 1);
        assert_eq!(
            count("README.md", "see https://example.com/root/page and docs/work/x"),
            0
        );
    }

    #[test]
    fn catch_alls_are_found() {
        assert_eq!(count("a/src/utils/x.rs", "//! Reads."), 1);
        assert_eq!(count("a/src/x/mod.rs", "//! Reads."), 1);
    }
}
