//! Wicket's authorization proxy.
//!
//! ```text
//! HTTP request → caller → session → decision → forward → audit
//! ```
//!
//! Modules stand in the order of the flow; a module imports only from those above it. [`gate`] is the pure core: who
//! may call what, now. [`store`] has one operation for it, `step`, and is the only place with SQL. [`pipeline`] is a
//! request's whole life on one screen.

pub mod clock;
pub mod secret;
pub mod config;
pub mod bundle;
pub mod mcp;
pub mod audit;
pub mod gate;
pub mod store;
pub mod facts;
pub mod upstream;
pub mod pipeline;
pub mod publishing;
pub mod http;
pub mod app;
pub mod cli;
