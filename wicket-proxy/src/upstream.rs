//! Forwards a permitted call.

pub mod sse;
