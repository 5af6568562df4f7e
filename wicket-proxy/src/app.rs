//! Builds and runs everything: the connectors, the listener, the store, the policies, and at the end the drain.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use wicket_lang::json;

use crate::bundle;
use crate::clock::{Chance, Clock};
use crate::config::{self, Config};
use crate::http::{self, Endpoint, Guard, SLOTS};
use crate::mcp::{Door, Sessions};
use crate::pipeline::{Health, Part, Pipeline};
use crate::publishing::{self, NotPublishable, watch};
use crate::store::{Durability, Options, Role, Store, StoreError};
use crate::upstream::{Connector, Upstreams};

/// How much longer the end waits for requests in work than any upstream may take.
const DRAIN: Duration = Duration::from_secs(5);

/// How long an MCP session of a legacy client lives without a request.
const SESSION_LIFE: Duration = Duration::from_hours(24);

/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(15);

/// Why the program cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(
        "there are no policies to serve: {0}\n\nnothing was ever published in this data folder, so there is nothing to fall back to"
    )]
    NoPolicies(NotPublishable),
    #[error(
        "cannot listen on {address}: {cause}; stop what listens there, or choose another `listen.address`"
    )]
    Listen {
        address: SocketAddr,
        cause: std::io::Error,
    },
    #[error("the start was interrupted")]
    Interrupted,
}

/// Built, listening, and not yet serving.
#[derive(Debug)]
pub struct App {
    listener: TcpListener,
    endpoint: Arc<Endpoint<Pipeline>>,
    store: Store,
    config: Config,
    health: Arc<Health>,
    seen: Option<bundle::Fingerprint>,
}

impl App {
    /// Binds the address, opens the store, and publishes the policies. `clock` is the system's, but for the demo and
    /// for tests.
    pub async fn build(config: Config, clock: Clock) -> Result<Self, StartError> {
        let chance = Chance::system();
        let health = Arc::new(Health::default());
        let connectors = usable_connectors(&config, &health);
        let upstreams = Upstreams::new(connectors, clock.clone());
        let wanted = config.listen.address;
        let listener = TcpListener::bind(wanted)
            .await
            .map_err(|cause| StartError::Listen {
                address: wanted,
                cause,
            })?;
        let address = listener.local_addr().map_err(|cause| StartError::Listen {
            address: wanted,
            cause,
        })?;
        let store = open_store(&config, clock.clone()).await?;
        // At last, when nothing else can fail: a start that comes to nothing changes nothing that is in force.
        let seen = publish_at_start(&config, &store, &health).await?;
        let endpoint = Arc::new(Endpoint {
            gateway: Pipeline::new(
                store.clone(),
                upstreams,
                &config,
                clock.clone(),
                Arc::clone(&health),
            ),
            door: Door {
                limits: json::Limits {
                    bytes: config.limits.body.0,
                    depth: config.limits.depth,
                    ..json::Limits::default()
                },
                sessions: Sessions::new(store.mcp_session_key(), SESSION_LIFE),
                conversation_keys: config.session.conversation_keys.clone(),
            },
            guard: Guard::new(address, &config.listen.hosts, &config.listen.origins),
            clock,
            chance,
            body_time: BODY_TIME,
            slots: Arc::new(Semaphore::new(SLOTS)),
        });
        Ok(Self {
            listener,
            endpoint,
            store,
            config,
            health,
            seen,
        })
    }

    /// Where clients connect.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.listener.local_addr().unwrap_or(self.config.listen.address)
    }

    /// The store behind it, for the demo and for tests.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Serves until `stop` is ready, then lets what is in work end.
    pub async fn serve(self, stop: impl Future<Output = ()>) {
        let watching = tokio::spawn(watch::watch(
            self.config.policies.clone(),
            self.store.clone(),
            Arc::clone(&self.health),
            self.seen,
        ));
        let slots = Arc::clone(&self.endpoint.slots);
        let router = http::router(Arc::clone(&self.endpoint));
        let endpoint = Arc::clone(&self.endpoint);
        let tidying = tokio::spawn(async move { endpoint.gateway.tidy_up().await });
        http::serve(self.listener, router, slots, stop, drain(&self.config)).await;
        watching.abort();
        tidying.abort();
        self.endpoint.gateway.close().await;
        if let Err(error) = self.store.close().await {
            tracing::error!(%error, "the store could not be closed");
        }
    }
}

/// How long the end waits for requests in work. A call may have to ask for the list of tools first.
fn drain(config: &Config) -> Duration {
    let slowest = config
        .connectors
        .values()
        .map(|connector| connector.timeout.0)
        .max();
    DRAIN.saturating_add(slowest.unwrap_or_default().saturating_mul(2))
}

/// The connectors that can be used. One whose credential or environment is missing spoils nothing for the others: its
/// calls are judged and recorded, and fail.
fn usable_connectors(config: &Config, health: &Health) -> Vec<Connector> {
    let mut usable = Vec::new();
    let mut broken = Vec::new();
    for (name, section) in &config.connectors {
        match Connector::configured(name, section) {
            Ok(connector) => usable.push(connector),
            Err(error) => {
                tracing::error!(connector = name, "this connector cannot be used: {error}");
                broken.push(name.as_str());
            }
        }
    }
    if !broken.is_empty() {
        health.set(
            Part::Connectors,
            Some(format!("these connectors cannot be used: {}", broken.join(", "))),
        );
    }
    usable
}

/// Opens the store as its server.
async fn open_store(config: &Config, clock: Clock) -> Result<Store, StartError> {
    let options = Options {
        clock,
        durability: match config.audit.durability {
            config::Durability::Full => Durability::Full,
            config::Durability::Os => Durability::Os,
        },
        ..Options::new(config.data.clone(), Role::Server)
    };
    tokio::task::spawn_blocking(move || Store::open(&options))
        .await
        .map_err(|_| StartError::Interrupted)?
        .map_err(Into::into)
}

/// Publishes what the configuration names. Where that is broken the last publication is served, loudly; where there is
/// none, nothing is.
async fn publish_at_start(
    config: &Config,
    store: &Store,
    health: &Health,
) -> Result<Option<bundle::Fingerprint>, StartError> {
    let path = config.policies.clone();
    let (seen, prepared) =
        tokio::task::spawn_blocking(move || (bundle::fingerprint(&path).ok(), publishing::prepare(&path)))
            .await
            .map_err(|_| StartError::Interrupted)?;
    match prepared {
        Ok(prepared) => {
            let artifact = prepared.artifact.digest();
            let published = publishing::publish(store, prepared, "serve", "start").await?;
            for one in published.iter().filter(|one| one.is_new) {
                tracing::info!(agent = one.agent_name, epoch = %one.epoch, %artifact, "published");
            }
            Ok(seen)
        }
        Err(error) if store.was_published().await? => {
            tracing::error!("the configured policies are broken; the last publication is served: {error}");
            health.set(
                Part::Policies,
                Some("the configured policies are broken; the last publication is served".to_owned()),
            );
            Ok(seen)
        }
        Err(error) => Err(StartError::NoPolicies(error)),
    }
}
