//! One connection to an upstream over streamable HTTP.
//!
//! Redirects are not followed and no proxy of the environment is used: the credential goes to the configured origin and
//! nowhere else. Nothing retries below this file either; reqwest's own retries are switched off.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use reqwest::{Response, Url};
use tokio::sync::Mutex;
use wicket_lang::json::Object;

use self::channel::{Agreed, Cancellation, Channel, SESSION, interrupted, is_media_type, routing_headers};
use super::connector::{Connector, Credential, EraChoice, SetupError};
use super::error::{ErrorKind, UpstreamError};
use super::protocol::{self, Answer, Incoming, Outgoing, Reply, Speech};
use super::sse::{self, Framer};
use crate::mcp::Revision;

mod channel;

/// An HTTP client for one upstream and one credential, and what was agreed on with that upstream.
#[derive(Debug)]
pub(super) struct HttpWire {
    channel: Channel,
    choice: EraChoice,
    answer_limit: usize,
    next_id: AtomicU64,
    agreed: ArcSwapOption<Agreed>,
    /// Whoever shakes hands holds this, so that it is done once.
    turn: Mutex<()>,
}

impl HttpWire {
    pub(super) fn new(
        connector: &Connector,
        url: Url,
        credential: &Credential,
    ) -> Result<HttpWire, SetupError> {
        let channel = Channel::new(connector.connect_limit, url, credential)?;
        Ok(HttpWire {
            channel,
            choice: connector.era,
            answer_limit: connector.answer_limit,
            next_id: AtomicU64::new(1),
            agreed: ArcSwapOption::empty(),
            turn: Mutex::new(()),
        })
    }

    /// Sends a request and waits for its answer. `sent` is set before the first byte of it may leave.
    pub(super) async fn exchange(
        &self,
        outgoing: &Outgoing<'_>,
        sent: &AtomicBool,
    ) -> Result<Reply, UpstreamError> {
        let agreed = self.agree().await.map_err(UpstreamError::not_run)?;
        let first = self.send(&agreed, outgoing, sent).await;
        let session_over = agreed.session.is_some()
            && matches!(
                first,
                Err(UpstreamError {
                    kind: ErrorKind::Status(404),
                    ..
                }) | Ok(Reply {
                    status: Some(404),
                    ..
                })
            );
        if session_over {
            // The session's end was the reason of the refusal, so the request has not run, and this is the one case in
            // which it may be sent anew.
            self.forget(&agreed);
            let agreed = self.agree().await.map_err(UpstreamError::not_run)?;
            return self.send(&agreed, outgoing, sent).await;
        }
        let era_is_wrong = match &first {
            Ok(reply) => reply.error_code().is_some_and(|code| code == "-32022"),
            Err(error) => matches!(error.kind, ErrorKind::Status(400 | 404 | 405)),
        };
        if era_is_wrong {
            self.forget(&agreed);
        }
        first
    }

    /// Ends the session, if there is one. Best effort: the upstream also forgets sessions by itself.
    pub(super) async fn close(&self) {
        if let Some(agreed) = self.agreed.swap(None).filter(|agreed| agreed.session.is_some()) {
            let request = self.channel.client.delete(self.channel.url.clone());
            let headers = self.channel.headers(Some(&agreed));
            let _ = request
                .headers(headers)
                .timeout(Duration::from_secs(2))
                .send()
                .await;
        }
    }

    async fn send(
        &self,
        agreed: &Arc<Agreed>,
        outgoing: &Outgoing<'_>,
        sent: &AtomicBool,
    ) -> Result<Reply, UpstreamError> {
        let id = self.id();
        let params = protocol::with_meta(outgoing.params.clone(), outgoing.trace, agreed.speech);
        let body = protocol::request(id, outgoing.method, params);
        let mut headers = self.channel.headers(Some(agreed));
        if agreed.speech == Speech::Modern {
            routing_headers(&mut headers, outgoing).ok_or(UpstreamError::before(ErrorKind::Unreachable))?;
        }
        let mut cancellation = Cancellation {
            channel: &self.channel,
            agreed,
            id,
            armed: agreed.speech == Speech::Legacy,
        };
        sent.store(true, Ordering::SeqCst);
        let response = self.channel.post(headers, body).await;
        let reply = match response {
            Ok(response) => self.read(response, id, agreed).await,
            Err(error) => Err(error),
        };
        cancellation.armed = false;
        reply
    }

    fn id(&self) -> u64 {
        self.next_id.fetch_add(1, Ordering::Relaxed)
    }

    fn forget(&self, agreed: &Arc<Agreed>) {
        // Only what failed is forgotten: somebody else may have agreed on something new meanwhile.
        let current = self.agreed.load_full();
        if current.is_some_and(|current| Arc::ptr_eq(&current, agreed)) {
            self.agreed.store(None);
        }
    }

    async fn agree(&self) -> Result<Arc<Agreed>, UpstreamError> {
        if let Some(agreed) = self.agreed.load_full() {
            return Ok(agreed);
        }
        let _turn = self.turn.lock().await;
        if let Some(agreed) = self.agreed.load_full() {
            return Ok(agreed);
        }
        let speech = match self.choice {
            EraChoice::Modern => Speech::Modern,
            EraChoice::Legacy => Speech::Legacy,
            EraChoice::Auto => self.probe().await?,
        };
        let agreed = Arc::new(match speech {
            Speech::Modern => Agreed::modern(),
            Speech::Legacy => self.initialize().await?,
        });
        self.agreed.store(Some(Arc::clone(&agreed)));
        Ok(agreed)
    }

    /// Finds out how the upstream speaks. A refused credential, a server error and silence say nothing about the era.
    async fn probe(&self) -> Result<Speech, UpstreamError> {
        let agreed = Arc::new(Agreed::modern());
        let outgoing = Outgoing {
            method: "server/discover",
            params: Object::new(),
            trace: &Object::new(),
            name: None,
            parameters: Vec::new(),
        };
        match Box::pin(self.send(&agreed, &outgoing, &AtomicBool::new(false))).await {
            Ok(reply) => Ok(protocol::judge_probe(&reply)),
            Err(error) => match error.kind {
                ErrorKind::Garbage => Ok(Speech::Legacy),
                ErrorKind::Status(status) if (400..500).contains(&status) => Ok(Speech::Legacy),
                ErrorKind::Status(_)
                | ErrorKind::UnknownService
                | ErrorKind::Unreachable
                | ErrorKind::CredentialRefused(_)
                | ErrorKind::TimedOut
                | ErrorKind::ClosedEarly
                | ErrorKind::TooLarge => Err(error),
            },
        }
    }

    async fn initialize(&self) -> Result<Agreed, UpstreamError> {
        let id = self.id();
        let body = protocol::request(id, "initialize", protocol::initialize_params());
        let response = self.channel.post(self.channel.headers(None), body).await?;
        let session = response.headers().get(&SESSION).cloned();
        let version = HeaderValue::from_static(Revision::November2025.version());
        let provisional = Arc::new(Agreed::legacy(version, None));
        let reply = self.read(response, id, &provisional).await?;
        let garbage = UpstreamError::before(ErrorKind::Garbage);
        let version = match &reply.answer {
            Answer::Result(result) => protocol::agreed_version(result).ok_or(garbage)?,
            Answer::Error(_) => return Err(garbage),
        };
        let version = HeaderValue::try_from(version).map_err(|_| garbage)?;
        let agreed = Agreed::legacy(version, session);
        let body = protocol::notification("notifications/initialized", Object::new());
        let response = self
            .channel
            .post(self.channel.headers(Some(&agreed)), body)
            .await?;
        match response.status().as_u16() {
            200..300 => Ok(agreed),
            status => Err(UpstreamError::before(ErrorKind::Status(status))),
        }
    }

    /// Reads the answer to the request `id` out of a response, whatever form it has.
    async fn read(
        &self,
        mut response: Response,
        id: u64,
        agreed: &Arc<Agreed>,
    ) -> Result<Reply, UpstreamError> {
        let status = response.status().as_u16();
        let kind = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let answer = if status == 200 && is_media_type(kind, "text/event-stream") {
            self.read_stream(response, id, agreed).await?
        } else {
            let limit = self.answer_limit;
            let mut body = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(interrupted)? {
                if body.len() + chunk.len() > limit {
                    return Err(UpstreamError::after(ErrorKind::TooLarge));
                }
                body.extend_from_slice(&chunk);
            }
            match (status, Incoming::read(&body, limit)) {
                (401 | 403, _) => return Err(UpstreamError::after(ErrorKind::CredentialRefused(status))),
                (200..300, Ok(Incoming::Answer(answered, answer))) if answered == Some(id) => answer,
                (200..300, _) => return Err(UpstreamError::after(ErrorKind::Garbage)),
                // Errors of the modern protocol come with a status and a body; the body says more.
                (400..500, Ok(Incoming::Answer(answered, answer @ Answer::Error(_))))
                    if answered.is_none_or(|answered| answered == id) =>
                {
                    answer
                }
                (status, _) => return Err(UpstreamError::after(ErrorKind::Status(status))),
            }
        };
        Ok(Reply {
            answer,
            status: Some(status),
        })
    }

    async fn read_stream(
        &self,
        mut response: Response,
        id: u64,
        agreed: &Arc<Agreed>,
    ) -> Result<Answer, UpstreamError> {
        let limit = self.answer_limit;
        let mut framer = Framer::new(sse::Limits {
            line: limit,
            event: limit,
        });
        while let Some(chunk) = response.chunk().await.map_err(interrupted)? {
            let events = framer
                .push(&chunk)
                .map_err(|_| UpstreamError::after(ErrorKind::TooLarge))?;
            for event in events.iter().filter(|event| event.is_message()) {
                match Incoming::read(&event.data, limit).map_err(UpstreamError::after)? {
                    Incoming::Answer(answered, answer) if answered == Some(id) => {
                        tokio::spawn(read_to_end(response));
                        return Ok(answer);
                    }
                    Incoming::Answer(..) => return Err(UpstreamError::after(ErrorKind::Garbage)),
                    Incoming::Request(asked, method) => {
                        let body = protocol::answer_to(asked, &method);
                        self.channel
                            .post(self.channel.headers(Some(agreed)), body)
                            .await
                            .ok();
                    }
                    Incoming::Notification => {}
                }
            }
        }
        Err(UpstreamError::after(ErrorKind::ClosedEarly))
    }
}

/// Reads what little follows the answer, so that the connection can be used again.
async fn read_to_end(mut response: Response) {
    let rest = async {
        let mut left = 64_usize;
        while let (1.., Ok(Some(_))) = (left, response.chunk().await) {
            left -= 1;
        }
    };
    let _ = tokio::time::timeout(Duration::from_secs(1), rest).await;
}
