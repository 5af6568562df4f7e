//! `/mcp`.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Request, Response};

use super::respond::{Form, refuse, respond};
use super::serve::Peer;
use super::{Endpoint, body};
use crate::mcp::era::is_modern;
use crate::mcp::headers::Field;
use crate::mcp::reply::{self, Reply};
use crate::mcp::{self, Context, Era, Gateway, Headers, Message, Method, Refusal, Session};

/// One message from a client.
pub(super) async fn post<G: Gateway>(
    State(endpoint): State<Arc<Endpoint<G>>>,
    request: Request<Body>,
) -> Response<Body> {
    let (parts, content) = request.into_parts();
    match answer(&endpoint, &parts.headers, peer(&parts.extensions), content).await {
        Ok((reply, form)) => respond(reply, form),
        Err(refusal) => refuse(refusal),
    }
}

/// The end of a session.
pub(super) async fn delete<G: Gateway>(
    State(endpoint): State<Arc<Endpoint<G>>>,
    headers: HeaderMap,
) -> Response<Body> {
    match end_session(&endpoint, &headers).await {
        Ok(()) => respond(
            Reply {
                status: 204,
                body: None,
                session: None,
            },
            Form::Json,
        ),
        Err(refusal) => refuse(refusal),
    }
}

/// Every other method of HTTP. GET would open a stream for messages that belong to no request; there are none yet.
pub(super) async fn other<G: Gateway>(
    State(endpoint): State<Arc<Endpoint<G>>>,
    headers: HeaderMap,
) -> Response<Body> {
    match endpoint.guard.check(&headers) {
        Ok(()) => refuse(Refusal::HttpMethod),
        Err(refusal) => refuse(refusal),
    }
}

async fn answer<G: Gateway>(
    endpoint: &Arc<Endpoint<G>>,
    headers: &HeaderMap,
    address: SocketAddr,
    content: Body,
) -> Result<(Reply, Form), Refusal> {
    endpoint.guard.check(headers)?;
    let slot = Arc::clone(&endpoint.slots)
        .try_acquire_owned()
        .map_err(|_| Refusal::Overload)?;
    let caller = authenticate(endpoint, headers).await?;
    let read = async {
        let form = Form::accepted(headers)?;
        let limit = endpoint.door.limits.bytes;
        let content = body::read(headers, content, limit, endpoint.body_time).await?;
        Ok((form, content))
    };
    let (form, content) = match read.await {
        Ok(read) => read,
        Err(refusal) => {
            // Nobody will know whether it was a call, so it is recorded like one.
            let refused = Refusal::of(refusal, None);
            endpoint.gateway.note_refusal(&caller, address, &refused).await;
            return Err(refused.refusal);
        }
    };

    let named = Headers::pick(headers);
    let owner = endpoint.gateway.owner(&caller);
    let now = endpoint.clock.now();
    let request = match mcp::receive(&endpoint.door, &content, &named, &owner, now) {
        Ok(Message::Request(request)) => request,
        Ok(Message::Notification { method }) => {
            if method == "tools/call" {
                // A call that wants no answer is none, and is not made.
                let refused = Refusal::NotARequest("a call has an id").of(None);
                endpoint.gateway.note_refusal(&caller, address, &refused).await;
            }
            return Ok((reply::accepted(), form));
        }
        Err(refused) => {
            endpoint.gateway.note_refusal(&caller, address, &refused).await;
            return Ok((reply::refused(&refused), form));
        }
    };
    let id = request.id.clone();
    let endpoint = Arc::clone(endpoint);
    // The task holds the slot, so that the end of the program can wait for what nobody else waits for any more.
    let work = tokio::spawn(async move {
        let reply = carry_out(&endpoint, &caller, request, named, address).await;
        drop(slot);
        reply
    });
    let reply = work.await.unwrap_or_else(|error| {
        tracing::error!(%error, "a request could not be answered");
        reply::internal(Some(id))
    });
    Ok((reply, form))
}

async fn carry_out<G: Gateway>(
    endpoint: &Endpoint<G>,
    caller: &G::Caller,
    mut request: mcp::Request,
    headers: Headers,
    address: SocketAddr,
) -> Reply {
    let context = Context {
        era: request.era,
        client: request.client.clone(),
        mcp_session: request.mcp_session.clone(),
        conversation: request.conversation.clone(),
        address,
        headers,
    };
    match std::mem::replace(&mut request.method, Method::Ping) {
        Method::Initialize => initialize(endpoint, caller, &request),
        Method::Ping => reply::pong(&request),
        Method::Discover => reply::discovered(&request),
        Method::ListTools => match endpoint.gateway.list_tools(caller, &context).await {
            Ok(definitions) => reply::tools(&request, definitions),
            Err(refusal) => reply::refused(&refusal.of(Some(request.id))),
        },
        Method::CallTool(call) => {
            let answer = endpoint.gateway.call_tool(caller, &context, call).await;
            reply::called(&request, answer)
        }
    }
}

fn initialize<G: Gateway>(endpoint: &Endpoint<G>, caller: &G::Caller, request: &mcp::Request) -> Reply {
    let (Era::Legacy(revision), Ok(nonce)) = (request.era, endpoint.chance.bytes()) else {
        return reply::internal(Some(request.id.clone()));
    };
    let session = Session {
        revision,
        client: request.client.clone(),
    };
    let owner = endpoint.gateway.owner(caller);
    let id = endpoint
        .door
        .sessions
        .mint(&owner, &session, endpoint.clock.now(), nonce);
    reply::initialized(request, id)
}

async fn end_session<G: Gateway>(endpoint: &Endpoint<G>, headers: &HeaderMap) -> Result<(), Refusal> {
    endpoint.guard.check(headers)?;
    let caller = authenticate(endpoint, headers).await?;
    let named = Headers::pick(headers);
    if named.version.value().is_some_and(is_modern) {
        return Err(Refusal::HttpMethod);
    }
    let id = match &named.session {
        Field::Value(id) => id,
        Field::Absent => return Err(Refusal::SessionMissing),
        Field::Unreadable => return Err(Refusal::SessionUnknown),
    };
    let owner = endpoint.gateway.owner(&caller);
    if endpoint.door.sessions.end(&owner, id, endpoint.clock.now()) {
        Ok(())
    } else {
        Err(Refusal::SessionUnknown)
    }
}

async fn authenticate<G: Gateway>(endpoint: &Endpoint<G>, headers: &HeaderMap) -> Result<G::Caller, Refusal> {
    let key = bearer(headers).ok_or(Refusal::Unauthenticated)?;
    endpoint.gateway.authenticate(key).await
}

/// The key in the one `Authorization` header. It is taken from nowhere else: addresses end up in logs.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (value, None) = (values.next()?, values.next()) else {
        return None;
    };
    let (scheme, key) = value.to_str().ok()?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

fn peer(extensions: &axum::http::Extensions) -> SocketAddr {
    // The server sets it for each connection; a router that is called without one has no peer to name.
    extensions
        .get::<Peer>()
        .map_or(SocketAddr::from(([0, 0, 0, 0], 0)), |peer| peer.0)
}
