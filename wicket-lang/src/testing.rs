//! `test` blocks.
