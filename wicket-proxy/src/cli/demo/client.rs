//! A small MCP client of the modern era: one request for each call.

use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use crate::mcp::era::{CAPABILITIES_KEY, CLIENT_KEY, MODERN, VERSION_KEY};

pub(super) struct Client {
    http: reqwest::Client,
    endpoint: String,
    key: String,
}

/// What came back.
pub(super) struct Answer {
    pub(super) is_error: bool,
    pub(super) text: String,
    /// `_meta["sh.wicket/decision"]` of a denial.
    pub(super) decision: Value,
}

impl Client {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is an MCP client of its own, not a way to an upstream"
    )]
    pub(super) fn new(endpoint: &str, key: &str) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self {
            http,
            endpoint: endpoint.to_owned(),
            key: key.to_owned(),
        })
    }

    /// Calls a tool with arguments that are JSON text.
    pub(super) async fn call(&self, tool: &str, arguments: &str) -> anyhow::Result<Answer> {
        let arguments: Value = serde_json::from_str(arguments).context("the arguments of a story")?;
        let body = json!({
            "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {
                "name": tool, "arguments": arguments,
                "_meta": {
                    VERSION_KEY: MODERN, CAPABILITIES_KEY: {},
                    CLIENT_KEY: { "name": "wicket-demo", "version": env!("CARGO_PKG_VERSION") },
                },
            },
        });
        let response = self
            .http
            .post(&self.endpoint)
            .bearer_auth(&self.key)
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .header("mcp-protocol-version", MODERN)
            .header("mcp-method", "tools/call")
            .header("mcp-name", tool)
            .body(body.to_string())
            .send()
            .await?;
        let status = response.status();
        let answer: Value = serde_json::from_slice(&response.bytes().await?)
            .with_context(|| format!("the answer to {tool} (HTTP {status})"))?;
        let Some(result) = answer.get("result") else {
            bail!("{tool} was answered with an error: {answer}");
        };
        Ok(Answer {
            is_error: result.get("isError").and_then(Value::as_bool).unwrap_or(false),
            text: result
                .pointer("/content/0/text")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            decision: result
                .pointer("/_meta/sh.wicket~1decision")
                .cloned()
                .unwrap_or_default(),
        })
    }
}
