//! The Wicket policy language.
//!
//! ```text
//! source text → tokens → AST → typed IR → bytecode → artifact → decision
//! ```
//!
//! Embedders start at [`api`]: texts become an artifact, an artifact and a request become a decision.
//!
//! ```
//! use wicket_lang::api::{self, BundleFiles, DecideRequest};
//! use wicket_lang::artifact::Artifact;
//! use wicket_lang::json::{self, Json};
//! use wicket_lang::request::State;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let policies = "use github\npolicy look { permit github.get_me }";
//! // What `wicket build` does, and the bytes that it writes.
//! let bytes = api::build(&BundleFiles::single("agent.wkt", policies))?.encode();
//! // A service that only decides starts here.
//! let artifact = Artifact::load(&bytes)?;
//! let request = DecideRequest::read(br#"{ "tool": "github.get_me", "args": {} }"#)?;
//! let judged = request.decide(&artifact, &State::default())?;
//! assert!(judged.decision.is_permit());
//! // The answer with its reasons, and the state for the next call of the session.
//! let answer = api::answer(&artifact.bundle, &request.switches, &judged);
//! println!("{}", json::write(&Json::Object(answer)));
//! let state = judged.state;
//! # Ok(())
//! # }
//! ```
//!
//! Who has arguments, facts and the instant as values fills a [`request::Request`] and asks [`decide`], which says how
//! rules become a decision and what can be told about one. [`catalog`] holds the pinned tools that policies are checked
//! against, [`calendar`] zones and schedules, [`diagnostic`] what is wrong with a text, and [`ir`] the tables of a
//! checked bundle, which an [`artifact`] carries.
//!
//! The modules `syntax`, `types`, `interpret`, `check`, `lint`, `bytecode`, `vm` and `format` are the inside of the
//! compiler and the machine. They are public for the other crates of this workspace and left out of these pages: they
//! are no part of the interface, and may change with any release.
//!
//! The crate is a pure function: it opens no file or socket, reads no clock or environment, and rolls no dice.
//!
//! Modules stand in the order of the flow; a module imports only from those above it.

// A new variant must be thought about wherever one is matched.
#![cfg_attr(not(test), deny(clippy::wildcard_enum_match_arm))]
#![warn(missing_docs)]

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
#[doc(hidden)]
pub mod syntax;
#[doc(hidden)]
pub mod types;
pub mod catalog;
pub mod ir;
pub mod request;
#[doc(hidden)]
pub mod interpret;
pub mod decide;
#[doc(hidden)]
pub mod check;
#[cfg_attr(
    not(test),
    expect(
        clippy::wildcard_enum_match_arm,
        reason = "a lint looks for what it knows, so that a new node is no change for it"
    )
)]
#[doc(hidden)]
pub mod lint;
#[doc(hidden)]
pub mod bytecode;
pub mod artifact;
#[doc(hidden)]
pub mod vm;
#[cfg_attr(
    not(test),
    expect(
        clippy::wildcard_enum_match_arm,
        reason = "what has no layout of its own is printed flat"
    )
)]
#[doc(hidden)]
pub mod format;
pub mod testing;
pub mod api;
