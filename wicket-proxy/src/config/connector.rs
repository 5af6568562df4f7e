//! `[connectors.NAME]`: how one MCP server is reached. What its tools mean is said in the policies.

use std::collections::BTreeMap;

use reqwest::Url;
use serde::Deserialize;

use super::credential::{INLINE_REMEDY, is_variable_name, read_environment};
use super::section::section;
use super::{Credential, CredentialError, Period};

/// The revision of MCP that an upstream speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Era {
    /// Ask the upstream, and fall back to the older revision.
    Auto,
    /// 2026-07-28.
    Modern,
    /// 2025-11-25, with a session.
    Legacy,
}

section! {
    /// One MCP server. NAME is the name under which policies `use` it, and the first half of each tool's name.
    pub struct Connector {
        /// The address of a server that speaks streamable HTTP.
        /// Redirects are never followed.
        pub url: Option<String> = None, "none";
        /// A program that speaks MCP on its standard input and output, with its arguments, as in
        /// `["npx", "-y", "server-filesystem", "data"]`.
        pub command: Vec<String> = Vec::new(), "[]";
        /// Environment variables for `command`, with their values.
        /// A secret does not belong here: name it in `env_from`.
        pub env: BTreeMap<String, String> = BTreeMap::new(), "{}";
        /// Names of variables of Wicket's own environment that `command` gets as well.
        /// It gets no other than these, `env`, and `PATH`.
        pub env_from: Vec<String> = Vec::new(), "[]";
        /// The revision of MCP that it speaks: `auto`, `modern` (2026-07-28) or `legacy` (2025-11-25).
        pub era: Era = Era::Auto, "\"auto\"";
        /// How long one call may take, from the first byte sent to the last byte received.
        pub timeout: Period = Period::seconds(30), "\"30s\"";
        /// The credential that the upstream is shown; none if there is no such key.
        pub credential: Option<Credential> = None, "section";
    }
}

/// The ends of variable names that hold secrets.
const SECRET_ENDINGS: &[&str] = &[
    "TOKEN",
    "SECRET",
    "PASSWORD",
    "PASSWD",
    "KEY",
    "CREDENTIAL",
    "CREDENTIALS",
];

impl Connector {
    /// The environment of `command`: what `env` says, and what `env_from` and `PATH` are now.
    pub fn environment(&self) -> Result<BTreeMap<String, String>, CredentialError> {
        let mut variables = self.env.clone();
        if let Some(path) = read_environment("PATH") {
            variables
                .entry("PATH".to_owned())
                .or_insert_with(|| path.to_string());
        }
        for name in &self.env_from {
            let value = read_environment(name).ok_or_else(|| CredentialError::NotSet(name.clone()))?;
            variables.insert(name.clone(), value.to_string());
        }
        Ok(variables)
    }

    /// The key that is wrong, and why; an empty key is the section itself.
    pub(crate) fn problem(&self, name: &str) -> Option<(String, String)> {
        let wrong = |key: &str, message: &str| Some((key.to_owned(), message.to_owned()));
        if !is_connector_name(name) {
            return wrong(
                "",
                "is no name for a connector: at most 32 lower-case letters, digits and single `_`, a letter first",
            );
        }
        match (&self.url, self.command.is_empty()) {
            (None, true) => return wrong("", "needs `url` or `command`"),
            (Some(_), false) => return wrong("command", "and `url` exclude each other; keep one"),
            (Some(url), true) => {
                if let Some(message) = url_problem(url, self.credential.is_some()) {
                    return Some(("url".to_owned(), message));
                }
                if !self.env.is_empty() || !self.env_from.is_empty() {
                    return wrong(
                        "url",
                        "goes without `env` and `env_from`, which are for `command`",
                    );
                }
            }
            (None, false) => {
                if self.credential.is_some() {
                    return wrong(
                        "credential",
                        "goes with `url`; a `command` gets its secrets by `env_from = [\"NAME\"]`",
                    );
                }
            }
        }
        if let Some(option) = self.command.iter().find_map(|argument| secret_option(argument)) {
            return Some((
                "command".to_owned(),
                format!(
                    "hands over a secret by `{option}`, where every process can read it; use `env_from = [\"NAME\"]`"
                ),
            ));
        }
        if let Some(variable) = self.env.keys().find(|variable| holds_a_secret(variable)) {
            return Some((
                format!("env.{variable}"),
                format!(
                    "looks like a secret; set it in Wicket's environment and write `env_from = [\"{variable}\"]`"
                ),
            ));
        }
        if !self.env_from.iter().all(|name| is_variable_name(name)) {
            return wrong(
                "env_from",
                "lists names of environment variables, and one of these is none",
            );
        }
        if self.timeout.0.is_zero() {
            return wrong("timeout", "must be longer than nothing");
        }
        let (key, message) = self.credential.as_ref()?.problem()?;
        let dot = if key.is_empty() { "" } else { "." };
        Some((format!("credential{dot}{key}"), message))
    }
}

/// `service__tool` must fall apart in one way only, hence no `__` in a name.
fn is_connector_name(name: &str) -> bool {
    name.len() <= 32
        && name.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && !name.contains("__")
        && !name.ends_with('_')
}

fn holds_a_secret(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    SECRET_ENDINGS.iter().any(|ending| {
        upper
            .strip_suffix(ending)
            .is_some_and(|start| start.is_empty() || start.ends_with('_'))
    })
}

/// The option of `argument`, if it takes a secret: `--token`, `--api-key=…`.
fn secret_option(argument: &str) -> Option<&str> {
    let option = argument.split('=').next()?;
    let name = option.strip_prefix("--")?.replace('-', "_").to_ascii_uppercase();
    // A bare `--key` is mostly the path of a file.
    (name != "KEY" && holds_a_secret(&name)).then_some(option)
}

/// What is wrong with the address. It never repeats the address, which may hold a secret.
fn url_problem(url: &str, with_credential: bool) -> Option<String> {
    let Ok(url) = Url::parse(url) else {
        return Some("is no address; write it as in \"https://mcp.example.com/mcp\"".to_owned());
    };
    if !matches!(url.scheme(), "http" | "https") {
        return Some("must begin with https:// or http://".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Some(format!("holds a user name or a password: {INLINE_REMEDY}"));
    }
    if url.query_pairs().any(|(name, _)| holds_a_secret(&name)) {
        return Some(format!("holds a secret behind `?`: {INLINE_REMEDY}"));
    }
    if url.fragment().is_some() {
        return Some("may not have a part behind `#`".to_owned());
    }
    let host = url.host_str().unwrap_or_default();
    let is_loopback = host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    (with_credential && url.scheme() == "http" && !is_loopback)
        .then(|| "would send the credential unencrypted; use https://".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_apart_in_one_way() {
        for name in ["github", "my_files2"] {
            assert!(is_connector_name(name), "{name}");
        }
        for name in ["", "GitHub", "a__b", "a_", "_a", "2a", "a-b"] {
            assert!(!is_connector_name(name), "{name}");
        }
    }

    #[test]
    fn a_credential_is_not_sent_unencrypted() {
        assert!(url_problem("http://mcp.example.com/", true).is_some());
        assert!(url_problem("http://mcp.example.com/", false).is_none());
        assert!(url_problem("http://127.0.0.1:3001/mcp", true).is_none());
        assert!(url_problem("http://[::1]:3001/mcp", true).is_none());
        assert!(url_problem("https://mcp.example.com/", true).is_none());
        assert!(url_problem("ftp://mcp.example.com/", false).is_some());
    }

    #[test]
    fn one_way_to_reach_it() {
        let connector = Connector::default();
        assert!(
            connector
                .problem("a")
                .is_some_and(|(_, message)| message.contains("needs"))
        );
    }

    #[test]
    fn secrets_are_known_by_their_names() {
        assert!(holds_a_secret("GITHUB_TOKEN"));
        assert!(holds_a_secret("api_key"));
        assert!(!holds_a_secret("MONKEY"));
        assert!(!holds_a_secret("LOG_LEVEL"));
        assert_eq!(secret_option("--api-key=abc"), Some("--api-key"));
        assert_eq!(secret_option("--token"), Some("--token"));
        assert_eq!(secret_option("--key"), None);
        assert_eq!(secret_option("--token-file"), None);
        assert!(url_problem("https://mcp.example.com/?api_key=abc", false).is_some());
    }
}
