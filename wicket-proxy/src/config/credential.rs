//! The static credential of a connector: where it lies, never what it is.
//!
//! This is the one door to the environment. The value is read when it is used, so that it is not kept in the
//! configuration, cannot be printed with it, and a replaced file is noticed without a restart.

use std::path::{Path, PathBuf};

use thiserror::Error;
use zeroize::Zeroizing;

use super::section::section;

/// What is said to whoever wrote a secret into the file.
pub(super) const INLINE_REMEDY: &str = "a credential is never written into this file; put it into an environment \
     variable and write `credential = { env = \"NAME\" }`, or into a file and write `credential = { file = \"PATH\" }`";

section! {
    /// The credential that the upstream is shown: `{ env = "NAME" }` or `{ file = "PATH" }`.
    /// The value itself is never written into the configuration.
    pub struct Credential {
        /// The environment variable that holds it.
        pub env: Option<String> = None, "none";
        /// The file that holds it; blank space at its end is not part of it.
        pub file: Option<PathBuf> = None, "none";
        /// The header that carries it.
        pub header: String = "Authorization".to_owned(), "\"Authorization\"";
        /// What stands in front of it in the header.
        pub prefix: String = "Bearer ".to_owned(), "\"Bearer \"";
    }
}

/// Why a credential cannot be had. The value itself is in none of these.
#[derive(Debug, Error)]
pub enum CredentialError {
    #[error("the environment variable `{0}` is not set; set it before you start wicket")]
    NotSet(String),
    #[error("the credential file {} cannot be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("the credential in {0} is empty")]
    Empty(String),
    #[error(
        "the credential in {0} holds a control character or a character outside ASCII, which no header may"
    )]
    NotAHeaderValue(String),
    #[error("the credential names neither `env` nor `file`")]
    Nowhere,
}

impl Credential {
    /// Reads the credential and puts its prefix in front: the whole value of the header [`Self::header`].
    pub fn header_value(&self) -> Result<Zeroizing<String>, CredentialError> {
        let (place, text) = self.text()?;
        let value = text.trim();
        if value.is_empty() {
            return Err(CredentialError::Empty(place));
        }
        if !value.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            return Err(CredentialError::NotAHeaderValue(place));
        }
        Ok(Zeroizing::new(format!("{}{value}", self.prefix)))
    }

    fn text(&self) -> Result<(String, Zeroizing<String>), CredentialError> {
        match (&self.env, &self.file) {
            (Some(name), _) => {
                let value = read_environment(name).ok_or_else(|| CredentialError::NotSet(name.clone()))?;
                Ok((format!("the environment variable `{name}`"), value))
            }
            (None, Some(path)) => {
                let text = std::fs::read_to_string(path).map_err(|source| CredentialError::Unreadable {
                    path: path.clone(),
                    source,
                })?;
                Ok((format!("the file {}", path.display()), Zeroizing::new(text)))
            }
            (None, None) => Err(CredentialError::Nowhere),
        }
    }

    pub(super) fn problem(&self) -> Option<(&'static str, String)> {
        match (&self.env, &self.file) {
            (Some(_), Some(_)) => Some(("file", "and `env` exclude each other; keep one".to_owned())),
            (None, None) => Some(("", format!("says nowhere where it lies: {INLINE_REMEDY}"))),
            (Some(name), None) if !is_variable_name(name) => Some((
                "env",
                format!("is the name of an environment variable, and this is none: {INLINE_REMEDY}"),
            )),
            (Some(_), None) | (None, Some(_)) => None,
        }
        .or_else(|| {
            let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
            let wrong = self.header.is_empty() || !self.header.bytes().all(is_token);
            wrong.then(|| ("header", "is not the name of an HTTP header".to_owned()))
        })
        .or_else(|| {
            let wrong = !self.prefix.bytes().all(|byte| (0x20..0x7f).contains(&byte));
            wrong.then(|| ("prefix", "holds a character that no header may".to_owned()))
        })
    }

    pub(super) fn resolve(&mut self, folder: &Path) {
        if let Some(file) = &mut self.file {
            *file = folder.join(&file);
        }
    }
}

/// The value of an environment variable, if it is set and is text.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the door to the environment: only names that the configuration spells out are read"
)]
pub(super) fn read_environment(name: &str) -> Option<Zeroizing<String>> {
    std::env::var(name).ok().map(Zeroizing::new)
}

/// Upper and lower case letters, digits and `_`. Whoever writes a token here by mistake mostly fails this, and the
/// message does not repeat what was written.
pub(super) fn is_variable_name(name: &str) -> bool {
    let head = name.bytes().next();
    head.is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.len() <= 64
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_file_is_read_at_use() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        let credential = Credential {
            file: Some(path.clone()),
            ..Credential::default()
        };
        assert!(matches!(
            credential.header_value(),
            Err(CredentialError::Unreadable { .. })
        ));
        std::fs::write(&path, "abc\n").unwrap();
        assert_eq!(*credential.header_value().unwrap(), "Bearer abc");
        std::fs::write(&path, "a\nb\n").unwrap();
        assert!(matches!(
            credential.header_value(),
            Err(CredentialError::NotAHeaderValue(_))
        ));
        std::fs::write(&path, "\n").unwrap();
        assert!(matches!(
            credential.header_value(),
            Err(CredentialError::Empty(_))
        ));
    }

    #[test]
    fn a_missing_variable_is_named() {
        let credential = Credential {
            env: Some("WICKET_TEST_NOT_SET".to_owned()),
            ..Credential::default()
        };
        let message = credential.header_value().unwrap_err().to_string();
        assert!(message.contains("WICKET_TEST_NOT_SET"));
    }
}
