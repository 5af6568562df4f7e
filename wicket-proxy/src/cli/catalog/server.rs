//! Which server a command means: one that the configuration names, an address, or a command line.
//!
//! An address and a command line are for a first look: what is asked there is asked as the proxy would ask it, with
//! nothing of this environment but what is named.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use wicket_lang::diagnostic::nearest;
use wicket_lang::json::{Json, Object};

use crate::cli::Console;
use crate::cli::subject::default_path;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::upstream::{Connector, Credential, Upstreams};

/// The server, and the bundle in which its tools are pinned.
#[derive(Debug, clap::Args)]
pub(super) struct ServerArguments {
    /// The connector as the policies call it; or an address; or a command line, behind `--`.
    #[arg(required = true, value_name = "SERVER")]
    pub(super) server: Vec<String>,
    /// What the policies call it, where SERVER is none of their names.
    #[arg(long = "as", value_name = "NAME")]
    alias: Option<String>,
    /// The configuration that says how the server is reached.
    #[arg(long, value_name = "FILE", default_value = "wicket.toml")]
    config: PathBuf,
    /// The folder of the policies; without it, the one that the configuration names.
    #[arg(long, value_name = "PATH")]
    policies: Option<PathBuf>,
    /// A variable of this environment that a command line gets as well.
    #[arg(long, value_name = "NAME")]
    env_from: Vec<String>,
    /// The variable that holds the credential which an address is shown.
    #[arg(long, value_name = "NAME")]
    credential_env: Option<String>,
}

/// What SERVER is.
#[derive(Debug)]
pub(super) enum Server<'a> {
    /// A connector of the policies.
    Named(&'a str),
    Address(&'a str),
    Command(Vec<String>),
}

impl ServerArguments {
    pub(super) fn server(&self) -> Server<'_> {
        match self.server.as_slice() {
            [one] if one.starts_with("http://") || one.starts_with("https://") => Server::Address(one),
            [one] if one.contains(char::is_whitespace) => {
                Server::Command(one.split_whitespace().map(str::to_owned).collect())
            }
            // No connector has a name with such a sign in it.
            [one] if !one.contains(['/', '\\', '.']) => Server::Named(one),
            words => Server::Command(words.to_vec()),
        }
    }

    /// The name of the connector in the policies.
    pub(super) fn alias(&self) -> anyhow::Result<String> {
        match (&self.alias, self.server()) {
            (Some(alias), _) => Ok(alias.clone()),
            (None, Server::Named(name)) => Ok(name.to_owned()),
            (None, Server::Address(_) | Server::Command(_)) => {
                bail!("say what the policies call this server: add `--as NAME` in front of it")
            }
        }
    }

    /// The path of the bundle.
    pub(super) fn policies(&self, needs_server: bool) -> anyhow::Result<PathBuf> {
        match &self.policies {
            Some(policies) => Ok(policies.clone()),
            None if self.config.is_file() => Ok(Config::load(&self.config)?.policies),
            None if needs_server && matches!(self.server(), Server::Named(_)) => {
                Ok(Config::load(&self.config)?.policies)
            }
            None => default_path(),
        }
    }

    /// Every page of `tools/list` in one result.
    pub(super) fn tools(&self, alias: &str, console: &Console<'_>) -> anyhow::Result<Json> {
        let _working = console.working(&format!("asking {alias} for its tools"));
        let section = match self.server() {
            Server::Named(name) => self.configured(name)?,
            Server::Address(url) => self.section(alias, |section| section.url = Some(url.to_owned()))?,
            Server::Command(command) => self.section(alias, |section| section.command = command)?,
        };
        ask(alias, &section)
    }

    fn configured(&self, name: &str) -> anyhow::Result<config::Connector> {
        let config = Config::load(&self.config)?;
        let Some(section) = config.connectors.get(name) else {
            let near = nearest(name, config.connectors.keys().map(String::as_str));
            let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            bail!("the configuration has no section [connectors.{name}]{hint}");
        };
        Ok(section.clone())
    }

    /// What the configuration would say, held to the same rules.
    fn section(
        &self,
        alias: &str,
        reach: impl FnOnce(&mut config::Connector),
    ) -> anyhow::Result<config::Connector> {
        let credential = self.credential_env.as_ref().map(|name| config::Credential {
            env: Some(name.clone()),
            ..config::Credential::default()
        });
        let mut section = config::Connector {
            env_from: self.env_from.clone(),
            credential,
            ..config::Connector::default()
        };
        reach(&mut section);
        if let Some((key, message)) = section.problem(alias) {
            let what = if key.is_empty() { alias } else { &key };
            bail!("`{what}` {message}");
        }
        Ok(section)
    }
}

fn ask(name: &str, section: &config::Connector) -> anyhow::Result<Json> {
    let credential = Credential::configured(section)?;
    let upstreams = Upstreams::new([Connector::configured(name, section)?], Clock::System);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("no connection can be made")?;
    let listing = runtime.block_on(async {
        let listing = upstreams.list_tools(name, &credential, Duration::ZERO).await;
        upstreams.close().await;
        listing
    });
    let listing = listing.map_err(|error| anyhow!("{name}: {error}"))?;
    let mut result = Object::new();
    let tools = listing.tools.iter().cloned().map(Json::Object).collect();
    result.insert("tools", Json::Array(tools));
    Ok(Json::Object(result))
}
