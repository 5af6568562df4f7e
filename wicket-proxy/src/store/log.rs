//! SQLite's write-ahead log: when it reaches the disk, and when it moves into the database.
//!
//! SQLite would do both by itself, but with the wrong answers for us: it syncs by a setting that cannot change inside a
//! transaction, and it ignores a failed sync while it moves the log, which a later attempt may then take for a success.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::PathBuf;

use rusqlite::Connection;

/// How many pages of 4 KiB may wait in the log before they are moved into the database.
const PAGES_WAITING: i64 = 2_000;

/// The log, as a file that we sync.
pub(super) struct Log {
    path: PathBuf,
    /// Opened when it is needed first, which is after a commit: then SQLite has made it, and synced the folder that
    /// names it. It stays the same file while any connection is open. Its descriptor must stay open as well: a failed
    /// write is reported to those who hold the file at that time.
    file: Option<File>,
}

impl Log {
    pub(super) const fn new(path: PathBuf) -> Self {
        Self { path, file: None }
    }

    /// Brings everything that was committed to the disk.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        if let Some(file) = &self.file {
            return file.sync_data();
        }
        let file = OpenOptions::new().write(true).open(&self.path)?;
        file.sync_data()?;
        self.file = Some(file);
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn broken(file: File) -> Self {
        Self {
            path: PathBuf::new(),
            file: Some(file),
        }
    }
}

/// Moves the log into the database where enough has gathered. Says whether it did.
///
/// That another process reads or writes at the moment is no error: what cannot be moved now is moved later.
pub(super) fn move_into_database(connection: &Connection) -> rusqlite::Result<bool> {
    let (waiting, moved) = checkpoint(connection, "NOOP")?;
    if waiting - moved < PAGES_WAITING {
        return Ok(false);
    }
    checkpoint(connection, "PASSIVE")?;
    Ok(true)
}

/// The pages in the log, and how many of them are in the database as well.
fn checkpoint(connection: &Connection, mode: &str) -> rusqlite::Result<(i64, i64)> {
    connection
        .prepare_cached(&format!("PRAGMA wal_checkpoint({mode})"))?
        .query_row([], |row| Ok((row.get(1)?, row.get(2)?)))
}
