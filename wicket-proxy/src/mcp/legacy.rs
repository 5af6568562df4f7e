//! The checks of a legacy message: a handshake, then everything inside the session that it opened.

use wicket_lang::json::Json;

use super::client::ClientInfo;
use super::era::{Era, Revision, is_modern};
use super::frame::Frame;
use super::headers::{Field, Headers};
use super::message::{Message, Method, Request};
use super::refusal::Refusal;
use super::session::Session;

/// Understands an `initialize`. The session is opened by whoever answers it.
pub(super) fn initialize(frame: &Frame, headers: &Headers) -> Result<Message, Refusal> {
    if headers.version.value().is_some_and(is_modern) {
        return Err(Refusal::HeaderMismatch("MCP-Protocol-Version".to_owned()));
    }
    let Some(id) = frame.id.clone() else {
        return Err(Refusal::NotARequest("`initialize` needs an id"));
    };
    let Some(asked) = frame.params.get("protocolVersion").and_then(Json::as_str) else {
        return Err(Refusal::Parameters(
            "`protocolVersion` has to be a string".to_owned(),
        ));
    };
    Ok(Message::Request(Request {
        era: Era::Legacy(Revision::negotiate(asked)),
        id,
        client: frame.params.get("clientInfo").and_then(ClientInfo::read),
        mcp_session: None,
        conversation: None,
        method: Method::Initialize,
    }))
}

/// Understands any other message. `open` finds the caller's session of an id.
pub(super) fn check(
    frame: &mut Frame,
    headers: &Headers,
    open: impl FnOnce(&str) -> Option<Session>,
) -> Result<Message, Refusal> {
    let session_id = match &headers.session {
        Field::Value(id) => id.clone(),
        Field::Absent => return Err(Refusal::SessionMissing),
        Field::Unreadable => return Err(Refusal::SessionUnknown),
    };
    let session = open(&session_id).ok_or(Refusal::SessionUnknown)?;
    match &headers.version {
        Field::Absent => {}
        Field::Value(version) if Revision::named(version).is_some() => {}
        Field::Value(version) => return Err(Refusal::SessionVersion(version.clone())),
        Field::Unreadable => return Err(Refusal::HeaderMismatch("MCP-Protocol-Version".to_owned())),
    }
    let Some(id) = frame.id.clone() else {
        return Ok(Message::Notification {
            method: frame.method.clone(),
        });
    };
    let era = Era::Legacy(session.revision);
    let method = match frame.method.as_str() {
        "ping" => Method::Ping,
        "tools/list" => {
            frame.no_cursor()?;
            Method::ListTools
        }
        "tools/call" => Method::CallTool(frame.tool_call()?),
        other => {
            return Err(Refusal::Method {
                method: other.to_owned(),
                era,
            });
        }
    };
    let mcp_session = Some(session_id);
    Ok(Message::Request(Request {
        era,
        id,
        client: session.client,
        mcp_session,
        conversation: None,
        method,
    }))
}
