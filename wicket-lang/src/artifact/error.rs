//! Why an artifact is not loaded, and what to do about it.

use thiserror::Error;

use super::{FORMAT_VERSION, MAX_ARTIFACT_BYTES, Unsound};
use crate::bytecode::{ReadError, VerifyError};
use crate::diagnostic::Code;
use crate::ir::Digest;

/// Names the cause; [`LoadError::help`] says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LoadError {
    #[error("this is not a Wicket artifact")]
    NotAnArtifact,
    #[error("the artifact is {0} bytes long; at most {MAX_ARTIFACT_BYTES} are read")]
    TooLarge(usize),
    #[error("the artifact is cut short: {length} bytes are there, and it states {stated}")]
    CutShort { length: usize, stated: u32 },
    #[error("something stands behind the artifact: {length} bytes are there, and it states {stated}")]
    TooLong { length: usize, stated: u32 },
    #[error("the artifact is damaged: its content has the digest {actual}, and it states {stated}")]
    Damaged { stated: Digest, actual: Digest },
    #[error(
        "the artifact has format version {0}, which is newer than the version {FORMAT_VERSION} that is known here"
    )]
    Newer(u16),
    #[error(
        "the artifact has format version {0}, which is older than the version {FORMAT_VERSION} that is known here"
    )]
    Older(u16),
    #[error("the artifact has a section `{0}` that has to be understood and is not known here")]
    UnknownSection(String),
    #[error("the artifact has no section `{0}`")]
    MissingSection(&'static str),
    #[error("the artifact has two sections `{0}`")]
    RepeatedSection(String),
    #[error("the section `{0}` has flags that mean nothing, or is not in its place")]
    Section(String),
    #[error("{0} of the artifact cannot be read")]
    Unreadable(&'static str),
    #[error("the tables of the artifact are unsound: {0}")]
    Tables(#[from] Unsound),
    #[error("the code of the artifact cannot be read: {0}")]
    Code(#[from] ReadError),
    #[error("the code of the artifact is unsound: {0}")]
    Verify(#[from] VerifyError),
    #[error("the source map of the artifact does not belong to its code")]
    SourceMap,
}

impl LoadError {
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::NotAnArtifact => Code::E0601,
            Self::CutShort { .. } => Code::E0602,
            Self::Damaged { .. } | Self::TooLong { .. } => Code::E0603,
            Self::Newer(_) | Self::Older(_) | Self::UnknownSection(_) => Code::E0604,
            Self::TooLarge(_)
            | Self::MissingSection(_)
            | Self::RepeatedSection(_)
            | Self::Section(_)
            | Self::Unreadable(_)
            | Self::Tables(_)
            | Self::Code(_)
            | Self::Verify(_)
            | Self::SourceMap => Code::E0605,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::NotAnArtifact => "name a file that `wicket build PATH -o FILE.wkb` wrote",
            Self::CutShort { .. } => "copy the file again, or build it anew with `wicket build`",
            Self::Damaged { .. } | Self::TooLong { .. } => {
                "the file has changed since it was built; copy it again, or build it anew with `wicket build`"
            }
            Self::Newer(_) | Self::UnknownSection(_) => {
                "use a newer Wicket, or build the artifact with this one"
            }
            Self::Older(_) => "build the artifact anew with this Wicket",
            Self::TooLarge(_)
            | Self::MissingSection(_)
            | Self::RepeatedSection(_)
            | Self::Section(_)
            | Self::Unreadable(_)
            | Self::Tables(_)
            | Self::Code(_)
            | Self::Verify(_)
            | Self::SourceMap => {
                "no compiler of Wicket writes this; do not use the file, and build it anew with `wicket build`"
            }
        }
    }
}
