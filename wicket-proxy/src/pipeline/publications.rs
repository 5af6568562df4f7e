//! The publications in force, loaded.
//!
//! The store says in each step which publication is in force; loading its artifact takes longer than a step may, so a
//! step that meets one that is not loaded decides nothing, the artifact is loaded outside, and the step is asked again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use wicket_lang::artifact::{Artifact, LoadError};
use wicket_lang::catalog::Digest;

use crate::audit::{AgentId, CallId, Epoch, PersonId};
use crate::clock::{Chance, ChanceError};
use crate::gate::Policies;
use crate::store::{Publication, Store, StoreError};

/// How many artifacts and publications are kept; what is in force comes back by itself.
const KEPT: usize = 64;

/// Loaded publications; clones share them.
#[derive(Clone, Debug)]
pub(super) struct Publications {
    store: Store,
    chance: Chance,
    loaded: Arc<Mutex<Loaded>>,
}

#[derive(Debug, Default)]
struct Loaded {
    artifacts: HashMap<Digest, Arc<Artifact>>,
    policies: HashMap<(AgentId, Option<PersonId>, Epoch), Arc<Policies>>,
}

/// Why a publication cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotLoaded {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Artifact(#[from] LoadError),
    #[error("the loading was interrupted")]
    Interrupted,
}

impl Publications {
    pub(super) fn new(store: Store) -> Self {
        Self {
            store,
            chance: Chance::system(),
            loaded: Arc::default(),
        }
    }

    /// A name for a call that no step gave one.
    pub(super) fn draw_call(&self) -> Result<CallId, ChanceError> {
        CallId::draw(&self.chance)
    }

    /// The publication, if its artifact is loaded.
    pub(super) fn loaded(&self, publication: &Publication) -> Option<Arc<Policies>> {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (publication.agent, publication.member, publication.epoch);
        if let Some(policies) = loaded.policies.get(&key)
            && policies.artifact.digest() == publication.artifact
        {
            return Some(Arc::clone(policies));
        }
        let artifact = Arc::clone(loaded.artifacts.get(&publication.artifact)?);
        let policies = Arc::new(Policies {
            switches: artifact.binding(&publication.switches),
            artifact,
            epoch: publication.epoch,
            versions: publication
                .policies
                .iter()
                .map(|policy| (policy.name.clone(), policy.version))
                .collect(),
        });
        if loaded.policies.len() >= KEPT {
            loaded.policies.clear();
        }
        loaded.policies.insert(key, Arc::clone(&policies));
        Some(policies)
    }

    /// Loads and verifies the artifact of a publication.
    pub(super) async fn load(&self, publication: &Publication) -> Result<Arc<Policies>, NotLoaded> {
        if let Some(policies) = self.loaded(publication) {
            return Ok(policies);
        }
        let bytes = self.store.artifact(publication.artifact).await?;
        let artifact = tokio::task::spawn_blocking(move || Artifact::load(&bytes))
            .await
            .map_err(|_| NotLoaded::Interrupted)??;
        {
            let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
            if loaded.artifacts.len() >= KEPT {
                loaded.artifacts.clear();
                loaded.policies.clear();
            }
            loaded.artifacts.insert(publication.artifact, Arc::new(artifact));
        }
        self.loaded(publication).ok_or(NotLoaded::Interrupted)
    }
}
