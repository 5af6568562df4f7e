//! Protocol messages of MCP, both eras, without IO.
//!
//! ```text
//! body + headers → frame → era → request        answer → reply
//! ```
//!
//! [`receive`] turns one HTTP body and its headers into a [`Message`], or into a [`Refused`] that knows its HTTP status
//! and its JSON-RPC code; [`reply`] turns answers into bodies. The era is decided per request, by the body: a
//! request that names its protocol version in `_meta` is *modern* (2026-07-28), everything else is *legacy*
//! (2025-11-25 and 2025-06-18) and belongs to an MCP session. Headers only confirm, they never decide.
//!
//! What the rest of the proxy offers to this protocol is the trait [`Gateway`].

pub mod build;
pub mod era;
pub mod id;
pub mod headers;
pub mod refusal;
pub mod client;
pub mod session;
pub mod names;
pub mod message;
pub mod doubtful;
pub mod frame;
pub mod legacy;
pub mod modern;
pub mod receive;
pub mod parameters;
pub mod translate;
pub mod reply;
pub mod gateway;

pub use client::ClientInfo;
pub use era::{Era, Revision};
pub use gateway::{CallAnswer, Context, Denial, Gateway, UpstreamFailure};
pub use headers::Headers;
pub use id::Id;
pub use message::{Arguments, Message, Method, Request, ToolCall};
pub use receive::{Door, receive};
pub use refusal::{Refusal, Refused};
pub use session::{Session, Sessions};
