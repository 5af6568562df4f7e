//! The Wicket policy language.
//!
//! ```text
//! source text → tokens → AST → typed IR → bytecode → artifact → decision
//! ```
//!
//! A policy author's text is parsed ([`syntax`]), its names and types are checked against the pinned catalogs of the
//! connectors it uses ([`catalog`], [`types`], [`check`]), the typed tree ([`ir`]) becomes one small program for each
//! tool ([`bytecode`]), and all of it is written to one verified file ([`artifact`]). A request is judged by [`vm`],
//! and by [`interpret`], which is the specification that the machine must equal; the steps from "which rules matched"
//! to a decision are in [`decide`]. Embedders start at [`api`].
//!
//! The crate is a pure function: it opens no file or socket, reads no clock or environment, and rolls no dice.
//!
//! Modules stand in the order of the flow; a module imports only from those above it.

// A new variant must be thought about wherever one is matched.
#![cfg_attr(not(test), deny(clippy::wildcard_enum_match_arm))]

pub mod source;
pub mod diagnostic;
pub mod decimal;
pub mod json;
pub mod value;
pub mod calendar;
#[cfg_attr(
    not(test),
    expect(
        clippy::wildcard_enum_match_arm,
        reason = "a place in the text looks for a few of sixty tokens"
    )
)]
pub mod syntax;
pub mod types;
pub mod catalog;
pub mod ir;
pub mod request;
pub mod interpret;
pub mod decide;
pub mod check;
#[cfg_attr(
    not(test),
    expect(
        clippy::wildcard_enum_match_arm,
        reason = "a lint looks for what it knows, so that a new node is no change for it"
    )
)]
pub mod lint;
pub mod bytecode;
pub mod artifact;
pub mod vm;
#[cfg_attr(
    not(test),
    expect(
        clippy::wildcard_enum_match_arm,
        reason = "what has no layout of its own is printed flat"
    )
)]
pub mod format;
pub mod testing;
pub mod api;
