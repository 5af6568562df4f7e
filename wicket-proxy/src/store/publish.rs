//! Makes an artifact, or other switches, current for agents.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, params};
use wicket_lang::artifact::Artifact;
use wicket_lang::catalog::Digest;
use wicket_lang::request::Switches;

use super::Store;
use super::agents::Agent;
use super::columns::{Json, digest};
use super::error::{Failure, StoreError};
use super::pending::Pending;
use super::publication_request::{ArtifactSource, Audience, NewPolicy, Publish, Published, SwitchChange};
use super::publications::{PolicyVersion, current};
use super::writer::Group;
use crate::audit::{AgentId, BODY_VERSION, Epoch, PersonId, PublicationBody, PublishedPolicy, Record};

/// An agent, and the member of it whose set is meant.
type Target = (Agent, Option<(PersonId, String)>);

/// An artifact in the store, and the names and digests of its policies.
struct Content {
    artifact: Digest,
    policies: Vec<NewPolicy>,
}

impl Group<'_> {
    fn publish(&mut self, publish: &Publish) -> Result<Vec<Published>, Failure> {
        // The caller's word that everything is in force must be true after a power cut, even where nothing was new.
        self.require_disk();
        let stored = match &publish.artifact {
            ArtifactSource::New { bytes, policies } => Some(self.store_artifact(bytes, policies)?),
            ArtifactSource::Epoch(_) | ArtifactSource::Current => None,
        };
        let targets = self.targets(&publish.audience)?;
        if matches!(publish.artifact, ArtifactSource::Epoch(_)) && targets.len() != 1 {
            return Err(
                StoreError::Invalid("an epoch belongs to one agent; name exactly one".to_owned()).into(),
            );
        }
        match publish.audience {
            Audience::EveryAgent => self.set_baseline(stored.as_ref(), &publish.switches)?,
            Audience::Agents(_) | Audience::Member { .. } => {}
        }
        let mut published = Vec::with_capacity(targets.len());
        for (agent, member) in targets {
            let content = match (&stored, &publish.artifact) {
                (Some(stored), _) => Content {
                    artifact: stored.artifact,
                    policies: stored.policies.clone(),
                },
                (None, ArtifactSource::Epoch(epoch)) => self.content_at(&agent, *epoch)?,
                (None, ArtifactSource::New { .. } | ArtifactSource::Current) => {
                    match current(self.connection, agent.id, member.as_ref().map(|(id, _)| *id))? {
                        Some(current) => content_of(current),
                        // A switch for every agent passes over those that have nothing yet.
                        None if matches!(publish.audience, Audience::EveryAgent) => continue,
                        None => return Err(nothing_published(&agent).into()),
                    }
                }
            };
            published.push(self.publish_for(&agent, member, &content, publish)?);
        }
        Ok(published)
    }

    fn targets(&self, audience: &Audience) -> Result<Vec<Target>, Failure> {
        match audience {
            Audience::EveryAgent => {
                let agents = self.all_agents()?.into_iter();
                Ok(agents
                    .filter(|agent| agent.trusted)
                    .map(|agent| (agent, None))
                    .collect())
            }
            Audience::Agents(names) => {
                let names: BTreeSet<&String> = names.iter().collect();
                let target = |name: &String| {
                    let agent = self.agent(name)?;
                    if !agent.trusted {
                        return Err(StoreError::Invalid(format!(
                            "`{name}` is not trusted, so each member has a set; publish for a member"
                        ))
                        .into());
                    }
                    Ok((agent, None))
                };
                names.into_iter().map(target).collect()
            }
            Audience::Member { agent, member } => {
                let agent = self.agent(agent)?;
                if agent.trusted {
                    return Err(StoreError::Invalid(format!(
                        "`{}` is trusted, so one set governs all its members; publish for the agent",
                        agent.name
                    ))
                    .into());
                }
                let member = self.member(agent.id, member)?;
                Ok(vec![(agent, Some((member.person, member.name)))])
            }
        }
    }

    fn store_artifact(&self, bytes: &[u8], policies: &[NewPolicy]) -> Result<Content, Failure> {
        let artifact = Digest::of(bytes);
        self.connection.execute(
            "INSERT INTO artifacts (digest, bytes) VALUES (?1, ?2) ON CONFLICT (digest) DO NOTHING",
            params![artifact.as_bytes(), bytes],
        )?;
        Ok(Content {
            artifact,
            policies: policies.to_vec(),
        })
    }

    fn content_at(&self, agent: &Agent, epoch: Epoch) -> Result<Content, Failure> {
        let found = self
            .connection
            .query_row(
                "SELECT artifact, policies FROM publications WHERE agent = ?1 AND epoch = ?2",
                params![agent.id, epoch],
                |row| Ok((digest(row, 0)?, row.get::<_, Json<Vec<PolicyVersion>>>(1)?.0)),
            )
            .optional()?;
        let (artifact, policies) = found.ok_or_else(|| StoreError::Unknown {
            what: "epoch",
            name: epoch.to_string(),
        })?;
        Ok(Content {
            artifact,
            policies: without_versions(policies),
        })
    }

    /// Makes `content` current for one agent, unless it is.
    fn publish_for(
        &mut self,
        agent: &Agent,
        member: Option<(PersonId, String)>,
        content: &Content,
        publish: &Publish,
    ) -> Result<Published, Failure> {
        let person = member.as_ref().map(|(person, _)| *person);
        let before = current(self.connection, agent.id, person)?;
        let switches = publish.switches.apply(
            &before
                .as_ref()
                .map(|before| before.switches.clone())
                .unwrap_or_default(),
        );
        self.refuse_misread(content.artifact, &switches)?;
        let answer = |epoch, is_new| Published {
            agent: agent.id,
            agent_name: agent.name.clone(),
            epoch,
            artifact: content.artifact,
            is_new,
        };
        if let Some(before) = before
            && before.artifact == content.artifact
            && before.switches == switches
        {
            return Ok(answer(before.epoch, false));
        }
        let epoch: Epoch = self.connection.query_row(
            "SELECT coalesce(max(epoch), 0) + 1 FROM publications WHERE agent = ?1",
            [agent.id],
            |row| row.get(0),
        )?;
        let policies = self.versions(agent.id, &content.policies)?;
        let time = self.clock.now();
        self.connection.execute(
            "INSERT INTO publications (agent, epoch, person, artifact, policies, switches, author, reason, created) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                agent.id,
                epoch,
                person,
                content.artifact.as_bytes(),
                Json(&policies),
                Json(&switches),
                publish.author,
                publish.reason,
                time.0
            ],
        )?;
        self.record(&Record::Publication(Box::new(PublicationBody {
            v: BODY_VERSION,
            time,
            agent: agent.name.clone(),
            member: member.map(|(_, name)| name),
            epoch,
            artifact: content.artifact,
            policies: policies
                .into_iter()
                .map(|policy| PublishedPolicy {
                    name: policy.name,
                    version: policy.version,
                    digest: policy.digest,
                })
                .collect(),
            switches,
            author: publish.author.clone(),
            reason: publish.reason.clone(),
        })))?;
        Ok(answer(epoch, true))
    }

    /// An enforced item may not read one that is in shadow or off: then a trial would change answers.
    fn refuse_misread(&self, artifact: Digest, switches: &Switches) -> Result<(), Failure> {
        if switches.0.is_empty() {
            return Ok(());
        }
        let bytes: Vec<u8> = self.connection.query_row(
            "SELECT bytes FROM artifacts WHERE digest = ?1",
            [artifact.as_bytes()],
            |row| row.get(0),
        )?;
        // One that does not load is in force for nobody: each call is refused.
        let Ok(artifact) = Artifact::load(&bytes) else {
            return Ok(());
        };
        match switches.misread(&artifact.bundle).first() {
            Some(misread) => Err(StoreError::Invalid(misread.to_string()).into()),
            None => Ok(()),
        }
    }

    /// A digest seen before keeps its number, a new one gets the next.
    fn versions(&self, agent: AgentId, policies: &[NewPolicy]) -> Result<Vec<PolicyVersion>, Failure> {
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO policy_versions (agent, name, digest, version) VALUES (?1, ?2, ?3, \
             (SELECT coalesce(max(version), 0) + 1 FROM policy_versions WHERE agent = ?1 AND name = ?2)) \
             ON CONFLICT (agent, name, digest) DO NOTHING",
        )?;
        let mut select = self.connection.prepare_cached(
            "SELECT version FROM policy_versions WHERE agent = ?1 AND name = ?2 AND digest = ?3",
        )?;
        let mut versions = Vec::with_capacity(policies.len());
        for policy in policies {
            insert.execute(params![agent, policy.name, policy.digest.as_bytes()])?;
            let version: i64 = select
                .query_row(params![agent, policy.name, policy.digest.as_bytes()], |row| {
                    row.get(0)
                })?;
            versions.push(PolicyVersion {
                name: policy.name.clone(),
                version: u64::try_from(version).unwrap_or_default(),
                digest: policy.digest,
            });
        }
        Ok(versions)
    }

    /// Remembers what every agent has, for those that are made later.
    fn set_baseline(&self, stored: Option<&Content>, change: &SwitchChange) -> Result<(), Failure> {
        let before = self.baseline()?;
        let (content, switches) = match (stored, before) {
            (Some(stored), before) => (
                Content {
                    artifact: stored.artifact,
                    policies: stored.policies.clone(),
                },
                before.map(|(_, switches)| switches).unwrap_or_default(),
            ),
            (None, Some(before)) => before,
            (None, None) => return Ok(()),
        };
        self.connection.execute(
            "INSERT INTO baseline (one, artifact, policies, switches) VALUES (1, ?1, ?2, ?3) ON CONFLICT (one) \
             DO UPDATE SET artifact = excluded.artifact, policies = excluded.policies, switches = excluded.switches",
            params![content.artifact.as_bytes(), Json(&content.policies), Json(change.apply(&switches))],
        )?;
        Ok(())
    }

    fn baseline(&self) -> Result<Option<(Content, Switches)>, Failure> {
        let row = self
            .connection
            .query_row("SELECT artifact, policies, switches FROM baseline", [], |row| {
                let content = Content {
                    artifact: digest(row, 0)?,
                    policies: row.get::<_, Json<_>>(1)?.0,
                };
                Ok((content, row.get::<_, Json<_>>(2)?.0))
            });
        Ok(row.optional()?)
    }

    /// Gives a new agent what every agent has. An untrusted agent's members each need a set of their own.
    pub(super) fn publish_baseline(&mut self, agent: &Agent, author: &str) -> Result<(), Failure> {
        if !agent.trusted {
            return Ok(());
        }
        let Some((content, switches)) = self.baseline()? else {
            return Ok(());
        };
        let publish = Publish {
            audience: Audience::Agents(vec![agent.name.clone()]),
            artifact: ArtifactSource::Current,
            switches: SwitchChange::Replace(switches),
            author: author.to_owned(),
            reason: "the agent is new".to_owned(),
        };
        self.publish_for(agent, None, &content, &publish)?;
        Ok(())
    }
}

fn without_versions(policies: Vec<PolicyVersion>) -> Vec<NewPolicy> {
    policies
        .into_iter()
        .map(|policy| NewPolicy {
            name: policy.name,
            digest: policy.digest,
        })
        .collect()
}

fn content_of(publication: super::publications::Publication) -> Content {
    Content {
        artifact: publication.artifact,
        policies: without_versions(publication.policies),
    }
}

fn nothing_published(agent: &Agent) -> StoreError {
    StoreError::Invalid(format!(
        "nothing is published for `{}` yet; run `wicket publish` or `wicket reload`",
        agent.name
    ))
}

impl Store {
    /// Publishes. When this is answered, the publication is durable, and every call that begins later is judged by it.
    pub fn publish(&self, publish: Publish) -> Pending<Vec<Published>> {
        self.shared
            .writer
            .submit(move |group| group.act(|group| group.publish(&publish)))
    }
}
