//! A relative link of a Markdown file leads to a file of the repository.

use std::collections::HashSet;

use super::Finding;
use crate::project::TextFile;

pub(super) fn check(files: &[TextFile]) -> Vec<Finding> {
    let mut known: HashSet<String> = HashSet::new();
    for file in files {
        let mut path = file.path.as_str();
        known.insert(path.to_owned());
        while let Some((folder, _)) = path.rsplit_once('/') {
            known.insert(folder.to_owned());
            path = folder;
        }
    }
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.extension() == "md") {
        let mut fenced = false;
        for (number, line) in file.text.lines().enumerate() {
            if line.trim_start().starts_with("```") {
                fenced = !fenced;
            }
            if fenced {
                continue;
            }
            for target in link_targets(line) {
                if resolve(&file.path, target).is_none_or(|path| !known.contains(&path)) {
                    findings.push(Finding::error(
                        &file.path,
                        number + 1,
                        format!("the link `{target}` leads nowhere in this repository"),
                    ));
                }
            }
        }
    }
    findings
}

/// The targets of `[text](target)` in `line` that are paths.
fn link_targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .map(|target| target.split('#').next().unwrap_or(target))
        .filter(|target| !target.is_empty() && !target.contains(':') && !target.contains(' '))
}

/// `target` as seen from `from`; nothing if it leaves the repository.
fn resolve(from: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_link_is_found() {
        let file = |path: &str, text: &str| TextFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let files = [
            file(
                "docs/a.md",
                "[b](b.md#part) [web](https://example.com) [up](../README.md)",
            ),
            file("docs/b.md", "[gone](gone.md) [out](../../x.md)"),
            file("README.md", ""),
        ];
        let lines: Vec<String> = check(&files).into_iter().map(|f| f.path).collect();
        assert_eq!(lines, ["docs/b.md", "docs/b.md"]);
    }
}
