//! The shapes of answers, for clients of both eras.

#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::mcp::era::Revision;
use crate::mcp::message::Method;

fn request(era: Era) -> Request {
    let id = Id::cut(r#"{"id":"x"}"#, &text("x")).unwrap();
    Request {
        era,
        id,
        client: None,
        mcp_session: None,
        conversation: None,
        method: Method::Ping,
    }
}

const LEGACY: Era = Era::Legacy(Revision::June2025);

fn denial() -> CallAnswer {
    CallAnswer::Denied(Box::new(Denial {
        message: "Not at night.".to_owned(),
        reason: "policy".to_owned(),
        class: Json::Null,
        others: Json::Null,
        policies: texts(["no_merge_at_night"]),
        next: Some("2026-03-03T09:00:00+01:00".to_owned()),
        expired: None,
        record: integer(17),
    }))
}

const DECISION: &str = r#""sh.wicket/decision":{"reason":"policy","class":null,"policies":["no_merge_at_night"],"next":"2026-03-03T09:00:00+01:00","record":17}"#;

#[test]
fn a_denial_is_a_tool_result_with_the_policys_words() {
    let reply = called(&request(LEGACY), denial());
    let told = r#""content":[{"type":"text","text":"Not at night."}],"isError":true"#;
    let expected = format!(r#"{{"jsonrpc":"2.0","id":"x","result":{{{told},"_meta":{{{DECISION}}}}}}}"#);
    assert_eq!(
        reply,
        Reply {
            status: 200,
            body: Some(expected),
            session: None
        }
    );

    let modern = called(&request(Era::Modern), denial());
    let server = format!(
        r#""io.modelcontextprotocol/serverInfo":{{"name":"wicket","version":"{}"}}"#,
        env!("CARGO_PKG_VERSION")
    );
    let result = format!(r#"{{{told},"resultType":"complete","_meta":{{{DECISION},{server}}}}}"#);
    let expected = format!(r#"{{"jsonrpc":"2.0","id":"x","result":{result}}}"#);
    assert_eq!(
        modern,
        Reply {
            status: 200,
            body: Some(expected),
            session: None
        }
    );
}

#[test]
fn an_unknown_tool_is_a_protocol_error_in_both_eras() {
    for era in [LEGACY, Era::Modern] {
        let reply = called(
            &request(era),
            CallAnswer::Refused(Refusal::UnknownTool("s__t".to_owned())),
        );
        let expected = r#"{"jsonrpc":"2.0","id":"x","error":{"code":-32602,"message":"Unknown tool: s__t"}}"#;
        assert_eq!(
            reply,
            Reply {
                status: 200,
                body: Some(expected.to_owned()),
                session: None
            }
        );
    }
}

#[test]
fn a_failure_tells_whether_the_call_may_have_run() {
    let failure = UpstreamFailure {
        message: "No answer.".to_owned(),
        kind: "timed_out",
        may_have_run: true,
    };
    let body = called(&request(LEGACY), CallAnswer::Failed(failure))
        .body
        .unwrap();
    assert!(body.contains(r#""isError":true"#), "{body}");
    assert!(
        body.contains(r#""sh.wicket/failure":{"kind":"timed_out","may_have_run":true}"#),
        "{body}"
    );
}

#[test]
fn lists_are_private_and_never_kept() {
    let body = tools(&request(Era::Modern), vec![object([("name", text("s__t"))])])
        .body
        .unwrap();
    assert!(
        body.contains(
            r#""tools":[{"name":"s__t"}],"ttlMs":0,"cacheScope":"private","resultType":"complete""#
        ),
        "{body}"
    );
    let body = tools(&request(LEGACY), Vec::new()).body.unwrap();
    assert_eq!(body, r#"{"jsonrpc":"2.0","id":"x","result":{"tools":[]}}"#);
    let body = discovered(&request(Era::Modern)).body.unwrap();
    assert!(
        body.contains(r#""supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"ttlMs":0"#),
        "{body}"
    );
}

#[test]
fn a_handshake_opens_a_session() {
    let reply = initialized(&request(LEGACY), "s1".to_owned());
    assert_eq!(reply.session.as_deref(), Some("s1"));
    assert!(
        reply
            .body
            .unwrap()
            .contains(r#""protocolVersion":"2025-06-18","capabilities":{"tools":{}}"#)
    );
}

#[test]
fn long_names_are_not_repeated_in_full() {
    let reply = called(
        &request(LEGACY),
        CallAnswer::Refused(Refusal::UnknownTool("é".repeat(100_000))),
    );
    assert!(reply.body.unwrap().len() < 1000);
}
