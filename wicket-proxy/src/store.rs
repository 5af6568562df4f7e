//! The store: SQL lives here and only here.
//!
//! One SQLite file in one data folder holds everything. All writing goes through one thread ([`writer`]) that takes
//! jobs in groups, each group one transaction; nobody is answered before the commit. A decision with state has one
//! door, [`Store::step`]: it orders the calls, takes `now` there, reads the session and the publication in force in
//! that same transaction, runs the pure gate, and commits the next state together with the record.
//!
//! What writes returns a [`Pending`], what reads a [`Reading`]: `.await` either in the server, `.wait()` in a command.

mod account;
mod agents;
mod columns;
mod error;
mod history;
mod holder;
mod keys;
mod log;
mod members;
mod migrations;
mod open;
mod pending;
mod publication_request;
mod publications;
mod publish;
mod reader;
mod records;
mod scopes;
mod sessions;
mod step;
#[cfg(test)]
mod tests;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use account::{AgentStatus, MembershipStatus, Role as MemberRole};
pub use agents::{Agent, NewAgent};
pub use error::StoreError;
pub use history::Filter;
pub use holder::{Holder, Standing};
pub use keys::{CreatedKey, KeyEntry, NewKey};
pub use members::{Member, NewMember};
pub use open::Role;
pub use pending::Pending;
pub use publication_request::{ArtifactSource, Audience, NewPolicy, Publish, Published, SwitchChange};
pub use publications::{PolicyVersion, Publication};
pub use reader::Reading;
pub use records::Ending;
pub use scopes::{Scopes, SharedState};
pub use sessions::{Remembered, SessionEntry};
pub use step::{Committed, Session, SessionChange, Stepped, Turn};
pub use writer::Statistics;

use crate::clock::{Chance, Clock};
use crate::secret::ServerKey;

/// When a call's intent counts as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// It has reached the disk: it survives a power cut.
    #[default]
    Full,
    /// The operating system has it: it survives the end of the process, not that of the machine. Publications and
    /// administrative acts reach the disk all the same.
    Os,
}

/// How to open a store.
#[derive(Debug, Clone)]
pub struct Options {
    /// The data folder. It is made, for its owner alone, where there is none.
    pub folder: PathBuf,
    /// Who opens it.
    pub role: Role,
    /// Where the instants of decisions come from.
    pub clock: Clock,
    /// Where identifiers and keys come from.
    pub chance: Chance,
    /// When an intent counts as written.
    pub durability: Durability,
    /// How long another process may hold the database before a call is refused.
    pub busy_timeout: Duration,
    /// How many jobs may wait before further ones are refused.
    pub queue: usize,
}

impl Options {
    /// The usual settings for a data folder.
    #[must_use]
    pub fn new(folder: PathBuf, role: Role) -> Self {
        Self {
            folder,
            role,
            clock: Clock::System,
            chance: Chance::system(),
            durability: Durability::Full,
            busy_timeout: Duration::from_secs(5),
            queue: 1024,
        }
    }
}

/// A handle to the store; clones share the writer.
///
/// When the last handle is dropped, what was handed to the writer is still written. Do that outside of the async
/// runtime's workers, or call [`Store::close`] first.
#[derive(Debug, Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// Before the writer, so that the writer's connection is the last to close and tidies up.
    readers: Arc<reader::Pool>,
    writer: writer::Handle,
    server_key: ServerKey,
    chance: Chance,
    /// Tells other servers that this one is alive; released with the last handle.
    _lock: Option<open::ServerLock>,
}

impl Store {
    /// Opens the data folder, brings its database to the newest schema, and looks for damage.
    ///
    /// A server also gives each intent that has no outcome the outcome `unknown`: nobody else can be in the middle of
    /// that call.
    pub fn open(options: &Options) -> Result<Self, StoreError> {
        let store = Self::start(open::open(options)?, options)?;
        match options.role {
            Role::Server => {
                store.settle_lost_calls().wait()?;
            }
            Role::Tool => {}
        }
        Ok(store)
    }

    fn start(opened: open::Opened, options: &Options) -> Result<Self, StoreError> {
        let readers = Arc::new(reader::Pool::new(opened.file, options.busy_timeout));
        let writer = writer::Handle::start(
            writer::Writer::new(opened.writer, opened.log, options),
            options.queue,
        )
        .map_err(|cause| StoreError::Folder {
            folder: options.folder.clone(),
            cause: cause.to_string(),
        })?;
        Ok(Self {
            shared: Arc::new(Shared {
                writer,
                readers,
                server_key: opened.server_key,
                chance: options.chance.clone(),
                _lock: opened.lock,
            }),
        })
    }

    /// The key that seals the ids of MCP sessions: the same on every start.
    #[must_use]
    pub fn mcp_session_key(&self) -> &[u8; 32] {
        self.shared.server_key.mcp_sessions().reveal()
    }

    /// Why every step is refused, once something could not be recorded.
    #[must_use]
    pub fn poisoned(&self) -> Option<Arc<str>> {
        self.shared.writer.poisoned()
    }

    /// What the writer has done since the store was opened.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        self.shared.writer.statistics()
    }

    /// Writes what is still waiting, and refuses everything after it.
    ///
    /// The database file then holds everything, and the log beside it is gone.
    pub fn close(&self) -> Pending<()> {
        self.shared.readers.close();
        self.shared.writer.close()
    }
}
