//! Why an artifact is not loaded, and what to do about it.

use thiserror::Error;

use super::{FORMAT_VERSION, MAX_ARTIFACT_BYTES, Unsound};
use crate::bytecode::{ReadError, VerifyError};
use crate::diagnostic::Code;
use crate::ir::Digest;

/// Names the cause; [`LoadError::help`] says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LoadError {
    /// It does not start as an artifact does.
    #[error("this is not a Wicket artifact")]
    NotAnArtifact,
    /// It has so many bytes, and is not looked at.
    #[error("the artifact is {0} bytes long; at most {MAX_ARTIFACT_BYTES} are read")]
    TooLarge(usize),
    /// It has fewer bytes than it states.
    #[error("the artifact is cut short: {length} bytes are there, and it states {stated}")]
    CutShort {
        /// How many bytes are there.
        length: usize,
        /// How many it says there are.
        stated: u32,
    },
    /// It has more bytes than it states.
    #[error("something stands behind the artifact: {length} bytes are there, and it states {stated}")]
    TooLong {
        /// How many bytes are there.
        length: usize,
        /// How many it says there are.
        stated: u32,
    },
    /// Its bytes do not have the digest that stands at their end.
    #[error("the artifact is damaged: its content has the digest {actual}, and it states {stated}")]
    Damaged {
        /// What stands at the end.
        stated: Digest,
        /// What the bytes before it have.
        actual: Digest,
    },
    /// It has a format of this version, which only a later release reads.
    #[error(
        "the artifact has format version {0}, which is newer than the version {FORMAT_VERSION} that is known here"
    )]
    Newer(u16),
    /// It has a format of this version, which this release does not read any more.
    #[error(
        "the artifact has format version {0}, which is older than the version {FORMAT_VERSION} that is known here"
    )]
    Older(u16),
    /// It has a section with this tag that a later release has added and that must be understood.
    #[error("the artifact has a section `{0}` that has to be understood and is not known here")]
    UnknownSection(String),
    /// A section with this tag has to be there and is not.
    #[error("the artifact has no section `{0}`")]
    MissingSection(&'static str),
    /// A section with this tag is there twice.
    #[error("the artifact has two sections `{0}`")]
    RepeatedSection(String),
    /// The section with this tag has unknown flags, or stands behind one that it should precede.
    #[error("the section `{0}` has flags that mean nothing, or is not in its place")]
    Section(String),
    /// This part of it is not in its encoding, or says something else than another part.
    #[error("{0} of the artifact cannot be read")]
    Unreadable(&'static str),
    /// A table refers to what is not there, or is otherwise not as the code behind relies on.
    #[error("the tables of the artifact are unsound: {0}")]
    Tables(#[from] Unsound),
    /// The bytes of the code are no instructions.
    #[error("the code of the artifact cannot be read: {0}")]
    Code(#[from] ReadError),
    /// An instruction does not fit its program or the tables.
    #[error("the code of the artifact is unsound: {0}")]
    Verify(#[from] VerifyError),
    /// The section that says where everything stands in the sources does not fit tables and code.
    #[error("the source map of the artifact does not belong to its code")]
    SourceMap,
}

impl LoadError {
    /// The code of its page, which `wicket explain` prints.
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
