//! `/healthz` and `/readyz`, for whoever looks after the process. They need no key and reveal nothing of anybody.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use wicket_lang::json::{self, Json};

use super::Endpoint;
use super::respond::{Form, respond};
use crate::mcp::Gateway;
use crate::mcp::build::{object, text};
use crate::mcp::reply::Reply;

/// The process is alive.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// The process serves. It says so with 200 even when it is degraded: it still answers every call, and by policies that
/// are in force; what is wrong stands in `degraded`.
pub(super) async fn readyz<G: Gateway>(State(endpoint): State<Arc<Endpoint<G>>>) -> Response<Body> {
    let mut state = object([("ready", Json::Bool(true))]);
    if let Some(degraded) = endpoint.gateway.degraded() {
        state.insert("degraded", text(degraded));
    }
    let body = json::write(&Json::Object(state)) + "\n";
    respond(
        Reply {
            status: 200,
            body: Some(body),
            session: None,
        },
        Form::Json,
    )
}
