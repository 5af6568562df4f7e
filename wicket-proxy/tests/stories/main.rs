//! Wicket as a whole, in one process: a toy for each upstream, the real proxy between, and clients of both eras.
//!
//! Each story asserts on what the upstreams' own logs say arrived, and on the records. The clock moves by hand.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a test fails by panicking, and is nobody's library"
)]

mod world;

mod answers;
mod arguments;
mod breakers;
mod circuits;
mod definitions;
mod facts;
mod keys;
mod measure;
mod policies;
mod rates;
mod records;
mod results;
mod sessions;
mod start;
mod store;
mod upstreams;
