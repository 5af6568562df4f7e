//! `[session]`: when a session ends, and which hints tell conversations apart.

use super::Period;
use super::section::section;

section! {
    /// A session is the calls of one member key with no gap over `idle`.
    /// Nothing that a client sends ends it or starts another one.
    pub struct Session {
        /// The gap after which the next call begins a new session.
        pub idle: Period = Period::seconds(30 * 60), "\"30m\"";
        /// Keys of a request's `_meta` that carry the identifier of a conversation, the first that is there counts.
        /// They are hints: a conversation is counted besides the session and never instead of it.
        pub conversation_keys: Vec<String> = default_keys(), "[\"openai/session\", \"vscode.conversationId\"]";
    }
}

fn default_keys() -> Vec<String> {
    ["openai/session", "vscode.conversationId"]
        .map(str::to_owned)
        .to_vec()
}

impl Session {
    pub(super) fn problem(&self) -> Option<(&'static str, String)> {
        self.idle
            .0
            .is_zero()
            .then(|| ("idle", "must be longer than nothing".to_owned()))
    }
}
