//! What the stories take place in: two upstreams, a folder, a proxy, and members with keys.

mod client;
mod log;
mod tools;
mod watch;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use wicket_lang::value::Instant;
use wicket_proxy::app::{App, StartError};
use wicket_proxy::audit::{KeyId, Kind, StoredRecord};
use wicket_proxy::clock::{Clock, ManualClock};
use wicket_proxy::config::Config;
use wicket_proxy::publishing;
use wicket_proxy::store::{
    Filter, MemberRole, MembershipStatus, NewAgent, NewKey, NewMember, Published, Store, StoreError,
};
use wicket_proxy::upstream::ToyUpstream;
use wicket_proxy::upstream::toy::ToySpeech;

pub use client::{Client, Legacy, Reply, modern};
pub use log::logged;
pub use tools::{desk, notes, pages, pinned, retitled};
pub use watch::StopWatch;

pub const AGENT: &str = "writer";
pub const MEMBER: &str = "ada@example.com";
pub const AUTHOR: &str = "owner";

/// How a story begins.
pub struct Setup<'a> {
    pub rules: &'a str,
    /// Whole sections of the configuration.
    pub sections: &'a str,
    /// More keys of the section of the connector `notes`.
    pub notes: &'a str,
    /// Another place for the connector `notes` than its toy.
    pub notes_url: Option<&'a str>,
    pub durability: &'a str,
}

pub const NO_LIMITS: &str = "[limits]\nburst = 100000\nper_second = 100000\n";

impl Default for Setup<'_> {
    fn default() -> Self {
        Self {
            rules: RULES,
            sections: NO_LIMITS,
            notes: "",
            notes_url: None,
            durability: "os",
        }
    }
}

/// What an owner of most stories wrote.
pub const RULES: &str = r#"
policy reading { permit notes.read_note, desk:read }

policy writing {
  permit notes.write_note only when args.text starts_with "ok"
    otherwise "Notes begin with ok."
}

policy no_deleting { forbid notes:destructive message "Nothing is deleted here." }

breaker three_strikes {
  trip after 3 denials per session, until reset
  message "Stopped after three refusals."
}
"#;

pub struct World {
    pub folder: TempDir,
    pub notes: ToyUpstream,
    pub desk: ToyUpstream,
    pub clock: ManualClock,
    pub client: Client,
    running: Option<Running>,
}

struct Running {
    endpoint: String,
    store: Store,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl World {
    pub async fn new() -> World {
        World::with(Setup::default()).await
    }

    pub async fn ruled(rules: &str) -> World {
        World::with(Setup {
            rules,
            ..Setup::default()
        })
        .await
    }

    /// A running proxy with an agent and an approved member.
    pub async fn with(setup: Setup<'_>) -> World {
        World::unstarted(setup).await.furnished().await
    }

    /// The same, begun now.
    pub async fn furnished(mut self) -> World {
        let world = &mut self;
        world.start().await.unwrap();
        let store = world.store();
        let agent = NewAgent {
            name: AGENT.to_owned(),
            trusted: true,
            tags: Vec::new(),
        };
        store.create_agent(agent, AUTHOR).await.unwrap();
        store.put_member(member(MEMBER), AUTHOR).await.unwrap();
        self
    }

    /// Upstreams and a folder; nothing runs yet.
    pub async fn unstarted(setup: Setup<'_>) -> World {
        let _ = rustls::crypto::ring::default_provider().install_default();
        log::capture();
        let folder = tempfile::tempdir().unwrap();
        let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let notes = ToyUpstream::start(nowhere, ToySpeech::Both, notes())
            .await
            .unwrap();
        let desk = ToyUpstream::start(nowhere, ToySpeech::Legacy, desk())
            .await
            .unwrap();
        let policies = folder.path().join("policies");
        std::fs::create_dir(&policies).unwrap();
        tools::write_connectors(&policies);
        std::fs::write(policies.join("rules.wkt"), setup.rules).unwrap();
        let own = notes.url();
        let config = format!(
            "policies = \"policies\"\n[listen]\naddress = \"127.0.0.1:0\"\n[audit]\ndurability = \"{}\"\n\
             [facts]\nfile = \"facts.json\"\n{}\n[connectors.notes]\nurl = \"{}\"\n{}\n[connectors.desk]\nurl = \"{}\"\n",
            setup.durability,
            setup.sections,
            setup.notes_url.unwrap_or(&own),
            setup.notes,
            desk.url(),
        );
        std::fs::write(folder.path().join("wicket.toml"), config).unwrap();
        std::fs::write(folder.path().join("facts.json"), "[]").unwrap();
        World {
            folder,
            notes,
            desk,
            clock: ManualClock::new(instant("2026-03-02T12:00:00+01:00")),
            client: Client::new(),
            running: None,
        }
    }

    pub async fn start(&mut self) -> Result<(), StartError> {
        let config = Config::load(&self.path("wicket.toml")).unwrap();
        let app = App::build(config, Clock::Manual(self.clock.clone())).await?;
        let (stop, stopped) = oneshot::channel();
        self.running = Some(Running {
            endpoint: format!("http://{}", app.address()),
            store: app.store().clone(),
            stop,
            serving: tokio::spawn(app.serve(async { stopped.await.unwrap_or_default() })),
        });
        Ok(())
    }

    /// Ends the program as a service manager does, and waits for it.
    pub async fn stop(&mut self) {
        let running = self.running.take().unwrap();
        drop(running.store);
        running.stop.send(()).unwrap();
        running.serving.await.unwrap();
    }

    /// Asks the program to end, and lets the caller wait for it.
    pub fn begin_to_stop(&mut self) -> JoinHandle<()> {
        let running = self.running.take().unwrap();
        drop(running.store);
        running.stop.send(()).unwrap();
        running.serving
    }

    pub async fn restart(&mut self) {
        self.stop().await;
        self.start_soon().await.unwrap();
    }

    /// Starts again after an end: a connection on its way out may hold the old store for a moment.
    pub async fn start_soon(&mut self) -> Result<(), StartError> {
        let begun = StopWatch::start();
        loop {
            match self.start().await {
                Err(StartError::Store(StoreError::AnotherServer { .. }))
                    if begun.took() < Duration::from_secs(5) =>
                {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                started => return started,
            }
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn url(&self) -> String {
        format!("{}/mcp", self.running.as_ref().unwrap().endpoint)
    }

    pub fn store(&self) -> Store {
        self.running.as_ref().unwrap().store.clone()
    }

    /// A new key of the member, and so a session of its own.
    pub async fn key(&self) -> String {
        self.key_with(new_key()).await.0
    }

    pub async fn key_with(&self, new: NewKey) -> (String, KeyId) {
        let created = self.store().create_key(new, AUTHOR).await.unwrap();
        (created.key.expose().reveal().clone(), created.id)
    }

    /// A call of a modern client.
    pub async fn call(&self, key: &str, tool: &str, arguments: Value) -> Reply {
        self.client.call(&self.url(), key, tool, &arguments).await
    }

    pub async fn legacy(&self, key: &str) -> Legacy {
        Legacy::open(&self.client, &self.url(), key).await
    }

    pub async fn list(&self, key: &str) -> Vec<String> {
        let reply = self.client.request(&self.url(), key, "tools/list").await;
        let tools = reply.body["result"]["tools"].as_array().unwrap().clone();
        tools
            .iter()
            .map(|tool| tool["name"].as_str().unwrap().to_owned())
            .collect()
    }

    pub async fn ready(&self) -> Value {
        let url = format!("{}/readyz", self.running.as_ref().unwrap().endpoint);
        self.client.get(&url).await
    }

    /// Saves the rules, without a word to the proxy.
    pub fn save(&self, rules: &str) {
        std::fs::write(self.path("policies/rules.wkt"), rules).unwrap();
    }

    /// Saves the rules and does what `wicket reload` does.
    pub async fn publish(&self, rules: &str) -> Vec<Published> {
        self.save(rules);
        let prepared = publishing::prepare(&self.path("policies")).unwrap();
        publishing::publish(&self.store(), prepared, AUTHOR, "reload")
            .await
            .unwrap()
    }

    pub async fn records(&self) -> Vec<StoredRecord> {
        let filter = Filter {
            limit: Some(100_000),
            ..Filter::default()
        };
        self.store().records(filter).await.unwrap()
    }

    /// The bodies of the records of calls, without outcomes, in the order of the log.
    pub async fn judged(&self) -> Vec<Value> {
        let records = self.records().await;
        let judged = records
            .iter()
            .filter(|record| matches!(record.kind, Kind::Intent | Kind::Denied));
        judged.map(body).collect()
    }

    pub async fn outcomes(&self) -> Vec<Value> {
        let records = self.records().await;
        let outcomes = records.iter().filter(|record| record.kind == Kind::Outcome);
        outcomes.map(body).collect()
    }

    pub fn pass_minutes(&self, minutes: i64) {
        self.clock.advance_millis(minutes * 60_000);
    }
}

pub fn body(record: &StoredRecord) -> Value {
    serde_json::from_str(&record.body).unwrap()
}

pub fn member(name: &str) -> NewMember {
    NewMember {
        agent: AGENT.to_owned(),
        name: name.to_owned(),
        role: MemberRole::Member,
        groups: Vec::new(),
        status: MembershipStatus::Approved,
    }
}

pub fn new_key() -> NewKey {
    NewKey {
        agent: AGENT.to_owned(),
        member: MEMBER.to_owned(),
        name: "laptop".to_owned(),
        expires: None,
        replaces: None,
    }
}

pub fn instant(text: &str) -> Instant {
    Instant::parse(text).unwrap_or_else(|_| panic!("{text}"))
}

/// Waits until `seen` says so.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut seen: impl FnMut() -> F) {
    let begun = StopWatch::start();
    while !seen().await {
        assert!(begun.took() < Duration::from_secs(8), "{what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
