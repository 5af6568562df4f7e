//! Walking the folder of cases, and holding a text against the file it should equal.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use similar::TextDiff;

/// The folder of this crate.
#[must_use]
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The files under a folder whose names end with `.extension`, by name.
pub fn walk(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let entries = std::fs::read_dir(&folder).with_context(|| format!("{} is read", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Whether goldens are rewritten (`WICKET_BLESS=1`), and only those of cases whose path contains
/// `WICKET_BLESS_FILTER` where that is set.
#[must_use]
pub fn blesses(path: &Path) -> bool {
    let filter = std::env::var("WICKET_BLESS_FILTER").unwrap_or_default();
    std::env::var_os("WICKET_BLESS").is_some() && path.to_string_lossy().contains(&filter)
}

/// Holds `actual` against the file at `path`, or writes it there. Says what differs.
pub fn hold(path: &Path, actual: &str) -> Result<Option<String>> {
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    if expected == actual {
        return Ok(None);
    }
    if blesses(path) {
        std::fs::write(path, actual).with_context(|| format!("{} is written", path.display()))?;
        return Ok(None);
    }
    Ok(Some(format!(
        "{} is otherwise than the program says (cargo xtask bless rewrites it):\n{}",
        path.display(),
        difference(&expected, actual)
    )))
}

/// The lines that differ.
#[must_use]
pub fn difference(expected: &str, actual: &str) -> String {
    TextDiff::from_lines(expected, actual)
        .unified_diff()
        .header("expected", "actual")
        .to_string()
}
