//! Why the files of a bundle cannot be read, and what to do about it.

use std::path::PathBuf;

use thiserror::Error;

use super::{MAX_BUNDLE_BYTES, MAX_FILES};

/// Each names the file.
#[derive(Debug, Error)]
pub enum BundleError {
    #[error("there is no file or folder {}", path.display())]
    Absent { path: PathBuf },
    #[error("{} cannot be read: {cause}", path.display())]
    Read { path: PathBuf, cause: std::io::Error },
    #[error("{} is not a file that can be read", path.display())]
    NotAFile { path: PathBuf },
    #[error("{} is not UTF-8 text: see line {line}; save it as UTF-8", path.display())]
    NotUtf8 { path: PathBuf, line: usize },
    #[error("the name of {} is not UTF-8 text; rename it", path.display())]
    Name { path: PathBuf },
    #[error("{} is longer than {limit} bytes, which is the most that is read", path.display())]
    TooLarge { path: PathBuf, limit: usize },
    #[error("the files of {} have more than {MAX_BUNDLE_BYTES} bytes together", path.display())]
    BundleTooLarge { path: PathBuf },
    #[error("{} holds more than {MAX_FILES} files, or folders nested too deeply; name the folder of the policies", path.display())]
    TooMany { path: PathBuf },
    #[error("there is no `.wkt` file in {}; `wicket init` makes a first one", path.display())]
    Empty { path: PathBuf },
    #[error("{} is not a policy file: its name does not end in `.wkt`", path.display())]
    NotASource { path: PathBuf },
    #[error("{} is used as a shared folder and holds the bundle that uses it; share a folder of its own", path.display())]
    Circle { path: PathBuf },
    #[error("the files of {} keep changing while they are read; try again", path.display())]
    Changing { path: PathBuf },
}
