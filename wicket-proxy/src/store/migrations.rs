//! Brings a database to the newest schema.
//!
//! The number of the schema is SQLite's `user_version`; migration N is the file `migrations/000N_….sql`. A published
//! migration is never edited: a change is a new one.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::error::{StoreError, is_damage};

const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_first.sql"),
    include_str!("migrations/0002_scopes.sql"),
];

/// Marks the file as ours ("WCKT"), so that a foreign database is never migrated.
const APPLICATION_ID: i64 = 0x5743_4b54;

/// Migrates `connection`, whose database is `file`.
pub(super) fn migrate(connection: &mut Connection, file: &Path) -> Result<(), StoreError> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    let failed = |error: rusqlite::Error| open_error(file, &error);
    if number(connection, "user_version").map_err(failed)? == known
        && number(connection, "application_id").map_err(failed)? == APPLICATION_ID
    {
        return Ok(());
    }
    // The lock is taken before the version is read again: two processes may start at the same time.
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    let application = number(&transaction, "application_id").map_err(failed)?;
    let found = number(&transaction, "user_version").map_err(failed)?;
    let tables: i64 = transaction
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(failed)?;
    let is_new = application == 0 && found == 0 && tables == 0;
    if !is_new && application != APPLICATION_ID {
        return Err(StoreError::ForeignDatabase {
            file: file.to_owned(),
        });
    }
    if found > known {
        return Err(StoreError::NewerSchema {
            file: file.to_owned(),
            found,
            known,
        });
    }
    if found == known {
        return Ok(());
    }
    for (number, migration) in (1_i64..).zip(MIGRATIONS) {
        if number > found {
            transaction.execute_batch(migration).map_err(failed)?;
        }
    }
    transaction
        .pragma_update(None, "application_id", APPLICATION_ID)
        .map_err(failed)?;
    transaction
        .pragma_update(None, "user_version", known)
        .map_err(failed)?;
    transaction.commit().map_err(failed)
}

fn number(connection: &Connection, pragma: &str) -> Result<i64, rusqlite::Error> {
    connection.pragma_query_value(None, pragma, |row| row.get(0))
}

/// An error met while opening, in words for the owner.
pub(super) fn open_error(file: &Path, error: &rusqlite::Error) -> StoreError {
    if is_damage(error) {
        StoreError::Corrupt {
            file: file.to_owned(),
            cause: error.to_string(),
        }
    } else if super::error::is_locked(error) {
        StoreError::Locked
    } else {
        StoreError::Open {
            file: file.to_owned(),
            cause: error.to_string(),
        }
    }
}
