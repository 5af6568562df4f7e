//! A connection: one connector with one credential, however it is reached.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use tokio::sync::Mutex;
use wicket_lang::json::{Json, Object};
use wicket_lang::value::Instant;

use super::connector::{Connector, Credential, SetupError, Transport};
use super::error::{ErrorKind, UpstreamError};
use super::protocol::{Answer, Outgoing, Reply};
use super::wire_http::HttpWire;
use super::wire_stdio::{StdioProgram, StdioWire};
use crate::clock::Clock;
use crate::mcp::build::{object, text};
use crate::mcp::parameters::{self, Designated};

/// A call, as it was judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The upstream's own name of the tool.
    pub tool: String,
    /// The arguments that were judged, and nothing else.
    pub arguments: Object,
    /// The trace context.
    pub trace: Object,
}

/// The tools that an upstream has, as it defines them.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// The definitions, in the upstream's order. A name occurs once; a tool that was listed twice is left out.
    pub tools: Vec<Object>,
    /// When they were read.
    pub read_at: Instant,
    /// The parameters that are repeated in headers, by tool.
    designated: HashMap<String, Vec<Designated>>,
}

impl Listing {
    /// The definition of a tool.
    #[must_use]
    pub fn definition(&self, tool: &str) -> Option<&Object> {
        self.tools
            .iter()
            .find(|definition| definition.get("name").and_then(Json::as_str) == Some(tool))
    }
}

#[derive(Debug)]
pub(super) struct Connection {
    connector: Connector,
    wire: Wire,
    listing: ArcSwapOption<Listing>,
    /// Whoever reads the list holds this, so that it is read once. Why the last reading failed, if it did.
    turn: Mutex<Option<UpstreamError>>,
    /// How many readings of the list have ended.
    readings: AtomicU64,
    /// Milliseconds.
    last_used: AtomicI64,
}

#[derive(Debug)]
enum Wire {
    Http(Box<HttpWire>),
    Stdio(Arc<StdioWire>),
}

/// More pages or tools than this are taken for an endless list.
const MOST_PAGES: usize = 200;
const MOST_TOOLS: usize = 10_000;

impl Connection {
    pub(super) fn new(connector: &Connector, credential: &Credential) -> Result<Connection, SetupError> {
        let wire = match &connector.transport {
            Transport::Http { url } => {
                Wire::Http(Box::new(HttpWire::new(connector, url.clone(), credential)?))
            }
            Transport::Stdio {
                program,
                arguments,
                environment,
            } => {
                let program = StdioProgram {
                    service: connector.name.clone(),
                    executable: program.clone(),
                    arguments: arguments.clone(),
                    environment: environment.clone(),
                    line_limit: connector.answer_limit,
                };
                Wire::Stdio(StdioWire::new(program, connector.era))
            }
        };
        Ok(Connection {
            connector: connector.clone(),
            wire,
            listing: ArcSwapOption::empty(),
            turn: Mutex::new(None),
            readings: AtomicU64::new(0),
            last_used: AtomicI64::new(i64::MIN),
        })
    }

    /// Sends a call, once.
    pub(super) async fn call(&self, call: &Call) -> Result<Reply, UpstreamError> {
        let listing = self.listing.load_full();
        let designated = listing
            .as_ref()
            .and_then(|listing| listing.designated.get(&call.tool));
        let parameters = designated
            .map(|all| parameters::headers_for(all, &call.arguments))
            .unwrap_or_default();
        let params = object([
            ("name", text(&call.tool)),
            ("arguments", Json::Object(call.arguments.clone())),
        ]);
        let outgoing = Outgoing {
            method: "tools/call",
            params,
            trace: &call.trace,
            name: Some(&call.tool),
            parameters,
        };
        self.exchange(&outgoing).await
    }

    /// The tools, as they were at most `max_age` ago.
    pub(super) async fn list_tools(
        &self,
        clock: &Clock,
        max_age: Duration,
    ) -> Result<Arc<Listing>, UpstreamError> {
        if let Some(listing) = self.fresh_listing(clock, max_age) {
            return Ok(listing);
        }
        let before = self.readings.load(Ordering::SeqCst);
        let mut failure = self.turn.lock().await;
        if let Some(listing) = self.fresh_listing(clock, max_age) {
            return Ok(listing);
        }
        // Whoever waited for a reading shares its failure. Were each to try for itself, one after the other, the last of
        // many would wait that many time limits, and hold a place that the other services need.
        if let (Some(error), true) = (*failure, self.readings.load(Ordering::SeqCst) != before) {
            return Err(error);
        }
        // The list cannot be younger than the question.
        let read_at = clock.now();
        let read = self.read_pages().await;
        *failure = read.as_ref().err().copied();
        self.readings.fetch_add(1, Ordering::SeqCst);
        let listing = Arc::new(listing(read?, read_at));
        self.listing.store(Some(Arc::clone(&listing)));
        Ok(listing)
    }

    /// The tools as they were read last, however long ago.
    pub(super) fn last_listing(&self) -> Option<Arc<Listing>> {
        self.listing.load_full()
    }

    pub(super) fn touch(&self, now: Instant) {
        self.last_used.store(now.0, Ordering::Relaxed);
    }

    pub(super) fn last_used(&self) -> Instant {
        Instant(self.last_used.load(Ordering::Relaxed))
    }

    pub(super) async fn close(&self) {
        match &self.wire {
            Wire::Http(wire) => wire.close().await,
            Wire::Stdio(wire) => wire.close().await,
        }
    }

    fn fresh_listing(&self, clock: &Clock, max_age: Duration) -> Option<Arc<Listing>> {
        let listing = self.listing.load_full()?;
        let age = clock.now().0.saturating_sub(listing.read_at.0);
        // A negative age means that the clock was set back: then nothing is known about the age.
        let fresh = u64::try_from(age).is_ok_and(|age| Duration::from_millis(age) < max_age);
        fresh.then_some(listing)
    }

    async fn read_pages(&self) -> Result<Vec<Object>, UpstreamError> {
        let garbage = UpstreamError::before(ErrorKind::Garbage);
        let mut tools = Vec::new();
        let mut params = Object::new();
        for _ in 0..MOST_PAGES {
            let trace = Object::new();
            let outgoing = Outgoing {
                method: "tools/list",
                params,
                trace: &trace,
                name: None,
                parameters: Vec::new(),
            };
            let reply = self.exchange(&outgoing).await.map_err(UpstreamError::not_run)?;
            let Answer::Result(mut page) = reply.answer else {
                return Err(garbage);
            };
            let Some(Json::Array(definitions)) = page.remove("tools") else {
                return Err(garbage);
            };
            for definition in definitions {
                match definition {
                    Json::Object(tool) if tool.get("name").and_then(Json::as_str).is_some() => {
                        tools.push(tool);
                    }
                    _ => return Err(garbage),
                }
            }
            if tools.len() > MOST_TOOLS {
                return Err(UpstreamError::before(ErrorKind::TooLarge));
            }
            match page.remove("nextCursor") {
                None | Some(Json::Null) => return Ok(tools),
                Some(cursor) => params = object([("cursor", cursor)]),
            }
        }
        Err(UpstreamError::before(ErrorKind::TooLarge))
    }

    async fn exchange(&self, outgoing: &Outgoing<'_>) -> Result<Reply, UpstreamError> {
        let sent = AtomicBool::new(false);
        let exchange = async {
            match &self.wire {
                Wire::Http(wire) => wire.exchange(outgoing, &sent).await,
                Wire::Stdio(wire) => wire.exchange(outgoing, &sent).await,
            }
        };
        let result = match tokio::time::timeout(self.connector.call_limit, exchange).await {
            Ok(result) => result,
            Err(_) if sent.load(Ordering::SeqCst) => Err(UpstreamError::after(ErrorKind::TimedOut)),
            Err(_) => Err(UpstreamError::before(ErrorKind::TimedOut)),
        };
        result.inspect_err(|error| {
            let service = &self.connector.name;
            tracing::warn!(service, method = outgoing.method, ?error.kind, error.may_have_run, "an upstream failed");
        })
    }
}

fn listing(tools: Vec<Object>, read_at: Instant) -> Listing {
    let name = |tool: &Object| {
        tool.get("name")
            .and_then(Json::as_str)
            .map(ToOwned::to_owned)
            .unwrap_or_default()
    };
    let mut count: HashMap<String, usize> = HashMap::new();
    for tool in &tools {
        *count.entry(name(tool)).or_default() += 1;
    }
    // Of two definitions with one name nobody knows which one a call would meet.
    let tools: Vec<_> = tools
        .into_iter()
        .filter(|tool| count.get(&name(tool)) == Some(&1))
        .collect();
    let designated = tools
        .iter()
        .filter_map(|tool| {
            let designated = parameters::designated(tool.get("inputSchema")?.as_object()?).ok()?;
            (!designated.is_empty()).then(|| (name(tool), designated))
        })
        .collect();
    Listing {
        tools,
        read_at,
        designated,
    }
}
