//! The machine: bundles and requests made at random, judged by machine and interpreter; programs and artifacts that
//! are wrong, and how they are refused.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says what it saw and stops where it is wrong"
)]

mod artifacts;
mod bodies;
mod breakers;
mod bundles;
mod conditions;
mod dice;
mod equals_interpreter;
mod exact;
mod past;
mod programs;
mod requests;
mod world;
