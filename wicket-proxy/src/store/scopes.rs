//! What is remembered beyond a session: one row for each scope of an agent, which calls of many sessions may share.
//!
//! A step reads and writes all the scopes of its call in one transaction, so that no two calls can both be the last
//! one that a limit lets pass.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, params};
use wicket_lang::catalog::Digest;
use wicket_lang::ir::Per;
use wicket_lang::value::Instant;

use super::columns::instant;
use super::error::{Failure, StoreError};
use super::holder::Holder;
use super::writer::Group;
use crate::audit::KeyId;

/// How many conversations are kept for one lineage of keys. Whoever begins ever new ones loses what the old ones
/// counted, and gains nothing: the session counts all of them.
const CONVERSATIONS: u32 = 64;

/// What wider scopes remember, in the language's own JSON.
pub type SharedState = BTreeMap<Per, String>;

/// The scopes that a call touches. The session, the member and the agent follow from its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scopes {
    /// The key that the request carries.
    pub key: KeyId,
    /// The digest of the connector's name; `None` where the call names none that there is.
    pub connector: Option<Digest>,
    /// The digest of what the client calls the conversation: it may be of any length.
    pub conversation: Option<Digest>,
}

impl Scopes {
    /// Those of a key alone.
    #[must_use]
    pub const fn of(key: KeyId) -> Self {
        Self {
            key,
            connector: None,
            conversation: None,
        }
    }

    /// Each wider scope with the key of its row.
    fn places(&self, holder: &Holder) -> impl Iterator<Item = (Per, String)> {
        let conversation = self.conversation.map(|name| format!("{} {name}", holder.lineage));
        let connector = self.connector.map(|name| name.to_string());
        let conversation = conversation.map(|key| (Per::Conversation, key));
        let connector = connector.map(|key| (Per::Connector, key));
        let own = [
            (Per::Member, holder.member.to_string()),
            (Per::Agent, String::new()),
        ];
        conversation.into_iter().chain(connector).chain(own)
    }
}

impl Group<'_> {
    /// What the wider scopes remember, and the latest instant of any of them.
    pub(super) fn shared(
        &self,
        holder: &Holder,
        scopes: &Scopes,
    ) -> rusqlite::Result<(SharedState, Option<Instant>)> {
        let (mut shared, mut latest) = (SharedState::new(), None);
        for (per, key) in scopes.places(holder) {
            let row = self
                .connection
                .prepare_cached(
                    "SELECT state, latest FROM scopes WHERE agent = ?1 AND kind = ?2 AND key = ?3",
                )?
                .query_row(params![holder.agent, per.name(), key], |row| {
                    Ok((row.get(0)?, instant(row, 1)?))
                })
                .optional()?;
            if let Some((state, at)) = row {
                shared.insert(per, state);
                latest = latest.max(Some(at));
            }
        }
        Ok((shared, latest))
    }

    /// Keeps what has changed, and the instant of all that were read.
    pub(super) fn write_shared(
        &self,
        holder: &Holder,
        scopes: &Scopes,
        now: Instant,
        changed: &SharedState,
    ) -> rusqlite::Result<()> {
        for (per, key) in scopes.places(holder) {
            let Some(state) = changed.get(&per) else {
                self.connection
                    .prepare_cached(
                        "UPDATE scopes SET latest = ?4 WHERE agent = ?1 AND kind = ?2 AND key = ?3 AND latest < ?4",
                    )?
                    .execute(params![holder.agent, per.name(), key, now.0])?;
                continue;
            };
            self.connection
                .prepare_cached(
                    "INSERT INTO scopes (agent, kind, key, state, latest) VALUES (?1, ?2, ?3, ?4, ?5) \
                     ON CONFLICT (agent, kind, key) DO UPDATE SET state = excluded.state, latest = excluded.latest",
                )?
                .execute(params![holder.agent, per.name(), key, state, now.0])?;
            if per == Per::Conversation {
                self.drop_old_conversations(holder)?;
            }
        }
        Ok(())
    }

    fn drop_old_conversations(&self, holder: &Holder) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "DELETE FROM scopes WHERE agent = ?1 AND kind = 'conversation' AND key GLOB ?2 AND key NOT IN \
                 (SELECT key FROM scopes WHERE agent = ?1 AND kind = 'conversation' AND key GLOB ?2 \
                 ORDER BY latest DESC, key LIMIT ?3)",
            )?
            .execute(params![
                holder.agent,
                format!("{} *", holder.lineage),
                CONVERSATIONS
            ])?;
        Ok(())
    }

    /// Resets what the scopes beside a session remember: its conversations, and with an item by name those that it
    /// shares with others as well. Says whether there was anything of the item.
    pub(super) fn reset_shared(
        &self,
        holder: &Holder,
        item: Option<&str>,
        reset: &impl Fn(Option<Per>, &str, Option<&str>) -> Result<Option<String>, String>,
    ) -> Result<bool, Failure> {
        let mut statement = self.connection.prepare_cached(
            "SELECT kind, key, state FROM scopes WHERE agent = ?1 AND (kind = 'conversation' AND key GLOB ?2 \
             OR ?4 AND (kind IN ('agent', 'connector') OR kind = 'member' AND key = ?3))",
        )?;
        let conversations = format!("{} *", holder.lineage);
        let member = holder.member.to_string();
        let rows: Vec<(String, String, String)> = statement
            .query_map(
                params![holder.agent, conversations, member, item.is_some()],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )?
            .collect::<Result<_, _>>()?;
        let mut found = false;
        for (kind, key, state) in rows {
            let per = Per::ALL.into_iter().find(|per| per.name() == kind);
            if let Some(next) = reset(per, &state, item).map_err(StoreError::Invalid)? {
                found = true;
                self.connection.execute(
                    "UPDATE scopes SET state = ?4 WHERE agent = ?1 AND kind = ?2 AND key = ?3",
                    params![holder.agent, kind, key, next],
                )?;
            }
        }
        Ok(found)
    }
}
