//! A bundle before a pull, and what the pull would mean to it.

mod stub;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};

use anyhow::{Context as _, bail};
use serde::Serialize;
use wicket_lang::api::{self, Analysis, BundleFiles, EXTENSION, LOCK};
use wicket_lang::catalog::{Catalog, Lock, LockedConnector, Pull, Pulling, Tier, pin, pull, shipped};
use wicket_lang::check::Declaration;
use wicket_lang::diagnostic::nearest;
use wicket_lang::ir::{Bundle, Effect, ToolId};
use wicket_lang::json::Json;
use wicket_lang::source::{SourceFile, Sources};

use crate::bundle::{self, BundleError, CATALOG_ENDING};

/// What there was before the pull.
pub(super) struct Before {
    alias: String,
    files: BundleFiles,
    analysis: Analysis,
    declaration: Declaration,
    /// The path of the catalog in the bundle's folder.
    pub(super) catalog: String,
    lock: Option<Lock>,
    /// A declaration that is made for a connector which the policies do not know yet: its file and its text.
    pub(super) stub: Option<SourceFile>,
}

impl Before {
    /// The bundle as it is. The policies must know the connector.
    pub(super) fn read(policies: &Path, alias: &str) -> anyhow::Result<Self> {
        Self::of(bundle::read(policies)?, alias, None)
    }

    /// The bundle as it is, for looking only: a shipped connector that it does not use is looked at as it ships.
    pub(super) fn read_or_shipped(policies: &Path, alias: &str) -> anyhow::Result<Self> {
        let files = match bundle::read(policies) {
            Err(BundleError::Absent { .. } | BundleError::Empty { .. }) if shipped(alias).is_some() => {
                nothing_yet(policies)?
            }
            files => files?,
        };
        let declarations = api::analyze(&files).checked.pins.declarations;
        let uses = SourceFile {
            name: format!("{alias}.{EXTENSION}"),
            text: format!("use {alias}\n"),
        };
        let is_missing = !declarations.contains_key(alias) && shipped(alias).is_some();
        Self::of(files, alias, is_missing.then_some(uses))
    }

    /// The bundle as it is, with a declaration of the connector where there was none: every tool of `listed` waits in
    /// it for a tier. A folder without policies is a bundle, too.
    pub(super) fn read_or_declare(policies: &Path, alias: &str, listed: &Json) -> anyhow::Result<Self> {
        let files = match bundle::read(policies) {
            Err(BundleError::Absent { .. } | BundleError::Empty { .. }) => nothing_yet(policies)?,
            files => files?,
        };
        let analysis = api::analyze(&files);
        if analysis.checked.pins.declarations.contains_key(alias) {
            return Self::of(files, alias, None);
        }
        if shipped(alias).is_some() {
            bail!("`{alias}` ships with Wicket: write `use {alias}` into the policies, and pull again");
        }
        let name = format!("{alias}.{EXTENSION}");
        if policies.is_file() || policies.join(&name).exists() {
            bail!("the policies declare no connector `{alias}`; {}", remedy(alias));
        }
        let stub = SourceFile {
            text: stub::declaration(alias, &pin(listed)?.catalog),
            name,
        };
        Self::of(files, alias, Some(stub))
    }

    fn of(mut files: BundleFiles, alias: &str, stub: Option<SourceFile>) -> anyhow::Result<Self> {
        if let Some(stub) = &stub {
            let mut sources: Vec<SourceFile> = files.sources.iter().map(|(_, file)| file.clone()).collect();
            sources.push(stub.clone());
            sources.sort_by(|left, right| left.name.cmp(&right.name));
            files.sources = Sources::new(sources);
        }
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
            let hint = near.map_or_else(|| remedy(alias), |near| format!("did you mean `{near}`?"));
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
            stub,
        })
    }

    /// The pull of these tools, of which those of `accept` enter their tiers; all of them, if it says so.
    pub(super) fn pull(&self, accept: &Accept<'_>, listed: &Json) -> anyhow::Result<Pull> {
        let named = match accept {
            Accept::These(tools) => *tools,
            Accept::All => &[],
        };
        let named: BTreeSet<String> = named
            .iter()
            .map(|tool| {
                let own = tool
                    .strip_prefix(&self.alias)
                    .and_then(|rest| rest.strip_prefix('.'));
                own.unwrap_or(tool).to_owned()
            })
            .collect();
        let pulled = self.pull_with(&named, listed)?;
        match accept {
            Accept::These(_) => return Ok(pulled),
            Accept::All => {}
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
    pub(super) fn lock_with(&self, locked: LockedConnector) -> Lock {
        let mut lock = match &self.lock {
            Some(lock) => lock.clone(),
            None => self.analysis.checked.pins.lock.clone(),
        };
        lock.connectors.insert(self.alias.clone(), locked);
        lock
    }

    /// The bundle with this catalog and this lock.
    pub(super) fn with(&self, catalog: &Catalog, lock: &Lock) -> BundleFiles {
        let mut files = self.files.clone();
        files.catalogs.insert(self.catalog.clone(), catalog.write());
        files.lock = Some(lock.write());
        files
    }

    /// The policies that would permit each waiting tool once it is accepted.
    pub(super) fn permits(&self, pulled: &Pull) -> BTreeMap<String, Vec<String>> {
        let mut accepted = pulled.locked.clone();
        for waiting in &pulled.waiting {
            if let Some(tool) = accepted.tools.get_mut(&waiting.tool) {
                tool.tier = waiting.tier;
            }
        }
        let files = self.with(&pulled.catalog, &self.lock_with(accepted));
        let bundle = api::analyze(&files).checked.bundle;
        pulled
            .waiting
            .iter()
            .filter_map(|waiting| {
                let tool = bundle.find_tool(&self.alias, &waiting.tool)?;
                let mut names: Vec<String> = rules_of(&bundle, tool)
                    .into_iter()
                    .filter(|touching| touching.effect == Effect::Permit)
                    .map(|touching| touching.policy)
                    .collect();
                names.dedup();
                Some((waiting.tool.clone(), names))
            })
            .collect()
    }

    /// The rules that touch each tool which the pull would change or take away, as the policies are now.
    pub(super) fn touched(&self, pulled: &Pull) -> Vec<Touched> {
        let bundle = &self.analysis.checked.bundle;
        let changes = &pulled.changes;
        let schema = changes.shape_changed.iter().map(|change| &change.tool);
        let each = [
            ("gone", changes.removed.iter().collect::<Vec<_>>()),
            ("schema", schema.collect()),
            ("description", changes.text_changed.iter().collect()),
        ];
        let mut touched = Vec::new();
        for (change, tools) in each {
            for name in tools {
                let Some(id) = bundle.find_tool(&self.alias, name) else {
                    continue;
                };
                touched.push(Touched {
                    tool: name.clone(),
                    change,
                    tier: bundle.tool(id).and_then(|tool| tool.tier),
                    rules: rules_of(bundle, id),
                });
            }
        }
        touched
    }
}

/// Which new tools enter their tiers.
pub(super) enum Accept<'a> {
    These(&'a [String]),
    All,
}

/// A tool that is in the policies' reach, and is no longer what it was.
#[derive(Debug, Serialize)]
pub(super) struct Touched {
    pub(super) tool: String,
    /// What of it changed: `gone`, `schema` or `description`.
    pub(super) change: &'static str,
    pub(super) tier: Option<Tier>,
    pub(super) rules: Vec<Touching>,
}

/// A rule that touches a tool.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Touching {
    pub(super) policy: String,
    pub(super) effect: Effect,
}

fn rules_of(bundle: &Bundle, tool: ToolId) -> Vec<Touching> {
    let guards = bundle.tool(tool).map(|tool| tool.guards.as_slice());
    let mut rules: Vec<Touching> = guards
        .unwrap_or_default()
        .iter()
        .filter_map(|guard| {
            Some(Touching {
                policy: bundle.policy_of(guard.rule)?.name.clone(),
                effect: bundle.rule(guard.rule)?.effect,
            })
        })
        .collect();
    rules.sort();
    rules.dedup();
    rules
}

fn remedy(alias: &str) -> String {
    format!("add `use {alias}`, or declare `connector {alias} {{ … }}`")
}

/// The bundle of a folder that has no policies yet; what was pinned in it before counts.
fn nothing_yet(policies: &Path) -> anyhow::Result<BundleFiles> {
    if bundle::is_source(policies) {
        bail!(
            "there is no file {}; name the folder of the policies",
            policies.display()
        );
    }
    let lock = policies.join(LOCK);
    let lock = if lock.is_file() {
        Some(bundle::text(&lock, bundle::MAX_CATALOG_BYTES)?)
    } else {
        None
    };
    Ok(BundleFiles {
        sources: Sources::new(Vec::new()),
        catalogs: BTreeMap::new(),
        lock,
    })
}
