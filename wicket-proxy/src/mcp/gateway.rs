//! What the protocol asks of the rest of the proxy, and what it is answered: the seam between the endpoint and the
//! pipeline.
//!
//! The endpoint tests run with a toy behind this trait, the program with the pipeline.

use std::future::Future;
use std::net::SocketAddr;

use wicket_lang::json::{Json, Object};

use super::client::ClientInfo;
use super::era::Era;
use super::headers::Headers;
use super::message::ToolCall;
use super::refusal::{Refusal, Refused};

/// Who stands behind the endpoint.
pub trait Gateway: Send + Sync + 'static {
    /// A member of an agent, as its key named it.
    type Caller: Clone + Send + Sync + 'static;

    /// Who the presented key belongs to: [`Refusal::Unauthenticated`] or [`Refusal::Forbidden`] if nobody who may call.
    fn authenticate(&self, key: &str) -> impl Future<Output = Result<Self::Caller, Refusal>> + Send;

    /// To whom the caller's MCP sessions belong: the id of its key.
    fn owner(&self, caller: &Self::Caller) -> String;

    /// The definitions that the caller may see, by the names under which they are offered. The order is kept.
    fn list_tools(
        &self,
        caller: &Self::Caller,
        context: &Context,
    ) -> impl Future<Output = Result<Vec<Object>, Refusal>> + Send;

    /// Judges a call, and makes it if it may be made.
    fn call_tool(
        &self,
        caller: &Self::Caller,
        context: &Context,
        call: ToolCall,
    ) -> impl Future<Output = CallAnswer> + Send;

    /// Is told of each message of an authenticated caller that was refused before it got here, because every
    /// `tools/call` has a record, whatever its fate.
    fn note_refusal(
        &self,
        caller: &Self::Caller,
        address: SocketAddr,
        refused: &Refused,
    ) -> impl Future<Output = ()> + Send;

    /// Why the service is less than it should be, if it is; for `/readyz`. It has to name nothing that is secret.
    fn degraded(&self) -> Option<String>;
}

/// Where a request comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Context {
    /// How the client speaks.
    pub era: Era,
    /// What the client says it is.
    pub client: Option<ClientInfo>,
    /// The legacy session of the transport. Never a scope for counters.
    pub mcp_session: Option<String>,
    /// The conversation that the client says this belongs to.
    pub conversation: Option<String>,
    /// The peer's address.
    pub address: SocketAddr,
    /// The headers that repeat the body, for what only the tool's schema can check ([`super::parameters::check`]).
    pub headers: Headers,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq)]
pub enum CallAnswer {
    /// The upstream's result, as it came.
    Result(Object),
    /// The upstream's JSON-RPC error, as it came.
    Error(Object),
    /// No policy let it through.
    Denied(Box<Denial>),
    /// It was let through, and the upstream did not answer it properly.
    Failed(UpstreamFailure),
    /// It was no call that could be judged; [`Refusal::UnknownTool`] above all.
    Refused(Refusal),
}

/// A denial, as the caller learns of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Denial {
    /// The policy's own words, for the model.
    pub message: String,
    /// One of the closed list of reasons.
    pub reason: String,
    /// The class of the denial, or null.
    pub class: Json,
    /// What is in the way beside it, a list; null where nothing is.
    pub others: Json,
    /// The policies that decided.
    pub policies: Json,
    /// When the same call would be allowed, if that is known.
    pub next: Option<String>,
    /// When what would permit it ended, if that is why.
    pub expired: Option<String>,
    /// The id of the audit record.
    pub record: Json,
}

/// What the caller learns when an upstream failed. Nothing of it comes from the upstream or from this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamFailure {
    /// For the model.
    pub message: String,
    /// The kind of failure, in one word.
    pub kind: &'static str,
    /// Whether the call may have had its effect.
    pub may_have_run: bool,
}
