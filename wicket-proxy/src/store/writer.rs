//! The one writer: a thread that takes jobs in groups, each group one transaction.
//!
//! SQLite refuses to change `synchronous` inside a transaction, and whether a group must reach the disk is known only
//! after its gates have run. So the connection stays at NORMAL, which writes the log without syncing it, and a group
//! that needs the disk is synced by us before anybody is answered: one `fdatasync` of the log, exactly what SQLite
//! itself would do with FULL. Groups of denials and outcomes are not synced; the next group that is takes them along.
//!
//! After a failed write or sync nobody can know what the disk holds, and a second sync may succeed without having
//! written anything. The writer is then poisoned: every job is refused until the store is opened anew, which rereads
//! the log. A full disk is treated alike, so that there is one rule and no half-recovered state.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{io, mem};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::error::{Failure, StoreError, is_locked};
use super::holder::Holder;
use super::log::{Log, move_into_database};
use super::pending::{Job, Pending, task};
use super::publications::Publication;
use super::{Durability, Options};
use crate::audit::{AgentId, Epoch, KeyId};
use crate::clock::{Chance, Clock};

/// The most jobs in one transaction: bounds how long the first of them waits.
const LARGEST_GROUP: usize = 256;
/// How often a transaction is tried again while another process writes.
const BETWEEN_ATTEMPTS: Duration = Duration::from_micros(500);
/// How many publications are kept parsed.
const PUBLICATIONS_KEPT: usize = 1024;

/// A transaction, as the jobs of its group see it.
pub(super) struct Group<'writer> {
    pub(super) connection: &'writer Connection,
    pub(super) clock: &'writer Clock,
    pub(super) chance: &'writer Chance,
    /// Rows of publications never change, so they are kept over transactions; which one is in force is always read.
    pub(super) publications: &'writer mut HashMap<(AgentId, Epoch), Arc<Publication>>,
    /// Valid within this transaction only, and until somebody is administered in it.
    pub(super) holders: HashMap<KeyId, Arc<Holder>>,
    durability: Durability,
    must_sync: bool,
}

impl Group<'_> {
    /// Asks that this group reaches the disk before anybody in it is answered.
    pub(super) fn require_disk(&mut self) {
        self.must_sync = true;
    }

    /// The same, where the owner has not chosen speed for calls.
    pub(super) fn require_disk_for_call(&mut self) {
        match self.durability {
            Durability::Full => self.must_sync = true,
            Durability::Os => {}
        }
    }

    /// Runs an administrative act: either all of it is staged or none, whatever becomes of the others in the group.
    pub(super) fn act<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.connection.execute_batch("SAVEPOINT act")?;
        self.holders.clear();
        let result = work(self);
        match &result {
            Ok(_) => self.connection.execute_batch("RELEASE act")?,
            Err(Failure::Refused(_)) => self.connection.execute_batch("ROLLBACK TO act; RELEASE act")?,
            Err(Failure::Database(_)) => {}
        }
        result
    }
}

/// What the writer has done since the store was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Statistics {
    /// Committed transactions.
    pub groups: u64,
    /// Those of them that were brought to the disk before anybody was answered.
    pub synced: u64,
    /// Jobs in committed transactions.
    pub jobs: u64,
}

#[derive(Debug, Default)]
struct Status {
    groups: AtomicU64,
    synced: AtomicU64,
    jobs: AtomicU64,
    poison: OnceLock<Arc<str>>,
}

/// The writer's own side.
pub(super) struct Writer {
    connection: Connection,
    log: Log,
    clock: Clock,
    chance: Chance,
    durability: Durability,
    busy_timeout: Duration,
    publications: HashMap<(AgentId, Epoch), Arc<Publication>>,
    status: Arc<Status>,
}

impl Writer {
    pub(super) fn new(connection: Connection, log: Log, options: &Options) -> Self {
        Self {
            connection,
            log,
            clock: options.clock.clone(),
            chance: options.chance.clone(),
            durability: options.durability,
            busy_timeout: options.busy_timeout,
            publications: HashMap::new(),
            status: Arc::default(),
        }
    }

    fn run(mut self, jobs: &Receiver<Box<dyn Job>>) {
        let _watch = Watch(Arc::clone(&self.status));
        while let Ok(first) = jobs.recv() {
            let (done, fate) = self.write_group(first, jobs);
            for job in done {
                job.settle(&fate);
            }
            if self.status.poison.get().is_none() {
                // Nobody waits for this.
                match move_into_database(&self.connection) {
                    Ok(_) => {}
                    Err(error) if is_locked(&error) => {}
                    Err(error) => self.poison(error.to_string().into()),
                }
            }
        }
    }

    /// Runs `first` and what else is waiting in one transaction, and says what became of it.
    fn write_group(
        &mut self,
        first: Box<dyn Job>,
        jobs: &Receiver<Box<dyn Job>>,
    ) -> (Vec<Box<dyn Job>>, Result<(), StoreError>) {
        let mut done = Vec::new();
        if let Some(cause) = self.status.poison.get() {
            done.push(first);
            return (
                done,
                Err(StoreError::NotRecorded {
                    cause: Arc::clone(cause),
                }),
            );
        }
        let result = self.commit_group(first, jobs, &mut done);
        let fate = match result {
            Ok(()) => {
                self.status.groups.fetch_add(1, Ordering::Relaxed);
                self.status.jobs.fetch_add(done.len() as u64, Ordering::Relaxed);
                Ok(())
            }
            Err(error) => {
                // A publication that was read in a transaction that is undone must not be remembered.
                self.publications.clear();
                Err(self.refuse(error))
            }
        };
        (done, fate)
    }

    fn commit_group(
        &mut self,
        first: Box<dyn Job>,
        jobs: &Receiver<Box<dyn Job>>,
        done: &mut Vec<Box<dyn Job>>,
    ) -> Result<(), GroupError> {
        if self.publications.len() > PUBLICATIONS_KEPT {
            self.publications.clear();
        }
        let transaction = match begin(&self.connection, self.busy_timeout) {
            Ok(transaction) => transaction,
            Err(error) => {
                done.push(first);
                return Err(GroupError::Begin(error));
            }
        };
        let mut group = Group {
            connection: &transaction,
            clock: &self.clock,
            chance: &self.chance,
            publications: &mut self.publications,
            holders: HashMap::new(),
            durability: self.durability,
            must_sync: false,
        };
        let mut next = Some(first);
        while let Some(mut job) = next {
            let result = job.run(&mut group);
            done.push(job);
            result.map_err(GroupError::Write)?;
            next = if done.len() < LARGEST_GROUP {
                jobs.try_recv().ok()
            } else {
                None
            };
        }
        let must_sync = mem::take(&mut group.must_sync);
        transaction.commit().map_err(GroupError::Write)?;
        if must_sync {
            self.log.sync().map_err(GroupError::Sync)?;
            self.status.synced.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    /// The answer to every job of a group that failed.
    fn refuse(&self, error: GroupError) -> StoreError {
        let cause: Arc<str> = match error {
            GroupError::Begin(error) | GroupError::Write(error) if is_locked(&error) => {
                return StoreError::Locked;
            }
            GroupError::Begin(error) | GroupError::Write(error) => error.to_string().into(),
            GroupError::Sync(error) => format!("the log could not be brought to the disk: {error}").into(),
        };
        self.poison(Arc::clone(&cause));
        StoreError::NotRecorded { cause }
    }

    fn poison(&self, cause: Arc<str>) {
        tracing::error!(%cause, "the store can no longer record; every call is refused until it is opened anew");
        // What is in the log may not be on the disk; nobody may take it for moved until it was read anew.
        if let Err(error) = self
            .connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        {
            tracing::error!(%error, "the log of the failed store may be moved into the database");
        }
        drop(self.status.poison.set(cause));
    }
}

/// Begins a transaction that writes, and waits while another process does.
///
/// SQLite's own waiting asks ever more seldom, up to every tenth of a second, so that a command beside a busy server
/// would hardly ever find the moment between two of its groups.
fn begin(connection: &Connection, patience: Duration) -> rusqlite::Result<Transaction<'_>> {
    let mut waited = Duration::ZERO;
    loop {
        // INVARIANT: the writer is the only user of its connection, and ends each transaction before the next.
        match Transaction::new_unchecked(connection, TransactionBehavior::Immediate) {
            Err(error) if is_locked(&error) && waited < patience => wait_a_moment(),
            begun => return begun,
        }
        waited += BETWEEN_ATTEMPTS;
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this thread only writes, and cannot before the other has"
)]
fn wait_a_moment() {
    thread::sleep(BETWEEN_ATTEMPTS);
}

/// A writer that ended by a panic must be seen as one that can no longer record, not as one that is quiet.
struct Watch(Arc<Status>);

impl Drop for Watch {
    fn drop(&mut self) {
        if thread::panicking() {
            drop(self.0.poison.set("the writer ended by a panic".into()));
        }
    }
}

enum GroupError {
    Begin(rusqlite::Error),
    Write(rusqlite::Error),
    Sync(io::Error),
}

/// The callers' side.
pub(super) struct Handle {
    /// Taken when the store is closed.
    sender: Mutex<Option<SyncSender<Box<dyn Job>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    status: Arc<Status>,
}

impl fmt::Debug for Handle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Handle")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl Handle {
    pub(super) fn start(writer: Writer, queue: usize) -> io::Result<Self> {
        let (sender, jobs) = sync_channel(queue.max(1));
        let status = Arc::clone(&writer.status);
        let thread = thread::Builder::new()
            .name("wicket-store".to_owned())
            .spawn(move || writer.run(&jobs))?;
        Ok(Self {
            sender: Mutex::new(Some(sender)),
            thread: Mutex::new(Some(thread)),
            status,
        })
    }

    /// Hands `work` to the writer. Never blocks: a full queue is an answer.
    pub(super) fn submit<T, F>(&self, work: F) -> Pending<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Group<'_>) -> Result<T, Failure> + Send + 'static,
    {
        if let Some(cause) = self.poisoned() {
            return Pending::ready(Err(StoreError::NotRecorded { cause }));
        }
        let (task, pending) = task(work);
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        match sender.as_ref().map(|sender| sender.try_send(task)) {
            Some(Ok(())) => pending,
            Some(Err(TrySendError::Full(_))) => Pending::ready(Err(StoreError::Overloaded)),
            Some(Err(TrySendError::Disconnected(_))) | None => Pending::ready(Err(StoreError::Closed)),
        }
    }

    pub(super) fn poisoned(&self) -> Option<Arc<str>> {
        self.status.poison.get().cloned()
    }

    pub(super) fn statistics(&self) -> Statistics {
        Statistics {
            groups: self.status.groups.load(Ordering::Relaxed),
            synced: self.status.synced.load(Ordering::Relaxed),
            jobs: self.status.jobs.load(Ordering::Relaxed),
        }
    }

    pub(super) fn close(&self) -> Pending<()> {
        let last = self.submit(|group| {
            group.require_disk();
            Ok(())
        });
        self.sender.lock().unwrap_or_else(PoisonError::into_inner).take();
        last
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // Dropping the sender ends the writer after it has written what is waiting.
        self.sender.lock().unwrap_or_else(PoisonError::into_inner).take();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            // A job may hold the last handle; the writer cannot wait for itself.
            && thread.thread().id() != thread::current().id()
            && thread.join().is_err()
        {
            tracing::error!("the writer of the store ended by a panic");
        }
    }
}
