//! What the stories take place in: upstreams, a folder, a proxy.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use wicket_lang::api::{self, BundleFiles};
use wicket_lang::catalog::{Catalog, Lock, Pulling, pull, shipped};
use wicket_lang::json::{Json, Object};
use wicket_lang::value::Instant;

use crate::app::App;
use crate::bundle;
use crate::cli::audit::breakers;
use crate::cli::init;
use crate::clock::{Clock, ManualClock};
use crate::config::Config;
use crate::mcp::build::{object, text};
use crate::store::{Filter, MemberRole, MembershipStatus, NewAgent, NewKey, NewMember, Store};
use crate::upstream::ToyUpstream;
use crate::upstream::toy::{ToySpeech, ToyTool};

/// The services of the demo.
const SERVICES: &[&str] = &["github", "linear", "slack"];

/// What the facts' file knows: one repository that may be worked on, and one that may not.
const FACTS: &str = r#"[
  { "connector": "github", "resource": "repo", "key": { "owner": "acme", "name": "site" },
    "attributes": { "visibility": "public", "archived": false }, "read_at": "AT" },
  { "connector": "github", "resource": "repo", "key": { "owner": "acme", "name": "payroll" },
    "attributes": { "visibility": "private", "archived": false }, "read_at": "AT" }
]
"#;

const AGENT: &str = "demo-agent";
const MEMBER: &str = "ada@example.com";
const AUTHOR: &str = "demo";

pub(super) struct World {
    folder: TempDir,
    toys: Vec<ToyUpstream>,
    clock: ManualClock,
    store: Store,
    endpoint: String,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl World {
    pub(super) async fn build() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("wicket-demo-").tempdir()?;
        let mut toys = Vec::new();
        for service in SERVICES {
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            toys.push(ToyUpstream::start(address, ToySpeech::Both, tools(service)?).await?);
        }
        write_folder(folder.path(), &toys)?;
        let config = Config::load(&folder.path().join("wicket.toml"))?;
        let start =
            Instant::parse("2026-03-02T12:00:00+01:00").map_err(|_| anyhow!("the start of the demo"))?;
        let clock = ManualClock::new(start);
        let app = App::build(config, Clock::Manual(clock.clone())).await?;
        let endpoint = format!("http://{}/mcp", app.address());
        let store = app.store().clone();
        store
            .create_agent(
                NewAgent {
                    name: AGENT.to_owned(),
                    trusted: true,
                    tags: Vec::new(),
                },
                AUTHOR,
            )
            .await?;
        store
            .put_member(
                NewMember {
                    agent: AGENT.to_owned(),
                    name: MEMBER.to_owned(),
                    role: MemberRole::Member,
                    groups: Vec::new(),
                    status: MembershipStatus::Approved,
                },
                AUTHOR,
            )
            .await?;
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(app.serve(async { stopped.await.unwrap_or_default() }));
        Ok(Self {
            folder,
            toys,
            clock,
            store,
            endpoint,
            stop,
            serving,
        })
    }

    pub(super) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    pub(super) fn config_file(&self) -> PathBuf {
        self.folder.path().join("wicket.toml")
    }

    /// Moves the clock, and with it the instant at which the facts were read.
    pub(super) fn set_clock(&self, at: &str) -> anyhow::Result<()> {
        let now = Instant::parse(at).map_err(|_| anyhow!("`{at}` is no instant"))?;
        self.clock.set(now);
        std::fs::write(
            self.folder.path().join("facts.json"),
            FACTS.replace("AT", &now.to_string()),
        )?;
        Ok(())
    }

    /// A new member key, and so a session of its own.
    pub(super) async fn key(&self, name: &str) -> anyhow::Result<String> {
        let new = NewKey {
            agent: AGENT.to_owned(),
            member: MEMBER.to_owned(),
            name: name.to_owned(),
            expires: None,
            replaces: None,
        };
        Ok(self
            .store
            .create_key(new, AUTHOR)
            .await?
            .key
            .expose()
            .reveal()
            .clone())
    }

    /// How many calls reached an upstream, by the upstreams' own logs.
    pub(super) fn arrived(&self) -> usize {
        self.toys.iter().map(|toy| toy.calls().len()).sum()
    }

    /// What an owner sees of the last call.
    pub(super) async fn record_of_last(&self) -> anyhow::Result<String> {
        let records = self
            .store
            .records(Filter {
                limit: Some(4),
                ..Filter::default()
            })
            .await?;
        let mut lines = String::new();
        for record in records {
            let body: serde_json::Value = serde_json::from_str(&record.body)?;
            let Some(decision) = body.get("decision").and_then(serde_json::Value::as_str) else {
                continue;
            };
            let part = |key: &str| {
                body.get(key)
                    .map_or_else(String::new, |value| value.to_string().replace('"', ""))
            };
            let mut policies: Vec<String> = body
                .get("policies")
                .and_then(serde_json::Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(|policy| {
                    Some(format!(
                        "{} v{}",
                        policy.get("name")?.as_str()?,
                        policy.get("version")?.as_u64()?
                    ))
                })
                .collect();
            policies.extend(breakers(&body));
            lines.clear();
            writeln!(
                lines,
                "  owner   #{} {decision} by epoch {}: {} {}",
                record.seq,
                part("epoch"),
                part("reason"),
                policies.join(", ")
            )?;
        }
        Ok(lines)
    }

    pub(super) async fn end(self) -> anyhow::Result<()> {
        drop(self.store);
        // Nobody is left to hear it if serving has ended by itself.
        let _ = self.stop.send(());
        self.serving.await?;
        for toy in self.toys {
            toy.stop().await;
        }
        self.folder.close()?;
        Ok(())
    }
}

/// The tools of a service as the upstream lists them: the pinned definitions, with a description.
fn tools(service: &str) -> anyhow::Result<Vec<ToyTool>> {
    let shipped = shipped(service).with_context(|| format!("the connector {service}"))?;
    let catalog = Catalog::read(shipped.tools.as_bytes())?;
    let tools = catalog.tools().iter().map(|tool| {
        let mut definition = object([
            ("name", text(&tool.name)),
            (
                "description",
                text(format!("The tool {} of the demo's {service}.", tool.name)),
            ),
            ("inputSchema", tool.input.clone()),
        ]);
        if let Some(output) = &tool.output {
            definition.insert("outputSchema", output.clone());
        }
        ToyTool {
            definition,
            says: format!("Done by {service}, as far as the demo goes."),
        }
    });
    Ok(tools.collect())
}

/// The working folder that an owner would have: configuration, policies, and the pins of what the upstreams list.
fn write_folder(folder: &Path, toys: &[ToyUpstream]) -> anyhow::Result<()> {
    let policies = folder.join("policies");
    std::fs::create_dir(&policies)?;
    std::fs::write(policies.join("agent.wkt"), init::POLICIES)?;
    let mut config = String::from(
        "policies = \"policies\"\n\n[listen]\naddress = \"127.0.0.1:0\"\n\n[facts]\nfile = \"facts.json\"\n",
    );
    for (service, toy) in SERVICES.iter().zip(toys) {
        write!(config, "\n[connectors.{service}]\nurl = \"{}\"\n", toy.url())?;
    }
    std::fs::write(folder.join("wicket.toml"), config)?;
    std::fs::write(folder.join("facts.json"), "[]")?;
    let lock = pinned(&bundle::read(&policies)?)?;
    std::fs::write(policies.join(api::LOCK), lock.write())?;
    Ok(())
}

/// What `wicket catalog pull` would pin of each service.
fn pinned(files: &BundleFiles) -> anyhow::Result<Lock> {
    let pins = api::analyze(files).checked.pins;
    let mut lock = pins.lock.clone();
    for service in SERVICES {
        let locked = pins
            .lock
            .connectors
            .get(*service)
            .with_context(|| format!("the policies use {service}"))?;
        let definitions: Vec<Json> = tools(service)?
            .into_iter()
            .map(|tool| Json::Object(tool.definition))
            .collect();
        let list: Object = object([("tools", Json::Array(definitions))]);
        let pulled = pull(
            &Pulling {
                name: service,
                source: locked.connector,
                patterns: pins.tiers.get(*service).map(Vec::as_slice).unwrap_or_default(),
                before: pins.catalogs.get(*service),
                locked: None,
                accept: &BTreeSet::new(),
            },
            &Json::Object(list),
        )?;
        lock.connectors.insert((*service).to_owned(), pulled.locked);
    }
    Ok(lock)
}
