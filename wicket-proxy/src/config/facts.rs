//! `[facts]`: where attributes of resources come from.

use std::path::PathBuf;

use super::section::section;

section! {
    /// Where attributes of resources come from. What is absent or too old is unknown, and unknown never helps the caller.
    pub struct Facts {
        /// A JSON file of facts; it is read again when it changes.
        pub file: Option<PathBuf> = None, "none";
    }
}
