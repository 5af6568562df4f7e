//! The server's own key, in the file `server.key` of the data folder.
//!
//! Whoever loses it loses every member key with it: their digests can no longer be computed. The file is therefore
//! never replaced, and never created where a database already belongs to another key.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use ring::hmac;
use wicket_lang::catalog::Digest;

use super::Secret;
use super::base62;
use super::derive::{Label, derive};
use super::member_key::{KeyDigest, MemberKey};
use crate::clock::{Chance, ChanceError};

/// The name of the file in the data folder.
const FILE_NAME: &str = "server.key";
/// 256 bits in base62.
const CHARACTERS: usize = 43;

/// The server's key.
#[derive(Debug, Clone)]
pub struct ServerKey {
    /// Kept expanded: the look-up of a key happens with every request.
    digests: hmac::Key,
    check: Digest,
    mcp_sessions: Secret<[u8; 32]>,
}

/// The server's key cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ServerKeyError {
    /// The file cannot be read or written.
    #[error(
        "cannot read or create `{path}`: {cause}; the data folder must belong to the user who runs Wicket"
    )]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// Others may read the file.
    #[error("`{path}` can be read by other users (mode {mode:o}); run `chmod 600 {path}`")]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file does not hold a key.
    #[error("`{path}` holds no server key (43 letters and digits); restore it from a backup")]
    Malformed {
        /// The file.
        path: PathBuf,
    },
    /// There is a database, but no key.
    #[error("`{path}` is missing, but the database beside it needs it; restore it from a backup")]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// No randomness for a new key.
    #[error(transparent)]
    Chance(#[from] ChanceError),
}

impl ServerKey {
    /// Reads the key of a data folder.
    pub fn load(folder: &Path) -> Result<Self, ServerKeyError> {
        let path = folder.join(FILE_NAME);
        let failed = |cause: io::Error| match cause.kind() {
            io::ErrorKind::NotFound => ServerKeyError::Missing { path: path.clone() },
            _ => ServerKeyError::Io {
                path: path.clone(),
                cause,
            },
        };
        let mut file = File::open(&path).map_err(failed)?;
        let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(ServerKeyError::Exposed { path, mode });
        }
        let mut text = Secret::new(String::new());
        file.read_to_string(&mut text.0).map_err(failed)?;
        let text = text.reveal().trim_end();
        let bytes = if text.len() == CHARACTERS {
            base62::decode(text)
        } else {
            None
        };
        let bytes = bytes
            .map(Secret::new)
            .ok_or_else(|| ServerKeyError::Malformed { path: path.clone() })?;
        Ok(Self::from_bytes(&bytes))
    }

    /// Reads the key of a data folder, or makes one where there is none.
    pub fn load_or_create(folder: &Path, chance: &Chance) -> Result<Self, ServerKeyError> {
        match Self::load(folder) {
            Err(ServerKeyError::Missing { path }) => {
                create(folder, &path, chance)?;
                Self::load(folder)
            }
            loaded => loaded,
        }
    }

    fn from_bytes(bytes: &Secret<[u8; 32]>) -> Self {
        let digests = derive(bytes, Label::ServerKeyDigests);
        Self {
            digests: hmac::Key::new(hmac::HMAC_SHA256, digests.reveal()),
            check: Digest::of(derive(bytes, Label::ServerKeyCheck).reveal()),
            mcp_sessions: derive(bytes, Label::ServerKeyMcpSessions),
        }
    }

    /// The digest under which the store knows a member key.
    #[must_use]
    pub fn digest(&self, key: &MemberKey) -> KeyDigest {
        let mut digest = [0; 32];
        for (target, byte) in digest
            .iter_mut()
            .zip(hmac::sign(&self.digests, key.lookup().reveal()).as_ref())
        {
            *target = *byte;
        }
        KeyDigest::new(digest)
    }

    /// The key that seals the ids of MCP sessions.
    #[must_use]
    pub const fn mcp_sessions(&self) -> &Secret<[u8; 32]> {
        &self.mcp_sessions
    }

    /// Recognises this key without revealing it: the database keeps it to notice a foreign key.
    #[must_use]
    pub const fn check(&self) -> Digest {
        self.check
    }
}

/// Writes a new key. If another process was faster, its key stays.
fn create(folder: &Path, path: &Path, chance: &Chance) -> Result<(), ServerKeyError> {
    let failed = |cause| ServerKeyError::Io {
        path: path.to_owned(),
        cause,
    };
    let bytes = Secret::new(chance.bytes::<32>()?);
    let text = Secret::new(
        base62::encode(bytes.reveal(), CHARACTERS)
            + "
",
    );
    // The key is complete under another name before it gets its own, so nobody ever reads half of it.
    let unfinished = folder.join(format!(
        "{FILE_NAME}.{}",
        base62::encode(&chance.bytes::<16>()?, 22)
    ));
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&unfinished)
        .map_err(failed)?;
    let written = file
        .write_all(text.reveal().as_bytes())
        .and_then(|()| file.sync_all());
    let linked = written.and_then(|()| fs::hard_link(&unfinished, path));
    let removed = fs::remove_file(&unfinished);
    match linked {
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {}
        other => other.map_err(failed)?,
    }
    removed
        .and_then(|()| File::open(folder)?.sync_all())
        .map_err(failed)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::{FILE_NAME, ServerKey, ServerKeyError};
    use crate::clock::Chance;
    use crate::secret::MemberKey;

    #[test]
    fn the_key_is_made_once_for_its_owner_alone_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let chance = Chance::system();
        let first = ServerKey::load_or_create(folder.path(), &chance).unwrap();
        let mode = fs::metadata(folder.path().join(FILE_NAME))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

        let read = ServerKey::load_or_create(folder.path(), &chance).unwrap();
        let key = MemberKey::generate(&chance).unwrap();
        assert_eq!(first.digest(&key), read.digest(&key));
        assert_eq!(first.check(), read.check());
        assert_ne!(
            first.digest(&key),
            first.digest(&MemberKey::generate(&chance).unwrap())
        );
    }

    #[test]
    fn a_key_that_others_can_read_or_that_is_cut_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        ServerKey::load_or_create(folder.path(), &Chance::system()).unwrap();
        let path = folder.path().join(FILE_NAME);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(
            ServerKey::load(folder.path()),
            Err(ServerKeyError::Exposed { mode: 0o644, .. })
        ));
        fs::write(&path, "12ab").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(matches!(
            ServerKey::load(folder.path()),
            Err(ServerKeyError::Malformed { .. })
        ));
    }
}
