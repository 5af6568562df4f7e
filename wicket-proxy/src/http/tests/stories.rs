//! What a well-behaved client sees.

use super::*;

#[tokio::test]
async fn a_legacy_client_from_handshake_to_farewell() {
    let server = Server::start().await;
    let session = server.session("wk_ann").await;
    let say = |body: &'static str| {
        let request = server.post(body).header("Mcp-Session-Id", &session);
        said(request.header("MCP-Protocol-Version", "2025-06-18"))
    };
    assert_eq!(
        say(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).await,
        (202, String::new())
    );
    assert_eq!(
        say(r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#).await,
        (200, r#"{"jsonrpc":"2.0","id":1,"result":{}}"#.to_owned())
    );
    assert_eq!(
        say(r#"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#).await,
        (
            200,
            r#"{"jsonrpc":"2.0","id":2,"result":{"tools":[{"name":"toy__echo"}]}}"#.to_owned()
        )
    );
    assert_eq!(
        say(r#"{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"toy__echo","arguments":{"n":1.50}}}"#).await,
        (200, r#"{"jsonrpc":"2.0","id":3,"result":{"content":[],"echo":{"n":1.50}}}"#.to_owned())
    );
    assert_eq!(server.log(), ["wk_ann as story calls toy__echo"]);

    let bye = server
        .client
        .delete(server.url("/mcp"))
        .bearer_auth("wk_ann")
        .header("Mcp-Session-Id", &session);
    assert_eq!(said(bye.try_clone().unwrap()).await, (204, String::new()));
    assert_eq!(said(bye).await.0, 404);
    assert_eq!(say(r#"{"jsonrpc":"2.0","id":4,"method":"ping"}"#).await.0, 404);
}

#[tokio::test]
async fn a_modern_client_needs_no_farewell() {
    let server = Server::start().await;
    let discover = server
        .post(modern("server/discover", ""))
        .header("MCP-Protocol-Version", "2026-07-28")
        .header("Mcp-Method", "server/discover");
    let response = discover.send().await.unwrap();
    assert_eq!(header(&response, "mcp-session-id"), "");
    let body = response.text().await.unwrap();
    assert!(
        body.starts_with(r#"{"jsonrpc":"2.0","id":"\u0061","result":{"supportedVersions":["2026-07-28"]"#),
        "{body}"
    );

    let (status, body) = said(server.call("toy__echo")).await;
    let expected =
        r#"{"jsonrpc":"2.0","id":"\u0061","result":{"content":[],"echo":{},"resultType":"complete"}}"#;
    assert_eq!((status, body.as_str()), (200, expected));
    assert_eq!(server.log(), ["wk_ann as modern calls toy__echo"]);
}

#[tokio::test]
async fn refusals_of_the_gateway_are_answers() {
    let server = Server::start().await;
    let (status, body) = said(server.call("toy__denied")).await;
    assert_eq!(status, 200);
    assert!(
        body.contains(r#""text":"Not today.""#) && body.contains(r#""isError":true"#),
        "{body}"
    );
    let (status, body) = said(server.call("toy__down")).await;
    assert_eq!(status, 200);
    assert!(
        body.contains(r#""kind":"unreachable","may_have_run":false"#),
        "{body}"
    );
    let (status, body) = said(server.call("toy__absent")).await;
    let expected =
        r#"{"jsonrpc":"2.0","id":"\u0061","error":{"code":-32602,"message":"Unknown tool: toy__absent"}}"#;
    assert_eq!((status, body.as_str()), (200, expected));
}

#[tokio::test]
async fn a_client_that_takes_only_streams_gets_one() {
    let server = Server::start().await;
    let request = server
        .client
        .post(server.url("/mcp"))
        .bearer_auth("wk_ann")
        .header("Content-Type", "application/json; charset=utf-8")
        .header("Accept", "text/event-stream")
        .header("Mcp-Session-Id", server.session("wk_ann").await)
        .body(r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#);
    let response = request.send().await.unwrap();
    assert_eq!(header(&response, "content-type"), "text/event-stream");
    assert_eq!(header(&response, "x-accel-buffering"), "no");
    let expected = "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n\n";
    assert_eq!(response.text().await.unwrap(), expected);
}

#[tokio::test]
async fn the_state_of_the_process_is_told_without_a_key() {
    let server = Server::start().await;
    assert_eq!(
        said(server.client.get(server.url("/healthz"))).await,
        (200, "ok\n".to_owned())
    );
    let expected = "{\"ready\":true,\"degraded\":\"the last edit of the policies does not compile\"}\n";
    assert_eq!(
        said(server.client.get(server.url("/readyz"))).await,
        (200, expected.to_owned())
    );
}
