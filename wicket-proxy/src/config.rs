//! File to configuration: one TOML file, one section per file of this folder.
//!
//! A section is written once, by the `section!` macro: its doc comments are the reference, its values the defaults,
//! and its names the only keys that are accepted. Unknown keys are refused before anything is read from the file, so
//! a misspelt key never means "no policy". No error prints a line of the file, because a line may hold a secret that
//! does not belong there.

mod error;
mod section;
mod size;
mod period;
mod credential;
mod connector;
mod listen;
mod session;
mod limits;
mod audit;
mod facts;
mod log;
mod keys;
mod reference;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use audit::{Audit, Durability};
pub use connector::{Connector, Era};
pub use credential::{Credential, CredentialError};
pub use error::ConfigError;
pub use facts::Facts;
pub use limits::Limits;
pub use listen::Listen;
pub use log::{Log, LogFormat, LogLevel};
pub use period::Period;
pub use reference::reference;
pub use session::Session;
pub use size::ByteSize;

use error::Place;
use section::section;

section! {
    /// Keys that stand at the top of the file, before the first section.
    pub struct Config {
        /// The policies that are served: a folder of `.wkt` files, which is compiled and watched, or an artifact
        /// `NAME.wkb` made by `wicket build`, which is verified and loaded.
        pub policies: PathBuf = PathBuf::new(), "required";
        /// The folder of the database and of the server's own key.
        /// It is made with owner-only rights; move it and the server key moves with it.
        pub data: PathBuf = PathBuf::from(".wicket"), "\".wicket\"";
        /// Where clients connect.
        pub listen: Listen = Listen::default(), "section";
        /// The MCP servers that are called.
        pub connectors: BTreeMap<String, Connector> = BTreeMap::new(), "section";
        /// When a session ends, and what tells conversations apart.
        pub session: Session = Session::default(), "section";
        /// What one request or one key may use.
        pub limits: Limits = Limits::default(), "section";
        /// How the record is kept.
        pub audit: Audit = Audit::default(), "section";
        /// Where attributes of resources come from.
        pub facts: Facts = Facts::default(), "section";
        /// What the program says about itself.
        pub log: Log = Log::default(), "section";
    }
}

impl Config {
    /// Reads and checks the file at `path`. Relative paths in it are relative to its folder.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
            path: path.to_owned(),
            source,
        })?;
        let folder = path.parent().unwrap_or_else(|| Path::new(""));
        Self::parse(&text, folder).map_err(|place| ConfigError::Content {
            path: path.to_owned(),
            place,
        })
    }

    /// The configuration that `text` says, for a file that lies in `folder`.
    fn parse(text: &str, folder: &Path) -> Result<Self, Place> {
        let tree = keys::read(text)?;
        keys::check(text, &tree)?;
        let mut config: Self = toml::from_str(text).map_err(|error| keys::place_of(text, &tree, &error))?;
        config.problem().map_or(Ok(()), |(key, message)| {
            Err(keys::place_at(text, &tree, &key, &message))
        })?;
        config.resolve(folder);
        Ok(config)
    }

    /// What the types cannot say: the key that is wrong, and why.
    fn problem(&self) -> Option<(String, String)> {
        if self.policies.as_os_str().is_empty() {
            return Some((
                "policies".to_owned(),
                "is missing; name the folder of your `.wkt` files, as in `policies = \"policies\"`"
                    .to_owned(),
            ));
        }
        if let Some((key, message)) = self.listen.problem() {
            return Some((format!("listen.{key}"), message));
        }
        if let Some((key, message)) = self.limits.problem() {
            return Some((format!("limits.{key}"), message));
        }
        if let Some((key, message)) = self.session.problem() {
            return Some((format!("session.{key}"), message));
        }
        self.connectors.iter().find_map(|(name, connector)| {
            let (key, message) = connector.problem(name)?;
            let dot = if key.is_empty() { "" } else { "." };
            Some((format!("connectors.{name}{dot}{key}"), message))
        })
    }

    fn resolve(&mut self, folder: &Path) {
        self.policies = folder.join(&self.policies);
        self.data = folder.join(&self.data);
        if let Some(file) = &mut self.facts.file {
            *file = folder.join(&file);
        }
        for connector in self.connectors.values_mut() {
            if let Some(credential) = &mut connector.credential {
                credential.resolve(folder);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn error(text: &str) -> String {
        Config::parse(text, Path::new("conf")).unwrap_err().to_string()
    }

    #[test]
    fn a_small_file_is_enough() {
        let config = Config::parse("policies = \"policies\"", Path::new("conf")).unwrap();
        assert_eq!(config.policies, Path::new("conf/policies"));
        assert_eq!(config.data, Path::new("conf/.wicket"));
        assert_eq!(config.listen.address.to_string(), "127.0.0.1:8642");
        assert_eq!(config.limits.burst, 60);
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_nearest_name_and_its_line() {
        assert_eq!(
            error("policies = \"p\"\n[lisen]\n"),
            "line 2: unknown section `lisen`; did you mean `listen`?"
        );
        assert_eq!(
            error("policies = \"p\"\n[limits]\nbrust = 3\n"),
            "line 3: unknown key `limits.brust`; did you mean `burst`?"
        );
        assert_eq!(
            error("policies = \"p\"\n[connectors.github]\nurl = \"https://a.example\"\nzzzzzz = 1\n"),
            "line 4: unknown key `connectors.github.zzzzzz`; known are `url`, `command`, `env`, `env_from`, `era`, \
             `timeout`, `credential`"
        );
    }

    #[test]
    fn policies_must_be_named() {
        assert!(error("data = \"d\"").starts_with("`policies` is missing"));
    }

    #[test]
    fn a_wrong_type_names_key_and_line() {
        let message = error("policies = \"p\"\n[limits]\nburst = \"many\"\n");
        assert!(message.starts_with("line 3: `limits.burst`: "), "{message}");
        assert!(!message.contains("many"), "a value is never printed: {message}");
    }

    #[test]
    fn broken_toml_names_the_line() {
        assert!(error("policies = \"p\"\n[limits\n").starts_with("line 2"));
    }

    #[test]
    fn a_credential_is_never_inline() {
        let canary = "ghp_canary";
        for text in [
            format!("policies=\"p\"\n[connectors.a]\nurl=\"https://a.example\"\ncredential=\"{canary}\""),
            format!(
                "policies=\"p\"\n[connectors.a]\nurl=\"https://a.example\"\ncredential={{ token = \"{canary}\" }}"
            ),
            format!("policies=\"p\"\n[connectors.a]\nurl=\"https://user:{canary}@a.example\""),
            format!("policies=\"p\"\n[connectors.a]\ncommand=[\"x\"]\nenv={{ GITHUB_TOKEN = \"{canary}\" }}"),
        ] {
            let message = error(&text);
            assert!(!message.contains(canary), "{message}");
            assert!(
                message.contains("credential = { env = \"NAME\" }") || message.contains("env_from"),
                "{message}"
            );
        }
    }

    #[test]
    fn a_full_connector_is_read() {
        let text = "policies = \"p.wkb\"\n[connectors.files]\ncommand = [\"npx\", \"server\"]\n\
                    env = { LEVEL = \"1\" }\nenv_from = [\"HOME\"]\nera = \"legacy\"\ntimeout = \"5s\"\n\
                    [connectors.github]\nurl = \"https://api.example/mcp/\"\ncredential = { file = \"token\" }\n";
        let config = Config::parse(text, Path::new("conf")).unwrap();
        assert_eq!(config.connectors.len(), 2);
        let shown = format!("{config:?}");
        assert!(shown.contains("conf/token"), "{shown}");
    }
}
