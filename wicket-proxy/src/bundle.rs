//! A bundle on disk: the one place that reads policies, catalogs and the lock from a folder.
//!
//! The files of a folder are taken in the order of their names, so nothing depends on how the system lists them.
//! Hidden folders, `target` and `node_modules` are passed over, and no link is followed out of the folder or in a
//! circle.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ring::digest;
use wicket_lang::api::{self, BundleFiles};
use wicket_lang::source::{MAX_SOURCE_BYTES, SourceFile, Sources};

/// How deep folders may be nested.
const MAX_DEPTH: usize = 16;

/// How many files a bundle may have.
const MAX_FILES: usize = 20_000;

/// How large a catalog or a lock may be, in bytes.
const MAX_CATALOG_BYTES: u64 = 16 * 1024 * 1024;

/// The ending of a catalog's name.
const CATALOG: &str = ".tools.json";

/// Why a bundle cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    #[error("there is no `{0}`; name a folder of `.wkt` files, or one file")]
    Missing(PathBuf),
    #[error("`{0}` holds no `.wkt` file; make a first one with `wicket init`")]
    Empty(PathBuf),
    #[error("`{path}` cannot be read: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("`{0}` is not UTF-8; save it as UTF-8")]
    Encoding(PathBuf),
    #[error("`{path}` is longer than {limit} bytes")]
    TooLarge { path: PathBuf, limit: u64 },
    #[error("`{0}` holds more files or folders than a bundle may")]
    TooMany(PathBuf),
}

/// What a bundle's files are, without their meaning: two that are alike have the same files with the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

/// Reads the bundle at `path`: a folder, or one `.wkt` file with what lies beside it.
pub fn read(path: &Path) -> Result<BundleFiles, BundleError> {
    let mut sources = Vec::new();
    let mut catalogs = BTreeMap::new();
    let mut lock = None;
    for file in files(path)? {
        let limit = if file.is_source() {
            MAX_SOURCE_BYTES as u64
        } else {
            MAX_CATALOG_BYTES
        };
        let text = read_text(&file.path, limit)?;
        if file.is_source() {
            sources.push(SourceFile {
                name: file.name,
                text,
            });
        } else if file.name == api::LOCK {
            lock = Some(text);
        } else {
            catalogs.insert(file.name, text);
        }
    }
    if sources.is_empty() {
        return Err(BundleError::Empty(path.to_owned()));
    }
    Ok(BundleFiles {
        sources: Sources::new(sources),
        catalogs,
        lock,
    })
}

/// The fingerprint of the bundle at `path`, or of the artifact.
pub fn fingerprint(path: &Path) -> Result<Fingerprint, BundleError> {
    let mut context = digest::Context::new(&digest::SHA256);
    let mut add = |bytes: &[u8]| {
        context.update(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
        context.update(bytes);
    };
    for file in files(path)? {
        add(file.name.as_bytes());
        add(&std::fs::read(&file.path).map_err(|source| BundleError::Read {
            path: file.path,
            source,
        })?);
    }
    let mut bytes = [0; 32];
    bytes.copy_from_slice(context.finish().as_ref());
    Ok(Fingerprint(bytes))
}

/// A file of a bundle; its name is its path relative to the bundle, with `/`.
struct Found {
    name: String,
    path: PathBuf,
}

impl Found {
    fn is_source(&self) -> bool {
        self.name
            .rsplit_once('.')
            .is_some_and(|(_, ending)| ending == api::EXTENSION)
    }
}

/// The files of a bundle by name.
fn files(path: &Path) -> Result<Vec<Found>, BundleError> {
    let about = std::fs::metadata(path).map_err(|_| BundleError::Missing(path.to_owned()))?;
    let mut found = Vec::new();
    if about.is_dir() {
        walk(path, "", 0, &mut found)?;
    } else {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        found.push(Found {
            name,
            path: path.to_owned(),
        });
        // A file alone is a bundle of one, by the pins that lie beside it.
        if let Some(folder) = path.parent() {
            let folder = if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                folder
            };
            let beside = entries(folder)?
                .into_iter()
                .filter(|(name, path)| path.is_file() && (name == api::LOCK || name.ends_with(CATALOG)));
            found.extend(beside.map(|(name, path)| Found { name, path }));
        }
    }
    found.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(found)
}

fn walk(folder: &Path, prefix: &str, depth: usize, found: &mut Vec<Found>) -> Result<(), BundleError> {
    if depth > MAX_DEPTH {
        return Err(BundleError::TooMany(folder.to_owned()));
    }
    for (name, path) in entries(folder)? {
        let about = std::fs::symlink_metadata(&path).map_err(|source| BundleError::Read {
            path: path.clone(),
            source,
        })?;
        let full = format!("{prefix}{name}");
        let wanted = Path::new(&name)
            .extension()
            .is_some_and(|ending| ending == api::EXTENSION)
            || name.ends_with(CATALOG)
            || full == api::LOCK;
        if about.is_dir() {
            if !name.starts_with('.') && name != "target" && name != "node_modules" {
                walk(&path, &format!("{full}/"), depth + 1, found)?;
            }
        } else if wanted && path.is_file() {
            found.push(Found { name: full, path });
        }
        if found.len() > MAX_FILES {
            return Err(BundleError::TooMany(folder.to_owned()));
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>, BundleError> {
    let failed = |source| BundleError::Read {
        path: folder.to_owned(),
        source,
    };
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        // A name that is no text is no policy's.
        if let Ok(name) = entry.file_name().into_string() {
            entries.push((name, path));
        }
    }
    Ok(entries)
}

fn read_text(path: &Path, limit: u64) -> Result<String, BundleError> {
    let failed = |source| BundleError::Read {
        path: path.to_owned(),
        source,
    };
    if std::fs::metadata(path).map_err(failed)?.len() > limit {
        return Err(BundleError::TooLarge {
            path: path.to_owned(),
            limit,
        });
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    String::from_utf8(bytes).map_err(|_| BundleError::Encoding(path.to_owned()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_folder_is_read_in_the_order_of_names() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("b.wkt", "// b"),
            ("a.wkt", "// a"),
            ("x.tools.json", "{}"),
            ("wicket.lock", "{}"),
        ] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        std::fs::create_dir(folder.path().join(".hidden")).unwrap();
        std::fs::write(folder.path().join(".hidden/c.wkt"), "// c").unwrap();
        let files = read(folder.path()).unwrap();
        let names: Vec<_> = files.sources.iter().map(|(_, file)| file.name.clone()).collect();
        assert_eq!(names, ["a.wkt", "b.wkt"]);
        assert!(files.catalogs.contains_key("x.tools.json"));
        assert_eq!(files.lock.as_deref(), Some("{}"));
    }

    #[test]
    fn a_fingerprint_follows_the_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.wkt");
        std::fs::write(&file, "// a").unwrap();
        let before = fingerprint(folder.path()).unwrap();
        assert_eq!(fingerprint(folder.path()).unwrap(), before);
        std::fs::write(&file, "// b").unwrap();
        assert_ne!(fingerprint(folder.path()).unwrap(), before);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(read(folder.path()), Err(BundleError::Empty(_))));
        assert!(matches!(
            read(&folder.path().join("no")),
            Err(BundleError::Missing(_))
        ));
        std::fs::write(folder.path().join("a.wkt"), [0xff]).unwrap();
        assert!(matches!(read(folder.path()), Err(BundleError::Encoding(_))));
    }
}
