//! The meaning of a decision, pinned: the six steps, what is asked for, breakers, classes, and what a caller learns.
//!
//! Each policy is compiled from its text, and each call is judged by the machine from a loaded artifact.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it is wrong")]

mod breakers;
mod classes;
mod instants;
mod session;
mod steps;
mod tripping;
