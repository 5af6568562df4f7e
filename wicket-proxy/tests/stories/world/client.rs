//! Raw clients of both eras: what goes over the wire is seen here as it is.

use serde_json::{Value, json};

const VERSION: &str = "2026-07-28";
const LEGACY: &str = "2025-11-25";

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub challenge: Option<String>,
    pub raw: String,
    pub body: Value,
}

impl Reply {
    async fn read(response: reqwest::Response) -> Reply {
        let status = response.status().as_u16();
        let challenge = response
            .headers()
            .get("www-authenticate")
            .map(|value| value.to_str().unwrap().to_owned());
        let raw = response.text().await.unwrap();
        Reply {
            status,
            challenge,
            body: serde_json::from_str(&raw).unwrap_or_default(),
            raw,
        }
    }

    /// A result that is no refusal of Wicket's.
    pub fn permitted(&self) -> bool {
        self.body["result"]["isError"] == json!(false)
    }

    /// What the model reads.
    pub fn text(&self) -> &str {
        self.body["result"]["content"][0]["text"].as_str().unwrap_or("")
    }

    pub fn decision(&self) -> &Value {
        &self.body["result"]["_meta"]["sh.wicket/decision"]
    }

    pub fn reason(&self) -> &str {
        self.decision()["reason"].as_str().unwrap_or("")
    }

    /// What is told of an upstream that failed.
    pub fn failure(&self) -> &Value {
        &self.body["result"]["_meta"]["sh.wicket/failure"]
    }

    pub fn code(&self) -> i64 {
        self.body["error"]["code"].as_i64().unwrap_or(0)
    }
}

/// A client, with connections of its own.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    pub name: String,
    pub conversation: Option<String>,
}

impl Client {
    #[expect(clippy::disallowed_methods, reason = "the client of a test is no upstream's")]
    pub fn new() -> Client {
        let redirects = reqwest::redirect::Policy::none();
        Client {
            http: reqwest::Client::builder()
                .no_proxy()
                .redirect(redirects)
                .build()
                .unwrap(),
            name: "story".to_owned(),
            conversation: None,
        }
    }

    pub async fn get(&self, url: &str) -> Value {
        let response = self.http.get(url).send().await.unwrap();
        serde_json::from_str(&response.text().await.unwrap()).unwrap()
    }

    pub fn post(&self, url: &str, key: &str) -> reqwest::RequestBuilder {
        self.http
            .post(url)
            .bearer_auth(key)
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
    }

    /// A modern request without parameters.
    pub async fn request(&self, url: &str, key: &str, method: &str) -> Reply {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": { "_meta": self.meta() } });
        let request = self
            .post(url, key)
            .header("mcp-protocol-version", VERSION)
            .header("mcp-method", method)
            .body(body.to_string());
        Reply::read(request.send().await.unwrap()).await
    }

    pub async fn call(&self, url: &str, key: &str, tool: &str, arguments: &Value) -> Reply {
        self.call_written(url, key, tool, &arguments.to_string(), &[])
            .await
    }

    /// A modern call whose arguments are this text, with more headers.
    pub async fn call_written(
        &self,
        url: &str,
        key: &str,
        tool: &str,
        arguments: &str,
        headers: &[(&str, &str)],
    ) -> Reply {
        let mut request = self
            .post(url, key)
            .header("mcp-protocol-version", VERSION)
            .header("mcp-method", "tools/call")
            .header("mcp-name", tool)
            .body(modern(tool, arguments, &self.meta()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Reply::read(request.send().await.unwrap()).await
    }

    /// A body as it is, with the headers of a modern call of this tool.
    pub async fn send(&self, url: &str, key: &str, tool: &str, body: impl Into<reqwest::Body>) -> Reply {
        let request = self
            .post(url, key)
            .header("mcp-protocol-version", VERSION)
            .header("mcp-method", "tools/call")
            .header("mcp-name", tool)
            .body(body);
        Reply::read(request.send().await.unwrap()).await
    }

    /// A call without any key.
    pub async fn without_key(&self, url: &str, tool: &str) -> Reply {
        let request = self
            .http
            .post(url)
            .header("content-type", "application/json")
            .header("mcp-protocol-version", VERSION)
            .header("mcp-method", "tools/call")
            .header("mcp-name", tool)
            .body(modern(tool, "{}", &self.meta()));
        Reply::read(request.send().await.unwrap()).await
    }

    pub fn meta(&self) -> Value {
        let mut meta = json!({
            "io.modelcontextprotocol/protocolVersion": VERSION,
            "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": { "name": self.name, "version": "1.2" },
        });
        if let Some(conversation) = &self.conversation {
            meta["openai/session"] = json!(conversation);
        }
        meta
    }
}

pub fn modern(tool: &str, arguments: &str, meta: &Value) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{{"name":"{tool}","arguments":{arguments},"_meta":{meta}}}}}"#
    )
}

/// A legacy client in its MCP session.
pub struct Legacy {
    client: Client,
    url: String,
    key: String,
    session: String,
}

impl Legacy {
    pub async fn open(client: &Client, url: &str, key: &str) -> Legacy {
        let hello = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
            "protocolVersion": LEGACY, "capabilities": {}, "clientInfo": { "name": client.name, "version": "1.2" } } });
        let response = client
            .post(url, key)
            .body(hello.to_string())
            .send()
            .await
            .unwrap();
        let session = response.headers()["mcp-session-id"].to_str().unwrap().to_owned();
        let legacy = Legacy {
            client: client.clone(),
            url: url.to_owned(),
            key: key.to_owned(),
            session,
        };
        let ready = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
        assert_eq!(legacy.send(ready).await.status, 202);
        legacy
    }

    /// The same MCP session in somebody else's hands.
    pub fn with_key(self, key: &str) -> Legacy {
        Legacy {
            key: key.to_owned(),
            ..self
        }
    }

    pub async fn call(&self, tool: &str, arguments: Value) -> Reply {
        let call = json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call",
            "params": { "name": tool, "arguments": arguments } });
        self.send(&call.to_string()).await
    }

    pub async fn send(&self, body: &str) -> Reply {
        let request = self
            .client
            .post(&self.url, &self.key)
            .header("mcp-protocol-version", LEGACY)
            .header("mcp-session-id", &self.session)
            .body(body.to_owned());
        Reply::read(request.send().await.unwrap()).await
    }
}
