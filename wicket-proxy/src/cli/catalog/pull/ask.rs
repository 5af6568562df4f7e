//! Asks a connector's server for its tools, as the proxy would.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use wicket_lang::diagnostic::nearest;
use wicket_lang::json::{Json, Object};

use crate::clock::Clock;
use crate::config::Config;
use crate::upstream::{Connector, Credential, Upstreams};

/// Every page of `tools/list` in one result.
pub(super) fn tools(config: &Path, name: &str) -> anyhow::Result<Json> {
    let config = Config::load(config)?;
    let Some(section) = config.connectors.get(name) else {
        let near = nearest(name, config.connectors.keys().map(String::as_str));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        bail!("the configuration has no section [connectors.{name}]{hint}");
    };
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
