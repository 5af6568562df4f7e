//! From answers to bodies.
//!
//! The id goes into the text as the client wrote it, so the envelope is put together here by hand and nowhere else.

use wicket_lang::json::{self, Json, Object};

use super::build::{integer, object, text, texts};
use super::era::{Era, MODERN, SERVER_KEY};
use super::gateway::{CallAnswer, Denial, UpstreamFailure};
use super::id::Id;
use super::message::Request;
use super::refusal::{Refusal, Refused};
use super::translate;

/// The key in the `_meta` of a denied call's result.
pub const DECISION_KEY: &str = "sh.wicket/decision";
/// The key in the `_meta` of a failed call's result.
pub const FAILURE_KEY: &str = "sh.wicket/failure";

/// A reply, before it is put into HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The JSON-RPC message. A notification gets none.
    pub body: Option<String>,
    /// The id of the session that this reply opens.
    pub session: Option<String>,
}

impl Reply {
    fn ok(body: String) -> Reply {
        Reply {
            status: 200,
            body: Some(body),
            session: None,
        }
    }
}

/// To a notification.
#[must_use]
pub fn accepted() -> Reply {
    Reply {
        status: 202,
        body: None,
        session: None,
    }
}

/// To a message that is refused.
#[must_use]
pub fn refused(refused: &Refused) -> Reply {
    let refusal = &refused.refusal;
    let mut error = object([
        ("code", integer(refusal.code())),
        ("message", text(refusal.message())),
    ]);
    if let Some(data) = refusal.data() {
        error.insert("data", data);
    }
    Reply {
        status: refusal.status(),
        body: Some(error_body(refused.id.as_ref(), error)),
        session: None,
    }
}

/// To `initialize`: opens the session of this id.
#[must_use]
pub fn initialized(request: &Request, session: String) -> Reply {
    let result = object([
        ("protocolVersion", text(request.era.version())),
        ("capabilities", capabilities()),
        ("serverInfo", server_info()),
    ]);
    Reply {
        session: Some(session),
        ..Reply::ok(result_body(&request.id, result))
    }
}

/// To `ping`.
#[must_use]
pub fn pong(request: &Request) -> Reply {
    Reply::ok(result_body(&request.id, Object::new()))
}

/// To `server/discover`.
#[must_use]
pub fn discovered(request: &Request) -> Reply {
    let mut result = object([
        ("supportedVersions", texts([MODERN])),
        ("capabilities", capabilities()),
    ]);
    forbid_sharing(&mut result);
    Reply::ok(result_body(&request.id, own(result, request.era)))
}

/// To `tools/list`.
#[must_use]
pub fn tools(request: &Request, definitions: Vec<Object>) -> Reply {
    let definitions = definitions.into_iter().map(Json::Object).collect();
    let mut result = object([("tools", Json::Array(definitions))]);
    match request.era {
        Era::Modern => forbid_sharing(&mut result),
        Era::Legacy(_) => {}
    }
    Reply::ok(result_body(&request.id, own(result, request.era)))
}

/// To `tools/call`.
#[must_use]
pub fn called(request: &Request, answer: CallAnswer) -> Reply {
    let id = &request.id;
    match answer {
        CallAnswer::Result(result) => match translate::call_result(result, request.era) {
            Ok(result) => Reply::ok(result_body(id, result)),
            Err(problem) => {
                let error = object([("code", integer(-32603)), ("message", text(problem.to_string()))]);
                Reply::ok(error_body(Some(id), error))
            }
        },
        CallAnswer::Error(error) => {
            Reply::ok(error_body(Some(id), translate::call_error(error, request.era)))
        }
        CallAnswer::Denied(denial) => Reply::ok(result_body(id, own(denied(*denial), request.era))),
        CallAnswer::Failed(failure) => Reply::ok(result_body(id, own(failed(failure), request.era))),
        CallAnswer::Refused(refusal) => refused(&refusal.of(Some(id.clone()))),
    }
}

/// To any request that cannot be answered because of a fault here.
#[must_use]
pub fn internal(id: Option<Id>) -> Reply {
    refused(&Refusal::Internal.of(id))
}

fn denied(denial: Denial) -> Object {
    let Denial {
        message,
        reason,
        class,
        others,
        policies,
        next,
        expired,
        record,
    } = denial;
    let mut decision = object([
        ("reason", text(reason)),
        ("class", class),
        ("policies", policies),
        ("next", next.map_or(Json::Null, text)),
        ("record", record),
    ]);
    if let Some(expired) = expired {
        decision.insert("expired", text(expired));
    }
    if others != Json::Null {
        decision.insert("others", others);
    }
    told_to_the_model(message, DECISION_KEY, decision)
}

fn failed(failure: UpstreamFailure) -> Object {
    let UpstreamFailure {
        message,
        kind,
        may_have_run,
    } = failure;
    let details = object([("kind", text(kind)), ("may_have_run", Json::Bool(may_have_run))]);
    told_to_the_model(message, FAILURE_KEY, details)
}

/// A tool result with `isError`: clients show it to the model, while they end the turn on a protocol error.
fn told_to_the_model(message: String, key: &str, details: Object) -> Object {
    let content = object([("type", text("text")), ("text", text(message))]);
    object([
        ("content", Json::Array(vec![Json::Object(content)])),
        ("isError", Json::Bool(true)),
        ("_meta", Json::Object(object([(key, Json::Object(details))]))),
    ])
}

/// Adds what a modern result of Wicket's own carries.
fn own(mut result: Object, era: Era) -> Object {
    match era {
        Era::Legacy(_) => {}
        Era::Modern => {
            result.insert("resultType", text("complete"));
            let mut meta = match result.remove("_meta") {
                Some(Json::Object(meta)) => meta,
                _ => Object::new(),
            };
            meta.insert(SERVER_KEY, server_info());
            result.insert("_meta", Json::Object(meta));
        }
    }
    result
}

/// What a caller may see depends on the caller and can change with any publication, so nobody may keep or share it.
fn forbid_sharing(result: &mut Object) {
    result.insert("ttlMs", integer(0));
    result.insert("cacheScope", text("private"));
}

fn capabilities() -> Json {
    Json::Object(object([("tools", Json::Object(Object::new()))]))
}

fn server_info() -> Json {
    Json::Object(object([
        ("name", text("wicket")),
        ("version", text(env!("CARGO_PKG_VERSION"))),
    ]))
}

fn result_body(id: &Id, result: Object) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":{},"result":{}}}"#,
        id.as_json(),
        json::write(&Json::Object(result))
    )
}

fn error_body(id: Option<&Id>, error: Object) -> String {
    let error = json::write(&Json::Object(error));
    match id {
        Some(id) => format!(r#"{{"jsonrpc":"2.0","id":{},"error":{error}}}"#, id.as_json()),
        // The protocol's schema has no null id, so it is left out.
        None => format!(r#"{{"jsonrpc":"2.0","error":{error}}}"#),
    }
}

#[cfg(test)]
mod tests;
