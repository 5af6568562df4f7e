//! Who holds a member key: one member of one agent.

use rusqlite::{Connection, OptionalExtension, Row};
use wicket_lang::value::Instant;

use super::Store;
use super::account::{AgentStatus, MembershipStatus, Role};
use super::columns::{Json, optional_instant};
use super::error::unreadable;
use super::reader::Reading;
use crate::audit::{AgentId, KeyId, PersonId};
use crate::secret::MemberKey;

/// What a member key stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The key.
    pub key: KeyId,
    /// The first of the keys that replaced each other up to this one. Sessions hang on it.
    pub lineage: KeyId,
    /// The agent.
    pub agent: AgentId,
    /// Its name.
    pub agent_name: String,
    /// Whether it is active.
    pub agent_status: AgentStatus,
    /// Whether one set of policies governs all members of the agent.
    pub trusted: bool,
    /// The agent's tags.
    pub tags: Vec<String>,
    /// The member.
    pub member: PersonId,
    /// The member's name.
    pub member_name: String,
    /// The member's role.
    pub role: Role,
    /// The member's groups.
    pub groups: Vec<String>,
    /// How far the membership has come.
    pub membership: MembershipStatus,
    /// When the key lapses.
    pub expires: Option<Instant>,
    /// When it was revoked.
    pub revoked: Option<Instant>,
}

/// Whether a key may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It may.
    Good,
    /// The key was revoked.
    Revoked,
    /// The key has lapsed.
    Expired,
    /// The agent is disabled.
    AgentDisabled,
    /// The member is not, or no longer, approved.
    NotApproved,
}

impl Holder {
    /// Whether the key may be used at `now`.
    #[must_use]
    pub fn standing(&self, now: Instant) -> Standing {
        if self.revoked.is_some() {
            return Standing::Revoked;
        }
        if self.expires.is_some_and(|expires| expires <= now) {
            return Standing::Expired;
        }
        match (self.agent_status, self.membership) {
            (AgentStatus::Disabled, _) => Standing::AgentDisabled,
            (AgentStatus::Active, MembershipStatus::Invited | MembershipStatus::Removed) => {
                Standing::NotApproved
            }
            (AgentStatus::Active, MembershipStatus::Approved) => Standing::Good,
        }
    }
}

const SELECT: &str = "SELECT k.id, k.lineage, a.id, a.name, a.status, a.trusted, a.tags, p.id, p.name, m.role, m.groups, \
                      m.status, k.expires, k.revoked \
                      FROM keys k JOIN agents a ON a.id = k.agent JOIN people p ON p.id = k.person \
                      JOIN memberships m ON m.agent = k.agent AND m.person = k.person ";

fn read(row: &Row<'_>) -> rusqlite::Result<Holder> {
    Ok(Holder {
        key: row.get(0)?,
        lineage: row.get(1)?,
        agent: row.get(2)?,
        agent_name: row.get(3)?,
        agent_status: row.get(4)?,
        trusted: row.get(5)?,
        tags: row.get::<_, Json<_>>(6)?.0,
        member: row.get(7)?,
        member_name: row.get(8)?,
        role: row.get(9)?,
        groups: row.get::<_, Json<_>>(10)?.0,
        membership: row.get(11)?,
        expires: optional_instant(row, 12)?,
        revoked: optional_instant(row, 13)?,
    })
}

/// The holder of the key with that number.
pub(super) fn holder_of(connection: &Connection, key: KeyId) -> rusqlite::Result<Option<Holder>> {
    connection
        .prepare_cached(&format!("{SELECT} WHERE k.id = ?1"))?
        .query_row([key], read)
        .optional()
}

impl Store {
    /// Who holds `key`; `None` for a key that was never made here.
    ///
    /// A revoked or lapsed key, a disabled agent and a removed member are found too: see [`Holder::standing`].
    pub fn find_key(&self, key: &MemberKey) -> Reading<Option<Holder>> {
        let digest = self.shared.server_key.digest(key);
        Reading::new(&self.shared.readers, move |connection| {
            connection
                .prepare_cached(&format!("{SELECT} WHERE k.digest = ?1"))
                .and_then(|mut statement| statement.query_row([digest.as_bytes()], read).optional())
                .map_err(|error| unreadable(&error))
        })
    }
}
