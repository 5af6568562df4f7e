//! Sessions, as an owner sees them. Only an owner resets one; nothing that an agent does comes here.

use rusqlite::{OptionalExtension, Row, params};
use serde_json::Value;
use wicket_lang::ir::Per;

use super::Store;
use super::columns::instant;
use super::error::{Failure, StoreError, unreadable};
use super::pending::Pending;
use super::reader::Reading;
use super::step::Session;
use super::writer::Group;
use crate::audit::{KeyId, Record, SessionId};

/// A session in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionEntry {
    /// The agent's name.
    pub agent: String,
    /// The member's name.
    pub member: String,
    /// The key that was used last.
    pub key: KeyId,
    /// The first of the keys that replaced each other up to that one.
    pub lineage: KeyId,
    /// The session itself.
    pub session: Session,
}

/// What a scope beside a session remembers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// `conversation`, `member`, `agent`, `connector`.
    pub kind: String,
    /// By what it is told apart from others of its kind; empty where the session has one of them.
    pub key: String,
    /// What it remembers, in the language's own JSON.
    pub state: String,
}

const SELECT: &str = "SELECT a.name, p.name, s.key, s.lineage, s.id, s.state, s.started, s.last_call FROM sessions s \
                      JOIN agents a ON a.id = s.agent JOIN keys k ON k.id = s.key JOIN people p ON p.id = k.person ";

fn read(row: &Row<'_>) -> rusqlite::Result<SessionEntry> {
    Ok(SessionEntry {
        agent: row.get(0)?,
        member: row.get(1)?,
        key: row.get(2)?,
        lineage: row.get(3)?,
        session: Session {
            id: row.get(4)?,
            state: row.get(5)?,
            started: instant(row, 6)?,
            last_call: instant(row, 7)?,
        },
    })
}

impl Group<'_> {
    fn reset_session(
        &mut self,
        id: &SessionId,
        item: Option<String>,
        author: &str,
        reset: &impl Fn(Option<Per>, &str, Option<&str>) -> Result<Option<String>, String>,
    ) -> Result<SessionEntry, Failure> {
        let entry = self
            .connection
            .query_row(&format!("{SELECT} WHERE s.id = ?1"), [id], read)
            .optional()?;
        let mut entry = entry.ok_or_else(|| StoreError::Unknown {
            what: "session",
            name: id.to_string(),
        })?;
        let next = reset(None, &entry.session.state, item.as_deref()).map_err(StoreError::Invalid)?;
        let holder = self.holder(entry.key)?;
        let found = self.reset_shared(&holder, item.as_deref(), reset)?;
        if let (None, false, Some(item)) = (&next, found, &item) {
            let message = format!("this session has nothing of `{item}` to reset");
            return Err(StoreError::Invalid(message).into());
        }
        entry.session.state = next.unwrap_or(entry.session.state);
        self.connection.execute(
            "UPDATE sessions SET state = ?2 WHERE id = ?1",
            params![id, entry.session.state],
        )?;
        let mut body = self.admin_body("session.reset", author);
        body.agent = Some(entry.agent.clone());
        body.member = Some(entry.member.clone());
        body.session = Some(id.clone());
        if let Some(item) = item {
            body.detail.insert("item".to_owned(), Value::from(item));
        }
        self.record(&Record::Admin(Box::new(body)))?;
        Ok(entry)
    }
}

impl Store {
    /// A session, with what the wider scopes of its calls remember: each as what its connector or conversation is
    /// known by, a digest, and empty where there is one of its kind.
    pub fn session(&self, id: &SessionId) -> Reading<Option<(SessionEntry, Vec<Remembered>)>> {
        let id = id.clone();
        Reading::new(&self.shared.readers, move |connection| {
            let entry = connection
                .prepare_cached(&format!("{SELECT} WHERE s.id = ?1"))
                .and_then(|mut statement| statement.query_row([&id], read).optional());
            let Some(entry) = entry.map_err(|error| unreadable(&error))? else {
                return Ok(None);
            };
            let scopes = connection
                .prepare_cached(
                    "SELECT c.kind, CASE c.kind WHEN 'conversation' THEN substr(c.key, length(s.lineage) + 2) \
                     WHEN 'connector' THEN c.key ELSE '' END, c.state FROM sessions s JOIN keys k ON k.id = s.key \
                     JOIN scopes c ON c.agent = s.agent WHERE s.id = ?1 AND (c.kind IN ('agent', 'connector') \
                     OR c.kind = 'member' AND c.key = CAST(k.person AS TEXT) \
                     OR c.kind = 'conversation' AND c.key GLOB s.lineage || ' *') ORDER BY c.kind, c.key",
                )
                .and_then(|mut statement| {
                    let row = |row: &Row<'_>| {
                        Ok(Remembered {
                            kind: row.get(0)?,
                            key: row.get(1)?,
                            state: row.get(2)?,
                        })
                    };
                    statement.query_map([&id], row)?.collect()
                });
            Ok(Some((entry, scopes.map_err(|error| unreadable(&error))?)))
        })
    }

    /// The sessions of one agent, or of all, the latest first.
    pub fn sessions(&self, agent: Option<&str>) -> Reading<Vec<SessionEntry>> {
        let agent = agent.map(str::to_owned);
        Reading::new(&self.shared.readers, move |connection| {
            connection
                .prepare_cached(&format!(
                    "{SELECT} WHERE ?1 IS NULL OR a.name = ?1 ORDER BY s.last_call DESC, s.id"
                ))
                .and_then(|mut statement| statement.query_map([agent], read)?.collect())
                .map_err(|error| unreadable(&error))
        })
    }

    /// Resets a session with its conversations, or one item of it wherever it is remembered. What that means is the
    /// language's affair: `reset` turns the state of the session, or of a wider scope, into the next; `None` where it
    /// has nothing of the item; or says in words for the owner why it cannot.
    pub fn reset_session<R>(
        &self,
        id: &SessionId,
        item: Option<&str>,
        author: &str,
        reset: R,
    ) -> Pending<SessionEntry>
    where
        R: Fn(Option<Per>, &str, Option<&str>) -> Result<Option<String>, String> + Send + 'static,
    {
        let (id, item, author) = (id.clone(), item.map(str::to_owned), author.to_owned());
        self.shared
            .writer
            .submit(move |group| group.act(|group| group.reset_session(&id, item, &author, &reset)))
    }
}
