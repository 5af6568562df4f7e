//! Writing records, and closing calls whose end was lost.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::{OptionalExtension, params};
use serde_json::Value;
use wicket_lang::catalog::Digest;
use wicket_lang::value::Instant;

use super::Store;
use super::error::{Failure, StoreError};
use super::pending::Pending;
use super::writer::Group;
use crate::audit::{
    BODY_VERSION, CallBody, CallId, Kind, OutcomeBody, Record, Seq, SessionId, UpstreamOutcome,
};

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
        settle: impl FnOnce(&str, Instant) -> Option<String>,
    ) -> Result<Seq, Failure> {
        let now = self.clock.now();
        outcome.time = now;
        let session = outcome.session.clone();
        let seq = self.record(&Record::Outcome(Box::new(outcome)))?;
        if let Some(session) = session {
            self.settle_session(&session, now, settle)?;
        }
        Ok(seq)
    }

    fn settle_session(
        &self,
        session: &SessionId,
        now: Instant,
        settle: impl FnOnce(&str, Instant) -> Option<String>,
    ) -> Result<(), Failure> {
        let found: Option<(String, i64)> = self
            .connection
            .prepare_cached("SELECT state, last_call FROM sessions WHERE id = ?1")?
            .query_row([session], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((state, last_call)) = found else {
            return Ok(());
        };
        let now = now.max(Instant(last_call));
        // The outcome is a fact and is recorded even where the language fails over it; the state then stays, which
        // keeps a breaker that waits for this outcome shut.
        let next = catch_unwind(AssertUnwindSafe(|| settle(&state, now))).unwrap_or_else(|_| {
            tracing::error!(%session, "an outcome could not be counted");
            None
        });
        if let Some(next) = next {
            self.connection
                .prepare_cached("UPDATE sessions SET state = ?2 WHERE id = ?1")?
                .execute(params![session, next])?;
        }
        Ok(())
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
    })
}

impl Store {
    /// Adds the outcome of a call. It joins a later group and no intent waits for it.
    ///
    /// What the outcome means for the session is the language's affair: `settle` gets the state and the instant, and
    /// returns the next state, or `None` where nothing changes. It is asked only while the call's session goes on.
    /// (Intents and denials come out of [`Store::step`], the other kinds of records out of the act that they record.)
    pub fn end_call<S>(&self, outcome: OutcomeBody, settle: S) -> Pending<Seq>
    where
        S: FnOnce(&str, Instant) -> Option<String> + Send + 'static,
    {
        self.shared
            .writer
            .submit(move |group| group.end_call(outcome, settle))
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
