//! Lock files name the public registries, so that a clone builds anywhere.

use super::Finding;
use crate::project::TextFile;

pub(super) fn check(files: &[TextFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        let (start, registry) = match name {
            "Cargo.lock" => (
                "source = \"",
                "registry+https://github.com/rust-lang/crates.io-index\"",
            ),
            "package-lock.json" => ("\"resolved\": \"", "https://registry.npmjs.org/"),
            _ => continue,
        };
        for (number, line) in file.text.lines().enumerate() {
            if let Some(source) = line.trim_start().strip_prefix(start)
                && !source.starts_with(registry)
            {
                findings.push(Finding::error(
                    &file.path,
                    number + 1,
                    "this package does not come from the public registry",
                ));
            }
        }
    }
    findings
}
