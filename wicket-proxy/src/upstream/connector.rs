//! A connector as it is used: where the upstream is, how it speaks, and what it is shown.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue};
use reqwest::Url;
use ring::digest;
use zeroize::Zeroizing;

use crate::config;

/// An MCP server that can be called.
#[derive(Debug, Clone)]
pub struct Connector {
    /// The name of the service.
    pub name: String,
    /// How it is reached.
    pub transport: Transport,
    /// How it speaks.
    pub era: EraChoice,
    /// How long one call may take in all.
    pub call_limit: Duration,
    /// How long connecting may take.
    pub connect_limit: Duration,
    /// The largest answer that is taken, in bytes.
    pub answer_limit: usize,
}

/// How an upstream is reached.
#[derive(Clone)]
pub enum Transport {
    /// Streamable HTTP.
    Http {
        /// The one address. Redirects are not followed.
        url: Url,
    },
    /// A program that reads and writes lines.
    Stdio {
        /// The program. No shell is involved.
        program: String,
        /// Its arguments.
        arguments: Vec<String>,
        /// Its whole environment. Some of it is secret.
        environment: BTreeMap<String, Zeroizing<String>>,
    },
}

impl fmt::Debug for Transport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // A path or a query can hold a key.
            Transport::Http { url } => write!(formatter, "Http({})", url.origin().ascii_serialization()),
            Transport::Stdio { program, .. } => write!(formatter, "Stdio({program})"),
        }
    }
}

/// The era that an upstream is taken to speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EraChoice {
    /// It is asked.
    Auto,
    /// 2026-07-28
    Modern,
    /// 2025-11-25 or older, with a handshake.
    Legacy,
}

/// What an upstream is shown: one header, or nothing.
#[derive(Clone)]
pub struct Credential {
    header: Option<(HeaderName, HeaderValue)>,
    fingerprint: Fingerprint,
}

/// Tells credentials apart without being one.
pub(super) type Fingerprint = [u8; 32];

impl fmt::Debug for Credential {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.header.as_ref().map(|(name, _)| name);
        formatter.debug_tuple("Credential").field(&name).finish()
    }
}

impl Credential {
    /// No credential.
    #[must_use]
    pub fn none() -> Credential {
        Credential {
            header: None,
            fingerprint: [0; 32],
        }
    }

    /// This value in this header.
    pub fn header(name: &str, value: &str) -> Result<Credential, SetupError> {
        let header = HeaderName::try_from(name).map_err(|_| SetupError::Header)?;
        let mut secret = HeaderValue::try_from(value).map_err(|_| SetupError::Header)?;
        secret.set_sensitive(true);
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(header.as_str().as_bytes());
        context.update(b"\0");
        context.update(value.as_bytes());
        let mut fingerprint = Fingerprint::default();
        for (byte, digested) in fingerprint.iter_mut().zip(context.finish().as_ref()) {
            *byte = *digested;
        }
        Ok(Credential {
            header: Some((header, secret)),
            fingerprint,
        })
    }

    /// The credential that the configuration names, as it is now.
    pub fn configured(connector: &config::Connector) -> Result<Credential, SetupError> {
        match &connector.credential {
            None => Ok(Credential::none()),
            Some(credential) => Credential::header(&credential.header, &credential.header_value()?),
        }
    }

    pub(super) fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    pub(super) fn as_header(&self) -> Option<(&HeaderName, &HeaderValue)> {
        self.header.as_ref().map(|(name, value)| (name, value))
    }
}

/// Why a connector cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The address is none.
    #[error("connector `{0}`: the address cannot be used")]
    Address(String),
    /// Neither an address nor a program.
    #[error("connector `{0}`: it has neither `url` nor `command`")]
    Nowhere(String),
    /// The credential cannot be read.
    #[error(transparent)]
    Credential(#[from] config::CredentialError),
    /// The credential cannot stand in a header.
    #[error("the credential cannot be sent in a header")]
    Header,
    /// The HTTP client cannot be made.
    #[error("no HTTP client can be made (are the system's root certificates installed?): {0}")]
    Client(String),
}

const CONNECT_LIMIT: Duration = Duration::from_secs(10);
const ANSWER_LIMIT: usize = 16 * 1024 * 1024;

impl Connector {
    /// A connector with the default limits.
    #[must_use]
    pub fn new(name: &str, transport: Transport) -> Connector {
        Connector {
            name: name.to_owned(),
            transport,
            era: EraChoice::Auto,
            call_limit: Duration::from_secs(30),
            connect_limit: CONNECT_LIMIT,
            answer_limit: ANSWER_LIMIT,
        }
    }

    /// The connector of a section `[connectors.NAME]`. Its program's environment is read now.
    pub fn configured(name: &str, section: &config::Connector) -> Result<Connector, SetupError> {
        let transport = match (&section.url, section.command.split_first()) {
            (Some(url), _) => {
                let url = Url::parse(url).map_err(|_| SetupError::Address(name.to_owned()))?;
                Transport::Http { url }
            }
            (None, Some((program, arguments))) => Transport::Stdio {
                program: program.clone(),
                arguments: arguments.to_vec(),
                environment: section
                    .environment()?
                    .into_iter()
                    .map(|(name, value)| (name, Zeroizing::new(value)))
                    .collect(),
            },
            (None, None) => return Err(SetupError::Nowhere(name.to_owned())),
        };
        let era = match section.era {
            config::Era::Auto => EraChoice::Auto,
            config::Era::Modern => EraChoice::Modern,
            config::Era::Legacy => EraChoice::Legacy,
        };
        Ok(Connector {
            era,
            call_limit: section.timeout.0,
            ..Connector::new(name, transport)
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn nothing_secret_is_printed() {
        let credential = Credential::header("Authorization", "Bearer canary").unwrap();
        let url = Url::parse("https://example.com/canary?key=canary").unwrap();
        let http = Connector::new("a", Transport::Http { url });
        let environment = [("TOKEN".to_owned(), Zeroizing::new("canary".to_owned()))].into();
        let program = "server".to_owned();
        let stdio = Connector::new(
            "b",
            Transport::Stdio {
                program,
                arguments: vec!["canary".to_owned()],
                environment,
            },
        );
        let printed = format!("{credential:?} {http:?} {stdio:?}");
        assert!(!printed.contains("canary"), "{printed}");
    }

    #[test]
    fn credentials_are_told_apart() {
        let print = |name, value| Credential::header(name, value).unwrap().fingerprint();
        assert_eq!(
            print("Authorization", "Bearer a"),
            print("authorization", "Bearer a")
        );
        assert_ne!(
            print("Authorization", "Bearer a"),
            print("Authorization", "Bearer b")
        );
        assert_ne!(print("Authorization", "Bearer a"), print("X-Key", "Bearer a"));
        assert_ne!(
            print("Authorization", "Bearer a"),
            Credential::none().fingerprint()
        );
    }
}
