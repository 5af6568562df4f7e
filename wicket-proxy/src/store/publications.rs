//! What is in force: publications, as they are read.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use wicket_lang::catalog::Digest;
use wicket_lang::request::Switches;
use wicket_lang::value::Instant;

use super::Store;
use super::columns::{Json, digest, instant};
use super::error::{StoreError, unreadable};
use super::holder::Holder;
use super::reader::Reading;
use super::writer::Group;
use crate::audit::{AgentId, Epoch, PersonId};

/// A policy of a publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyVersion {
    /// Its name.
    pub name: String,
    /// Its version: the first digest of a name is 1, each new digest the next, and one seen before keeps its number.
    pub version: u64,
    /// Its digest.
    pub digest: Digest,
}

/// An artifact in force for an agent, or once in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// The agent.
    pub agent: AgentId,
    /// Its place among the publications of the agent.
    pub epoch: Epoch,
    /// The member whose set this is, of an untrusted agent.
    pub member: Option<PersonId>,
    /// The digest of the artifact.
    pub artifact: Digest,
    /// The policies of the artifact.
    pub policies: Vec<PolicyVersion>,
    /// The items that are not simply enforced. They belong to the publication, not to the bundle.
    pub switches: Switches,
    /// Who published.
    pub author: String,
    /// Why.
    pub reason: String,
    /// When.
    pub created: Instant,
}

impl Publication {
    /// The version of a policy, by its name.
    #[must_use]
    pub fn policy(&self, name: &str) -> Option<&PolicyVersion> {
        self.policies.iter().find(|policy| policy.name == name)
    }
}

const SELECT: &str =
    "SELECT agent, epoch, person, artifact, policies, switches, author, reason, created FROM publications ";

fn read(row: &Row<'_>) -> rusqlite::Result<Publication> {
    Ok(Publication {
        agent: row.get(0)?,
        epoch: row.get(1)?,
        member: row.get(2)?,
        artifact: digest(row, 3)?,
        policies: row.get::<_, Json<_>>(4)?.0,
        switches: row.get::<_, Json<_>>(5)?.0,
        author: row.get(6)?,
        reason: row.get(7)?,
        created: instant(row, 8)?,
    })
}

/// The publication in force for `agent`, or for one member of it.
pub(super) fn current(
    connection: &Connection,
    agent: AgentId,
    member: Option<PersonId>,
) -> rusqlite::Result<Option<Publication>> {
    connection
        .prepare_cached(&format!(
            "{SELECT} WHERE agent = ?1 AND person IS ?2 ORDER BY epoch DESC LIMIT 1"
        ))?
        .query_row(params![agent, member], read)
        .optional()
}

/// Whose set of policies judges this holder: the agent's, or, where the agent is not trusted, the member's own.
const fn set_of(holder: &Holder) -> Option<PersonId> {
    if holder.trusted { None } else { Some(holder.member) }
}

impl Group<'_> {
    /// The publication in force for `holder`. The epoch is read in this transaction, whoever has published.
    pub(super) fn publication_for(&mut self, holder: &Holder) -> rusqlite::Result<Option<Arc<Publication>>> {
        let epoch: Option<Epoch> = self
            .connection
            .prepare_cached("SELECT epoch FROM publications WHERE agent = ?1 AND person IS ?2 ORDER BY epoch DESC LIMIT 1")?
            .query_row(params![holder.agent, set_of(holder)], |row| row.get(0))
            .optional()?;
        let Some(epoch) = epoch else { return Ok(None) };
        if let Some(known) = self.publications.get(&(holder.agent, epoch)) {
            return Ok(Some(Arc::clone(known)));
        }
        let publication = current(self.connection, holder.agent, set_of(holder))?.map(Arc::new);
        if let Some(publication) = &publication {
            self.publications
                .insert((holder.agent, epoch), Arc::clone(publication));
        }
        Ok(publication)
    }
}

impl Store {
    /// The publication in force for the holder of a key. A decision does not use this: it reads inside its own step.
    pub fn current_for(&self, holder: &Holder) -> Reading<Option<Publication>> {
        self.current(holder.agent, set_of(holder))
    }

    /// The publication in force for an agent, or for one member of an untrusted agent.
    pub fn current(&self, agent: AgentId, member: Option<PersonId>) -> Reading<Option<Publication>> {
        Reading::new(&self.shared.readers, move |connection| {
            current(connection, agent, member).map_err(|error| unreadable(&error))
        })
    }

    /// The newest publications of an agent, the newest first.
    pub fn publications(&self, agent: AgentId, limit: u32) -> Reading<Vec<Publication>> {
        Reading::new(&self.shared.readers, move |connection| {
            connection
                .prepare_cached(&format!("{SELECT} WHERE agent = ?1 ORDER BY epoch DESC LIMIT ?2"))
                .and_then(|mut statement| statement.query_map(params![agent, limit], read)?.collect())
                .map_err(|error| unreadable(&error))
        })
    }

    /// Whether anything was ever published here.
    pub fn was_published(&self) -> Reading<bool> {
        Reading::new(&self.shared.readers, move |connection| {
            connection
                .query_row("SELECT EXISTS (SELECT 1 FROM artifacts)", [], |row| row.get(0))
                .map_err(|error| unreadable(&error))
        })
    }

    /// The bytes of an artifact, compared with their digest.
    pub fn artifact(&self, digest: Digest) -> Reading<Vec<u8>> {
        Reading::new(&self.shared.readers, move |connection| {
            let bytes: Vec<u8> = connection
                .prepare_cached("SELECT bytes FROM artifacts WHERE digest = ?1")
                .and_then(|mut statement| {
                    statement
                        .query_row([digest.as_bytes()], |row| row.get(0))
                        .optional()
                })
                .map_err(|error| unreadable(&error))?
                .ok_or_else(|| StoreError::Unknown {
                    what: "artifact",
                    name: digest.to_string(),
                })?;
            if Digest::of(&bytes) != digest {
                return Err(StoreError::Damaged {
                    what: format!("artifact {digest}"),
                });
            }
            Ok(bytes)
        })
    }
}
