//! Posting messages to one address with one credential, and what all of them carry.

use std::sync::Arc;
use std::time::Duration;

use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Response, Url};

use super::super::connector::{Credential, SetupError};
use super::super::error::{ErrorKind, UpstreamError};
use super::super::protocol::{self, Outgoing, Speech};
use crate::mcp::era::MODERN;
use crate::mcp::headers::encode;

/// Where messages are posted, and with which credential.
#[derive(Debug, Clone)]
pub(super) struct Channel {
    pub(super) client: Client,
    pub(super) url: Url,
    credential: Credential,
}

/// What holds for all requests after the handshake.
#[derive(Debug)]
pub(super) struct Agreed {
    pub(super) speech: Speech,
    pub(super) version: HeaderValue,
    pub(super) session: Option<HeaderValue>,
}

impl Agreed {
    pub(super) fn modern() -> Agreed {
        Agreed {
            speech: Speech::Modern,
            version: HeaderValue::from_static(MODERN),
            session: None,
        }
    }

    pub(super) fn legacy(version: HeaderValue, session: Option<HeaderValue>) -> Agreed {
        Agreed {
            speech: Speech::Legacy,
            version,
            session,
        }
    }
}

impl Channel {
    pub(super) fn new(
        connect_limit: Duration,
        url: Url,
        credential: &Credential,
    ) -> Result<Channel, SetupError> {
        Ok(Channel {
            client: client(connect_limit)?,
            url,
            credential: credential.clone(),
        })
    }

    /// The headers of any request: nothing of a client's is ever among them.
    pub(super) fn headers(&self, agreed: Option<&Agreed>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Some((name, value)) = self.credential.as_header() {
            headers.insert(name.clone(), value.clone());
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(
            ACCEPT,
            HeaderValue::from_static("application/json, text/event-stream"),
        );
        if let Some(agreed) = agreed {
            headers.insert(VERSION, agreed.version.clone());
            if let Some(session) = &agreed.session {
                headers.insert(SESSION, session.clone());
            }
        }
        headers
    }

    pub(super) async fn post(&self, headers: HeaderMap, body: String) -> Result<Response, UpstreamError> {
        self.client
            .post(self.url.clone())
            .headers(headers)
            .body(body)
            .send()
            .await
            .map_err(|error| {
                if error.is_connect() || error.is_builder() {
                    let error = error.without_url();
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "an upstream cannot be reached"
                    );
                    UpstreamError::before(ErrorKind::Unreachable)
                } else {
                    interrupted(error)
                }
            })
    }
}

/// Tells a legacy upstream to stop when the one who waits for the answer goes away. (A modern one learns it from the
/// closed connection.)
pub(super) struct Cancellation<'a> {
    pub(super) channel: &'a Channel,
    pub(super) agreed: &'a Arc<Agreed>,
    pub(super) id: u64,
    pub(super) armed: bool,
}

impl Drop for Cancellation<'_> {
    fn drop(&mut self) {
        if let (true, Ok(runtime)) = (self.armed, tokio::runtime::Handle::try_current()) {
            let (channel, agreed, id) = (self.channel.clone(), Arc::clone(self.agreed), self.id);
            runtime.spawn(async move {
                let post = channel.post(channel.headers(Some(&agreed)), protocol::cancellation(id));
                let _ = tokio::time::timeout(Duration::from_secs(5), post).await;
            });
        }
    }
}

const VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
pub(super) const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");

/// Adds what a modern server compares with the body. `None`: a value cannot stand in a header.
pub(super) fn routing_headers(headers: &mut HeaderMap, outgoing: &Outgoing<'_>) -> Option<()> {
    headers.insert(
        HeaderName::from_static("mcp-method"),
        HeaderValue::from_static(outgoing.method),
    );
    if let Some(name) = outgoing.name {
        headers.insert(
            HeaderName::from_static("mcp-name"),
            HeaderValue::try_from(encode(name)).ok()?,
        );
    }
    for (name, value) in &outgoing.parameters {
        headers.insert(
            HeaderName::try_from(name).ok()?,
            HeaderValue::try_from(value).ok()?,
        );
    }
    Some(())
}

pub(super) fn is_media_type(header: &str, expected: &str) -> bool {
    header
        .split(';')
        .next()
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case(expected))
}

pub(super) fn interrupted(error: reqwest::Error) -> UpstreamError {
    let error = error.without_url();
    tracing::warn!(
        error = &error as &dyn std::error::Error,
        "an upstream closed a connection early"
    );
    UpstreamError::after(ErrorKind::ClosedEarly)
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that builds HTTP clients"
)]
fn client(connect_limit: Duration) -> Result<Client, SetupError> {
    // Whoever comes second finds it installed, which is just as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .referer(false)
        .connect_timeout(connect_limit)
        .user_agent(concat!("wicket/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| SetupError::Client(error.without_url().to_string()))
}
