//! A small MCP server over HTTP, for `wicket demo`, tests and benchmarks.
//!
//! It speaks both eras, does nothing but answer with a text, and keeps a log of what arrived: that log is how a test
//! shows that a denied call never left. On request it misbehaves. It shares the JSON reader with the proxy and none of
//! the code that judges messages, so that an error there does not hide itself.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use wicket_lang::json::Object;

mod endpoint;

/// A tool of the toy.
#[derive(Debug, Clone, PartialEq)]
pub struct ToyTool {
    /// Its definition, as it is listed.
    pub definition: Object,
    /// The text with which every call is answered; where the definition has an output schema also as data, `said`.
    pub says: String,
}

/// Which eras the toy speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToySpeech {
    /// 2025-11-25 alone.
    Legacy,
    /// 2026-07-28 alone.
    Modern,
    /// Both.
    Both,
}

/// What the toy does with calls of tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// It answers in JSON.
    Well,
    /// It answers in an event stream, with a notification and a `ping` before the answer.
    Streaming,
    /// It answers after this time.
    Slow(Duration),
    /// It closes the connection in the middle of its answer.
    ClosesEarly,
    /// It closes an event stream before its answer.
    StopsStreaming,
    /// It answers with something that is not JSON.
    Garbage,
    /// It answers with this HTTP status and a page for people.
    Status(u16),
    /// It sends the client elsewhere.
    Redirects,
    /// It answers with a JSON-RPC error of its own.
    Refuses,
    /// It answers with more than anybody wants.
    Floods,
}

/// A request that arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// The method of the protocol.
    pub method: String,
    /// The tool, if it was a call.
    pub tool: Option<String>,
    /// The arguments, if it was a call that had some.
    pub arguments: Option<Object>,
    /// All headers, by their names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body, byte for byte.
    pub body: String,
}

/// A running toy. It stops when this is dropped.
#[derive(Debug)]
pub struct ToyUpstream {
    address: SocketAddr,
    state: Arc<State>,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
}

#[derive(Debug)]
struct State {
    speech: ToySpeech,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    tools: Vec<ToyTool>,
    behaviour: Behaviour,
    arrivals: Vec<Arrival>,
    sessions: BTreeSet<String>,
    sessions_opened: usize,
}

impl State {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ToyUpstream {
    /// Starts a toy at this address; port 0 takes a free one.
    pub async fn start(
        address: SocketAddr,
        speech: ToySpeech,
        tools: Vec<ToyTool>,
    ) -> std::io::Result<ToyUpstream> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let inner = Inner {
            tools,
            behaviour: Behaviour::Well,
            arrivals: Vec::new(),
            sessions: BTreeSet::new(),
            sessions_opened: 0,
        };
        let state = Arc::new(State {
            speech,
            inner: Mutex::new(inner),
        });
        let (stop, stopped) = oneshot::channel();
        let serve = axum::serve(listener, endpoint::router(Arc::clone(&state)))
            .with_graceful_shutdown(async { stopped.await.unwrap_or_default() });
        let server = tokio::spawn(async { serve.await.unwrap_or_default() });
        Ok(ToyUpstream {
            address,
            state,
            stop: Some(stop),
            server,
        })
    }

    /// Where it is reached.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/mcp", self.address)
    }

    /// Everything that has arrived so far, in order.
    #[must_use]
    pub fn arrivals(&self) -> Vec<Arrival> {
        self.state.lock().arrivals.clone()
    }

    /// The calls of tools among the arrivals.
    #[must_use]
    pub fn calls(&self) -> Vec<Arrival> {
        self.arrivals()
            .into_iter()
            .filter(|arrival| arrival.tool.is_some())
            .collect()
    }

    /// Changes what it does with calls from now on.
    pub fn behave(&self, behaviour: Behaviour) {
        self.state.lock().behaviour = behaviour;
    }

    /// Changes its tools, as an upgrade of a server does.
    pub fn replace_tools(&self, tools: Vec<ToyTool>) {
        self.state.lock().tools = tools;
    }

    /// Forgets all sessions, as a restart of a server does.
    pub fn forget_sessions(&self) {
        self.state.lock().sessions.clear();
    }

    /// Stops it: nothing listens any more when this returns.
    pub async fn stop(mut self) {
        self.stop.take();
        (&mut self.server).await.ok();
    }
}

impl Drop for ToyUpstream {
    fn drop(&mut self) {
        self.server.abort();
    }
}
