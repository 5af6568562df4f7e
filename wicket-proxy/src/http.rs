//! The MCP endpoint: HTTP in, HTTP out, and nothing decided.
//!
//! ```text
//! Host, Origin → member key → body → message → gateway → reply
//! ```
//!
//! Whoever asks is known before a byte of the body is read. What a caller asked for is then done in a task of its own:
//! a client that hangs up does not undo a call that has left, and its outcome is still recorded.
//!
//! Every status and code comes from [`crate::mcp::refusal`]; here they are only written down as HTTP.

pub mod guard;
pub mod respond;
pub mod body;
pub mod endpoint;
pub mod health;
pub mod serve;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use tokio::sync::Semaphore;

pub use guard::Guard;
pub use serve::serve;

use crate::clock::{Chance, Clock};
use crate::mcp::{Door, Gateway};

/// The endpoint, with all that it needs to answer.
#[derive(Debug)]
pub struct Endpoint<G> {
    /// Who stands behind it.
    pub gateway: G,
    /// How messages are understood.
    pub door: Door,
    /// Which names and pages may lead here.
    pub guard: Guard,
    /// Tells which sessions are over.
    pub clock: Clock,
    /// Makes sessions unguessable.
    pub chance: Chance,
    /// How long a body may take to arrive.
    pub body_time: Duration,
    /// How many requests may be in work at once.
    pub slots: Arc<Semaphore>,
}

/// Requests in work at once, if nothing else is said. Each can hold a body and an answer in memory.
pub const SLOTS: usize = 1024;

/// Every route of the endpoint. Anything else is 404, the well-known paths of OAuth among it: static keys are not OAuth,
/// and a client must not be led to look for an authorization server.
pub fn router<G: Gateway>(endpoint: Arc<Endpoint<G>>) -> Router {
    Router::new()
        .route(
            "/mcp",
            post(endpoint::post)
                .delete(endpoint::delete)
                .fallback(endpoint::other),
        )
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .with_state(endpoint)
}

#[cfg(test)]
mod tests;
