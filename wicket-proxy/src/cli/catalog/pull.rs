//! `wicket catalog pull CONNECTOR`: the tools of a server, looked at and pinned.
//!
//! What is decided here is decided in [`wicket_lang::catalog::pull`]; this file asks the server and writes two files. A
//! tool that is new is pinned by name only, until the owner accepts it with `--accept`.

mod ask;
mod told;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, bail};
use wicket_lang::api::{self, Analysis, BundleFiles, LOCK};
use wicket_lang::catalog::{Catalog, Lock, LockedConnector, Pull, Pulling, pull};
use wicket_lang::check::Declaration;
use wicket_lang::diagnostic::{Diagnostic, nearest};
use wicket_lang::ir::{Effect, ToolId};
use wicket_lang::json::Json;

use super::listing;
use crate::bundle::{self, CATALOG_ENDING};
use crate::cli::subject::default_path;
use crate::cli::{Console, Exit, write};

const EXAMPLES: &str = "Examples:\n  \
    wicket catalog pull github                              ask the server that wicket.toml names\n  \
    wicket catalog pull github --dry-run                    only show what would change\n  \
    wicket catalog pull github --accept get_gist            let this new tool into its tier\n  \
    wicket catalog pull github --from tools.json --policies policies\n                                                          \
    no server: what it answered to tools/list";

/// Pin the tools that a server lists now.
///
/// Writes the connector's catalog and wicket.lock beside the policies, and shows what changed. A tool that was not
/// there before is pinned by name only and stays denied, until the connector names it or you accept it. On a first
/// pull the tools that the catalog in use so far holds keep their tiers.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The connector as the policies call it.
    connector: String,
    /// The configuration that says how the server is reached.
    #[arg(long, value_name = "FILE", default_value = "wicket.toml")]
    config: PathBuf,
    /// The folder of the policies; without it, the one that the configuration names.
    #[arg(long, value_name = "PATH")]
    policies: Option<PathBuf>,
    /// Take the tools from a file, which holds the result of `tools/list` as JSON.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Let new tools into the tiers that the connector's patterns give them.
    #[arg(long, value_name = "TOOL", num_args = 1..)]
    accept: Vec<String>,
    /// Let every new tool that the connector's patterns cover into its tier.
    #[arg(long, conflicts_with = "accept")]
    accept_all: bool,
    /// Write nothing.
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    let policies = match &arguments.policies {
        Some(policies) => policies.clone(),
        None if arguments.from.is_some() && !arguments.config.is_file() => default_path()?,
        None => crate::config::Config::load(&arguments.config)?.policies,
    };
    let before = Before::read(&policies, &arguments.connector)?;
    let listed = match &arguments.from {
        Some(file) => listing::read(file)?,
        None => ask::tools(&arguments.config, &arguments.connector)?,
    };
    let pulled = before.pull(arguments, &listed)?;
    let after = before.with(&pulled.catalog, &before.lock_with(pulled.locked.clone()));
    let permits = before.permits(&pulled);
    let errors = errors(&after);
    let mut written = Vec::new();
    if !arguments.dry_run {
        // Between the two the lock does not fit the catalog, which is an error of the check and never a permit.
        let folder = bundle::folder(&policies);
        let catalog = after.catalogs.get(&before.catalog);
        for (name, text) in [(before.catalog.as_str(), catalog), (LOCK, after.lock.as_ref())] {
            if let Some(text) = text {
                let path = folder.join(name);
                write::atomically(&path, text.as_bytes())?;
                written.push(path);
            }
        }
    }
    let alias = &arguments.connector;
    let text = told::human(&pulled, alias, &permits, errors, &written);
    let result = told::result(&pulled, alias, &permits, errors, written);
    console.result(&result, &text)?;
    Ok(Exit::Done)
}

/// What there was before the pull.
struct Before {
    alias: String,
    files: BundleFiles,
    analysis: Analysis,
    declaration: Declaration,
    /// The path of the catalog in the bundle's folder.
    catalog: String,
    lock: Option<Lock>,
}

impl Before {
    fn read(policies: &Path, alias: &str) -> anyhow::Result<Self> {
        let files = bundle::read(policies)?;
        let lock = match &files.lock {
            // A lock that cannot be read is not the same as none: without one, all tools of the catalog are accepted.
            Some(text) => Some(Lock::read(text.as_bytes()).with_context(|| {
                format!(
                    "{LOCK} cannot be read; restore it, or remove it to accept what the catalogs hold now"
                )
            })?),
            None => None,
        };
        let analysis = api::analyze(&files);
        let declarations = &analysis.checked.pins.declarations;
        let Some(declaration) = declarations.get(alias).cloned() else {
            let near = nearest(alias, declarations.keys().map(String::as_str));
            let hint = near.map_or_else(
                || format!("add `use {alias}`, or declare `connector {alias} {{ … }}`"),
                |near| format!("did you mean `{near}`?"),
            );
            bail!("the policies use no connector `{alias}`; {hint}");
        };
        let Some(catalog) = declaration.catalog.clone() else {
            bail!("connector `{alias}` names no catalog; add `tools \"{alias}{CATALOG_ENDING}\"` to it");
        };
        let is_plain = Path::new(&catalog)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if !is_plain || !catalog.ends_with(CATALOG_ENDING) {
            bail!(
                "the catalog `{catalog}` is not written: name a file below the policies, ending in {CATALOG_ENDING}"
            );
        }
        if files.catalogs.contains_key(&catalog) && !analysis.checked.pins.catalogs.contains_key(alias) {
            bail!(
                "the catalog `{catalog}` cannot be read, so nothing can be compared with it; restore it, or remove it \
                 to start anew"
            );
        }
        Ok(Self {
            alias: alias.to_owned(),
            files,
            analysis,
            declaration,
            catalog,
            lock,
        })
    }

    fn pull(&self, arguments: &Arguments, listed: &Json) -> anyhow::Result<Pull> {
        let accept: BTreeSet<String> = arguments
            .accept
            .iter()
            .map(|tool| {
                let own = tool
                    .strip_prefix(&self.alias)
                    .and_then(|rest| rest.strip_prefix('.'));
                own.unwrap_or(tool).to_owned()
            })
            .collect();
        let pulled = self.pull_with(&accept, listed)?;
        if !arguments.accept_all {
            return Ok(pulled);
        }
        let all = pulled
            .waiting
            .iter()
            .filter(|waiting| waiting.tier.is_some())
            .map(|waiting| waiting.tool.clone())
            .collect();
        self.pull_with(&all, listed)
    }

    fn pull_with(&self, accept: &BTreeSet<String>, listed: &Json) -> anyhow::Result<Pull> {
        let pulling = Pulling {
            name: &self.declaration.declared,
            source: self.declaration.source,
            patterns: &self.declaration.patterns,
            before: self.analysis.checked.pins.catalogs.get(&self.alias),
            locked: self
                .lock
                .as_ref()
                .and_then(|lock| lock.connectors.get(&self.alias)),
            accept,
        };
        Ok(pull(&pulling, listed)?)
    }

    /// The lock with another entry for this connector. What was locked of others stays, even where it no longer fits:
    /// only a pull of theirs accepts it. A bundle that had no lock gets an entry for each connector as it is.
    fn lock_with(&self, locked: LockedConnector) -> Lock {
        let mut lock = match &self.lock {
            Some(lock) => lock.clone(),
            None => self.analysis.checked.pins.lock.clone(),
        };
        lock.connectors.insert(self.alias.clone(), locked);
        lock
    }

    /// The bundle with this catalog and this lock.
    fn with(&self, catalog: &Catalog, lock: &Lock) -> BundleFiles {
        let mut files = self.files.clone();
        files.catalogs.insert(self.catalog.clone(), catalog.write());
        files.lock = Some(lock.write());
        files
    }

    /// The policies that would permit each waiting tool once it is accepted.
    fn permits(&self, pulled: &Pull) -> BTreeMap<String, Vec<String>> {
        let mut accepted = pulled.locked.clone();
        for waiting in &pulled.waiting {
            if let Some(tool) = accepted.tools.get_mut(&waiting.tool) {
                tool.tier = waiting.tier;
            }
        }
        let files = self.with(&pulled.catalog, &self.lock_with(accepted));
        let bundle = api::analyze(&files).checked.bundle;
        let permits_of = |tool: ToolId| -> Vec<String> {
            let guards = bundle.tool(tool).map(|tool| tool.guards.as_slice());
            let mut names: Vec<String> = guards
                .unwrap_or_default()
                .iter()
                .filter(|guard| {
                    bundle
                        .rule(guard.rule)
                        .is_some_and(|rule| rule.effect == Effect::Permit)
                })
                .filter_map(|guard| Some(bundle.policy_of(guard.rule)?.name.clone()))
                .collect();
            names.dedup();
            names
        };
        pulled
            .waiting
            .iter()
            .filter_map(|waiting| {
                let tool = bundle.find_tool(&self.alias, &waiting.tool)?;
                Some((waiting.tool.clone(), permits_of(tool)))
            })
            .collect()
    }
}

fn errors(files: &BundleFiles) -> usize {
    let analysis = api::analyze(files);
    analysis
        .diagnostics
        .iter()
        .filter(|found| Diagnostic::is_error(found))
        .count()
}
