//! Faults, clients that leave, and the end of the program.

use std::time::Instant;

use super::*;

#[tokio::test]
async fn a_fault_behind_the_endpoint_is_one_internal_error() {
    let server = Server::start().await;
    let (status, body) = said(server.call("toy__panics")).await;
    let expected = r#"{"jsonrpc":"2.0","id":"\u0061","error":{"code":-32603,"message":"internal error"}}"#;
    assert_eq!((status, body.as_str()), (200, expected));
    assert_eq!(said(server.call("toy__echo")).await.0, 200);
}

#[tokio::test]
async fn a_call_goes_on_when_its_client_leaves() {
    let server = Server::start().await;
    let call = tokio::spawn(server.call("toy__slow").send());
    server.wait_for("calls toy__slow").await;
    call.abort();
    server.wait_for("slow is done").await;
}

#[tokio::test]
async fn the_end_waits_for_answers_and_for_calls_without_clients() {
    let mut server = Server::start().await;
    let answered = tokio::spawn(server.call("toy__slow").send());
    server.wait_for("calls toy__slow").await;
    let abandoned = tokio::spawn(server.call("toy__slow").send());
    while server.log().len() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    abandoned.abort();
    server.stop.take();
    assert_eq!(answered.await.unwrap().unwrap().status().as_u16(), 200);
    (&mut server.task).await.unwrap();
    assert_eq!(
        server.log().iter().filter(|line| *line == "slow is done").count(),
        2
    );
    assert!(server.client.get(server.url("/healthz")).send().await.is_err());
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the time that passes is what is tested")]
async fn the_end_does_not_wait_for_ever() {
    let mut server = Server::with(SLOTS, Duration::from_millis(300)).await;
    let stuck = tokio::spawn(server.call("toy__stuck").send());
    server.wait_for("calls toy__stuck").await;
    let start = Instant::now();
    server.stop.take();
    (&mut server.task).await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(3));
    assert!(stuck.await.unwrap().is_err());
}
