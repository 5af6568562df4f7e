//! What is said to an upstream and what it says back, without IO.
//!
//! Requests get ids of Wicket's own, so that no client's id travels on, and no two calls on one connection have the same.

use wicket_lang::json::{self, Json, Object};

use super::error::{ErrorKind, Outcome};
use crate::mcp::build::{integer, object, text};
use crate::mcp::era::{CAPABILITIES_KEY, CLIENT_KEY, MODERN, Revision, VERSION_KEY};

/// An upstream's proper answer to a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The result, as it came.
    Result(Object),
    /// The JSON-RPC error, as it came.
    Error(Object),
}

/// An answer, and how it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// What the upstream said.
    pub answer: Answer,
    /// With which HTTP status, if it was HTTP.
    pub status: Option<u16>,
}

impl Reply {
    /// What the outcome record says.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match &self.answer {
            Answer::Error(_) => Outcome::Error,
            Answer::Result(result) if result.get("isError").and_then(Json::as_bool) == Some(true) => {
                Outcome::Error
            }
            Answer::Result(_) => Outcome::Success,
        }
    }

    /// Whether it can be used: to policies an error of JSON-RPC is a failure, and a result with `isError` is none.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        matches!(self.answer, Answer::Result(_))
    }

    /// What a result says in data, beside what it says in words.
    #[must_use]
    pub fn structured(&self) -> Option<&Object> {
        match &self.answer {
            Answer::Error(_) => None,
            Answer::Result(result) => result.get("structuredContent").and_then(Json::as_object),
        }
    }

    /// The JSON-RPC code of an error.
    pub(super) fn error_code(&self) -> Option<String> {
        match &self.answer {
            Answer::Error(error) => Some(error.get("code")?.as_number()?.digits().into_owned()),
            Answer::Result(_) => None,
        }
    }
}

/// A request to an upstream, of whatever era.
#[derive(Debug)]
pub(super) struct Outgoing<'a> {
    pub(super) method: &'static str,
    pub(super) params: Object,
    pub(super) trace: &'a Object,
    /// What a modern server expects in `Mcp-Name`.
    pub(super) name: Option<&'a str>,
    /// What a modern server expects in `Mcp-Param-…`.
    pub(super) parameters: Vec<(String, String)>,
}

/// One message from an upstream.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Incoming {
    /// The answer to the request of this id; an error may come without one.
    Answer(Option<u64>, Answer),
    /// A request of the upstream's own.
    Request(Json, String),
    /// Nothing that waits for anything.
    Notification,
}

impl Incoming {
    /// Reads a message strictly: what Wicket relays has to mean the same to every reader.
    pub(super) fn read(bytes: &[u8], limit: usize) -> Result<Incoming, ErrorKind> {
        let limits = json::Limits {
            bytes: limit,
            depth: json::MAX_DEPTH,
            nodes: limit,
        };
        let Ok(Json::Object(mut message)) = json::read(bytes, &limits) else {
            return Err(ErrorKind::Garbage);
        };
        let id = message.remove("id");
        if let Some(Json::String(method)) = message.remove("method") {
            return Ok(match id {
                Some(id) => Incoming::Request(id, method),
                None => Incoming::Notification,
            });
        }
        let number = id
            .as_ref()
            .and_then(Json::as_number)
            .and_then(|id| id.digits().parse().ok());
        match (message.remove("result"), message.remove("error")) {
            (Some(Json::Object(result)), None) if number.is_some() => {
                Ok(Incoming::Answer(number, Answer::Result(result)))
            }
            (None, Some(Json::Object(error))) => Ok(Incoming::Answer(number, Answer::Error(error))),
            _ => Err(ErrorKind::Garbage),
        }
    }
}

/// The text of a request.
pub(super) fn request(id: u64, method: &str, params: Object) -> String {
    let mut message = object([("jsonrpc", text("2.0"))]);
    message.insert("id", integer(i64::try_from(id).unwrap_or(i64::MAX)));
    message.insert("method", text(method));
    message.insert("params", Json::Object(params));
    json::write(&Json::Object(message))
}

/// The text of a notification.
pub(super) fn notification(method: &str, params: Object) -> String {
    let message = object([
        ("jsonrpc", text("2.0")),
        ("method", text(method)),
        ("params", Json::Object(params)),
    ]);
    json::write(&Json::Object(message))
}

/// The text that gives up on a request.
pub(super) fn cancellation(id: u64) -> String {
    let id = integer(i64::try_from(id).unwrap_or(i64::MAX));
    notification(
        "notifications/cancelled",
        object([("requestId", id), ("reason", text("time limit"))]),
    )
}

/// The text of the answer to a request of an upstream's.
pub(super) fn answer_to(id: Json, method: &str) -> String {
    let mut message = object([("jsonrpc", text("2.0")), ("id", id)]);
    if method == "ping" {
        message.insert("result", Json::Object(Object::new()));
    } else {
        let error = object([("code", integer(-32601)), ("message", text("method not found"))]);
        message.insert("error", Json::Object(error));
    }
    json::write(&Json::Object(message))
}

/// The parameters of `initialize`. No capability is declared, so no request for one arrives.
pub(super) fn initialize_params() -> Object {
    object([
        ("protocolVersion", text(Revision::November2025.version())),
        ("capabilities", Json::Object(Object::new())),
        ("clientInfo", client_info()),
    ])
}

/// The revision that an upstream agreed to. Older ones are spoken too: what differs is not used here.
pub(super) fn agreed_version(result: &Object) -> Option<String> {
    let version = result.get("protocolVersion")?.as_str()?;
    let plain = version.len() <= 32 && version.bytes().all(|byte| byte.is_ascii_graphic());
    plain.then(|| version.to_owned())
}

/// Adds to `params` what a request of this era carries in `_meta`, besides the trace context.
pub(super) fn with_meta(mut params: Object, trace: &Object, era: Speech) -> Object {
    let mut meta = match era {
        Speech::Legacy => Object::new(),
        Speech::Modern => object([
            (VERSION_KEY, text(MODERN)),
            (CAPABILITIES_KEY, Json::Object(Object::new())),
            (CLIENT_KEY, client_info()),
        ]),
    };
    for (key, value) in trace.iter() {
        meta.insert(key, value.clone());
    }
    if !meta.is_empty() {
        params.insert("_meta", Json::Object(meta));
    }
    params
}

/// How an upstream speaks, as far as requests differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speech {
    /// With a handshake.
    Legacy,
    /// Without.
    Modern,
}

/// What an answer to `server/discover` says about its sender. Only a modern server knows the method or the complaints.
pub(super) fn judge_probe(answer: &Reply) -> Speech {
    let modern = match &answer.answer {
        Answer::Result(result) => result
            .get("supportedVersions")
            .and_then(Json::as_array)
            .is_some_and(|versions| versions.iter().any(|version| version.as_str() == Some(MODERN))),
        Answer::Error(_) => answer
            .error_code()
            .is_some_and(|code| ["-32020", "-32021", "-32022"].contains(&code.as_str())),
    };
    if modern { Speech::Modern } else { Speech::Legacy }
}

fn client_info() -> Json {
    Json::Object(object([
        ("name", text("wicket")),
        ("version", text(env!("CARGO_PKG_VERSION"))),
    ]))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn answers_are_told_from_garbage() {
        let read = |text: &str| Incoming::read(text.as_bytes(), 1000);
        assert!(matches!(
            read(r#"{"jsonrpc":"2.0","id":7,"result":{}}"#),
            Ok(Incoming::Answer(Some(7), Answer::Result(_)))
        ));
        assert!(matches!(
            read(r#"{"jsonrpc":"2.0","error":{"code":1}}"#),
            Ok(Incoming::Answer(None, Answer::Error(_)))
        ));
        assert!(matches!(
            read(r#"{"jsonrpc":"2.0","id":"a","method":"ping"}"#),
            Ok(Incoming::Request(..))
        ));
        assert_eq!(
            read(r#"{"jsonrpc":"2.0","method":"notifications/progress"}"#),
            Ok(Incoming::Notification)
        );
        for garbage in [
            "",
            "<html>",
            "[]",
            "{}",
            r#"{"id":1,"result":[]}"#,
            r#"{"id":1,"result":{},"result":{}}"#,
            r#"{"id":1,"result":{},"error":{}}"#,
            r#"{"result":{}}"#,
        ] {
            assert_eq!(read(garbage), Err(ErrorKind::Garbage), "{garbage}");
        }
    }

    #[test]
    fn the_probe_tells_the_eras_apart() {
        let cases = [
            (
                r#"{"id":1,"result":{"supportedVersions":["2026-07-28"]}}"#,
                Speech::Modern,
            ),
            (r#"{"id":1,"error":{"code":-32022}}"#, Speech::Modern),
            (r#"{"id":1,"error":{"code":-32020}}"#, Speech::Modern),
            (
                r#"{"id":1,"error":{"code":-32000,"message":"Server not initialized"}}"#,
                Speech::Legacy,
            ),
            (
                r#"{"id":1,"error":{"code":-32600,"message":"Missing session ID"}}"#,
                Speech::Legacy,
            ),
            (r#"{"id":1,"error":{"code":-32601}}"#, Speech::Legacy),
            (r#"{"id":1,"result":{}}"#, Speech::Legacy),
        ];
        for (body, speech) in cases {
            let Incoming::Answer(_, answer) = Incoming::read(body.as_bytes(), 1000).unwrap() else {
                continue;
            };
            assert_eq!(judge_probe(&Reply { answer, status: None }), speech, "{body}");
        }
    }

    #[test]
    fn a_request_carries_what_its_era_needs() {
        let trace = object([("traceparent", text("00-1"))]);
        let params = object([("name", text("t"))]);
        let legacy = request(3, "tools/call", with_meta(params.clone(), &trace, Speech::Legacy));
        let expected = r#"{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"t","_meta":{"traceparent":"00-1"}}}"#;
        assert_eq!(legacy, expected);
        assert!(
            !request(3, "x", with_meta(params.clone(), &Object::new(), Speech::Legacy)).contains("_meta")
        );
        let modern = request(3, "tools/call", with_meta(params, &trace, Speech::Modern));
        assert!(
            modern.contains(r#""io.modelcontextprotocol/protocolVersion":"2026-07-28""#),
            "{modern}"
        );
    }
}
