//! Accepts connections, and lets them end well.
//!
//! The loop is Wicket's own because two limits are needed that a ready-made one does not offer: a time for a request's
//! head to arrive, and a number of connections. At the end no new connection is accepted, idle ones are closed, busy
//! ones get their answer until a deadline, and what is left then is cut off.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

/// The address of the client, in a request's extensions.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// Connections at once. One more waits in the system's queue.
const CONNECTIONS: usize = 8192;
/// How long the head of a request may take, and how long a connection may be idle.
const HEAD_TIME: Duration = Duration::from_secs(15);
/// The largest head of a request.
const HEAD_SIZE: usize = 64 * 1024;

/// Serves until `stop` is ready, and then for at most `drain` until all requests in work are answered.
/// `slots` are the endpoint's: work goes on in them after a client has hung up.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    slots: Arc<Semaphore>,
    stop: impl Future<Output = ()>,
    drain: Duration,
) {
    let all_slots = slots.available_permits();
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let (ending, ended) = watch::channel(false);
    let service = TowerToHyperService::new(router);
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(_) = connections.join_next() => {}
            (stream, peer, place) = accept(&listener, &room) => {
                connections.spawn(connection(stream, peer, place, service.clone(), ended.clone()));
            }
        }
    }
    drop(listener);
    ending.send_replace(true);
    let everything = async {
        while connections.join_next().await.is_some() {}
        let all_slots = u32::try_from(all_slots).unwrap_or(u32::MAX);
        slots.acquire_many(all_slots).await.map(drop).ok();
    };
    if tokio::time::timeout(drain, everything).await.is_err() {
        tracing::warn!("requests were cut off, because they took longer than the end of the program waits");
    }
}

async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> (TcpStream, Peer, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed, so there is always a place in the end.
    let place = Arc::clone(room).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, address)) => return (stream, Peer(address), place),
            Err(error) => {
                // Out of descriptors, mostly. Others will be closed; turning in a circle would not help them.
                tracing::warn!(%error, "a connection cannot be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn connection(
    stream: TcpStream,
    peer: Peer,
    place: Option<OwnedSemaphorePermit>,
    service: TowerToHyperService<Router>,
    mut ended: watch::Receiver<bool>,
) {
    stream.set_nodelay(true).ok();
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(peer);
        let answer = service.call(request);
        async move { Ok::<_, Infallible>(answer.await.unwrap_or_else(|never| match never {})) }
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_SIZE);
    let mut serving = pin!(builder.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        // A client that breaks off is its own affair.
        _ = serving.as_mut() => {}
        () = async { ended.wait_for(|ended| *ended).await.map(drop).ok(); } => {
            serving.as_mut().graceful_shutdown();
            let _ = serving.await;
        }
    }
    drop(place);
}
