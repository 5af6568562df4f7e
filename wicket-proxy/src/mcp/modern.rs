//! The checks of a modern request, in the order that the protocol's own test suite expects.

use wicket_lang::json::Json;

use super::client::ClientInfo;
use super::era::{CAPABILITIES_KEY, CLIENT_KEY, Era, MODERN, VERSION_KEY};
use super::frame::Frame;
use super::headers::Headers;
use super::message::{Message, Method, Request};
use super::refusal::Refusal;

const META: &[&str] = &[VERSION_KEY, CAPABILITIES_KEY, CLIENT_KEY, "progressToken"];

/// Understands a message that claims to be modern.
pub(super) fn check(frame: &mut Frame, headers: &Headers) -> Result<Message, Refusal> {
    if let Some(key) = frame.meta.look_alike(META) {
        return Err(Refusal::LookAlike(key.to_owned()));
    }
    let version = match frame.meta.get(VERSION_KEY) {
        Some(Json::String(version)) => version.clone(),
        _ => return Err(Refusal::Malformed(format!("`{VERSION_KEY}` has to be a string"))),
    };
    let Some(id) = frame.id.clone() else {
        return Ok(Message::Notification {
            method: frame.method.clone(),
        });
    };
    if !matches!(frame.meta.get(CAPABILITIES_KEY), Some(Json::Object(_))) {
        return Err(Refusal::Malformed(format!(
            "`{CAPABILITIES_KEY}` has to be an object"
        )));
    }
    check_headers(frame, headers, &version)?;
    if version != MODERN {
        return Err(Refusal::Version(version));
    }
    let method = match frame.method.as_str() {
        "server/discover" => Method::Discover,
        "tools/list" => {
            frame.no_cursor()?;
            Method::ListTools
        }
        "tools/call" => Method::CallTool(frame.tool_call()?),
        other => {
            return Err(Refusal::Method {
                method: other.to_owned(),
                era: Era::Modern,
            });
        }
    };
    let client = frame.meta.get(CLIENT_KEY).and_then(ClientInfo::read);
    Ok(Message::Request(Request {
        era: Era::Modern,
        id,
        client,
        mcp_session: None,
        conversation: None,
        method,
    }))
}

fn check_headers(frame: &Frame, headers: &Headers, version: &str) -> Result<(), Refusal> {
    let mismatch = |name: &str| Err(Refusal::HeaderMismatch(name.to_owned()));
    if !headers.version.confirms(version) {
        return mismatch("MCP-Protocol-Version");
    }
    if !headers.method.confirms(&frame.method) {
        return mismatch("Mcp-Method");
    }
    let named_by = match frame.method.as_str() {
        "tools/call" | "prompts/get" => "name",
        "resources/read" => "uri",
        "tasks/get" | "tasks/update" | "tasks/cancel" => "taskId",
        _ => return Ok(()),
    };
    match frame.params.get(named_by).and_then(Json::as_str) {
        Some(name) if headers.name.confirms(name) => Ok(()),
        _ => mismatch("Mcp-Name"),
    }
}
