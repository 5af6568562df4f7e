//! Calls to a program. The program is this test binary again, started to run the one test `program`, so that nothing
//! else has to be installed. The banner that the test runner prints first is a message to nobody, as with real programs.

#![expect(clippy::unwrap_used, reason = "tests")]

use crate::gate::Permit;
use std::io::{BufRead as _, Write as _};

use wicket_lang::json::{self, Json, Object};
use zeroize::Zeroizing;

use crate::clock::Clock;
use crate::mcp::build::{object, text, texts};
use crate::upstream::{
    Answer, Call, Connector, Credential, EraChoice, ErrorKind, Outcome, Reply, Transport, UpstreamError,
    Upstreams,
};
use std::time::Duration;

fn upstreams(kind: &str, era: EraChoice) -> Upstreams {
    let program = std::env::current_exe().unwrap().to_str().unwrap().to_owned();
    let arguments = [
        "--exact",
        "upstream::wire_stdio::tests::program",
        "--ignored",
        "--nocapture",
    ];
    let environment = [("KIND", kind), ("TOKEN", "canary-canary")]
        .map(|(name, value)| (name.to_owned(), Zeroizing::new(value.to_owned())));
    let transport = Transport::Stdio {
        program,
        arguments: arguments.map(str::to_owned).to_vec(),
        environment: environment.into_iter().collect(),
    };
    let connector = Connector {
        era,
        call_limit: Duration::from_secs(20),
        ..Connector::new("pipe", transport)
    };
    Upstreams::new([connector], Clock::System)
}

async fn call(upstreams: &Upstreams, tool: &str) -> Result<Reply, UpstreamError> {
    let call = Call {
        tool: tool.to_owned(),
        arguments: Object::new(),
        trace: Object::new(),
    };
    upstreams
        .forward(Permit::for_test(), "pipe", &Credential::none(), &call)
        .await
}

async fn said(upstreams: &Upstreams, tool: &str) -> String {
    match call(upstreams, tool).await.unwrap().answer {
        Answer::Result(result) => json::write(&Json::Object(result)),
        Answer::Error(error) => json::write(&Json::Object(error)),
    }
}

#[tokio::test]
async fn programs_of_both_eras_are_called() {
    for (kind, era) in [
        ("legacy", EraChoice::Auto),
        ("legacy", EraChoice::Legacy),
        ("modern", EraChoice::Auto),
        ("modern", EraChoice::Modern),
    ] {
        let upstreams = upstreams(kind, era);
        assert!(
            said(&upstreams, "echo").await.contains(&format!("{kind} echo")),
            "{kind} {era:?}"
        );
        let listing = upstreams
            .list_tools("pipe", &Credential::none(), Duration::ZERO)
            .await
            .unwrap();
        assert!(listing.definition("echo").is_some());
        upstreams.close().await;
    }
}

#[tokio::test]
async fn a_program_sees_no_environment_but_its_own() {
    let upstreams = upstreams("legacy", EraChoice::Legacy);
    assert!(said(&upstreams, "environment").await.contains(r#""KIND TOKEN""#));
}

#[tokio::test]
async fn a_program_that_dies_is_started_again_and_its_call_is_not_repeated() {
    let upstreams = upstreams("legacy", EraChoice::Legacy);
    let first = said(&upstreams, "process").await;
    let error = call(&upstreams, "die").await.unwrap_err();
    assert_eq!(
        (error.kind, error.outcome()),
        (ErrorKind::ClosedEarly, Outcome::Unknown)
    );
    assert_ne!(said(&upstreams, "process").await, first);
}

#[tokio::test]
async fn answers_find_their_calls_whatever_their_order() {
    let upstreams = std::sync::Arc::new(upstreams("legacy", EraChoice::Legacy));
    let late = tokio::spawn({
        let upstreams = std::sync::Arc::clone(&upstreams);
        async move { said(&upstreams, "late").await }
    });
    while !said(&upstreams, "waiting").await.contains("one waits") {}
    assert!(said(&upstreams, "echo").await.contains("legacy echo"));
    assert!(late.await.unwrap().contains("late at last"));
}

#[tokio::test]
async fn a_program_that_is_missing_is_unreachable() {
    let transport = Transport::Stdio {
        program: "/nowhere/at/all".to_owned(),
        arguments: Vec::new(),
        environment: std::collections::BTreeMap::new(),
    };
    let upstreams = Upstreams::new([Connector::new("pipe", transport)], Clock::System);
    assert_eq!(
        call(&upstreams, "echo").await,
        Err(UpstreamError::before(ErrorKind::Unreachable))
    );
}

#[tokio::test]
async fn a_call_that_takes_too_long_is_given_up_and_cancelled() {
    let upstreams = upstreams("legacy", EraChoice::Legacy);
    said(&upstreams, "echo").await;
    let patience = tokio::time::timeout(Duration::from_millis(300), call(&upstreams, "never"));
    assert!(patience.await.is_err());
    while !said(&upstreams, "cancelled").await.contains("one was cancelled") {}
}

#[test]
#[ignore = "this is the program that the other tests start"]
#[expect(
    clippy::disallowed_methods,
    reason = "the program is told by its environment what to be"
)]
fn program() {
    let Ok(kind) = std::env::var("KIND") else { return };
    let mut late = None;
    let mut cancelled = false;
    for (number, line) in std::io::stdin().lock().lines().enumerate() {
        let Ok(Json::Object(message)) = json::read(line.unwrap().as_bytes(), &json::Limits::default()) else {
            return;
        };
        let method = message.get("method").unwrap().as_str().unwrap();
        let Some(id) = message.get("id") else {
            cancelled |= method == "notifications/cancelled";
            continue;
        };
        let name = message
            .get("params")
            .and_then(|params| params.as_object()?.get("name")?.as_str());
        let say = |words: String| {
            let content = object([("type", text("text")), ("text", text(words))]);
            object([("content", Json::Array(vec![Json::Object(content)]))])
        };
        let result = match (method, name) {
            // As some older programs do when they are asked before the handshake.
            ("server/discover", _) if kind == "legacy" && number == 0 => return,
            ("server/discover", _) => object([("supportedVersions", texts(["2026-07-28"]))]),
            ("initialize", _) if kind == "legacy" => object([("protocolVersion", text("2024-11-05"))]),
            ("tools/list", _) => object([(
                "tools",
                Json::Array(vec![Json::Object(object([("name", text("echo"))]))]),
            )]),
            ("tools/call", Some("die")) => return,
            ("tools/call", Some("never")) => continue,
            ("tools/call", Some("late")) => {
                late = Some(id.clone());
                continue;
            }
            ("tools/call", Some("waiting")) => {
                say(if late.is_some() { "one waits" } else { "nobody" }.to_owned())
            }
            ("tools/call", Some("cancelled")) => {
                say(if cancelled { "one was cancelled" } else { "none" }.to_owned())
            }
            ("tools/call", Some("process")) => say(std::process::id().to_string()),
            ("tools/call", Some("environment")) => {
                let names: Vec<_> = std::env::vars()
                    .map(|(name, _)| name)
                    .filter(|name| name != "PWD")
                    .collect();
                say(names.join(" "))
            }
            ("tools/call", Some(name)) => say(format!("{kind} {name}")),
            _ => return,
        };
        respond(id.clone(), result);
        if name == Some("echo")
            && let Some(id) = late.take()
        {
            respond(id, say("late at last".to_owned()));
        }
    }
}

fn respond(id: Json, result: Object) {
    let message = object([
        ("jsonrpc", text("2.0")),
        ("id", id),
        ("result", Json::Object(result)),
    ]);
    let mut out = std::io::stdout();
    writeln!(out, "{}", json::write(&Json::Object(message))).unwrap();
    out.flush().unwrap();
}
