//! Agents: made, listed, disabled.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;
use wicket_lang::value::Instant;

use super::Store;
use super::account::AgentStatus;
use super::columns::{Json, instant};
use super::error::{Failure, StoreError, unreadable};
use super::pending::Pending;
use super::reader::Reading;
use super::writer::Group;
use crate::audit::{AdminBody, AgentId, BODY_VERSION, Record};

/// An agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Its number in the store.
    pub id: AgentId,
    /// Its name.
    pub name: String,
    /// Whether it may do anything at all.
    pub status: AgentStatus,
    /// Whether one set of policies governs all its members.
    pub trusted: bool,
    /// Words that an owner puts on it.
    pub tags: Vec<String>,
    /// When it was made.
    pub created: Instant,
}

/// An agent that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAgent {
    /// Its name.
    pub name: String,
    /// Whether one set of policies governs all its members.
    pub trusted: bool,
    /// Words that an owner puts on it.
    pub tags: Vec<String>,
}

const SELECT: &str = "SELECT id, name, status, trusted, tags, created FROM agents ";

fn read(row: &Row<'_>) -> rusqlite::Result<Agent> {
    Ok(Agent {
        id: row.get(0)?,
        name: row.get(1)?,
        status: row.get(2)?,
        trusted: row.get(3)?,
        tags: row.get::<_, Json<_>>(4)?.0,
        created: instant(row, 5)?,
    })
}

fn find(connection: &Connection, name: &str) -> rusqlite::Result<Option<Agent>> {
    connection
        .prepare_cached(&format!("{SELECT} WHERE name = ?1"))?
        .query_row([name], read)
        .optional()
}

fn all(connection: &Connection) -> rusqlite::Result<Vec<Agent>> {
    connection
        .prepare_cached(&format!("{SELECT} ORDER BY name"))?
        .query_map([], read)?
        .collect()
}

/// A name is what people type and what stands in records: no blanks, no control characters, not endless.
pub(super) fn check_name(what: &str, name: &str) -> Result<(), StoreError> {
    let fits =
        !name.is_empty() && name.len() <= 200 && !name.chars().any(|c| c.is_whitespace() || c.is_control());
    if fits {
        return Ok(());
    }
    Err(StoreError::Invalid(format!(
        "the name of {what} has 1 to 200 bytes, without blanks and control characters"
    )))
}

impl Group<'_> {
    /// The agent called `name`.
    pub(super) fn agent(&self, name: &str) -> Result<Agent, Failure> {
        let agent = find(self.connection, name)?;
        Ok(agent.ok_or_else(|| StoreError::Unknown {
            what: "agent",
            name: name.to_owned(),
        })?)
    }

    /// Every agent.
    pub(super) fn all_agents(&self) -> rusqlite::Result<Vec<Agent>> {
        all(self.connection)
    }

    /// An administrative record with the particulars that every one has; the caller adds the rest.
    pub(super) fn admin_body(&self, act: &str, author: &str) -> AdminBody {
        AdminBody {
            v: BODY_VERSION,
            time: self.clock.now(),
            author: author.to_owned(),
            act: act.to_owned(),
            agent: None,
            member: None,
            session: None,
            detail: BTreeMap::new(),
        }
    }

    fn create_agent(&mut self, new: &NewAgent, author: &str) -> Result<Agent, Failure> {
        check_name("an agent", &new.name)?;
        if find(self.connection, &new.name)?.is_some() {
            return Err(StoreError::Taken {
                what: "an agent",
                name: new.name.clone(),
            }
            .into());
        }
        let mut body = self.admin_body("agent.create", author);
        self.connection.execute(
            "INSERT INTO agents (name, status, trusted, tags, created) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                new.name,
                AgentStatus::Active,
                new.trusted,
                Json(&new.tags),
                body.time.0
            ],
        )?;
        body.agent = Some(new.name.clone());
        body.detail.insert("trusted".to_owned(), Value::from(new.trusted));
        body.detail
            .insert("tags".to_owned(), Value::from(new.tags.clone()));
        self.record(&Record::Admin(Box::new(body)))?;
        let agent = self.agent(&new.name)?;
        self.publish_baseline(&agent, author)?;
        Ok(agent)
    }

    fn set_agent_status(&mut self, name: &str, status: AgentStatus, author: &str) -> Result<Agent, Failure> {
        let agent = self.agent(name)?;
        self.connection.execute(
            "UPDATE agents SET status = ?2 WHERE id = ?1",
            params![agent.id, status],
        )?;
        let act = match status {
            AgentStatus::Active => "agent.enable",
            AgentStatus::Disabled => "agent.disable",
        };
        let mut body = self.admin_body(act, author);
        body.agent = Some(name.to_owned());
        self.record(&Record::Admin(Box::new(body)))?;
        Ok(Agent { status, ..agent })
    }
}

impl Store {
    /// Makes an agent. What was last published for every agent is in force for it at once.
    pub fn create_agent(&self, new: NewAgent, author: &str) -> Pending<Agent> {
        let author = author.to_owned();
        self.shared
            .writer
            .submit(move |group| group.act(|group| group.create_agent(&new, &author)))
    }

    /// Disables an agent (the kill switch), or enables it again. It holds for every call that begins later.
    pub fn set_agent_status(&self, name: &str, status: AgentStatus, author: &str) -> Pending<Agent> {
        let (name, author) = (name.to_owned(), author.to_owned());
        self.shared
            .writer
            .submit(move |group| group.act(|group| group.set_agent_status(&name, status, &author)))
    }

    /// The agent called `name`.
    pub fn agent(&self, name: &str) -> Reading<Option<Agent>> {
        let name = name.to_owned();
        Reading::new(&self.shared.readers, move |connection| {
            find(connection, &name).map_err(|error| unreadable(&error))
        })
    }

    /// All agents, by name.
    pub fn agents(&self) -> Reading<Vec<Agent>> {
        Reading::new(&self.shared.readers, |connection| {
            all(connection).map_err(|error| unreadable(&error))
        })
    }
}
