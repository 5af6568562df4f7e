//! The toy's answers.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State as Extract;
use axum::http::{HeaderMap, Response, StatusCode};
use axum::routing::post;
use wicket_lang::json::{self, Json, Object};

use super::{Arrival, Behaviour, State, ToySpeech};
use crate::mcp::build::{integer, object, text, texts};

pub(super) fn router(state: Arc<State>) -> Router {
    Router::new()
        .route("/mcp", post(receive).delete(end_session))
        .with_state(state)
}

async fn receive(Extract(state): Extract<Arc<State>>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let Some(message) = read(&body) else {
        return error(400, None, -32700, "not JSON");
    };
    let method = message
        .get("method")
        .and_then(Json::as_str)
        .unwrap_or_default()
        .to_owned();
    let empty = Object::new();
    let params = message.get("params").and_then(Json::as_object).unwrap_or(&empty);
    record(&state, &method, params, &headers, &body);
    let Some(id) = message.get("id").cloned() else {
        return answer(202, None);
    };
    let is_modern = params
        .get("_meta")
        .and_then(Json::as_object)
        .is_some_and(|meta| meta.contains_key(VERSION_KEY));
    match (is_modern, state.speech) {
        (true, ToySpeech::Modern | ToySpeech::Both) => {
            if header(&headers, "mcp-method") != Some(&method)
                || header(&headers, "mcp-protocol-version") != Some("2026-07-28")
            {
                return error(400, Some(id), -32020, "header mismatch");
            }
        }
        (true, ToySpeech::Legacy) => {
            return error(400, Some(id), -32000, "Bad Request: Server not initialized");
        }
        (false, ToySpeech::Modern) => return error(400, Some(id), -32602, "this server speaks 2026-07-28"),
        (false, ToySpeech::Legacy | ToySpeech::Both) if method == "initialize" => {
            return open_session(&state, id);
        }
        (false, ToySpeech::Legacy | ToySpeech::Both) => match header(&headers, "mcp-session-id") {
            None => return error(400, Some(id), -32000, "Bad Request: no session"),
            Some(session) if !state.lock().sessions.contains(session) => {
                return error(404, Some(id), -32001, "Session not found");
            }
            Some(_) => {}
        },
    }
    match method.as_str() {
        "server/discover" => {
            let capabilities = Json::Object(object([("tools", Json::Object(Object::new()))]));
            result(
                id,
                object([
                    ("supportedVersions", texts(["2026-07-28"])),
                    ("capabilities", capabilities),
                ]),
                is_modern,
            )
        }
        "ping" => result(id, Object::new(), is_modern),
        "tools/list" => list(&state, id, params, is_modern),
        "tools/call" => call(&state, id, params, is_modern).await,
        _ => error(
            if is_modern { 404 } else { 200 },
            Some(id),
            -32601,
            "Method not found",
        ),
    }
}

const VERSION_KEY: &str = "io.modelcontextprotocol/protocolVersion";
/// Small, so that a list of more than two tools has pages.
const PAGE: usize = 2;

fn read(body: &[u8]) -> Option<Object> {
    match json::read(body, &json::Limits::default()) {
        Ok(Json::Object(message)) => Some(message),
        Ok(_) | Err(_) => None,
    }
}

fn record(state: &State, method: &str, params: &Object, headers: &HeaderMap, body: &[u8]) {
    let is_call = method == "tools/call";
    let headers = headers
        .iter()
        .map(|(name, value)| {
            (
                name.as_str().to_owned(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect();
    state.lock().arrivals.push(Arrival {
        method: method.to_owned(),
        tool: params
            .get("name")
            .filter(|_| is_call)
            .and_then(Json::as_str)
            .map(ToOwned::to_owned),
        arguments: params
            .get("arguments")
            .filter(|_| is_call)
            .and_then(Json::as_object)
            .cloned(),
        headers,
        body: String::from_utf8_lossy(body).into_owned(),
    });
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn open_session(state: &State, id: Json) -> Response<Body> {
    let session = {
        let mut inner = state.lock();
        inner.sessions_opened += 1;
        let session = format!("toy-{}", inner.sessions_opened);
        inner.sessions.insert(session.clone());
        session
    };
    let info = object([("name", text("toy")), ("version", text("1"))]);
    let mut response = result(
        id,
        object([
            ("protocolVersion", text("2025-11-25")),
            (
                "capabilities",
                Json::Object(object([("tools", Json::Object(Object::new()))])),
            ),
            ("serverInfo", Json::Object(info)),
        ]),
        false,
    );
    if let Ok(value) = session.parse() {
        response.headers_mut().insert("mcp-session-id", value);
    }
    response
}

async fn end_session(Extract(state): Extract<Arc<State>>, headers: HeaderMap) -> StatusCode {
    let known =
        header(&headers, "mcp-session-id").is_some_and(|session| state.lock().sessions.remove(session));
    if known {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::NOT_FOUND
    }
}

fn list(state: &State, id: Json, params: &Object, is_modern: bool) -> Response<Body> {
    let start: usize = match params.get("cursor").and_then(Json::as_str) {
        None => 0,
        Some(cursor) => match cursor.parse() {
            Ok(start) => start,
            Err(_) => return error(200, Some(id), -32602, "bad cursor"),
        },
    };
    let inner = state.lock();
    let page = inner
        .tools
        .iter()
        .skip(start)
        .take(PAGE)
        .map(|tool| Json::Object(tool.definition.clone()))
        .collect();
    let mut listed = object([("tools", Json::Array(page))]);
    if start + PAGE < inner.tools.len() {
        listed.insert("nextCursor", text((start + PAGE).to_string()));
    }
    result(id, listed, is_modern)
}

async fn call(state: &State, id: Json, params: &Object, is_modern: bool) -> Response<Body> {
    let name = params.get("name").and_then(Json::as_str);
    let (behaviour, says) = {
        let inner = state.lock();
        let tool = inner
            .tools
            .iter()
            .find(|tool| tool.definition.get("name").and_then(Json::as_str) == name);
        let says = tool.map(|tool| (tool.says.clone(), tool.definition.contains_key("outputSchema")));
        (inner.behaviour, says)
    };
    let Some((says, is_structured)) = says else {
        return error(200, Some(id), -32602, "Unknown tool");
    };
    let structured = is_structured.then(|| object([("said", text(says.clone()))]));
    let content = object([("type", text("text")), ("text", text(says))]);
    let mut good = object([
        ("content", Json::Array(vec![Json::Object(content)])),
        ("isError", Json::Bool(false)),
    ]);
    if let Some(structured) = structured {
        good.insert("structuredContent", Json::Object(structured));
    }
    match behaviour {
        Behaviour::Well => result(id, good, is_modern),
        Behaviour::Slow(time) => {
            tokio::time::sleep(time).await;
            result(id, good, is_modern)
        }
        Behaviour::Streaming => stream(&[
            ": hello\n\n".to_owned(),
            event(
                r#"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}}"#,
            ),
            event(r#"{"jsonrpc":"2.0","id":"toy","method":"ping"}"#),
            event(&envelope(Some(id), "result", complete(good, is_modern))),
        ]),
        Behaviour::StopsStreaming => stream(&[": hello\n\n".to_owned(), "data: {\"jsonrpc\"".to_owned()]),
        Behaviour::ClosesEarly => {
            let pieces = [
                Ok("{\"jsonrpc\":"),
                Err(std::io::Error::other("the toy closes early")),
            ];
            respond(
                200,
                "application/json",
                Body::from_stream(futures_util::stream::iter(pieces)),
            )
        }
        Behaviour::Garbage => respond(200, "application/json", Body::from("<html>hello</html>")),
        Behaviour::Status(status) => respond(
            status,
            "text/html",
            Body::from("<html>at /srv/toy/secret.rs:7</html>"),
        ),
        Behaviour::Redirects => {
            let mut response = respond(307, "text/plain", Body::empty());
            if let Ok(location) = "http://127.0.0.1:1/elsewhere".parse() {
                response.headers_mut().insert("location", location);
            }
            response
        }
        Behaviour::Refuses => error(200, Some(id), 4711, "the toy does not want to"),
        Behaviour::Floods => {
            let piece = Bytes::from(vec![b' '; 64 * 1024]);
            let pieces = futures_util::stream::repeat_with(move || Ok::<_, Infallible>(piece.clone()));
            respond(200, "application/json", Body::from_stream(pieces))
        }
    }
}

fn complete(mut result: Object, is_modern: bool) -> Object {
    if is_modern {
        result.insert("resultType", text("complete"));
    }
    result
}

fn result(id: Json, result: Object, is_modern: bool) -> Response<Body> {
    answer(
        200,
        Some(envelope(Some(id), "result", complete(result, is_modern))),
    )
}

fn error(status: u16, id: Option<Json>, code: i64, message: &str) -> Response<Body> {
    answer(
        status,
        Some(envelope(
            id,
            "error",
            object([("code", integer(code)), ("message", text(message))]),
        )),
    )
}

fn envelope(id: Option<Json>, key: &str, content: Object) -> String {
    let mut message = object([("jsonrpc", text("2.0"))]);
    if let Some(id) = id {
        message.insert("id", id);
    }
    message.insert(key, Json::Object(content));
    json::write(&Json::Object(message))
}

fn event(data: &str) -> String {
    format!("event: message\ndata: {data}\n\n")
}

/// A stream of these texts, each in three pieces, so that readers meet broken lines and characters.
fn stream(texts: &[String]) -> Response<Body> {
    let pieces: Vec<Result<Bytes, Infallible>> = texts
        .iter()
        .flat_map(|text| {
            text.as_bytes()
                .chunks(text.len() / 3 + 1)
                .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        })
        .collect();
    respond(
        200,
        "text/event-stream",
        Body::from_stream(futures_util::stream::iter(pieces)),
    )
}

fn answer(status: u16, body: Option<String>) -> Response<Body> {
    respond(
        status,
        "application/json",
        body.map_or_else(Body::empty, Body::from),
    )
}

fn respond(status: u16, kind: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Ok(kind) = kind.parse() {
        response.headers_mut().insert("content-type", kind);
    }
    response
}
