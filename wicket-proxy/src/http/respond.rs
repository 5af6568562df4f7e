//! Replies as HTTP: JSON, or an event stream of one event for clients that take nothing else.

use axum::body::Body;
use axum::http::header::{ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

use crate::mcp::Refusal;
use crate::mcp::reply::{self, Reply};

/// The form in which a client takes an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `application/json`
    Json,
    /// `text/event-stream`
    Stream,
}

impl Form {
    /// The best form that a client accepts. One that says nothing takes JSON.
    pub fn accepted(headers: &HeaderMap) -> Result<Form, Refusal> {
        let mut stream = false;
        let mut said = false;
        for value in headers.get_all(ACCEPT) {
            said = true;
            for range in value.to_str().unwrap_or_default().split(',') {
                let mut parts = range.split(';').map(str::trim);
                let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
                if parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000")) {
                    continue;
                }
                match kind.as_str() {
                    "application/json" | "application/*" | "*/*" => return Ok(Form::Json),
                    "text/event-stream" | "text/*" => stream = true,
                    _ => {}
                }
            }
        }
        match (stream, said) {
            (true, _) => Ok(Form::Stream),
            (false, false) => Ok(Form::Json),
            (false, true) => Err(Refusal::Accept),
        }
    }
}

/// A reply in the client's form. Only answers (200) are streamed.
#[must_use]
pub fn respond(reply: Reply, form: Form) -> Response<Body> {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let stream = form == Form::Stream && status == StatusCode::OK;
    let mut response = match reply.body {
        None => Response::new(Body::empty()),
        // INVARIANT: the JSON writer escapes line ends, so a message is one line of data.
        Some(json) if stream => {
            let mut response = Response::new(Body::from(format!("event: message\ndata: {json}\n\n")));
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
            headers.insert(NO_BUFFERING, HeaderValue::from_static("no"));
            response
        }
        Some(json) => {
            let mut response = Response::new(Body::from(json));
            response
                .headers_mut()
                .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            response
        }
    };
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::UNAUTHORIZED {
        // Without a link to metadata, so that no client goes looking for an authorization server.
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(session) = reply
        .session
        .and_then(|session| HeaderValue::try_from(session).ok())
    {
        headers.insert(SESSION, session);
    }
    response
}

/// The response to a request that is refused before there is a message.
#[must_use]
pub fn refuse(refusal: Refusal) -> Response<Body> {
    let extra = match &refusal {
        Refusal::HttpMethod => Some((ALLOW, HeaderValue::from_static("POST, DELETE"))),
        Refusal::Overload => Some((RETRY_AFTER, HeaderValue::from_static("1"))),
        _ => None,
    };
    let mut response = respond(reply::refused(&refusal.of(None)), Form::Json);
    response.headers_mut().extend(extra);
    response
}

const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
/// Asks reverse proxies to pass a stream on as it comes.
const NO_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn the_form_is_the_best_that_is_accepted() {
        let form = |accept: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, accept.parse().unwrap());
            Form::accepted(&headers)
        };
        let both = "application/json, text/event-stream";
        assert_eq!(form(both), Ok(Form::Json));
        assert_eq!(form("*/*"), Ok(Form::Json));
        assert_eq!(form("Text/Event-Stream;q=0.9"), Ok(Form::Stream));
        assert_eq!(form("application/json;q=0, text/event-stream"), Ok(Form::Stream));
        assert_eq!(form("text/html"), Err(Refusal::Accept));
        assert_eq!(Form::accepted(&HeaderMap::new()), Ok(Form::Json));
    }
}
