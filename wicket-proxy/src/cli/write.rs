//! Files that are there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Writes a file beside its place and moves it there, so that nobody ever reads half of it, and a full disk leaves what
/// was there. A link is followed, and the rights of a file that is replaced stay.
pub(super) fn atomically(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let beside = beside(&target);
    let result = write(&target, &beside, bytes);
    if result.is_err() {
        // What failed first is what is told.
        let _ = fs::remove_file(&beside);
    }
    result.with_context(|| format!("{} cannot be written", path.display()))
}

fn write(target: &Path, beside: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file: File = OpenOptions::new().write(true).create_new(true).open(beside)?;
    if let Ok(about) = fs::metadata(target) {
        file.set_permissions(about.permissions())?;
    }
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(beside, target)
}

/// A hidden name in the same folder, so that moving it stays within one file system and no watcher takes it for a policy.
fn beside(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.{}.part", std::process::id()))
}
