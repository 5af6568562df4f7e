//! A golden file without the source it was made from proves nothing.

use std::collections::HashSet;

use super::Finding;
use crate::project::TextFile;

/// What `bless` writes beside a `.wkt` file.
const GENERATED: &[&str] = &["tokens", "ast", "ir", "asm", "stderr", "formatted"];

pub(super) fn check(files: &[TextFile]) -> Vec<Finding> {
    let paths: HashSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    files
        .iter()
        .filter(|file| file.path.starts_with("tests/") && GENERATED.contains(&file.extension()))
        .filter_map(|file| {
            let stem = file.path.rsplit_once('.')?.0;
            let source = format!("{stem}.wkt");
            (!paths.contains(source.as_str()))
                .then(|| Finding::error(&file.path, 1, format!("there is no source `{source}`; delete it")))
        })
        .collect()
}
