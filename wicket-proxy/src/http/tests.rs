//! The endpoint as clients meet it: a real server, real connections, and a toy behind it in place of the pipeline.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod endings;
mod refusals;
mod stories;

use std::net::SocketAddr;
use std::sync::Mutex;

use reqwest::{Client, RequestBuilder, Response};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use wicket_lang::json::{self, Json, Object};

use super::*;
use crate::mcp::build::{integer, object, text};
use crate::mcp::{
    Arguments, CallAnswer, Context, Denial, Refusal, Refused, Sessions, ToolCall, UpstreamFailure,
};

/// What the toy does depends on the name of the tool.
#[derive(Debug, Default)]
struct Toy {
    log: Mutex<Vec<String>>,
}

impl Toy {
    fn note(&self, line: String) {
        self.log.lock().unwrap().push(line);
    }
}

impl Gateway for Toy {
    type Caller = String;

    async fn authenticate(&self, key: &str) -> Result<String, Refusal> {
        match key {
            "wk_ann" | "wk_bob" => Ok(key.to_owned()),
            "wk_off" => Err(Refusal::Forbidden("this agent is switched off")),
            _ => Err(Refusal::Unauthenticated),
        }
    }

    fn owner(&self, caller: &String) -> String {
        caller.clone()
    }

    async fn list_tools(&self, _: &String, _: &Context) -> Result<Vec<Object>, Refusal> {
        Ok(vec![object([("name", text("toy__echo"))])])
    }

    async fn call_tool(&self, caller: &String, context: &Context, call: ToolCall) -> CallAnswer {
        let client = context.client.as_ref().map_or("somebody", |client| &client.name);
        self.note(format!("{caller} as {client} calls {}", call.name));
        assert!(context.address.ip().is_loopback());
        let result = object([("content", Json::Array(Vec::new()))]);
        match (call.name.as_str(), call.arguments) {
            ("toy__echo", Arguments::Clear(arguments)) => CallAnswer::Result(object([
                ("content", Json::Array(Vec::new())),
                ("echo", Json::Object(arguments)),
            ])),
            ("toy__slow", _) => {
                tokio::time::sleep(Duration::from_millis(500)).await;
                self.note("slow is done".to_owned());
                CallAnswer::Result(result)
            }
            ("toy__stuck", _) => {
                std::future::pending::<()>().await;
                CallAnswer::Result(result)
            }
            ("toy__denied", _) => CallAnswer::Denied(Box::new(Denial {
                message: "Not today.".to_owned(),
                reason: "policy".to_owned(),
                class: Json::Null,
                others: Json::Null,
                policies: Json::Array(Vec::new()),
                next: None,
                expired: None,
                record: integer(1),
            })),
            ("toy__down", _) => CallAnswer::Failed(UpstreamFailure {
                message: "The service `toy` is down.".to_owned(),
                kind: "unreachable",
                may_have_run: false,
            }),
            ("toy__panics", _) => panic!("a fault in the pipeline"),
            (other, _) => CallAnswer::Refused(Refusal::UnknownTool(other.to_owned())),
        }
    }

    async fn note_refusal(&self, caller: &String, _: SocketAddr, refused: &Refused) {
        let method = refused.method.as_deref().unwrap_or("something");
        self.note(format!("{caller} is refused {method} {:?}", refused.tool));
    }

    fn degraded(&self) -> Option<String> {
        Some("the last edit of the policies does not compile".to_owned())
    }
}

/// A running endpoint, and a client of it.
struct Server {
    address: SocketAddr,
    endpoint: Arc<Endpoint<Toy>>,
    client: Client,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

const BODY_LIMIT: usize = 4096;

impl Server {
    async fn start() -> Server {
        Server::with(SLOTS, Duration::from_secs(5)).await
    }

    #[expect(clippy::disallowed_methods, reason = "the client of a test is no upstream's")]
    async fn with(slots: usize, drain: Duration) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let endpoint = Arc::new(Endpoint {
            gateway: Toy::default(),
            door: Door {
                limits: json::Limits {
                    bytes: BODY_LIMIT,
                    ..json::Limits::default()
                },
                sessions: Sessions::new(&[1; 32], Duration::from_hours(1)),
                conversation_keys: Vec::new(),
            },
            guard: Guard::new(address, &[], &[]),
            clock: Clock::System,
            chance: Chance::system(),
            body_time: Duration::from_millis(500),
            slots: Arc::new(Semaphore::new(slots)),
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = serve(
            listener,
            router(Arc::clone(&endpoint)),
            Arc::clone(&endpoint.slots),
            async { stopped.await.unwrap_or_default() },
            drain,
        );
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().build().unwrap();
        Server {
            address,
            endpoint,
            client,
            stop: Some(stop),
            task: tokio::spawn(serving),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A POST of Ann's with the headers that any client sends.
    fn post(&self, body: impl Into<reqwest::Body>) -> RequestBuilder {
        self.client
            .post(self.url("/mcp"))
            .bearer_auth("wk_ann")
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .body(body)
    }

    /// A modern call of a tool.
    fn call(&self, tool: &str) -> RequestBuilder {
        self.post(modern("tools/call", &format!(r#""name":"{tool}","#)))
            .header("MCP-Protocol-Version", "2026-07-28")
            .header("Mcp-Method", "tools/call")
            .header("Mcp-Name", tool)
    }

    /// Opens a session of this key's.
    async fn session(&self, key: &str) -> String {
        let hello = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"story","version":"1"}}}"#;
        let request = self
            .client
            .post(self.url("/mcp"))
            .bearer_auth(key)
            .header("Content-Type", "application/json");
        let response = request.body(hello).send().await.unwrap();
        response
            .headers()
            .get("mcp-session-id")
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned()
    }

    fn log(&self) -> Vec<String> {
        self.endpoint.gateway.log.lock().unwrap().clone()
    }

    async fn wait_for(&self, line: &str) {
        let seen = async {
            while !self.log().iter().any(|logged| logged.contains(line)) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(5), seen).await.unwrap();
    }
}

fn modern(method: &str, more: &str) -> String {
    let meta = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"io.modelcontextprotocol/clientInfo":{"name":"modern","version":"2"}}"#;
    format!(r#"{{"jsonrpc":"2.0","id":"\u0061","method":"{method}","params":{{{more}{meta}}}}}"#)
}

async fn said(request: RequestBuilder) -> (u16, String) {
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}
