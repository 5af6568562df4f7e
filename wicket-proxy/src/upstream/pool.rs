//! All connections, one for each connector and credential.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::connection::{Call, Connection, Listing};
use super::connector::{Connector, Credential, Fingerprint};
use super::error::{ErrorKind, UpstreamError};
use super::protocol::Reply;
use crate::clock::Clock;
use crate::gate::Permit;
use wicket_lang::value::Instant;

/// The upstreams that can be called.
#[derive(Debug)]
pub struct Upstreams {
    connectors: BTreeMap<String, Connector>,
    connections: Mutex<HashMap<(String, Fingerprint), Arc<Connection>>>,
    clock: Clock,
}

impl Upstreams {
    /// Upstreams that are connected to when they are first needed.
    #[must_use]
    pub fn new(connectors: impl IntoIterator<Item = Connector>, clock: Clock) -> Upstreams {
        let connectors = connectors
            .into_iter()
            .map(|connector| (connector.name.clone(), connector))
            .collect();
        Upstreams {
            connectors,
            connections: Mutex::default(),
            clock,
        }
    }

    /// Whether a service of this name is configured.
    #[must_use]
    pub fn has(&self, service: &str) -> bool {
        self.connectors.contains_key(service)
    }

    /// The tools of a service, as they were at most `max_age` ago; zero asks the upstream now.
    pub async fn list_tools(
        &self,
        service: &str,
        credential: &Credential,
        max_age: Duration,
    ) -> Result<Arc<Listing>, UpstreamError> {
        self.connection(service, credential)?
            .list_tools(&self.clock, max_age)
            .await
    }

    /// The tools of a service as they were read last, however long ago, without asking the upstream.
    #[must_use]
    pub fn last_listing(&self, service: &str, credential: &Credential) -> Option<Arc<Listing>> {
        self.connection(service, credential).ok()?.last_listing()
    }

    /// Sends a permitted call, once. The permit is used up, so that one permit is one call.
    pub async fn forward(
        &self,
        permit: Permit,
        service: &str,
        credential: &Credential,
        call: &Call,
    ) -> Result<Reply, UpstreamError> {
        let reply = self.connection(service, credential)?.call(call).await;
        drop(permit);
        reply
    }

    /// Closes the connections that were not used since `instant`, and forgets them.
    pub async fn close_idle(&self, instant: Instant) {
        let mut idle = Vec::new();
        self.lock().retain(|_, connection| {
            // One that is in use is kept by whoever uses it, and closed by a later round.
            let keep = connection.last_used() >= instant || Arc::strong_count(connection) > 1;
            if !keep {
                idle.push(Arc::clone(connection));
            }
            keep
        });
        for connection in idle {
            connection.close().await;
        }
    }

    /// Closes all connections; for the end of the program.
    pub async fn close(&self) {
        let all: Vec<_> = self.lock().drain().map(|(_, connection)| connection).collect();
        let closing: Vec<_> = all
            .into_iter()
            .map(|connection| tokio::spawn(async move { connection.close().await }))
            .collect();
        for one in closing {
            one.await.ok();
        }
    }

    fn connection(&self, service: &str, credential: &Credential) -> Result<Arc<Connection>, UpstreamError> {
        let connector = self
            .connectors
            .get(service)
            .ok_or(UpstreamError::before(ErrorKind::UnknownService))?;
        let mut connections = self.lock();
        let key = (service.to_owned(), credential.fingerprint());
        let connection = if let Some(connection) = connections.get(&key) {
            Arc::clone(connection)
        } else {
            let connection = Connection::new(connector, credential).map_err(|error| {
                tracing::error!(service, %error, "a connector cannot be used");
                UpstreamError::before(ErrorKind::Unreachable)
            })?;
            Arc::clone(connections.entry(key).or_insert(Arc::new(connection)))
        };
        connection.touch(self.clock.now());
        Ok(connection)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(String, Fingerprint), Arc<Connection>>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
