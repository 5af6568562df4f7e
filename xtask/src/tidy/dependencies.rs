//! A dependency that nothing names is one more thing to trust for nothing.

use std::collections::BTreeMap;

use super::Finding;
use crate::project::TextFile;
use crate::rust_text::{Literals, blank};

pub(super) fn check(files: &[TextFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut used_by_members: BTreeMap<String, bool> = BTreeMap::new();
    let manifests = files
        .iter()
        .filter(|file| file.path == "Cargo.toml" || file.path.ends_with("/Cargo.toml"));
    for manifest in manifests {
        let Ok(table) = manifest.text.parse::<toml::Table>() else {
            findings.push(Finding::error(&manifest.path, 1, "this is not TOML"));
            continue;
        };
        if let Some(workspace) = table.get("workspace") {
            for name in keys(workspace.get("dependencies")) {
                used_by_members.entry(name).or_default();
            }
        }
        let folder = manifest.path.trim_end_matches("Cargo.toml");
        let code: Vec<String> = files
            .iter()
            .filter(|file| file.is_rust() && file.path.starts_with(folder))
            .map(|file| blank(&file.text, Literals::Blank))
            .collect();
        let mut idle = Vec::new();
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for name in keys(table.get(kind)) {
                let identifier = name.replace('-', "_");
                if !code.iter().any(|text| names(text, &identifier)) {
                    idle.push(name.clone());
                }
                used_by_members.insert(name, true);
            }
        }
        if !idle.is_empty() {
            findings.push(Finding::note(
                &manifest.path,
                1,
                format!("nothing names {}", idle.join(", ")),
            ));
        }
    }
    for (name, used) in used_by_members {
        if !used {
            findings.push(Finding::note(
                "Cargo.toml",
                1,
                format!("no crate of the workspace depends on `{name}`"),
            ));
        }
    }
    findings
}

fn keys(table: Option<&toml::Value>) -> Vec<String> {
    table
        .and_then(toml::Value::as_table)
        .map(|table| table.keys().cloned().collect())
        .unwrap_or_default()
}

/// Whether `identifier` stands in `code` as a word of its own.
fn names(code: &str, identifier: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(identifier).any(|(at, _)| {
        let before = code.get(..at).and_then(|text| text.chars().next_back());
        let after = code
            .get(at + identifier.len()..)
            .and_then(|text| text.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}
