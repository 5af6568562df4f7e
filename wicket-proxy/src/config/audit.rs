//! `[audit]`: how the record is kept.

use serde::Deserialize;

use super::section::section;

/// What a call waits for before it leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Durability {
    /// Its intent is on the disk.
    Full,
    /// Its intent is with the operating system.
    Os,
}

section! {
    /// How the record of calls is kept.
    pub struct Audit {
        /// What a call waits for before it leaves: `full`, its intent is on the disk and survives a power cut; `os`, it
        /// is with the operating system and survives the end of the program only.
        pub durability: Durability = Durability::Full, "\"full\"";
    }
}
