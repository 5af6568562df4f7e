//! A body as one JSON-RPC message: the checks that come before any question of era.

use wicket_lang::json::{self, Json, Object};

use super::doubtful;
use super::id::Id;
use super::message::ToolCall;
use super::refusal::{Refusal, Refused};

/// One message, with its parameters.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Frame {
    /// A request has one, a notification has none.
    pub(super) id: Option<Id>,
    pub(super) method: String,
    pub(super) params: Object,
    pub(super) meta: Object,
}

/// The fields of the protocol. A key that differs from one of them only by case is refused wherever it stands.
const ENVELOPE: &[&str] = &["jsonrpc", "id", "method", "params", "result", "error"];
const PARAMS: &[&str] = &[
    "_meta",
    "name",
    "arguments",
    "cursor",
    "uri",
    "protocolVersion",
    "inputResponses",
    "requestState",
];

/// What of `_meta` travels on to an upstream, where it has the form of a trace context. No policy judges it, so it must
/// not carry anything else: `baggage`, which is made for that, does not travel.
const TRACE: [(&str, Form); 2] = [("traceparent", is_trace_parent), ("tracestate", is_trace_state)];

type Form = fn(&str) -> bool;

impl Frame {
    /// Reads a body strictly, once.
    pub(super) fn read(body: &[u8], limits: &json::Limits) -> Result<Frame, Refused> {
        let value = json::read(body, limits).map_err(|error| Refusal::NotJson(error).of(None))?;
        let object = match value {
            Json::Object(object) => object,
            Json::Array(_) => return Err(Refusal::NotARequest("batches are not served").of(None)),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {
                return Err(Refusal::NotARequest("a message is an object").of(None));
            }
        };
        let id = match object.get("id") {
            None => None,
            Some(value) => {
                let text = std::str::from_utf8(body).unwrap_or_default();
                let id = Id::cut(text, value);
                Some(id.ok_or(Refusal::NotARequest("an id is a string or an integer").of(None))?)
            }
        };
        Frame::open(object, id.clone()).map_err(|refusal| refusal.of(id))
    }

    fn open(mut object: Object, id: Option<Id>) -> Result<Frame, Refusal> {
        if let Some(key) = object.look_alike(ENVELOPE) {
            return Err(Refusal::LookAlike(key.to_owned()));
        }
        if object.get("jsonrpc").and_then(Json::as_str) != Some("2.0") {
            return Err(Refusal::NotARequest("`jsonrpc` has to be \"2.0\""));
        }
        if object.contains_key("result") || object.contains_key("error") {
            return Err(Refusal::NotARequest(
                "no request was sent that this could be the answer to",
            ));
        }
        let Some(Json::String(method)) = object.remove("method") else {
            return Err(Refusal::NotARequest("`method` has to be a string"));
        };
        let mut params = match object.remove("params") {
            None => Object::new(),
            Some(Json::Object(params)) => params,
            Some(_) => return Err(Refusal::Malformed("`params` has to be an object".to_owned())),
        };
        if let Some(key) = params.look_alike(PARAMS) {
            return Err(Refusal::LookAlike(key.to_owned()));
        }
        let meta = match params.remove("_meta") {
            None => Object::new(),
            Some(Json::Object(meta)) => meta,
            Some(_) => return Err(Refusal::Malformed("`_meta` has to be an object".to_owned())),
        };
        Ok(Frame {
            id,
            method,
            params,
            meta,
        })
    }

    /// The refusal of this message.
    pub(super) fn refuse(&self, refusal: Refusal) -> Refused {
        let tool = match self.method.as_str() {
            "tools/call" => self
                .params
                .get("name")
                .and_then(Json::as_str)
                .map(ToOwned::to_owned),
            _ => None,
        };
        Refused {
            id: self.id.clone(),
            refusal,
            method: Some(self.method.clone()),
            tool,
        }
    }

    /// The call in a `tools/call`.
    pub(super) fn tool_call(&mut self) -> Result<ToolCall, Refusal> {
        if self.params.contains_key("inputResponses") || self.params.contains_key("requestState") {
            return Err(Refusal::Parameters(
                "the second round of a call is not served".to_owned(),
            ));
        }
        let name = match self.params.get("name") {
            Some(Json::String(name)) => name.clone(),
            _ => return Err(Refusal::Parameters("`name` has to be a string".to_owned())),
        };
        let arguments = match self.params.remove("arguments") {
            None => Object::new(),
            Some(Json::Object(arguments)) => arguments,
            Some(_) => return Err(Refusal::Parameters("`arguments` has to be an object".to_owned())),
        };
        let mut trace = Object::new();
        for (key, is_formed) in TRACE {
            match self.meta.get(key).and_then(Json::as_str) {
                Some(value) if is_formed(value) => {
                    trace.insert(key, Json::String(value.to_owned()));
                }
                // A state belongs to a parent, and says nothing without one.
                Some(_) | None => break,
            }
        }
        Ok(ToolCall {
            name,
            arguments: doubtful::look_through(arguments),
            trace,
        })
    }

    /// Refuses any cursor: a list has one page, so none was ever given out.
    pub(super) fn no_cursor(&self) -> Result<(), Refusal> {
        match self.params.get("cursor") {
            None | Some(Json::Null) => Ok(()),
            Some(_) => Err(Refusal::Parameters("this cursor is not valid".to_owned())),
        }
    }
}

/// `00-` and the trace, its span and the flags in hexadecimal digits: 55 characters.
fn is_trace_parent(value: &str) -> bool {
    let parts: Vec<&str> = value.split('-').collect();
    let digits = |part: &str| part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [2, 32, 16, 2] && parts.first() == Some(&"00") && parts.iter().all(|part| digits(part))
}

/// The longest `tracestate` that everybody has to pass on.
const LONGEST_STATE: usize = 512;

fn is_trace_state(value: &str) -> bool {
    value.len() <= LONGEST_STATE && value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
}
