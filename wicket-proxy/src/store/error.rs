//! What can go wrong with the store, each with its remedy.
//!
//! The texts name paths, so they are for the owner (log, command line); what a client hears is decided elsewhere.

use std::path::PathBuf;
use std::sync::Arc;

use crate::clock::ChanceError;
use crate::secret::ServerKeyError;

/// The store could not be opened, or could not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
#[expect(missing_docs, reason = "each message says what its fields are")]
pub enum StoreError {
    #[error(
        "the data folder `{folder}` cannot be used: {cause}; choose another folder or correct its owner and rights"
    )]
    Folder { folder: PathBuf, cause: String },
    #[error("other users may write to the data folder `{folder}` (mode {mode:o}); run `chmod 700 {folder}`")]
    Exposed { folder: PathBuf, mode: u32 },
    #[error(
        "the data folder `{folder}` lies on a network file system ({kind}), where SQLite loses data; move it to a local disk"
    )]
    NetworkFileSystem { folder: PathBuf, kind: String },
    #[error(
        "another `wicket serve` uses the data folder `{folder}`; stop it, or give this one a folder of its own"
    )]
    AnotherServer { folder: PathBuf },
    #[error(transparent)]
    ServerKey(Arc<ServerKeyError>),
    #[error(
        "`server.key` in `{folder}` is not the key that this database was made with; restore the right one from a backup"
    )]
    ForeignServerKey { folder: PathBuf },
    #[error(
        "SQLite {found} is too old, at least 3.51.3 is needed: earlier ones can lose data; build Wicket with the bundled SQLite"
    )]
    OldSqlite { found: String },
    #[error(
        "`{file}` was written by a newer Wicket (schema {found}, this one knows {known}); run the newer Wicket"
    )]
    NewerSchema { file: PathBuf, found: i64, known: i64 },
    #[error("`{file}` is not a database of Wicket; move it away, or choose another data folder")]
    ForeignDatabase { file: PathBuf },
    #[error(
        "`{file}` is damaged: {cause}; stop Wicket, keep a copy of the folder, and restore the last backup"
    )]
    Corrupt { file: PathBuf, cause: String },
    #[error("`{file}` cannot be opened: {cause}")]
    Open { file: PathBuf, cause: String },

    /// Another process holds the database. Nothing was written; later calls may succeed.
    #[error("the database is locked by another process; end the process that holds it, or try again")]
    Locked,
    /// The store no longer trusts itself to record, and refuses every step until it is opened anew.
    #[error("nothing can be recorded any more ({cause}); see to the disk and restart Wicket")]
    NotRecorded { cause: Arc<str> },
    /// More is asked at once than the store can take. Nothing was written.
    #[error("too many calls at once; try again")]
    Overloaded,
    /// The store was closed. Nothing was written.
    #[error("the store is closed")]
    Closed,
    /// The gate failed on this call. Nothing was written for it.
    #[error("the decision failed inside Wicket; report this with the log")]
    GatePanicked,
    /// The database could not be read.
    #[error("the database cannot be read: {cause}")]
    Unreadable { cause: Arc<str> },
    /// A stored thing is not what was stored.
    #[error("{what} is damaged: it no longer has the digest it was stored with; restore the last backup")]
    Damaged { what: String },
    #[error("there is no {what} `{name}`")]
    Unknown { what: &'static str, name: String },
    #[error("there is already {what} `{name}`")]
    Taken { what: &'static str, name: String },
    #[error("{0}")]
    Invalid(String),
    #[error(transparent)]
    Chance(#[from] ChanceError),
}

impl From<ServerKeyError> for StoreError {
    fn from(error: ServerKeyError) -> Self {
        Self::ServerKey(Arc::new(error))
    }
}

/// Why a job of the writer did not succeed.
#[derive(Debug)]
pub(super) enum Failure {
    /// This job alone is refused; it has written nothing.
    Refused(StoreError),
    /// The database failed, so the whole group is rolled back.
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Refused(error)
    }
}

impl From<ChanceError> for Failure {
    fn from(error: ChanceError) -> Self {
        Self::Refused(error.into())
    }
}

/// The error of a reading connection.
pub(super) fn unreadable(error: &rusqlite::Error) -> StoreError {
    StoreError::Unreadable {
        cause: error.to_string().into(),
    }
}

/// Whether an error says that another process holds the database: then nothing is wrong with it.
pub(super) fn is_locked(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked)
    )
}

/// Whether an error says that the file is damaged or no database.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase)
    )
}
