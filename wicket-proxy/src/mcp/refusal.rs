//! Every way to refuse a message, with its HTTP status, JSON-RPC code and data. The only place that knows them.
//!
//! A policy's denial is not here: it is an answer (HTTP 200, a tool result), because a client has to show it to the
//! model. Texts are for people at the other end: they name what the client did, and nothing of this machine.

use wicket_lang::json::{Json, ReadError};

use super::build::{object, text, texts};
use super::era::{Era, MODERN};
use super::id::Id;

/// Why a message goes no further.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The page that made a browser send this is not allowed to.
    #[error("this origin is not allowed")]
    Origin,
    /// The name under which the client reached the endpoint is not one of its names.
    #[error("this host name is not served here")]
    Host,
    /// No member key, or one that is not valid (any more).
    #[error("a valid member key is required: `Authorization: Bearer wk_…`")]
    Unauthenticated,
    /// The key is valid, and its agent or member may do nothing at present.
    #[error("{0}")]
    Forbidden(&'static str),
    /// A path or a method of HTTP that is not served.
    #[error("only POST and DELETE are served here")]
    HttpMethod,
    /// The content type is not JSON.
    #[error("the content type has to be application/json")]
    ContentType,
    /// The client accepts neither form of an answer.
    #[error("the client has to accept application/json or text/event-stream")]
    Accept,
    /// The body is longer than allowed.
    #[error("the body is longer than {limit} bytes")]
    TooLarge {
        /// What is allowed.
        limit: usize,
    },
    /// The body did not arrive in time, or not to its end.
    #[error("the body did not arrive")]
    Incomplete,
    /// Too many requests are being answered already.
    #[error("too many requests at once, try again later")]
    Overload,
    /// The strict reader refused the body.
    #[error("the body is not acceptable JSON: {0}")]
    NotJson(ReadError),
    /// JSON, and not one request or notification.
    #[error("{0}")]
    NotARequest(&'static str),
    /// A field whose name differs from one of the protocol's only by case, which some readers would take for it.
    #[error("`{0}` can be mistaken for a field of the protocol")]
    LookAlike(String),
    /// `params` or `_meta` lack something that the protocol requires, or have it in a wrong form.
    #[error("{0}")]
    Malformed(String),
    /// A header is missing or says something else than the body.
    #[error("the header {0} does not say what the body says")]
    HeaderMismatch(String),
    /// A modern revision that is not served.
    #[error("protocol version `{0}` is not served")]
    Version(String),
    /// A legacy revision that is not served.
    #[error("protocol version `{0}` is not served in sessions")]
    SessionVersion(String),
    /// A method that is not served.
    #[error("method `{method}` is not served")]
    Method {
        /// Its name.
        method: String,
        /// The era decides the HTTP status.
        era: Era,
    },
    /// A legacy request without the id of its session.
    #[error("the header Mcp-Session-Id is missing")]
    SessionMissing,
    /// A session that is unknown, over, or another key's.
    #[error("this MCP session does not exist")]
    SessionUnknown,
    /// A served method with parameters that it cannot take.
    #[error("{0}")]
    Parameters(String),
    /// A tool that does not exist for this caller. Hidden and absent tools must not differ by a byte.
    #[error("Unknown tool: {0}")]
    UnknownTool(String),
    /// Something failed here. The log knows what.
    #[error("internal error")]
    Internal,
}

/// Longer texts of a client's are not repeated to it.
const LONGEST_ECHO: usize = 256;

impl Refusal {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Refusal::Origin | Refusal::Host | Refusal::Forbidden(_) => 403,
            Refusal::Unauthenticated => 401,
            Refusal::HttpMethod => 405,
            Refusal::ContentType => 415,
            Refusal::Accept => 406,
            Refusal::TooLarge { .. } => 413,
            Refusal::Incomplete => 408,
            Refusal::Overload => 503,
            Refusal::NotJson(_)
            | Refusal::NotARequest(_)
            | Refusal::LookAlike(_)
            | Refusal::Malformed(_)
            | Refusal::HeaderMismatch(_)
            | Refusal::Version(_)
            | Refusal::SessionVersion(_)
            | Refusal::SessionMissing => 400,
            Refusal::SessionUnknown | Refusal::Method { era: Era::Modern, .. } => 404,
            Refusal::Method {
                era: Era::Legacy(_), ..
            }
            | Refusal::Parameters(_)
            | Refusal::UnknownTool(_)
            | Refusal::Internal => 200,
        }
    }

    /// The JSON-RPC code.
    #[must_use]
    pub fn code(&self) -> i64 {
        match self {
            Refusal::NotJson(_) => -32700,
            Refusal::Origin
            | Refusal::Host
            | Refusal::Unauthenticated
            | Refusal::Forbidden(_)
            | Refusal::HttpMethod
            | Refusal::ContentType
            | Refusal::Accept
            | Refusal::TooLarge { .. }
            | Refusal::Incomplete
            | Refusal::NotARequest(_)
            | Refusal::LookAlike(_)
            | Refusal::SessionVersion(_)
            | Refusal::SessionMissing
            | Refusal::SessionUnknown => -32600,
            Refusal::Method { .. } => -32601,
            Refusal::Malformed(_) | Refusal::Parameters(_) | Refusal::UnknownTool(_) => -32602,
            Refusal::Overload | Refusal::Internal => -32603,
            Refusal::HeaderMismatch(_) => -32020,
            Refusal::Version(_) => -32022,
        }
    }

    /// The text for the other end.
    #[must_use]
    pub fn message(&self) -> String {
        self.clone().shortened().to_string()
    }

    /// What a client's program can use, where the protocol asks for it.
    #[must_use]
    pub fn data(&self) -> Option<Json> {
        match self {
            Refusal::Version(requested) => Some(Json::Object(object([
                ("supported", texts([MODERN])),
                ("requested", text(shorten(requested.clone()))),
            ]))),
            Refusal::Origin
            | Refusal::Host
            | Refusal::Unauthenticated
            | Refusal::Forbidden(_)
            | Refusal::HttpMethod
            | Refusal::ContentType
            | Refusal::Accept
            | Refusal::TooLarge { .. }
            | Refusal::Incomplete
            | Refusal::Overload
            | Refusal::NotJson(_)
            | Refusal::NotARequest(_)
            | Refusal::LookAlike(_)
            | Refusal::Malformed(_)
            | Refusal::HeaderMismatch(_)
            | Refusal::SessionVersion(_)
            | Refusal::Method { .. }
            | Refusal::SessionMissing
            | Refusal::SessionUnknown
            | Refusal::Parameters(_)
            | Refusal::UnknownTool(_)
            | Refusal::Internal => None,
        }
    }

    fn shortened(self) -> Refusal {
        match self {
            Refusal::LookAlike(key) => Refusal::LookAlike(shorten(key)),
            Refusal::Version(version) => Refusal::Version(shorten(version)),
            Refusal::SessionVersion(version) => Refusal::SessionVersion(shorten(version)),
            Refusal::Method { method, era } => Refusal::Method {
                method: shorten(method),
                era,
            },
            Refusal::UnknownTool(name) => Refusal::UnknownTool(shorten(name)),
            Refusal::Origin
            | Refusal::Host
            | Refusal::Unauthenticated
            | Refusal::Forbidden(_)
            | Refusal::HttpMethod
            | Refusal::ContentType
            | Refusal::Accept
            | Refusal::TooLarge { .. }
            | Refusal::Incomplete
            | Refusal::Overload
            | Refusal::NotJson(_)
            | Refusal::NotARequest(_)
            | Refusal::Malformed(_)
            | Refusal::HeaderMismatch(_)
            | Refusal::SessionMissing
            | Refusal::SessionUnknown
            | Refusal::Parameters(_)
            | Refusal::Internal => self,
        }
    }

    /// The refusal of the request with this id.
    #[must_use]
    pub fn of(self, id: Option<Id>) -> Refused {
        Refused {
            id,
            refusal: self,
            method: None,
            tool: None,
        }
    }
}

fn shorten(text: String) -> String {
    match text.char_indices().nth(LONGEST_ECHO) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned() + "…",
        None => text,
    }
}

/// A refusal, with what is known of the message for the reply and for the audit.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// The id, if it could be read.
    pub id: Option<Id>,
    /// Why.
    pub refusal: Refusal,
    /// The method, if it could be read.
    pub method: Option<String>,
    /// The tool, if it was a call and the name could be read.
    pub tool: Option<String>,
}
