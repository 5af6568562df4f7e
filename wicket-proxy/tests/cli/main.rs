//! The commands about policies, run as a person or a CI job runs them: the program itself, over folders of their own.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod folder;
mod check;
mod colour;
mod coverage;
mod fmt;
mod watch;
mod against;
mod build;
mod decide;
mod catalog;
mod tutorial;
