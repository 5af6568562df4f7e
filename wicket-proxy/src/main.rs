//! The `wicket` program.

fn main() {}
