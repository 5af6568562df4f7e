//! What can be asked of a publication.

use serde::{Deserialize, Serialize};
use wicket_lang::catalog::Digest;
use wicket_lang::request::{Setting, Switches};

use crate::audit::{AgentId, Epoch};

/// A publication that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publish {
    /// For whom.
    pub audience: Audience,
    /// What.
    pub artifact: ArtifactSource,
    /// With which items off or in shadow.
    pub switches: SwitchChange,
    /// Who publishes.
    pub author: String,
    /// Why.
    pub reason: String,
}

/// For whom something is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Every trusted agent there is, and every one that is made later. This is what a folder of policies does.
    EveryAgent,
    /// These trusted agents, by name.
    Agents(Vec<String>),
    /// One member of an untrusted agent.
    Member {
        /// The agent's name.
        agent: String,
        /// The member's name.
        member: String,
    },
}

/// Which artifact is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArtifactSource {
    /// A new one.
    New {
        /// Its bytes, which the caller has verified.
        bytes: Vec<u8>,
        /// Its policies.
        policies: Vec<NewPolicy>,
    },
    /// The one that was current at this epoch of the agent: a roll-back. For one agent only.
    Epoch(Epoch),
    /// The one that is current; only the switches change.
    Current,
}

/// A policy of a new artifact; the store gives it its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPolicy {
    /// Its name.
    pub name: String,
    /// Its digest.
    pub digest: Digest,
}

/// What becomes of the switches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SwitchChange {
    /// Each agent keeps its own.
    Keep,
    /// One item changes.
    Set {
        /// The item.
        item: String,
        /// Its setting.
        setting: Setting,
    },
    /// They are replaced.
    Replace(Switches),
}

impl SwitchChange {
    /// The switches after the change.
    pub(super) fn apply(&self, before: &Switches) -> Switches {
        match self {
            Self::Keep => before.clone(),
            Self::Set { item, setting } => {
                let mut switches = before.clone();
                match setting {
                    // An item that is not named is enforced.
                    Setting::Enforce => switches.0.remove(item),
                    Setting::Shadow | Setting::Off => switches.0.insert(item.clone(), *setting),
                };
                switches
            }
            Self::Replace(switches) => switches.clone(),
        }
    }
}

/// What is in force for an agent after a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The agent.
    pub agent: AgentId,
    /// Its name.
    pub agent_name: String,
    /// The epoch in force.
    pub epoch: Epoch,
    /// The artifact in force.
    pub artifact: Digest,
    /// Whether the epoch is new. It is not where artifact and switches were already in force.
    pub is_new: bool,
}
