//! What everybody else sees.

use super::*;

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

#[tokio::test]
async fn nobody_is_served_without_a_valid_key() {
    let server = Server::start().await;
    let with = |value: Option<&str>| {
        let request = server
            .client
            .post(server.url("/mcp"))
            .header("Content-Type", "application/json")
            .body(PING);
        match value {
            None => request,
            Some(value) => request.header("Authorization", value),
        }
    };
    for value in [
        None,
        Some("Bearer wk_eve"),
        Some("Basic wk_ann"),
        Some("wk_ann"),
        Some("Bearer "),
        Some(""),
    ] {
        let response = with(value).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 401, "{value:?}");
        assert_eq!(header(&response, "www-authenticate"), "Bearer");
        let body = response.text().await.unwrap();
        assert!(!body.contains("eve") && !body.contains("\"id\""), "{body}");
    }
    let twice = with(Some("Bearer wk_ann")).header("Authorization", "Bearer wk_ann");
    assert_eq!(said(twice).await.0, 401);
    let in_address = server
        .client
        .post(server.url("/mcp?access_token=wk_ann"))
        .body(PING);
    assert_eq!(said(in_address).await.0, 401);
    assert_eq!(said(with(Some("Bearer wk_off"))).await.0, 403);
    assert_eq!(said(server.client.delete(server.url("/mcp"))).await.0, 401);
}

#[tokio::test]
async fn there_is_no_authorization_server_to_be_found() {
    let server = Server::start().await;
    for path in [
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/mcp",
        "/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration",
        "/",
        "/mcp/",
    ] {
        assert_eq!(said(server.client.get(server.url(path))).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn foreign_names_and_pages_are_refused_before_anything_else() {
    let server = Server::start().await;
    for (name, value) in [
        ("Host", "evil.example.com"),
        ("Origin", "https://evil.example.com"),
        ("Origin", "null"),
    ] {
        let request = server
            .client
            .post(server.url("/mcp"))
            .header(name, value)
            .body("{");
        assert_eq!(said(request).await.0, 403, "{name}: {value}");
        assert_eq!(
            said(server.client.get(server.url("/mcp")).header(name, value))
                .await
                .0,
            403
        );
    }
    assert_eq!(
        said(server.post(PING).header("Origin", "http://localhost:3000"))
            .await
            .0,
        400
    );
}

#[tokio::test]
async fn only_what_is_spoken_here_is_answered() {
    let server = Server::start().await;
    let get = server
        .client
        .get(server.url("/mcp"))
        .bearer_auth("wk_ann")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (get.status().as_u16(), header(&get, "allow")),
        (405, "POST, DELETE")
    );
    let plain = server
        .client
        .post(server.url("/mcp"))
        .bearer_auth("wk_ann")
        .body(PING);
    assert_eq!(said(plain.try_clone().unwrap()).await.0, 415);
    assert_eq!(said(plain.header("Content-Type", "text/plain")).await.0, 415);
    let picky = server
        .client
        .post(server.url("/mcp"))
        .bearer_auth("wk_ann")
        .header("Content-Type", "application/json");
    assert_eq!(said(picky.header("Accept", "text/html").body(PING)).await.0, 406);
    let delete = server.client.delete(server.url("/mcp")).bearer_auth("wk_ann");
    assert_eq!(said(delete.try_clone().unwrap()).await.0, 400);
    assert_eq!(
        said(delete.header("MCP-Protocol-Version", "2026-07-28")).await.0,
        405
    );
}

#[tokio::test]
async fn a_session_is_its_keys_alone() {
    let server = Server::start().await;
    let session = server.session("wk_bob").await;
    assert_eq!(
        said(server.post(PING).header("Mcp-Session-Id", &session)).await.0,
        404
    );
    let delete = server
        .client
        .delete(server.url("/mcp"))
        .bearer_auth("wk_ann")
        .header("Mcp-Session-Id", &session);
    assert_eq!(said(delete).await.0, 404);
    let own = server
        .client
        .delete(server.url("/mcp"))
        .bearer_auth("wk_bob")
        .header("Mcp-Session-Id", &session);
    assert_eq!(said(own).await.0, 204, "a stranger could not end it");
}

#[tokio::test]
async fn long_and_slow_bodies_are_refused() {
    let server = Server::start().await;
    let long = "x".repeat(BODY_LIMIT + 1);
    assert_eq!(said(server.post(long.clone())).await.0, 413);
    let pieces: Vec<Result<_, std::io::Error>> = long
        .as_bytes()
        .chunks(100)
        .map(|piece| Ok(piece.to_vec()))
        .collect();
    let stream = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
    assert_eq!(said(server.post(stream)).await.0, 413);
    let endless = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    assert_eq!(
        said(server.post(reqwest::Body::wrap_stream(endless))).await.0,
        408
    );
}

#[tokio::test]
async fn a_bad_message_is_told_apart_and_the_gateway_hears_of_it() {
    let server = Server::start().await;
    let (status, body) = said(server.post(r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#)).await;
    assert_eq!(status, 400);
    assert!(
        body.starts_with(r#"{"jsonrpc":"2.0","error":{"code":-32700,"#),
        "{body}"
    );
    let lying = server
        .post(modern("tools/call", r#""name":"toy__denied","#))
        .header("MCP-Protocol-Version", "2026-07-28")
        .header("Mcp-Method", "tools/call")
        .header("Mcp-Name", "toy__echo");
    let (status, body) = said(lying).await;
    assert_eq!(status, 400);
    assert!(
        body.starts_with(r#"{"jsonrpc":"2.0","id":"\u0061","error":{"code":-32020,"#),
        "{body}"
    );
    let expected = [
        "wk_ann is refused something None",
        r#"wk_ann is refused tools/call Some("toy__denied")"#,
    ];
    assert_eq!(server.log(), expected);
}

#[tokio::test]
async fn more_requests_than_there_is_room_for_are_refused_at_once() {
    let server = Server::with(1, Duration::from_secs(1)).await;
    let slow = tokio::spawn(server.call("toy__slow").send());
    server.wait_for("calls toy__slow").await;
    let response = server.call("toy__echo").send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), header(&response, "retry-after")),
        (503, "1")
    );
    assert_eq!(slow.await.unwrap().unwrap().status().as_u16(), 200);
    assert_eq!(said(server.call("toy__echo")).await.0, 200);
}
