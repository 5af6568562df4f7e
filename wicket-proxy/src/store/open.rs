//! Opens the data folder: rights, file system, server key, connection settings, schema, and a bounded look for damage.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension};
use wicket_lang::catalog::Digest;

use super::Options;
use super::columns::digest;
use super::error::{StoreError, is_damage};
use super::log::Log;
use super::migrations::{migrate, open_error};
use crate::secret::ServerKey;

/// The database's name in the data folder.
pub(super) const FILE_NAME: &str = "wicket.db";
/// SQLite's log beside it, which is what must reach the disk.
pub(super) const LOG_NAME: &str = "wicket.db-wal";
/// Held by the one server of a data folder.
const LOCK_NAME: &str = "serve.lock";

/// Below this SQLite has a race between two connections that can lose data.
const OLDEST_SQLITE: i32 = 3_051_003;
/// How many of the newest records are compared with their digest at start. All of them is the work of an audit.
const RECORDS_CHECKED: i64 = 256;

/// Who opens the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// `wicket serve`: at most one for a data folder. It knows that calls without outcome are lost.
    Server,
    /// A command beside it. Calls in flight are somebody else's.
    Tool,
}

/// An opened data folder.
pub(super) struct Opened {
    pub(super) file: PathBuf,
    pub(super) writer: Connection,
    pub(super) log: Log,
    pub(super) server_key: ServerKey,
    /// Held until the store is dropped.
    pub(super) lock: Option<ServerLock>,
}

/// Opens the data folder that `options` name, and makes it where there is none.
pub(super) fn open(options: &Options) -> Result<Opened, StoreError> {
    refuse_old_sqlite(rusqlite::version_number(), rusqlite::version())?;
    let folder = &options.folder;
    prepare_folder(folder).map_err(|cause| folder_error(folder, &cause))?;
    refuse_exposed(folder)?;
    refuse_network(folder)?;
    let lock = match options.role {
        Role::Server => Some(take_server_lock(folder)?),
        Role::Tool => None,
    };
    let file = folder.join(FILE_NAME);
    let is_new = prepare_file(&file).map_err(|cause| folder_error(folder, &cause))?;
    let server_key = if is_new {
        ServerKey::load_or_create(folder, &options.chance)?
    } else {
        ServerKey::load(folder)?
    };
    let mut writer = connect(&file, options.busy_timeout)?;
    migrate(&mut writer, &file)?;
    look_for_damage(&writer, &file)?;
    claim(&writer, &file, folder, &server_key)?;
    // The writer syncs the log itself, when a group needs it, and moves it into the database between groups.
    for (pragma, value) in [("synchronous", "NORMAL"), ("wal_autocheckpoint", "0")] {
        writer
            .pragma_update(None, pragma, value)
            .map_err(|error| open_error(&file, &error))?;
    }
    // The writer waits in its own way.
    writer
        .busy_timeout(Duration::ZERO)
        .map_err(|error| open_error(&file, &error))?;
    let log = Log::new(folder.join(LOG_NAME));
    Ok(Opened {
        file,
        writer,
        log,
        server_key,
        lock,
    })
}

/// A connection with our settings, on a file that exists.
pub(super) fn connect(file: &Path, busy_timeout: Duration) -> Result<Connection, StoreError> {
    let failed = |error: rusqlite::Error| open_error(file, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags).map_err(failed)?;
    connection.busy_timeout(busy_timeout).map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(128);
    let mode: String = connection
        .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))
        .map_err(failed)?;
    if mode != "wal" {
        return Err(StoreError::Open {
            file: file.to_owned(),
            cause: format!(
                "the file system does not support SQLite's write-ahead log (journal mode `{mode}`)"
            ),
        });
    }
    let settings = [
        ("synchronous", "FULL"),
        ("foreign_keys", "ON"),
        ("trusted_schema", "OFF"),
        ("mmap_size", "0"),
    ];
    for (pragma, value) in settings {
        connection.pragma_update(None, pragma, value).map_err(failed)?;
    }
    Ok(connection)
}

fn refuse_old_sqlite(number: i32, text: &str) -> Result<(), StoreError> {
    if number < OLDEST_SQLITE {
        return Err(StoreError::OldSqlite {
            found: text.to_owned(),
        });
    }
    Ok(())
}

fn folder_error(folder: &Path, cause: &io::Error) -> StoreError {
    StoreError::Folder {
        folder: folder.to_owned(),
        cause: cause.to_string(),
    }
}

fn prepare_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Others may perhaps list a folder that its owner made, but never put a database of theirs into it.
fn refuse_exposed(folder: &Path) -> Result<(), StoreError> {
    let mode = fs::metadata(folder)
        .map_err(|cause| folder_error(folder, &cause))?
        .permissions()
        .mode()
        & 0o777;
    if mode & 0o022 != 0 {
        return Err(StoreError::Exposed {
            folder: folder.to_owned(),
            mode,
        });
    }
    Ok(())
}

/// Creates the database's file with its owner's rights only; SQLite gives the log the same. Says whether it is new.
fn prepare_file(file: &Path) -> io::Result<bool> {
    match OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
    {
        Ok(_) => Ok(true),
        // An empty file is what a process leaves that ended between this line and the first migration.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(fs::metadata(file)?.len() == 0),
        Err(error) => Err(error),
    }
}

/// The lock of the one server of a data folder, until it is dropped.
///
/// Closing the file is not enough: a child that another thread is just starting holds a copy of it until it has
/// become its program, and with it the lock.
#[derive(Debug)]
pub(super) struct ServerLock(pub(super) File);

impl Drop for ServerLock {
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::warn!(%error, "the lock of the data folder was not given back; it ends with this process");
        }
    }
}

fn take_server_lock(folder: &Path) -> Result<ServerLock, StoreError> {
    let lock = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(folder.join(LOCK_NAME))
        .map_err(|cause| folder_error(folder, &cause))?;
    match lock.try_lock() {
        Ok(()) => Ok(ServerLock(lock)),
        Err(TryLockError::WouldBlock) => Err(StoreError::AnotherServer {
            folder: folder.to_owned(),
        }),
        Err(TryLockError::Error(cause)) => Err(folder_error(folder, &cause)),
    }
}

/// Compares the database with the server key beside it; a new database remembers the key.
///
/// Only the very first opening writes: a command that reads must work on a full disk, and beside a busy server.
fn claim(connection: &Connection, file: &Path, folder: &Path, key: &ServerKey) -> Result<(), StoreError> {
    let failed = |error: rusqlite::Error| open_error(file, &error);
    let read = || {
        connection
            .query_row("SELECT value FROM meta WHERE name = 'server_key'", [], |row| {
                digest(row, 0)
            })
            .optional()
            .map_err(failed)
    };
    let mut known = read()?;
    if known.is_none() {
        connection
            .execute(
                "INSERT INTO meta (name, value) VALUES ('server_key', ?1) ON CONFLICT (name) DO NOTHING",
                [key.check().as_bytes()],
            )
            .map_err(failed)?;
        known = read()?;
    }
    if known != Some(key.check()) {
        return Err(StoreError::ForeignServerKey {
            folder: folder.to_owned(),
        });
    }
    Ok(())
}

/// A look for damage whose length does not grow with the records: the small tables in full, of the records the newest.
fn look_for_damage(connection: &Connection, file: &Path) -> Result<(), StoreError> {
    let damaged = |cause: String| StoreError::Corrupt {
        file: file.to_owned(),
        cause,
    };
    let failed = |error: rusqlite::Error| {
        if is_damage(&error) {
            damaged(error.to_string())
        } else {
            open_error(file, &error)
        }
    };
    for table in [
        "meta",
        "agents",
        "people",
        "memberships",
        "keys",
        "policy_versions",
        "publications",
        "sessions",
        "scopes",
    ] {
        let found: Option<String> = connection
            .query_row(&format!("PRAGMA quick_check('{table}')"), [], |row| row.get(0))
            .optional()
            .map_err(failed)?;
        match found.as_deref() {
            Some("ok") => {}
            other => {
                return Err(damaged(other.unwrap_or("the check said nothing").to_owned()));
            }
        }
    }
    let mut statement = connection
        .prepare("SELECT seq, body, digest FROM records ORDER BY seq DESC LIMIT ?1")
        .map_err(failed)?;
    let mut rows = statement.query([RECORDS_CHECKED]).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        let seq: i64 = row.get(0).map_err(failed)?;
        let body: String = row.get(1).map_err(failed)?;
        let digest: [u8; 32] = row.get(2).map_err(failed)?;
        if Digest::of(body.as_bytes()) != Digest::from_bytes(digest) {
            return Err(damaged(format!(
                "record {seq} no longer has the digest it was written with"
            )));
        }
    }
    Ok(())
}

/// SQLite's log needs memory shared between processes, which no network file system gives.
fn refuse_network(folder: &Path) -> Result<(), StoreError> {
    let Ok(folder) = folder.canonicalize() else {
        return Ok(());
    };
    // Only Linux has this file; elsewhere the setting of the journal mode is what fails.
    let Ok(mounts) = fs::read_to_string("/proc/self/mountinfo") else {
        return Ok(());
    };
    match file_system(&mounts, &folder) {
        Some(kind) if is_network(kind) => Err(StoreError::NetworkFileSystem {
            folder,
            kind: kind.to_owned(),
        }),
        Some(_) | None => Ok(()),
    }
}

/// The kind of the file system that holds `folder`, by the text of `/proc/self/mountinfo`.
fn file_system<'mounts>(mounts: &'mounts str, folder: &Path) -> Option<&'mounts str> {
    let mounted = mounts.lines().filter_map(|line| {
        let (place, kind) = line.split_once(" - ")?;
        let point = place.split(' ').nth(4)?.replace("\\040", " ");
        let depth = Path::new(&point).components().count();
        folder
            .starts_with(&point)
            .then_some((depth, kind.split(' ').next()?))
    });
    // Of two mounts on the same point the later one is seen, which is what `max_by_key` returns.
    mounted.max_by_key(|(depth, _)| *depth).map(|(_, kind)| kind)
}

fn is_network(kind: &str) -> bool {
    let names = [
        "nfs",
        "nfs4",
        "cifs",
        "smb2",
        "smb3",
        "smbfs",
        "afs",
        "ceph",
        "lustre",
        "gpfs",
        "glusterfs",
        "beegfs",
    ];
    let fuse = [
        "sshfs",
        "glusterfs",
        "s3fs",
        "rclone",
        "gcsfuse",
        "mfs",
        "juicefs",
        "cephfs",
    ];
    names.contains(&kind)
        || kind
            .strip_prefix("fuse.")
            .is_some_and(|name| fuse.contains(&name))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::path::Path;

    use super::{file_system, is_network, refuse_old_sqlite};
    use crate::store::StoreError;

    #[test]
    fn the_deepest_mount_tells_the_file_system() {
        let mounts = "21 1 8:1 / / rw - ext4 /dev/vda rw\n\
                      30 21 0:40 / /srv rw,noatime shared:1 - nfs4 host:/srv rw\n\
                      31 30 0:41 / /srv/my\\040disk rw - xfs /dev/vdb rw\n";
        assert_eq!(file_system(mounts, Path::new("/opt/a")), Some("ext4"));
        assert_eq!(file_system(mounts, Path::new("/srv/wicket")), Some("nfs4"));
        assert_eq!(file_system(mounts, Path::new("/srv/my disk/wicket")), Some("xfs"));
        assert_eq!(file_system(mounts, Path::new("/srvx")), Some("ext4"));
        assert!(
            is_network("nfs4") && is_network("fuse.sshfs") && !is_network("ext4") && !is_network("fuse.ntfs")
        );
    }

    #[test]
    fn a_sqlite_with_the_race_is_refused() {
        let error = refuse_old_sqlite(3_051_002, "3.51.2").unwrap_err();
        assert!(matches!(error, StoreError::OldSqlite { .. }));
        assert!(error.to_string().contains("bundled"));
        refuse_old_sqlite(rusqlite::version_number(), rusqlite::version()).unwrap();
    }
}
