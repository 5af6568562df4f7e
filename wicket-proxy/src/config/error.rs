//! What can be wrong with a configuration file, and where.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

/// Why there is no configuration.
#[derive(Debug, Error)]
pub enum ConfigError {
    #[error("{} cannot be read: {source}; name another file with --config, or make one with `wicket init`", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{}: {place}", path.display())]
    Content { path: PathBuf, place: Place },
}

/// A line of the file and what is wrong there. What is missing has no line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub line: Option<usize>,
    pub message: String,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(formatter, "line {line}: {}", self.message),
            None => formatter.write_str(&self.message),
        }
    }
}
