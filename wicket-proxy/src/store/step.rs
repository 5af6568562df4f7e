//! The one door to a decision with state.
//!
//! A step is one atomic move in the order of its scopes: `now`, the session, what wider scopes remember, the publication in force and the standing
//! of the key are read in the transaction that also commits the next state and the record. Nobody loads and saves
//! around the gate.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rusqlite::{OptionalExtension, params};
use wicket_lang::value::Instant;

use super::Store;
use super::columns::instant;
use super::error::{Failure, StoreError};
use super::holder::{Holder, Standing, holder_of};
use super::pending::Pending;
use super::publications::Publication;
use super::scopes::{Scopes, SharedState};
use super::writer::Group;
use crate::audit::{CallId, KeyId, Record, Seq, SessionId};

/// How stale the instant of a key's last use may become, in milliseconds.
const LAST_USE_GRAIN: i64 = 60_000;

/// What the gate is given.
#[derive(Debug)]
pub struct Turn {
    /// The instant of the decision. It never runs backwards within a scope of the call.
    pub now: Instant,
    /// The call, under the name that its record must carry.
    pub call: CallId,
    /// Who calls, as it stands in this transaction.
    pub holder: Arc<Holder>,
    /// Whether the key may be used at `now`.
    pub standing: Standing,
    /// What is in force. `None` means that nothing was published for this caller, which is a denial.
    pub publication: Option<Arc<Publication>>,
    /// The session so far; `None` where there was never one.
    pub session: Option<Session>,
    /// The name of the session that begins if the gate says so.
    pub fresh: SessionId,
    /// What the wider scopes of the call remember so far; one that remembers nothing yet is not there.
    pub shared: SharedState,
}

/// A session: the calls of one key lineage, until the language says that it is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its name.
    pub id: SessionId,
    /// The state, in the language's own JSON.
    pub state: String,
    /// The instant of its first call.
    pub started: Instant,
    /// The instant of its latest step.
    pub last_call: Instant,
}

/// What the gate answers.
#[derive(Debug)]
pub struct Stepped<T> {
    /// For the caller of [`Store::step`], after the commit.
    pub value: T,
    /// What becomes of the session.
    pub session: SessionChange,
    /// The wider scopes that have changed.
    pub shared: SharedState,
    /// What is recorded. Only a step that decided nothing (an artifact must be loaded first, a fact fetched) has none.
    pub record: Option<Record>,
}

/// What becomes of the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionChange {
    /// Nothing is written, not even that there was a call.
    Untouched,
    /// It goes on with this state.
    Keep(String),
    /// It is over, or never was: a new one begins with this state, under the name [`Turn::fresh`].
    Fresh(String),
}

/// A step that was committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed<T> {
    /// What the gate answered.
    pub value: T,
    /// The place of the record.
    pub seq: Option<Seq>,
}

impl Store {
    /// Judges one call: runs `gate` where the calls of its scopes are put in order, and commits what it says.
    ///
    /// The answer comes after the commit; a step with an intent is then as durable as the store's setting says. With
    /// any error nothing of this step was written, except after a failed sync ([`StoreError::NotRecorded`]), where
    /// nobody knows; in each case the call must not leave. A panic of the gate is [`StoreError::GatePanicked`].
    pub fn step<T, G>(&self, scopes: Scopes, gate: G) -> Pending<Committed<T>>
    where
        T: Send + 'static,
        G: FnOnce(&Turn) -> Stepped<T> + Send + 'static,
    {
        self.shared.writer.submit(move |group| step(group, scopes, gate))
    }
}

fn step<T>(
    group: &mut Group<'_>,
    scopes: Scopes,
    gate: impl FnOnce(&Turn) -> Stepped<T>,
) -> Result<Committed<T>, Failure> {
    let turn = turn(group, scopes)?;
    // The gate only reads the turn, so a panic leaves nothing half done.
    let Ok(stepped) = catch_unwind(AssertUnwindSafe(|| gate(&turn))) else {
        return Err(StoreError::GatePanicked.into());
    };
    // Everything that can be refused is refused before the first write: a group is undone as a whole or not at all.
    let session = session_after(&turn, &stepped.session)?;
    refuse_foreign_record(&turn, stepped.record.as_ref())?;
    let seq = stepped
        .record
        .as_ref()
        .map(|record| group.record(record))
        .transpose()?;
    if let Some(session) = session {
        write_session(group, &turn, &session)?;
        group.write_shared(&turn.holder, &scopes, turn.now, &stepped.shared)?;
    }
    group.touch_key(turn.holder.key, turn.now)?;
    Ok(Committed {
        value: stepped.value,
        seq,
    })
}

fn turn(group: &mut Group<'_>, scopes: Scopes) -> Result<Turn, Failure> {
    let holder = group.holder(scopes.key)?;
    let session = group
        .connection
        .prepare_cached(
            "SELECT id, state, started, last_call FROM sessions WHERE agent = ?1 AND lineage = ?2",
        )?
        .query_row(params![holder.agent, holder.lineage], |row| {
            Ok(Session {
                id: row.get(0)?,
                state: row.get(1)?,
                started: instant(row, 2)?,
                last_call: instant(row, 3)?,
            })
        })
        .optional()?;
    let (shared, latest) = group.shared(&holder, &scopes)?;
    let clock = group.clock.now();
    let last_call = session.as_ref().map(|session| session.last_call);
    let now = clock.max(last_call.max(latest).unwrap_or(clock));
    let publication = group.publication_for(&holder)?;
    Ok(Turn {
        now,
        call: CallId::draw(group.chance)?,
        standing: holder.standing(now),
        holder,
        publication,
        session,
        fresh: SessionId::draw(group.chance)?,
        shared,
    })
}

/// The session as it is to be written, or `None` where nothing is.
fn session_after(turn: &Turn, change: &SessionChange) -> Result<Option<Session>, StoreError> {
    match change {
        SessionChange::Untouched => Ok(None),
        SessionChange::Keep(state) => {
            let session = turn.session.clone();
            let session =
                session.ok_or_else(|| StoreError::Invalid("there is no session to keep".to_owned()))?;
            Ok(Some(Session {
                state: state.clone(),
                last_call: turn.now,
                ..session
            }))
        }
        SessionChange::Fresh(state) => Ok(Some(Session {
            id: turn.fresh.clone(),
            state: state.clone(),
            started: turn.now,
            last_call: turn.now,
        })),
    }
}

/// A gate records this call and no other, as an intent or a denial.
fn refuse_foreign_record(turn: &Turn, record: Option<&Record>) -> Result<(), StoreError> {
    match record {
        None => Ok(()),
        Some(Record::Intent(body) | Record::Denied(body)) if body.call == turn.call => Ok(()),
        Some(
            Record::Intent(_)
            | Record::Denied(_)
            | Record::Outcome(_)
            | Record::Admin(_)
            | Record::Publication(_),
        ) => Err(StoreError::Invalid(
            "a step records its own call, as an intent or a denial".to_owned(),
        )),
    }
}

fn write_session(group: &Group<'_>, turn: &Turn, session: &Session) -> rusqlite::Result<()> {
    group
        .connection
        .prepare_cached(
            "INSERT INTO sessions (agent, lineage, id, key, state, started, last_call) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
             ON CONFLICT (agent, lineage) DO UPDATE SET id = excluded.id, key = excluded.key, state = excluded.state, \
             started = excluded.started, last_call = excluded.last_call",
        )?
        .execute(params![
            turn.holder.agent,
            turn.holder.lineage,
            session.id,
            turn.holder.key,
            session.state,
            session.started.0,
            session.last_call.0,
        ])?;
    Ok(())
}

impl Group<'_> {
    /// Who holds the key, as it stands in this transaction.
    pub(super) fn holder(&mut self, key: KeyId) -> Result<Arc<Holder>, Failure> {
        if let Some(holder) = self.holders.get(&key) {
            return Ok(Arc::clone(holder));
        }
        let holder = holder_of(self.connection, key)?.map(Arc::new);
        let holder = holder.ok_or_else(|| StoreError::Unknown {
            what: "key",
            name: key.to_string(),
        })?;
        self.holders.insert(key, Arc::clone(&holder));
        Ok(holder)
    }

    /// Notes the use of a key, to the minute.
    pub(super) fn touch_key(&self, key: KeyId, now: Instant) -> rusqlite::Result<()> {
        // The comparison is in SQL so that a key in constant use is written once a minute.
        self.connection
            .prepare_cached(
                "UPDATE keys SET last_used = ?2 WHERE id = ?1 AND (last_used IS NULL OR last_used < ?3)",
            )?
            .execute(params![key, now.0, now.0.saturating_sub(LAST_USE_GRAIN)])?;
        Ok(())
    }
}
