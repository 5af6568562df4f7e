//! Lock files lead to the public registries, so that a clone builds anywhere.
//!
//! Cargo's names the registry by its public index. npm's names no address at all (the `.npmrc`
//! beside it leaves it out), so each machine asks the registry that it is set up for.

use super::Finding;
use crate::project::TextFile;

pub(super) fn check(files: &[TextFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        let complaint: fn(&str) -> Option<&'static str> = match name {
            "Cargo.lock" => foreign_source,
            "package-lock.json" => address,
            _ => continue,
        };
        for (number, line) in file.text.lines().enumerate() {
            if let Some(message) = complaint(line.trim_start()) {
                findings.push(Finding::error(&file.path, number + 1, message));
            }
        }
    }
    findings
}

fn foreign_source(line: &str) -> Option<&'static str> {
    let public = "registry+https://github.com/rust-lang/crates.io-index\"";
    line.strip_prefix("source = \"")
        .filter(|source| !source.starts_with(public))
        .map(|_| "this package does not come from the public registry")
}

fn address(line: &str) -> Option<&'static str> {
    line.starts_with("\"resolved\":").then_some(
        "this package is tied to one address: write the lock again with `omit-lockfile-registry-resolved`",
    )
}
