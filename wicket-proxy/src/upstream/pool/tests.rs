//! Calls to toys that behave well and badly, of both eras, over HTTP and over a pipe.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::gate::Permit;
use reqwest::Url;
use wicket_lang::json::{self, Json, Object};

use super::*;
use crate::upstream::toy::{Behaviour, ToySpeech, ToyTool};
use crate::upstream::{Answer, EraChoice, Outcome, ToyUpstream, Transport};

fn read(text: &str) -> Object {
    json::read(text.as_bytes(), &json::Limits::default())
        .unwrap()
        .as_object()
        .unwrap()
        .clone()
}

fn tool(name: &str, schema: &str) -> ToyTool {
    let definition = read(&format!(r#"{{"name":"{name}","inputSchema":{schema}}}"#));
    ToyTool {
        definition,
        says: format!("{name} is done"),
    }
}

async fn toy(speech: ToySpeech) -> ToyUpstream {
    let header = r#"{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"}}}"#;
    let tools = vec![
        tool("echo", r#"{"type":"object"}"#),
        tool("add", r#"{"type":"object"}"#),
        tool("place", header),
    ];
    ToyUpstream::start(([127, 0, 0, 1], 0).into(), speech, tools)
        .await
        .unwrap()
}

fn connector(url: &str, era: EraChoice) -> Connector {
    let transport = Transport::Http {
        url: Url::parse(url).unwrap(),
    };
    Connector {
        era,
        call_limit: Duration::from_secs(20),
        answer_limit: 1 << 20,
        ..Connector::new("toy", transport)
    }
}

fn upstreams(connector: Connector) -> Upstreams {
    Upstreams::new([connector], Clock::System)
}

fn call(tool: &str, arguments: &str) -> Call {
    Call {
        tool: tool.to_owned(),
        arguments: read(arguments),
        trace: read(r#"{"traceparent":"00-1"}"#),
    }
}

async fn forward(upstreams: &Upstreams, call: &Call) -> Result<Reply, UpstreamError> {
    upstreams
        .forward(Permit::for_test(), "toy", &Credential::none(), call)
        .await
}

fn methods(toy: &ToyUpstream) -> Vec<String> {
    toy.arrivals().into_iter().map(|arrival| arrival.method).collect()
}

#[tokio::test]
async fn the_era_of_an_upstream_is_found_out_once() {
    let cases = [
        (
            ToySpeech::Legacy,
            EraChoice::Auto,
            "server/discover initialize notifications/initialized tools/call tools/call",
        ),
        (
            ToySpeech::Legacy,
            EraChoice::Legacy,
            "initialize notifications/initialized tools/call tools/call",
        ),
        (
            ToySpeech::Modern,
            EraChoice::Auto,
            "server/discover tools/call tools/call",
        ),
        (ToySpeech::Modern, EraChoice::Modern, "tools/call tools/call"),
        (
            ToySpeech::Both,
            EraChoice::Auto,
            "server/discover tools/call tools/call",
        ),
        (
            ToySpeech::Both,
            EraChoice::Legacy,
            "initialize notifications/initialized tools/call tools/call",
        ),
    ];
    for (speech, choice, expected) in cases {
        let toy = toy(speech).await;
        let upstreams = upstreams(connector(&toy.url(), choice));
        for _ in 0..2 {
            let reply = forward(&upstreams, &call("echo", r#"{"n":1.50}"#)).await.unwrap();
            assert_eq!(reply.outcome(), Outcome::Success);
        }
        assert_eq!(methods(&toy).join(" "), expected, "{speech:?} {choice:?}");
        let body = &toy.calls()[0].body;
        assert!(
            body.contains(r#""params":{"name":"echo","arguments":{"n":1.50},"_meta":{"#),
            "{body}"
        );
        assert!(body.contains(r#""traceparent":"00-1""#), "{body}");
    }
}

#[tokio::test]
async fn modern_calls_carry_the_headers_that_repeat_the_body() {
    let toy = toy(ToySpeech::Modern).await;
    let upstreams = upstreams(connector(&toy.url(), EraChoice::Auto));
    upstreams
        .list_tools("toy", &Credential::none(), Duration::ZERO)
        .await
        .unwrap();
    forward(&upstreams, &call("place", r#"{"region":"é"}"#))
        .await
        .unwrap();
    let headers = &toy.calls()[0].headers;
    let expected = [
        ("mcp-method", "tools/call"),
        ("mcp-name", "place"),
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-param-region", "=?base64?w6k=?="),
        ("user-agent", concat!("wicket/", env!("CARGO_PKG_VERSION"))),
    ];
    for (name, value) in expected {
        assert_eq!(headers.get(name).map(String::as_str), Some(value), "{name}");
    }
}

#[tokio::test]
async fn all_pages_are_listed_and_the_list_is_kept_for_a_while() {
    for speech in [ToySpeech::Legacy, ToySpeech::Modern] {
        let toy = toy(speech).await;
        let upstreams = upstreams(connector(&toy.url(), EraChoice::Auto));
        let none = Credential::none();
        let listing = upstreams
            .list_tools("toy", &none, Duration::from_mins(1))
            .await
            .unwrap();
        assert_eq!(listing.tools.len(), 3);
        assert!(listing.definition("place").is_some());
        let pages = || {
            methods(&toy)
                .iter()
                .filter(|method| *method == "tools/list")
                .count()
        };
        assert_eq!(pages(), 2);
        upstreams
            .list_tools("toy", &none, Duration::from_mins(1))
            .await
            .unwrap();
        assert_eq!(pages(), 2);
        toy.replace_tools(vec![tool("new", "{}"), tool("twice", "{}"), tool("twice", "{}")]);
        let listing = upstreams.list_tools("toy", &none, Duration::ZERO).await.unwrap();
        assert_eq!(pages(), 4);
        assert_eq!(listing.tools.len(), 1, "a tool that is listed twice is left out");
        assert_eq!(upstreams.last_listing("toy", &none), Some(listing));
    }
}

#[tokio::test]
async fn a_streamed_answer_is_read_and_a_ping_in_it_answered() {
    for speech in [ToySpeech::Legacy, ToySpeech::Modern] {
        let toy = toy(speech).await;
        toy.behave(Behaviour::Streaming);
        let upstreams = upstreams(connector(&toy.url(), EraChoice::Auto));
        let reply = forward(&upstreams, &call("echo", "{}")).await.unwrap();
        let Answer::Result(result) = reply.answer else {
            unreachable!("the toy answers with a result")
        };
        assert!(json::write(&Json::Object(result)).contains("echo is done"));
        assert!(
            toy.arrivals()
                .iter()
                .any(|arrival| arrival.body == r#"{"jsonrpc":"2.0","id":"toy","result":{}}"#)
        );
    }
}

#[tokio::test]
async fn a_session_that_the_upstream_forgot_is_opened_anew() {
    let toy = toy(ToySpeech::Legacy).await;
    let upstreams = upstreams(connector(&toy.url(), EraChoice::Legacy));
    forward(&upstreams, &call("echo", "{}")).await.unwrap();
    toy.forget_sessions();
    let reply = forward(&upstreams, &call("echo", "{}")).await.unwrap();
    assert_eq!(reply.outcome(), Outcome::Success);
    let sessions: Vec<_> = toy
        .calls()
        .iter()
        .map(|call| call.headers["mcp-session-id"].clone())
        .collect();
    assert_eq!(sessions, ["toy-1", "toy-1", "toy-2"]);
    upstreams.close().await;
}

#[tokio::test]
async fn what_an_upstream_does_wrong_is_named_and_never_repeated() {
    let cases = [
        (
            Behaviour::Slow(Duration::from_secs(30)),
            ErrorKind::TimedOut,
            Outcome::Unknown,
        ),
        (Behaviour::ClosesEarly, ErrorKind::ClosedEarly, Outcome::Unknown),
        (
            Behaviour::StopsStreaming,
            ErrorKind::ClosedEarly,
            Outcome::Unknown,
        ),
        (Behaviour::Garbage, ErrorKind::Garbage, Outcome::Unknown),
        (Behaviour::Floods, ErrorKind::TooLarge, Outcome::Unknown),
        (Behaviour::Status(500), ErrorKind::Status(500), Outcome::Unknown),
        (Behaviour::Status(429), ErrorKind::Status(429), Outcome::Failure),
        (
            Behaviour::Status(401),
            ErrorKind::CredentialRefused(401),
            Outcome::Failure,
        ),
        (Behaviour::Redirects, ErrorKind::Status(307), Outcome::Failure),
    ];
    for speech in [ToySpeech::Legacy, ToySpeech::Modern] {
        let toy = toy(speech).await;
        let mut connector = connector(&toy.url(), EraChoice::Auto);
        connector.call_limit = Duration::from_secs(2);
        let upstreams = upstreams(connector);
        for (number, (behaviour, kind, outcome)) in cases.into_iter().enumerate() {
            toy.behave(behaviour);
            let error = forward(&upstreams, &call("echo", "{}")).await.unwrap_err();
            assert_eq!((error.kind, error.outcome()), (kind, outcome), "{behaviour:?}");
            assert_eq!(toy.calls().len(), number + 1, "{behaviour:?}");
            let told = error.for_agent("toy").message;
            assert!(
                told.starts_with("The service `toy` ") && !told.contains("srv"),
                "{told}"
            );
        }
        toy.behave(Behaviour::Refuses);
        let reply = forward(&upstreams, &call("echo", "{}")).await.unwrap();
        assert_eq!((reply.outcome(), reply.status), (Outcome::Error, Some(200)));
        toy.behave(Behaviour::Well);
        assert_eq!(
            forward(&upstreams, &call("echo", "{}")).await.unwrap().outcome(),
            Outcome::Success
        );
    }
}

#[tokio::test]
async fn an_upstream_that_is_down_is_unreachable_until_it_is_back() {
    let toy = toy(ToySpeech::Both).await;
    let url = toy.url();
    let upstreams = upstreams(connector(&url, EraChoice::Auto));
    forward(&upstreams, &call("echo", "{}")).await.unwrap();
    toy.stop().await;
    let error = forward(&upstreams, &call("echo", "{}")).await.unwrap_err();
    assert_eq!(error, UpstreamError::before(ErrorKind::Unreachable));
    let address = Url::parse(&url).unwrap().socket_addrs(|| None).unwrap()[0];
    let back = ToyUpstream::start(address, ToySpeech::Both, vec![tool("echo", "{}")])
        .await
        .unwrap();
    assert_eq!(
        forward(&upstreams, &call("echo", "{}")).await.unwrap().outcome(),
        Outcome::Success
    );
    assert_eq!(back.calls().len(), 1);
    let unknown = upstreams
        .forward(
            Permit::for_test(),
            "other",
            &Credential::none(),
            &call("echo", "{}"),
        )
        .await
        .unwrap_err();
    assert_eq!(unknown.kind, ErrorKind::UnknownService);
}

#[tokio::test]
async fn credentials_never_share_a_connection_or_a_session() {
    let toy = toy(ToySpeech::Legacy).await;
    let upstreams = Arc::new(upstreams(connector(&toy.url(), EraChoice::Auto)));
    let names: Vec<String> = (0..8).map(|number| format!("Bearer token-{number}")).collect();
    let mut running = Vec::new();
    for round in 0..64 {
        let upstreams = Arc::clone(&upstreams);
        let name = names[round % names.len()].clone();
        running.push(tokio::spawn(async move {
            let credential = Credential::header("Authorization", &name).unwrap();
            let arguments = format!(r#"{{"as":"{name}"}}"#);
            upstreams
                .forward(Permit::for_test(), "toy", &credential, &call("echo", &arguments))
                .await
                .unwrap();
        }));
    }
    for one in running {
        one.await.unwrap();
    }
    let mut session_of = BTreeMap::new();
    for call in toy.calls() {
        let shown = call.headers["authorization"].clone();
        let meant = call
            .arguments
            .unwrap()
            .get("as")
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(shown, meant);
        let session = call.headers["mcp-session-id"].clone();
        assert_eq!(session_of.entry(shown).or_insert(session.clone()), &session);
    }
    let mut sessions: Vec<_> = session_of.values().collect();
    sessions.sort();
    sessions.dedup();
    assert_eq!(sessions.len(), names.len());
}

#[tokio::test]
async fn idle_connections_are_closed_and_opened_again_when_needed() {
    let toy = toy(ToySpeech::Legacy).await;
    let upstreams = upstreams(connector(&toy.url(), EraChoice::Legacy));
    forward(&upstreams, &call("echo", "{}")).await.unwrap();
    upstreams.close_idle(Instant(0)).await;
    forward(&upstreams, &call("echo", "{}")).await.unwrap();
    upstreams.close_idle(Instant(i64::MAX)).await;
    forward(&upstreams, &call("echo", "{}")).await.unwrap();
    let sessions: Vec<_> = toy
        .calls()
        .iter()
        .map(|call| call.headers["mcp-session-id"].clone())
        .collect();
    assert_eq!(sessions, ["toy-1", "toy-1", "toy-2"]);
}
