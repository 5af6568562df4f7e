//! The workloads of the benchmarks: bundles, and requests whose decisions are known.
//!
//! A figure is worth something only if what was measured is right, so a workload holds every request against the
//! decision that is expected of it, and the machine against the interpreter, before anything is timed. The tests of
//! this crate do the same, so a workload that no longer fits the language is noticed without a benchmark.

pub mod workload;
pub mod checked;
pub mod five;
pub mod many;
