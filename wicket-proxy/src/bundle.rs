//! Policy files on disk to the texts of a bundle.
//!
//! What a bundle is does not depend on how a folder happens to be listed: files are taken in the order of their paths,
//! hidden folders and those of build tools are passed over, and every folder is read once, so links that go in circles
//! end. All files of one reading belong together: they are read twice, and again where something changed meanwhile. Two files that are saved one after the other are two states of the folder all the same, so a watcher
//! waits until [`fingerprint`] stays what it is.

mod error;
mod find;

pub use error::BundleError;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use wicket_lang::api::{self, BundleFiles, EXTENSION};
use wicket_lang::artifact::MAX_ARTIFACT_BYTES;
use wicket_lang::catalog::Digest;
use wicket_lang::source::{MAX_SOURCE_BYTES, SourceFile, Sources, is_shared};

use find::{Found, Kind};

/// The ending of a catalog's name.
pub const CATALOG_ENDING: &str = ".tools.json";

/// The most bytes of one catalog, and of the lock.
pub const MAX_CATALOG_BYTES: usize = 16 * 1024 * 1024;

/// The most bytes of all files together.
pub const MAX_BUNDLE_BYTES: usize = 128 * 1024 * 1024;

/// The most files.
pub const MAX_FILES: usize = 10_000;

/// How often a folder that keeps changing is read.
const ATTEMPTS: usize = 8;

/// What the files of a bundle are, without their meaning: two that are alike have the same files with the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(Digest);

/// Reads the bundle at `path`: a folder with all policy files below it, or one policy file. The lock and the catalogs
/// that lie beside a single file hold for it as they would for its folder.
pub fn read(path: &Path) -> Result<BundleFiles, BundleError> {
    for _ in 0..ATTEMPTS {
        let contents = match contents(path) {
            // A file that was there a moment ago is being replaced.
            Err(BundleError::Read { cause, .. }) if cause.kind() == std::io::ErrorKind::NotFound => {
                continue;
            }
            result => result?,
        };
        let before = Fingerprint::of(&contents);
        let files = texts(path, contents)?;
        if fingerprint(path).is_ok_and(|after| after == before) {
            return Ok(files);
        }
    }
    Err(BundleError::Changing {
        path: path.to_owned(),
    })
}

/// The fingerprint of the bundle at `path`, or of the artifact.
pub fn fingerprint(path: &Path) -> Result<Fingerprint, BundleError> {
    Ok(Fingerprint::of(&contents(path)?))
}

impl Fingerprint {
    fn of(contents: &[(Found, Vec<u8>)]) -> Self {
        let mut all = Vec::new();
        for (file, bytes) in contents {
            all.extend_from_slice(file.name.as_bytes());
            // No name holds this byte, and a digest has a fixed length, so the pieces cannot run into each other.
            all.push(0);
            all.extend_from_slice(Digest::of(bytes).as_bytes());
        }
        Self(Digest::of(&all))
    }
}

/// The files of the bundle with their bytes.
fn contents(path: &Path) -> Result<Vec<(Found, Vec<u8>)>, BundleError> {
    let mut left = MAX_BUNDLE_BYTES;
    let mut contents: Vec<(Found, Vec<u8>)> = Vec::new();
    let mut open = find::find(path)?;
    let mut folders = BTreeSet::new();
    // The files of shared folders may use further ones.
    while let Some(file) = open.pop() {
        let limit = match file.kind {
            Kind::Source => MAX_SOURCE_BYTES,
            Kind::Catalog | Kind::Lock => MAX_CATALOG_BYTES,
            Kind::Other => MAX_ARTIFACT_BYTES,
        };
        let bytes = bytes(&file.path, limit)?;
        left = left
            .checked_sub(bytes.len())
            .ok_or_else(|| BundleError::BundleTooLarge {
                path: path.to_owned(),
            })?;
        if file.kind == Kind::Source {
            let text = String::from_utf8_lossy(&bytes);
            for shared in api::folders_used(&file.name, &text) {
                if folders.insert(shared.clone()) {
                    open.extend(find::find_shared(&folder(path), &shared)?);
                }
            }
        }
        contents.push((file, bytes));
    }
    contents.sort_by(|(one, _), (other, _)| one.cmp(other));
    // A folder in another one that is shared as well was found twice.
    contents.dedup_by(|(one, _), (other, _)| one.name == other.name);
    Ok(contents)
}

fn texts(path: &Path, contents: Vec<(Found, Vec<u8>)>) -> Result<BundleFiles, BundleError> {
    let mut sources = Vec::new();
    let mut catalogs = BTreeMap::new();
    let mut lock = None;
    for (file, bytes) in contents {
        match file.kind {
            Kind::Source => sources.push(SourceFile {
                text: decode(&file.path, bytes)?,
                name: file.name,
            }),
            Kind::Catalog => {
                catalogs.insert(file.name, decode(&file.path, bytes)?);
            }
            Kind::Lock if is_shared(&file.name) => {
                catalogs.insert(file.name, decode(&file.path, bytes)?);
            }
            Kind::Lock => lock = Some(decode(&file.path, bytes)?),
            Kind::Other => return Err(BundleError::NotASource { path: file.path }),
        }
    }
    if sources.is_empty() {
        return Err(BundleError::Empty {
            path: path.to_owned(),
        });
    }
    Ok(BundleFiles {
        sources: Sources::new(sources),
        catalogs,
        lock,
    })
}

/// The folders that the bundle at `path` shares with others, and those that these share; one that is not there, too.
pub fn shared_folders(path: &Path) -> Result<BTreeSet<PathBuf>, BundleError> {
    let base = folder(path);
    let mut open = find::find(path)?;
    let mut found = BTreeSet::new();
    while let Some(file) = open.pop() {
        if file.kind != Kind::Source {
            continue;
        }
        let bytes = bytes(&file.path, MAX_SOURCE_BYTES)?;
        for shared in api::folders_used(&file.name, &String::from_utf8_lossy(&bytes)) {
            if found.insert(base.join(&shared)) {
                open.extend(find::find_shared(&base, &shared)?);
            }
        }
    }
    Ok(found)
}

/// The text of a file of at most `limit` bytes.
pub fn text(path: &Path, limit: usize) -> Result<String, BundleError> {
    decode(path, bytes(path, limit)?)
}

fn decode(path: &Path, bytes: Vec<u8>) -> Result<String, BundleError> {
    String::from_utf8(bytes).map_err(|error| {
        let before = error.as_bytes().get(..error.utf8_error().valid_up_to());
        let line = before.unwrap_or_default().split(|byte| *byte == b'\n').count();
        BundleError::NotUtf8 {
            path: path.to_owned(),
            line,
        }
    })
}

/// The bytes of a file of at most `limit` bytes. It is never read any further than that.
pub fn bytes(path: &Path, limit: usize) -> Result<Vec<u8>, BundleError> {
    let failed = |cause| BundleError::Read {
        path: path.to_owned(),
        cause,
    };
    let file = File::open(path).map_err(failed)?;
    let cap = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    file.take(cap).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > limit {
        return Err(BundleError::TooLarge {
            path: path.to_owned(),
            limit,
        });
    }
    Ok(bytes)
}

/// The policy files of the bundle at `path`, in order.
pub fn source_paths(path: &Path) -> Result<Vec<PathBuf>, BundleError> {
    let found = find::find(path)?;
    Ok(found
        .into_iter()
        .filter(|file| file.kind == Kind::Source)
        .map(|file| file.path)
        .collect())
}

/// Whether `path` has the name of a policy file.
#[must_use]
pub fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == EXTENSION)
}

/// The folder in which the lock and the catalogs of the bundle at `path` lie.
#[must_use]
pub fn folder(path: &Path) -> PathBuf {
    if path.is_dir() {
        return path.to_owned();
    }
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        Some(_) | None => PathBuf::from("."),
    }
}

#[cfg(test)]
mod tests;
