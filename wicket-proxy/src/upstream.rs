//! Forwards a permitted call to the MCP server that a connector names, and lists the tools that the server has.
//!
//! ```text
//! service + credential → connection → (handshake) → request → answer
//! ```
//!
//! Each pair of connector and credential has a connection of its own: an HTTP client with its own pool, or a child
//! process. Nothing is shared between credentials, not even a TCP connection. A call is sent once: after its first byte
//! has gone out it is never repeated, whatever happens, and [`UpstreamError::may_have_run`] tells the difference.
//!
//! The only thing that is repeated is a call that a legacy server refused with 404 because its session was over: such a
//! call has not run. Notifications of an upstream, progress among them, are dropped for now; a request of an upstream is
//! refused, as no capability for it was ever declared (`ping` is answered).

pub mod error;
pub mod sse;
pub mod connector;
pub mod protocol;
pub mod wire_http;
pub mod wire_stdio;
pub mod connection;
pub mod pool;
pub mod toy;

pub use connection::{Call, Listing};
pub use connector::{Connector, Credential, EraChoice, SetupError, Transport};
pub use error::{ErrorKind, Outcome, UpstreamError};
pub use pool::Upstreams;
pub use protocol::{Answer, Reply};
pub use toy::ToyUpstream;
