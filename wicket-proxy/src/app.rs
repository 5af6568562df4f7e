//! Builds and runs everything.
