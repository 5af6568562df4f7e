//! What a client asked for, after all checks of the protocol.

use wicket_lang::json::Object;

use super::client::ClientInfo;
use super::era::Era;
use super::id::Id;

/// One message from a client.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// It wants an answer.
    Request(Request),
    /// It wants none.
    Notification {
        /// Its method.
        method: String,
    },
}

/// A request, understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// How the client speaks.
    pub era: Era,
    /// To be repeated in the reply.
    pub id: Id,
    /// What the client says it is.
    pub client: Option<ClientInfo>,
    /// The id of the legacy session that the request belongs to.
    pub mcp_session: Option<String>,
    /// The conversation that the request says it belongs to.
    pub conversation: Option<String>,
    /// What is asked.
    pub method: Method,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Method {
    /// To open a session (legacy).
    Initialize,
    /// Whether somebody is there (legacy).
    Ping,
    /// What is served here (modern).
    Discover,
    /// The tools that the caller may see. There is one page, so there are no cursors.
    ListTools,
    /// To call a tool.
    CallTool(ToolCall),
}

/// A call of a tool, as the client named it.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolCall {
    /// The name under which the tool is offered.
    pub name: String,
    /// The arguments.
    pub arguments: Arguments,
    /// What of the request's `_meta` may travel on to the upstream: the trace context.
    pub trace: Object,
}

/// The arguments of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Arguments {
    /// Every reader understands them alike.
    Clear(Object),
    /// Two keys of one object differ only by case, and some upstreams would take one for the other. Such a call is to
    /// be denied, with its record.
    Ambiguous {
        /// One of the two keys.
        key: String,
    },
    /// A number that a reader which keeps numbers as doubles would take for another one. Such a call is to be denied,
    /// with its record.
    Rounded {
        /// The key under which it stands.
        key: String,
    },
}
