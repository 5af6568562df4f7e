//! Tables of messages, and what becomes of them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use wicket_lang::json::{Json, write};

use super::*;
use crate::mcp::{Arguments, Era, Method, Revision, Session, reply};

const MODERN: &str = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#;
const VERSION: (&str, &str) = ("mcp-protocol-version", "2026-07-28");

fn door() -> Door {
    Door {
        limits: json::Limits {
            bytes: 4096,
            depth: 16,
            nodes: 500,
        },
        sessions: Sessions::new(&[3; 32], Duration::from_secs(1)),
        conversation_keys: vec!["vscode.conversationId".to_owned()],
    }
}

fn session_of(door: &Door, owner: &str) -> String {
    door.sessions.mint(
        owner,
        &Session {
            revision: Revision::November2025,
            client: None,
        },
        Instant(0),
        [5; 16],
    )
}

fn try_receive(body: &str, headers: &[(&str, &str)]) -> Result<Message, Refused> {
    let door = door();
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let value = match *value {
            "SESSION" => session_of(&door, "ann"),
            "FOREIGN" => session_of(&door, "bob"),
            other => other.to_owned(),
        };
        map.append(
            HeaderName::try_from(*name).unwrap(),
            HeaderValue::try_from(value).unwrap(),
        );
    }
    receive(&door, body.as_bytes(), &Headers::pick(&map), "ann", Instant(10))
}

/// The status and code with which a message is refused.
fn refusal(body: &str, headers: &[(&str, &str)]) -> (u16, i64) {
    match try_receive(body, headers) {
        Ok(message) => panic!("{body} was taken for {message:?}"),
        Err(refused) => (refused.refusal.status(), refused.refusal.code()),
    }
}

fn request(body: &str, headers: &[(&str, &str)]) -> crate::mcp::Request {
    match try_receive(body, headers).unwrap() {
        Message::Request(request) => request,
        Message::Notification { method } => panic!("{method} is a notification"),
    }
}

fn modern(method: &str, more: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{{{more}{MODERN}}}}}"#)
}

fn legacy(method: &str, params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#)
}

#[test]
fn the_body_decides_the_era() {
    let discover = request(
        &modern("server/discover", ""),
        &[VERSION, ("mcp-method", "server/discover")],
    );
    assert_eq!((discover.era, discover.method), (Era::Modern, Method::Discover));

    let list = request(&legacy("tools/list", "{}"), &[("mcp-session-id", "SESSION")]);
    assert_eq!(
        (list.era, list.method),
        (Era::Legacy(Revision::November2025), Method::ListTools)
    );

    let open = legacy(
        "initialize",
        r#"{"protocolVersion":"2025-06-18","clientInfo":{"name":"c","version":"9"}}"#,
    );
    let open = request(&open, &[]);
    assert_eq!(
        (open.era, open.method),
        (Era::Legacy(Revision::June2025), Method::Initialize)
    );
    assert_eq!(open.client.map(|client| client.name), Some("c".to_owned()));

    // A request that claims to be modern is modern, whatever its method and its session.
    assert_eq!(
        refusal(
            &modern("initialize", ""),
            &[VERSION, ("mcp-method", "initialize")]
        ),
        (404, -32601)
    );
    assert_eq!(
        refusal(
            &modern("ping", ""),
            &[VERSION, ("mcp-method", "ping"), ("mcp-session-id", "SESSION")]
        ),
        (404, -32601)
    );
    // A handshake under a modern header contradicts itself; other messages without a claim lack it.
    assert_eq!(
        refusal(
            &legacy("initialize", r#"{"protocolVersion":"2026-07-28"}"#),
            &[VERSION]
        ),
        (400, -32020)
    );
    assert_eq!(refusal(&legacy("tools/list", "{}"), &[VERSION]), (400, -32602));
}

#[test]
fn a_modern_client_that_shakes_hands_gets_the_newest_legacy_revision() {
    let open = request(&legacy("initialize", r#"{"protocolVersion":"2026-07-28"}"#), &[]);
    assert_eq!(open.era, Era::Legacy(Revision::November2025));
}

#[test]
fn modern_checks_come_in_the_order_of_the_protocol() {
    let call = [VERSION, ("mcp-method", "tools/call"), ("mcp-name", "echo")];
    let body = modern("tools/call", r#""name":"echo","#);
    assert!(try_receive(&body, &call).is_ok());

    let no_capabilities = r#"{"jsonrpc":"2.0","id":1,"method":"x","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"1"}}}"#;
    assert_eq!(refusal(no_capabilities, &[]), (400, -32602));
    let odd_version = body.replace(r#""2026-07-28""#, "20260728");
    assert_eq!(refusal(&odd_version, &call), (400, -32602));
    let future = body.replace("2026-07-28", "2099-01-01");
    assert_eq!(
        refusal(&future, &call),
        (400, -32020),
        "the header is compared before the version is judged"
    );
    let ahead = [
        ("mcp-protocol-version", "2099-01-01"),
        ("mcp-method", "tools/call"),
        ("mcp-name", "echo"),
    ];
    assert_eq!(refusal(&future, &ahead), (400, -32022));
    let unserved = modern("prompts/get", r#""name":"p","#);
    assert_eq!(
        refusal(
            &unserved,
            &[VERSION, ("mcp-method", "prompts/get"), ("mcp-name", "q")]
        ),
        (400, -32020)
    );
    assert_eq!(
        refusal(
            &unserved,
            &[VERSION, ("mcp-method", "prompts/get"), ("mcp-name", "p")]
        ),
        (404, -32601)
    );
    let nameless = modern("tools/call", "");
    assert_eq!(refusal(&nameless, &call), (400, -32020));
    let second_round = modern("tools/call", r#""name":"echo","requestState":"x","#);
    assert_eq!(refusal(&second_round, &call), (200, -32602));
}

#[test]
fn headers_have_to_say_what_the_body_says() {
    let body = modern("tools/call", r#""name":"écho","#);
    let right = [
        VERSION,
        ("mcp-method", "tools/call"),
        ("mcp-name", "=?base64?w6ljaG8=?="),
    ];
    assert!(try_receive(&body, &right).is_ok());
    let wrong: [&[(&str, &str)]; 8] = [
        &[],
        &right[1..],
        &right[..2],
        &[right[0], right[2]],
        &[("mcp-protocol-version", "2025-11-25"), right[1], right[2]],
        &[right[0], ("mcp-method", "Tools/Call"), right[2]],
        &[right[0], right[1], ("mcp-name", "echo")],
        &[right[0], right[1], right[2], right[2]],
    ];
    for headers in wrong {
        assert_eq!(refusal(&body, headers), (400, -32020), "{headers:?}");
    }
}

#[test]
fn a_modern_refusal_names_the_versions_that_are_served() {
    let body = modern("server/discover", "").replace("2026-07-28", "2027-01-01");
    let refused = try_receive(
        &body,
        &[
            ("mcp-protocol-version", "2027-01-01"),
            ("mcp-method", "server/discover"),
        ],
    );
    let text = reply::refused(&refused.unwrap_err()).body.unwrap();
    assert!(
        text.contains(r#""data":{"supported":["2026-07-28"],"requested":"2027-01-01"}"#),
        "{text}"
    );
    assert!(text.starts_with(r#"{"jsonrpc":"2.0","id":1,"error":"#), "{text}");
}

#[test]
fn a_legacy_message_belongs_to_a_session_of_its_sender() {
    let ping = legacy("ping", "{}");
    assert_eq!(
        request(&ping, &[("mcp-session-id", "SESSION")]).method,
        Method::Ping
    );
    assert_eq!(refusal(&ping, &[]), (400, -32600));
    assert_eq!(refusal(&ping, &[("mcp-session-id", "made-up")]), (404, -32600));
    assert_eq!(refusal(&ping, &[("mcp-session-id", "FOREIGN")]), (404, -32600));
    assert_eq!(
        refusal(
            &ping,
            &[("mcp-session-id", "SESSION"), ("mcp-session-id", "SESSION")]
        ),
        (404, -32600)
    );
    let session = ("mcp-session-id", "SESSION");
    assert!(try_receive(&ping, &[session, ("mcp-protocol-version", "2025-06-18")]).is_ok());
    assert_eq!(
        refusal(&ping, &[session, ("mcp-protocol-version", "2025-03-26")]),
        (400, -32600)
    );
    assert_eq!(
        refusal(&legacy("logging/setLevel", "{}"), &[session]),
        (200, -32601)
    );
    assert_eq!(
        refusal(&legacy("tools/list", r#"{"cursor":""}"#), &[session]),
        (200, -32602)
    );
}

#[test]
fn notifications_are_taken_without_an_answer() {
    let body = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
    let taken = Message::Notification {
        method: "notifications/initialized".to_owned(),
    };
    assert_eq!(
        try_receive(body, &[("mcp-session-id", "SESSION")]),
        Ok(taken.clone())
    );
    assert_eq!(try_receive(body, &[VERSION]), Ok(taken));
    assert_eq!(refusal(body, &[]), (400, -32600));
}

#[test]
fn what_is_not_one_message_is_refused() {
    let cases = [
        ("", -32700),
        ("{", -32700),
        ("{}x", -32700),
        ("\u{feff}{}", -32700),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"ping","method":"ping"}"#,
            -32700,
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":[{"b":1,"b":1}]}}"#,
            -32700,
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"\ud800"}}"#,
            -32700,
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":1e999}}"#,
            -32700,
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}}"#,
            -32700,
        ),
        ("[]", -32600),
        (r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32600),
        ("1", -32600),
        ("{}", -32600),
        (r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"method":2}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"result":{}}"#, -32600),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"ping","Method":"ping"}"#,
            -32600,
        ),
        (r#"{"jsonrpc":"2.0","id":1,"METHOD":"ping"}"#, -32600),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","Name":"b"}}"#,
            -32600,
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","paramſ":{}}"#,
            -32600,
        ),
        (r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#, -32602),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":1}}"#,
            -32602,
        ),
    ];
    for (body, code) in cases {
        assert_eq!(
            refusal(body, &[("mcp-session-id", "SESSION")]),
            (400, code),
            "{body}"
        );
    }
    let long = legacy("ping", &format!(r#"{{"a":"{}"}}"#, "x".repeat(5000)));
    assert_eq!(refusal(&long, &[]), (400, -32700));
    let headers = Headers::default();
    let raw = b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xff\"}";
    let refused = receive(&door(), raw, &headers, "ann", Instant(0)).unwrap_err();
    assert_eq!(refused.refusal.code(), -32700);
}

#[test]
fn look_alikes_of_the_claim_are_refused() {
    let body = modern("server/discover", "").replace("protocolVersion", "ProtocolVersion");
    assert_eq!(refusal(&body, &[("mcp-session-id", "SESSION")]), (400, -32600));
    let body = modern("server/discover", r#""_Meta":{},"#);
    assert_eq!(refusal(&body, &[]), (400, -32600));
}

#[test]
fn a_call_keeps_what_was_written_and_little_of_its_meta() {
    let body = legacy(
        "tools/call",
        r#"{"name":"s__t","arguments":{"z":1.0,"a":[1e2]},"extra":1,
            "_meta":{"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","baggage":"b","progressToken":1,"vscode.conversationId":"c1"}}"#,
    );
    let request = request(&body, &[("mcp-session-id", "SESSION")]);
    assert_eq!(request.conversation.as_deref(), Some("c1"));
    let Method::CallTool(call) = request.method else {
        panic!("not a call")
    };
    assert_eq!(call.name, "s__t");
    let Arguments::Clear(arguments) = call.arguments else {
        panic!("not clear")
    };
    assert_eq!(write(&Json::Object(arguments)), r#"{"z":1.0,"a":[1e2]}"#);
    assert_eq!(
        write(&Json::Object(call.trace)),
        r#"{"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}"#
    );
}

#[test]
fn what_is_no_trace_context_does_not_travel_as_one() {
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let long = "x".repeat(513);
    let cases = [
        (parent, "a=1,b=2", 2),
        (parent, long.as_str(), 1),
        (parent, "a=\\n", 1),
        ("the numbers of all cards", "a=1", 0),
        (
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "a=1",
            0,
        ),
        (
            "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "a=1",
            0,
        ),
    ];
    for (parent, state, travelling) in cases {
        let params = format!(r#"{{"name":"t","_meta":{{"traceparent":"{parent}","tracestate":"{state}"}}}}"#);
        let message = request(&legacy("tools/call", &params), &[("mcp-session-id", "SESSION")]);
        let Method::CallTool(call) = message.method else {
            panic!("not a call")
        };
        assert_eq!(call.trace.len(), travelling, "{parent} {state}");
    }
}

#[test]
fn arguments_that_two_readers_would_read_differently_are_marked() {
    let session = [("mcp-session-id", "SESSION")];
    for arguments in [
        r#"{"repo":1,"Repo":2}"#,
        r#"{"a":[{"k":1,"\u212a":2}]}"#,
        r#"{"s":1,"ſ":2}"#,
        r#"{"É":1,"é":2}"#,
    ] {
        let body = legacy(
            "tools/call",
            &format!(r#"{{"name":"t","arguments":{arguments}}}"#),
        );
        let Method::CallTool(call) = request(&body, &session).method else {
            panic!("not a call")
        };
        assert!(
            matches!(call.arguments, Arguments::Ambiguous { .. }),
            "{arguments}"
        );
    }
    assert_eq!(
        refusal(&legacy("tools/call", r#"{"name":"t","arguments":[]}"#), &session),
        (200, -32602)
    );
    assert_eq!(
        refusal(&legacy("tools/call", r#"{"name":1}"#), &session),
        (200, -32602)
    );
}

#[test]
fn a_refused_call_is_known_by_its_tool() {
    let body = modern("tools/call", r#""name":"echo","#);
    let refused = try_receive(&body, &[VERSION]).unwrap_err();
    assert_eq!(refused.method.as_deref(), Some("tools/call"));
    assert_eq!(refused.tool.as_deref(), Some("echo"));
}

#[test]
fn ids_come_back_as_they_were_written() {
    for id in [r#""\u0041\/é""#, "0", "-5", "18446744073709551616", r#""""#] {
        let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#);
        let request = request(&body, &[("mcp-session-id", "SESSION")]);
        assert_eq!(
            reply::pong(&request).body.unwrap(),
            format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{}}}}"#)
        );
        let refused = try_receive(&body, &[]).unwrap_err();
        assert!(
            reply::refused(&refused)
                .body
                .unwrap()
                .starts_with(&format!(r#"{{"jsonrpc":"2.0","id":{id},"error":"#))
        );
    }
    let unread = try_receive("{", &[]).unwrap_err();
    assert!(!reply::refused(&unread).body.unwrap().contains("\"id\""));
}
