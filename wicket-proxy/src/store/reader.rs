//! Reading: a small pool of connections beside the writer.
//!
//! Each read begins a snapshot of its own, so it sees what any process has committed by then: a key revoked by a
//! command is revoked for the next request.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::error::{StoreError, unreadable};
use super::open::connect;

/// As many connections are kept as ever read at once, up to this.
const CONNECTIONS_KEPT: usize = 8;

pub(super) struct Pool {
    file: PathBuf,
    busy_timeout: Duration,
    idle: Mutex<Idle>,
}

/// The connections that nobody reads with at present.
#[derive(Default)]
struct Idle {
    connections: Vec<Connection>,
    /// None is kept any more.
    is_closed: bool,
}

impl fmt::Debug for Pool {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Pool")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

impl Pool {
    pub(super) const fn new(file: PathBuf, busy_timeout: Duration) -> Self {
        Self {
            file,
            busy_timeout,
            idle: Mutex::new(Idle {
                connections: Vec::new(),
                is_closed: false,
            }),
        }
    }

    fn connect(&self) -> Result<Connection, StoreError> {
        let connection = connect(&self.file, self.busy_timeout)?;
        connection
            .pragma_update(None, "query_only", "ON")
            .map_err(|error| unreadable(&error))?;
        // Whether the log may be moved into the database is the writer's affair.
        let kept = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        kept.map_err(|error| unreadable(&error))?;
        Ok(connection)
    }

    /// Keeps no connection any more, so that the writer's is the last to close: that one tidies up.
    pub(super) fn close(&self) {
        let mut idle = self.idle();
        idle.is_closed = true;
        idle.connections.clear();
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let idle = self.idle().connections.pop();
        let connection = if let Some(connection) = idle {
            connection
        } else {
            self.connect()?
        };
        let result = work(&connection);
        let mut idle = self.idle();
        if !idle.is_closed && idle.connections.len() < CONNECTIONS_KEPT {
            idle.connections.push(connection);
        }
        drop(idle);
        result
    }
}

type Work<T> = Box<dyn FnOnce(&Connection) -> Result<T, StoreError> + Send>;

/// A read that has not begun: `.await` it in the server, [`Reading::wait`] for it in a command.
#[must_use = "nothing is read before this is awaited"]
pub struct Reading<T> {
    pool: Arc<Pool>,
    work: Work<T>,
}

impl<T> Reading<T> {
    pub(super) fn new(
        pool: &Arc<Pool>,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Self {
        Self {
            pool: Arc::clone(pool),
            work: Box::new(work),
        }
    }

    /// Reads on this thread.
    pub fn wait(self) -> Result<T, StoreError> {
        self.pool.read(self.work)
    }
}

impl<T: Send + 'static> IntoFuture for Reading<T> {
    type Output = Result<T, StoreError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            // The blocking thread only fails to answer when the runtime shuts down or the read panicked.
            tokio::task::spawn_blocking(move || self.wait())
                .await
                .unwrap_or(Err(StoreError::Closed))
        })
    }
}

impl<T> fmt::Debug for Reading<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Reading")
    }
}
