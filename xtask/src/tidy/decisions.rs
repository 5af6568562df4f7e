//! Decision records have a number of their own and the four parts that make them useful.

use std::collections::HashMap;

use super::Finding;
use crate::project::TextFile;

const FOLDER: &str = "docs/decisions/";
const PARTS: &[&str] = &[
    "## Context",
    "## Decision",
    "## Consequences",
    "## What would change our mind",
];

pub(super) fn check(files: &[TextFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen: HashMap<&str, &str> = HashMap::new();
    for file in files {
        let Some(name) = file.path.strip_prefix(FOLDER) else {
            continue;
        };
        if name == "README.md" {
            continue;
        }
        let number = name.get(..4).unwrap_or_default();
        if number.len() != 4 || !number.bytes().all(|b| b.is_ascii_digit()) {
            findings.push(Finding::error(&file.path, 1, "the name must be `NNNN-title.md`"));
            continue;
        }
        if let Some(other) = seen.insert(number, name) {
            findings.push(Finding::error(
                &file.path,
                1,
                format!("the number {number} is taken by `{other}`"),
            ));
        }
        for part in PARTS {
            if !file.text.lines().any(|line| line == *part) {
                findings.push(Finding::error(&file.path, 1, format!("there is no `{part}`")));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_used_once() {
        let text = PARTS.join("\n");
        let file = |path: &str| TextFile {
            path: path.to_owned(),
            text: text.clone(),
        };
        assert!(check(&[file("docs/decisions/0001-a.md")]).is_empty());
        let twice = [file("docs/decisions/0001-a.md"), file("docs/decisions/0001-b.md")];
        assert_eq!(check(&twice).len(), 1);
    }
}
