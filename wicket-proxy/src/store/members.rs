//! The people of an agent.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;
use wicket_lang::value::Instant;

use super::Store;
use super::account::{MembershipStatus, Role};
use super::agents::check_name;
use super::columns::{Json, instant};
use super::error::{Failure, StoreError, unreadable};
use super::pending::Pending;
use super::reader::Reading;
use super::writer::Group;
use crate::audit::{AgentId, PersonId, Record};

/// A person's membership of an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The person.
    pub person: PersonId,
    /// The person's name.
    pub name: String,
    /// What the person is to the agent.
    pub role: Role,
    /// The groups that policies speak of.
    pub groups: Vec<String>,
    /// How far the membership has come.
    pub status: MembershipStatus,
    /// When it began.
    pub created: Instant,
}

/// A membership that is to begin, or to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMember {
    /// The agent's name.
    pub agent: String,
    /// The person's name, such as an address of mail. A person who is not known yet is made.
    pub name: String,
    /// What the person is to the agent.
    pub role: Role,
    /// The groups that policies speak of.
    pub groups: Vec<String>,
    /// How far the membership has come.
    pub status: MembershipStatus,
}

const SELECT: &str = "SELECT p.id, p.name, m.role, m.groups, m.status, m.created \
                      FROM memberships m JOIN people p ON p.id = m.person ";

fn read(row: &Row<'_>) -> rusqlite::Result<Member> {
    Ok(Member {
        person: row.get(0)?,
        name: row.get(1)?,
        role: row.get(2)?,
        groups: row.get::<_, Json<_>>(3)?.0,
        status: row.get(4)?,
        created: instant(row, 5)?,
    })
}

fn find(connection: &Connection, agent: AgentId, name: &str) -> rusqlite::Result<Option<Member>> {
    connection
        .prepare_cached(&format!("{SELECT} WHERE m.agent = ?1 AND p.name = ?2"))?
        .query_row(params![agent, name], read)
        .optional()
}

impl Group<'_> {
    /// The member of `agent` who is called `name`, whatever the membership's status.
    pub(super) fn member(&self, agent: AgentId, name: &str) -> Result<Member, Failure> {
        let member = find(self.connection, agent, name)?;
        Ok(member.ok_or_else(|| StoreError::Unknown {
            what: "member",
            name: name.to_owned(),
        })?)
    }

    fn person(&self, name: &str, now: Instant) -> Result<PersonId, Failure> {
        check_name("a person", name)?;
        self.connection.execute(
            "INSERT INTO people (name, created) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING",
            params![name, now.0],
        )?;
        Ok(self
            .connection
            .query_row("SELECT id FROM people WHERE name = ?1", [name], |row| row.get(0))?)
    }

    fn put_member(&mut self, new: &NewMember, author: &str) -> Result<Member, Failure> {
        let agent = self.agent(&new.agent)?;
        let mut body = self.admin_body("member.add", author);
        let person = self.person(&new.name, body.time)?;
        self.connection.execute(
            "INSERT INTO memberships (agent, person, role, groups, status, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
             ON CONFLICT (agent, person) DO UPDATE SET role = excluded.role, groups = excluded.groups, \
             status = excluded.status",
            params![agent.id, person, new.role, Json(&new.groups), new.status, body.time.0],
        )?;
        body.agent = Some(agent.name);
        body.member = Some(new.name.clone());
        body.detail
            .insert("role".to_owned(), Value::from(new.role.as_str()));
        body.detail
            .insert("groups".to_owned(), Value::from(new.groups.clone()));
        body.detail
            .insert("status".to_owned(), Value::from(new.status.as_str()));
        self.record(&Record::Admin(Box::new(body)))?;
        self.member(agent.id, &new.name)
    }

    fn remove_member(&mut self, agent: &str, name: &str, author: &str) -> Result<Member, Failure> {
        let agent = self.agent(agent)?;
        let member = self.member(agent.id, name)?;
        let mut body = self.admin_body("member.remove", author);
        self.connection.execute(
            "UPDATE memberships SET status = ?3 WHERE agent = ?1 AND person = ?2",
            params![agent.id, member.person, MembershipStatus::Removed],
        )?;
        // A removed member who is added again gets a new key: an old one may be anywhere by then.
        let revoked = self.connection.execute(
            "UPDATE keys SET revoked = ?3 WHERE agent = ?1 AND person = ?2 AND revoked IS NULL",
            params![agent.id, member.person, body.time.0],
        )?;
        body.agent = Some(agent.name);
        body.member = Some(name.to_owned());
        body.detail
            .insert("keys_revoked".to_owned(), Value::from(revoked));
        self.record(&Record::Admin(Box::new(body)))?;
        Ok(Member {
            status: MembershipStatus::Removed,
            ..member
        })
    }
}

impl Store {
    /// Makes somebody a member of an agent, or changes role, groups and status of a member.
    pub fn put_member(&self, new: NewMember, author: &str) -> Pending<Member> {
        let author = author.to_owned();
        self.shared
            .writer
            .submit(move |group| group.act(|group| group.put_member(&new, &author)))
    }

    /// Removes a member and revokes the member's keys. The membership stays on record.
    pub fn remove_member(&self, agent: &str, name: &str, author: &str) -> Pending<Member> {
        let (agent, name, author) = (agent.to_owned(), name.to_owned(), author.to_owned());
        self.shared
            .writer
            .submit(move |group| group.act(|group| group.remove_member(&agent, &name, &author)))
    }

    /// The members of an agent, by name, removed ones included.
    pub fn members(&self, agent: AgentId) -> Reading<Vec<Member>> {
        Reading::new(&self.shared.readers, move |connection| {
            connection
                .prepare_cached(&format!("{SELECT} WHERE m.agent = ?1 ORDER BY p.name"))
                .and_then(|mut statement| statement.query_map([agent], read)?.collect())
                .map_err(|error| unreadable(&error))
        })
    }
}
