//! Writing records, and closing calls whose end was lost.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::{OptionalExtension, params};
use serde_json::Value;
use wicket_lang::catalog::Digest;
use wicket_lang::value::Instant;

use super::Store;
use super::columns::instant;
use super::error::{Failure, StoreError};
use super::pending::Pending;
use super::scopes::{Scopes, SharedState};
use super::writer::Group;
use crate::audit::{
    BODY_VERSION, CallBody, CallId, Kind, OutcomeBody, Record, Seq, SessionId, UpstreamOutcome,
};

/// What is remembered where the outcome of a call is awaited.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ending {
    /// The state of the call's session; `None` where that is over.
    pub session: Option<String>,
    /// What its wider scopes remember.
    pub shared: SharedState,
}

impl Group<'_> {
    /// Stages a record, and keeps account of the calls that are open.
    pub(super) fn record(&mut self, record: &Record) -> Result<Seq, Failure> {
        let kind = record.kind();
        let body = record
            .body()
            .map_err(|error| StoreError::Invalid(format!("a record has no JSON form: {error}")))?;
        if let Record::Outcome(outcome) = record {
            self.close_call(&outcome.call)?;
        }
        let columns = record.columns();
        self.connection
            .prepare_cached(
                "INSERT INTO records (kind, call, body, digest, time, agent, member, session, service, tool, decision, reason) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute(params![
                kind,
                record.call(),
                body,
                Digest::of(body.as_bytes()).as_bytes(),
                record.time().0,
                columns.agent,
                columns.member,
                columns.session,
                columns.service,
                columns.tool,
                columns.decision,
                columns.reason,
            ])?;
        // INVARIANT: records are never deleted, so SQLite's next key is one more than the last: no gap. What is rolled
        // back leaves none either.
        let seq = Seq::new(self.connection.last_insert_rowid());
        match kind {
            Kind::Intent => {
                self.connection
                    .prepare_cached("INSERT INTO open_calls (call, seq) VALUES (?1, ?2)")?
                    .execute(params![record.call(), seq])?;
                self.require_disk_for_call();
            }
            Kind::Admin | Kind::Publication => self.require_disk(),
            Kind::Denied | Kind::Outcome => {}
        }
        Ok(seq)
    }

    fn end_call(
        &mut self,
        mut outcome: OutcomeBody,
        scopes: Option<Scopes>,
        settle: impl FnOnce(&Ending, Instant) -> Option<Ending>,
    ) -> Result<Seq, Failure> {
        let clock = self.clock.now();
        outcome.time = clock;
        let session = outcome.session.clone();
        let seq = self.record(&Record::Outcome(Box::new(outcome)))?;
        let holder = scopes.map(|scopes| self.holder(scopes.key)).transpose()?;
        let place = holder.as_deref().zip(scopes.as_ref());
        let (shared, latest) = match place {
            Some((holder, scopes)) => self.shared(holder, scopes)?,
            None => (SharedState::new(), None),
        };
        let found = session
            .as_ref()
            .map(|session| self.state_of(session))
            .transpose()?;
        let (state, last_call) = found.flatten().unzip();
        if state.is_none() && shared.is_empty() {
            return Ok(seq);
        }
        let now = clock.max(last_call.max(latest).unwrap_or(clock));
        let before = Ending {
            session: state,
            shared,
        };
        // The outcome is a fact and is recorded even where the language fails over it; the state then stays, which
        // keeps a breaker that waits for this outcome shut.
        let after = catch_unwind(AssertUnwindSafe(|| settle(&before, now))).unwrap_or_else(|_| {
            tracing::error!("an outcome could not be counted");
            None
        });
        let Some(after) = after else { return Ok(seq) };
        if let (Some(state), Some(session)) = (after.session, session) {
            self.connection
                .prepare_cached("UPDATE sessions SET state = ?2 WHERE id = ?1")?
                .execute(params![session, state])?;
        }
        if let Some((holder, scopes)) = place {
            self.write_shared(holder, scopes, now, &after.shared)?;
        }
        Ok(seq)
    }

    /// The state of a session that goes on, and the instant of its latest step.
    fn state_of(&self, session: &SessionId) -> rusqlite::Result<Option<(String, Instant)>> {
        self.connection
            .prepare_cached("SELECT state, last_call FROM sessions WHERE id = ?1")?
            .query_row([session], |row| Ok((row.get(0)?, instant(row, 1)?)))
            .optional()
    }

    /// A call ends once.
    fn close_call(&self, call: &CallId) -> Result<(), Failure> {
        let closed = self
            .connection
            .prepare_cached("DELETE FROM open_calls WHERE call = ?1")?
            .execute([call])?;
        if closed == 0 {
            return Err(StoreError::Unknown {
                what: "open call",
                name: call.to_string(),
            }
            .into());
        }
        Ok(())
    }

    /// Gives each open call the outcome `unknown`.
    fn settle_lost_calls(&mut self) -> Result<u64, Failure> {
        let mut settled = 0;
        loop {
            let open = self
                .connection
                .prepare_cached(
                    "SELECT records.body FROM open_calls JOIN records ON records.seq = open_calls.seq ORDER BY records.seq",
                )?
                .query_row([], |row| row.get::<_, String>(0))
                .optional()?;
            let Some(intent) = open else {
                return Ok(settled);
            };
            let outcome = lost(&intent, self.clock.now()).ok_or_else(|| StoreError::Damaged {
                what: "the record of an open call".to_owned(),
            })?;
            self.record(&Record::Outcome(Box::new(outcome)))?;
            settled += 1;
        }
    }
}

/// The outcome of a call of which only the intent's body is left.
fn lost(intent: &str, time: Instant) -> Option<OutcomeBody> {
    let intent: Value = serde_json::from_str(intent).ok()?;
    let text = |name: &str| intent.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(OutcomeBody {
        v: BODY_VERSION,
        call: text("call")?.parse().ok()?,
        time,
        agent: text("agent")?,
        member: text("member")?,
        session: text("session").and_then(|session| session.parse().ok()),
        service: text("service"),
        tool: text("tool"),
        outcome: UpstreamOutcome::Unknown,
        status: None,
        detail: Some("Wicket ended before the call did".to_owned()),
        duration: None,
        result: Vec::new(),
    })
}

impl Store {
    /// Adds the outcome of a call. It joins a later group and no intent waits for it.
    ///
    /// What the outcome means for what is remembered is the language's affair: `settle` gets it and the instant, and
    /// returns what has changed of it, or `None` where nothing has. Of a session that is over there is nothing to
    /// change; `scopes` are those in which the outcome is awaited.
    /// (Intents and denials come out of [`Store::step`], the other kinds of records out of the act that they record.)
    pub fn end_call<S>(&self, outcome: OutcomeBody, scopes: Option<Scopes>, settle: S) -> Pending<Seq>
    where
        S: FnOnce(&Ending, Instant) -> Option<Ending> + Send + 'static,
    {
        self.shared
            .writer
            .submit(move |group| group.end_call(outcome, scopes, settle))
    }

    /// Adds a denial that no state took part in: one that was refused before the gate, such as by a rate limit.
    pub fn append_denied(&self, denial: CallBody) -> Pending<Seq> {
        self.shared
            .writer
            .submit(move |group| group.record(&Record::Denied(Box::new(denial))))
    }

    /// See [`Store::open`]. Says how many calls were open.
    pub(super) fn settle_lost_calls(&self) -> Pending<u64> {
        self.shared
            .writer
            .submit(|group| group.act(Group::settle_lost_calls))
    }
}
