//! `[log]`: what the program says about itself. Never a secret, a token or a request body.

use serde::Deserialize;

use super::section::section;

/// The shape of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For a person at a terminal.
    Text,
    /// One JSON object per line.
    Json,
}

/// The least important thing that is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

section! {
    /// What the program says about itself, on standard error. Never a secret, a token or a request body.
    pub struct Log {
        /// `text` for people, `json` for programs: one object per line.
        pub format: LogFormat = LogFormat::Text, "\"text\"";
        /// The least important thing that is logged: `error`, `warn`, `info`, `debug` or `trace`.
        pub level: LogLevel = LogLevel::Info, "\"info\"";
    }
}
