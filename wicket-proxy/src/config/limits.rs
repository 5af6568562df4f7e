//! `[limits]`: what one request or one key may use.

use super::ByteSize;
use super::section::section;

/// A body must fit into memory many times over.
const LARGEST_BODY: usize = 64 * 1024 * 1024;
/// The reader keeps one small frame per level; this is far below what its stack holds.
const DEEPEST: usize = 256;

section! {
    /// What one request or one member key may use. What is over a limit is refused, and counted as refused.
    pub struct Limits {
        /// The largest request body.
        pub body: ByteSize = ByteSize(4 * 1024 * 1024), "\"4MiB\"";
        /// How deep objects and arrays of a request may be nested.
        pub depth: usize = 64, "64";
        /// How many calls a member key may make at once before it has to wait.
        pub burst: u32 = 60, "60";
        /// How many calls a second a member key regains.
        pub per_second: u32 = 1, "1";
    }
}

impl Limits {
    pub(super) fn problem(&self) -> Option<(&'static str, String)> {
        if self.body.0 < 1024 || self.body.0 > LARGEST_BODY {
            return Some(("body", "must lie between 1KiB and 64MiB".to_owned()));
        }
        if self.depth < 8 || self.depth > DEEPEST {
            return Some(("depth", format!("must lie between 8 and {DEEPEST}")));
        }
        if self.burst == 0 {
            return Some((
                "burst",
                "must be at least 1; to stop an agent, disable it".to_owned(),
            ));
        }
        if self.per_second == 0 {
            return Some((
                "per_second",
                "must be at least 1; to stop an agent, disable it".to_owned(),
            ));
        }
        None
    }
}
