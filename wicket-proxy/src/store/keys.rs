//! Member keys: made, listed, revoked.

use rusqlite::{OptionalExtension, Row, params};
use serde_json::Value;
use wicket_lang::value::Instant;

use super::Store;
use super::account::MembershipStatus;
use super::columns::{instant, optional_instant};
use super::error::{Failure, StoreError, unreadable};
use super::pending::Pending;
use super::reader::Reading;
use super::writer::Group;
use crate::audit::{KeyId, Record};
use crate::secret::{KeyDigest, MemberKey, SealingPublic};

/// A key that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// The agent's name.
    pub agent: String,
    /// The member's name.
    pub member: String,
    /// What the owner calls the key, such as `laptop`.
    pub name: String,
    /// When it lapses.
    pub expires: Option<Instant>,
    /// The key that this one replaces. It continues that key's session, and the old one stays valid until it is
    /// revoked.
    pub replaces: Option<KeyId>,
}

/// A key that was made. This is the only time that it is seen in plain.
#[derive(Debug)]
pub struct CreatedKey {
    /// Its number.
    pub id: KeyId,
    /// The key.
    pub key: MemberKey,
}

/// A key, as an owner sees it in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyEntry {
    /// Its number.
    pub id: KeyId,
    /// The first of the keys that replaced each other up to this one.
    pub lineage: KeyId,
    /// The agent's name.
    pub agent: String,
    /// The member's name.
    pub member: String,
    /// What the owner calls it.
    pub name: String,
    /// When it was made.
    pub created: Instant,
    /// When it lapses.
    pub expires: Option<Instant>,
    /// When it was last used, to the minute.
    pub last_used: Option<Instant>,
    /// When it was revoked.
    pub revoked: Option<Instant>,
}

const SELECT: &str = "SELECT k.id, k.lineage, a.name, p.name, k.name, k.created, k.expires, k.last_used, k.revoked \
                      FROM keys k JOIN agents a ON a.id = k.agent JOIN people p ON p.id = k.person ";

fn read(row: &Row<'_>) -> rusqlite::Result<KeyEntry> {
    Ok(KeyEntry {
        id: row.get(0)?,
        lineage: row.get(1)?,
        agent: row.get(2)?,
        member: row.get(3)?,
        name: row.get(4)?,
        created: instant(row, 5)?,
        expires: optional_instant(row, 6)?,
        last_used: optional_instant(row, 7)?,
        revoked: optional_instant(row, 8)?,
    })
}

impl Group<'_> {
    fn key(&self, id: KeyId) -> Result<KeyEntry, Failure> {
        let key = self
            .connection
            .query_row(&format!("{SELECT} WHERE k.id = ?1"), [id], read)
            .optional()?;
        Ok(key.ok_or_else(|| StoreError::Unknown {
            what: "key",
            name: id.to_string(),
        })?)
    }

    fn create_key(
        &mut self,
        new: &NewKey,
        digest: KeyDigest,
        sealing: SealingPublic,
        author: &str,
    ) -> Result<KeyId, Failure> {
        let agent = self.agent(&new.agent)?;
        let member = self.member(agent.id, &new.member)?;
        match member.status {
            MembershipStatus::Approved => {}
            MembershipStatus::Invited | MembershipStatus::Removed => {
                return Err(StoreError::Invalid(format!(
                    "`{}` is not an approved member of `{}`; approve the membership first",
                    new.member, new.agent
                ))
                .into());
            }
        }
        let lineage = match new.replaces {
            None => None,
            Some(replaced) => {
                let replaced = self.key(replaced)?;
                if replaced.agent != new.agent || replaced.member != new.member {
                    return Err(StoreError::Invalid(
                        "a key replaces one of the same member and agent".to_owned(),
                    )
                    .into());
                }
                Some(replaced.lineage)
            }
        };
        let mut body = self.admin_body("key.create", author);
        self.connection.execute(
            "INSERT INTO keys (lineage, agent, person, digest, sealing, name, created, expires) \
             VALUES (coalesce(?1, 0), ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                lineage,
                agent.id,
                member.person,
                digest.as_bytes(),
                sealing.as_bytes(),
                new.name,
                body.time.0,
                new.expires.map(|expires| expires.0)
            ],
        )?;
        let id = KeyId::new(self.connection.last_insert_rowid());
        if lineage.is_none() {
            self.connection
                .execute("UPDATE keys SET lineage = id WHERE id = ?1", [id])?;
        }
        body.agent = Some(new.agent.clone());
        body.member = Some(new.member.clone());
        body.detail.insert("key".to_owned(), Value::from(id.get()));
        body.detail
            .insert("name".to_owned(), Value::from(new.name.clone()));
        if let Some(replaced) = new.replaces {
            body.detail
                .insert("replaces".to_owned(), Value::from(replaced.get()));
        }
        if let Some(expires) = new.expires {
            body.detail.insert("expires".to_owned(), Value::from(expires.0));
        }
        self.record(&Record::Admin(Box::new(body)))?;
        Ok(id)
    }

    fn revoke_key(&mut self, id: KeyId, author: &str) -> Result<KeyEntry, Failure> {
        let key = self.key(id)?;
        if key.revoked.is_some() {
            return Ok(key);
        }
        let mut body = self.admin_body("key.revoke", author);
        let revoked = body.time;
        self.connection.execute(
            "UPDATE keys SET revoked = ?2 WHERE id = ?1",
            params![id, revoked.0],
        )?;
        body.agent = Some(key.agent.clone());
        body.member = Some(key.member.clone());
        body.detail.insert("key".to_owned(), Value::from(id.get()));
        body.detail
            .insert("name".to_owned(), Value::from(key.name.clone()));
        self.record(&Record::Admin(Box::new(body)))?;
        Ok(KeyEntry {
            revoked: Some(revoked),
            ..key
        })
    }
}

impl Store {
    /// Makes a key for a member. Only its keyed digest and its public sealing key are kept.
    pub fn create_key(&self, new: NewKey, author: &str) -> Pending<CreatedKey> {
        let key = match MemberKey::generate(&self.shared.chance) {
            Ok(key) => key,
            Err(error) => return Pending::ready(Err(error.into())),
        };
        let digest = self.shared.server_key.digest(&key);
        let sealing = key.sealing_pair().public();
        let author = author.to_owned();
        self.shared.writer.submit(move |group| {
            let id = group.act(|group| group.create_key(&new, digest, sealing, &author))?;
            Ok(CreatedKey { id, key })
        })
    }

    /// Revokes a key, for every request that comes later. To revoke twice changes nothing.
    pub fn revoke_key(&self, id: KeyId, author: &str) -> Pending<KeyEntry> {
        let author = author.to_owned();
        self.shared
            .writer
            .submit(move |group| group.act(|group| group.revoke_key(id, &author)))
    }

    /// The keys of one agent, or of all, revoked ones included.
    pub fn keys(&self, agent: Option<&str>) -> Reading<Vec<KeyEntry>> {
        let agent = agent.map(str::to_owned);
        Reading::new(&self.shared.readers, move |connection| {
            connection
                .prepare_cached(&format!("{SELECT} WHERE ?1 IS NULL OR a.name = ?1 ORDER BY k.id"))
                .and_then(|mut statement| statement.query_map([agent], read)?.collect())
                .map_err(|error| unreadable(&error))
        })
    }

    /// Notes that a key was used, to the minute, for requests that take no step. Nothing waits for it.
    pub fn touch_key(&self, id: KeyId) -> Pending<()> {
        self.shared.writer.submit(move |group| {
            let now = group.clock.now();
            group.touch_key(id, now)?;
            Ok(())
        })
    }
}
