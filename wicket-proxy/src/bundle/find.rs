//! The files of a bundle, by kind and in the order of their paths.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use wicket_lang::api::{EXTENSION, LOCK};

use super::{BundleError, CATALOG_ENDING, MAX_FILES, folder, is_source};

/// The deepest that folders are looked into.
const MAX_DEPTH: usize = 32;

/// Folders of build tools.
const PASSED_OVER: &[&str] = &["target", "node_modules"];

/// A file of the bundle.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    /// Relative to the bundle's folder, with `/`.
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Source,
    Catalog,
    /// Only the one at the top.
    Lock,
    /// A single file that was named, and is no policy file: an artifact, or a mistake.
    Other,
}

impl Kind {
    fn of(name: &str, is_top: bool) -> Option<Self> {
        let plain = name.rsplit_once('/').map_or(name, |(_, name)| name);
        let ending = name.rsplit_once('.').map(|(_, ending)| ending);
        if ending == Some(EXTENSION) {
            Some(Self::Source)
        } else if name.ends_with(CATALOG_ENDING) {
            Some(Self::Catalog)
        } else {
            (is_top && plain == LOCK).then_some(Self::Lock)
        }
    }
}

/// Finds the files of the bundle at `path`.
pub(super) fn find(path: &Path) -> Result<Vec<Found>, BundleError> {
    let about = fs::metadata(path).map_err(|cause| match cause.kind() {
        ErrorKind::NotFound => BundleError::Absent {
            path: path.to_owned(),
        },
        _ => BundleError::Read {
            path: path.to_owned(),
            cause,
        },
    })?;
    let mut walk = Walk {
        top: path,
        found: Vec::new(),
        seen: BTreeSet::new(),
        looked_at: 0,
    };
    if about.is_dir() {
        walk.folder(path, "", 0)?;
    } else {
        walk.single(path, about.is_file())?;
    }
    walk.found.sort();
    Ok(walk.found)
}

/// Finds the files of a folder that the bundle in `base` shares with others; `name` leads there from `base`. Of a folder
/// that is not there nothing is found, and the check says so.
pub(super) fn find_shared(base: &Path, name: &str) -> Result<Vec<Found>, BundleError> {
    let path = base.join(name);
    if !path.is_dir() {
        return Ok(Vec::new());
    }
    let real = |path: &Path| {
        fs::canonicalize(path).map_err(|cause| BundleError::Read {
            path: path.to_owned(),
            cause,
        })
    };
    if real(base)?.starts_with(real(&path)?) {
        return Err(BundleError::Circle { path });
    }
    let mut walk = Walk {
        top: &path,
        found: Vec::new(),
        seen: BTreeSet::new(),
        looked_at: 0,
    };
    walk.folder(&path, &format!("{name}/"), 0)?;
    Ok(walk.found)
}

struct Walk<'a> {
    top: &'a Path,
    found: Vec<Found>,
    /// Folders that were read, by their real paths.
    seen: BTreeSet<PathBuf>,
    looked_at: usize,
}

impl Walk<'_> {
    fn single(&mut self, path: &Path, is_file: bool) -> Result<(), BundleError> {
        let own = || path.to_owned();
        if !is_file {
            return Err(BundleError::NotAFile { path: own() });
        }
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| BundleError::Name { path: own() })?.to_owned();
        if !is_source(path) {
            self.found.push(Found {
                name,
                path: own(),
                kind: Kind::Other,
            });
            return Ok(());
        }
        for file in self.entries(&folder(path))? {
            let kind = Kind::of(&file.0, true);
            if matches!(kind, Some(Kind::Catalog | Kind::Lock)) {
                self.file(&file.1, &file.0, true)?;
            }
        }
        self.found.push(Found {
            name,
            path: own(),
            kind: Kind::Source,
        });
        Ok(())
    }

    fn folder(&mut self, path: &Path, prefix: &str, depth: usize) -> Result<(), BundleError> {
        let real = fs::canonicalize(path).map_err(|cause| BundleError::Read {
            path: path.to_owned(),
            cause,
        })?;
        if !self.seen.insert(real) {
            return Ok(());
        }
        if depth > MAX_DEPTH {
            return Err(self.too_many());
        }
        for (name, entry) in self.entries(path)? {
            if entry.is_dir() {
                if !PASSED_OVER.contains(&name.as_str()) {
                    self.folder(&entry, &format!("{prefix}{name}/"), depth + 1)?;
                }
            } else {
                self.file(&entry, &format!("{prefix}{name}"), depth == 0)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, name: &str, is_top: bool) -> Result<(), BundleError> {
        let Some(kind) = Kind::of(name, is_top) else {
            return Ok(());
        };
        let about = fs::metadata(path).map_err(|cause| BundleError::Read {
            path: path.to_owned(),
            cause,
        })?;
        // Opening a pipe would wait for somebody to write into it.
        if !about.is_file() {
            return Err(BundleError::NotAFile {
                path: path.to_owned(),
            });
        }
        self.found.push(Found {
            name: name.to_owned(),
            path: path.to_owned(),
            kind,
        });
        Ok(())
    }

    /// What stands in a folder, hidden things left out, in the order of names.
    fn entries(&mut self, path: &Path) -> Result<Vec<(String, PathBuf)>, BundleError> {
        let failed = |cause| BundleError::Read {
            path: path.to_owned(),
            cause,
        };
        let mut entries = Vec::new();
        for entry in fs::read_dir(path).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            self.looked_at += 1;
            if self.looked_at > MAX_FILES {
                return Err(self.too_many());
            }
            let path = entry.path();
            match entry.file_name().into_string() {
                Ok(name) if name.starts_with('.') => {}
                Ok(name) => entries.push((name, path)),
                // Only what would be read has to have a name that can be written down.
                Err(_) if is_source(&path) => return Err(BundleError::Name { path }),
                Err(_) => {}
            }
        }
        entries.sort();
        Ok(entries)
    }

    fn too_many(&self) -> BundleError {
        BundleError::TooMany {
            path: self.top.to_owned(),
        }
    }
}
