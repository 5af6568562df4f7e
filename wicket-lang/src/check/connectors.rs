//! Connectors: which tools there are, in which tiers, on which resources.
//!
//! A connector that a bundle uses is one that it declares itself, or one that ships with Wicket. A catalog beside the
//! bundle's files (`github.tools.json`, written by a pull) takes the place of the shipped one. Where there is a lock,
//! the lock says which tools are classified: a tool that a pull has found and nobody has accepted is in no tier,
//! whatever the connector's patterns would say.

mod catalog;
mod resources;
mod users;

use std::collections::{BTreeMap, BTreeSet};

pub use catalog::Declaration;

use super::names::{Entry, Meaning, declare};
use super::shared::Shared;
use super::{Checker, named};
use crate::catalog::{
    Catalog, Digest, Lock, LockedConnector, SHIPPED, Stale, Tier, TierPattern, Tiers, matches_glob, shipped,
};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::ir::{Connector, ConnectorId, ResourceId, Tool};
use crate::source::FileId;
use crate::syntax::ast::{self, ConnectorMember, ItemKind, Name};
use crate::syntax::parse;
use crate::types::Schema;
use users::Users;

/// The catalogs beside a bundle's files: text by path, relative to the bundle's folder.
pub type CatalogFiles = BTreeMap<String, String>;

/// How long a fact may be used where its connector does not say: a minute.
const FRESH_SECONDS: u64 = 60;

/// What a bundle was built from beside its own files.
#[derive(Clone, Debug, Default)]
pub struct Pins {
    /// The digests of shipped connectors and of catalogs, by name.
    pub sources: BTreeMap<String, Digest>,
    /// What a lock of this bundle says: what was accepted before, and everything else as it is.
    pub lock: Lock,
    /// The catalogs in use, by the connector's name in the bundle.
    pub catalogs: BTreeMap<String, Catalog>,
    /// The patterns of each connector, likewise.
    pub tiers: BTreeMap<String, Vec<TierPattern>>,
    /// What is declared, likewise, whether or not a catalog is there: what a first pull starts from.
    pub declarations: BTreeMap<String, Declaration>,
}

/// A declaration with where it comes from.
struct Declared<'a> {
    connector: std::borrow::Cow<'a, ast::Connector>,
    /// `None`: it ships with Wicket.
    file: Option<FileId>,
    source: Digest,
}

/// What lies beside a declaration, and who uses it.
struct Beside<'a> {
    catalogs: &'a CatalogFiles,
    lock: Option<&'a Lock>,
    users: &'a Users,
}

pub(super) fn check(
    checker: &mut Checker<'_>,
    shared: &Shared,
    catalogs: &CatalogFiles,
    lock: Option<&Lock>,
) -> Pins {
    let mut own: BTreeMap<&str, (FileId, &ast::Item, &ast::Connector)> = BTreeMap::new();
    // Each name that the bundle gives a connector, and the declaration it stands for.
    let mut wanted: BTreeMap<String, (Name, Name)> = BTreeMap::new();
    let mut twice = Vec::new();
    for (file, item) in checker.items() {
        match &item.kind {
            ItemKind::Connector(connector) => {
                if own
                    .insert(&connector.name.text, (file, item, connector))
                    .is_some()
                {
                    twice.push(connector.name.clone());
                }
                wanted
                    .entry(connector.name.text.clone())
                    .or_insert_with(|| (connector.name.clone(), connector.name.clone()));
            }
            ItemKind::Use(uses) => {
                for entry in uses {
                    let alias = entry.alias.as_ref().unwrap_or(&entry.connector);
                    match wanted.get(&alias.text) {
                        Some((_, other)) if other.text != entry.connector.text => twice.push(alias.clone()),
                        Some(_) => {}
                        None => {
                            wanted.insert(alias.text.clone(), (alias.clone(), entry.connector.clone()));
                        }
                    }
                }
            }
            ItemKind::Shared(_)
            | ItemKind::Zone(_)
            | ItemKind::Schedule(_)
            | ItemKind::Set(_)
            | ItemKind::Directory(_)
            | ItemKind::Policy(_)
            | ItemKind::Breaker(_)
            | ItemKind::Limit(_)
            | ItemKind::Track(_)
            | ItemKind::Mark(_)
            | ItemKind::Test(_)
            | ItemKind::Fixture(_)
            | ItemKind::Error => {}
        }
    }
    for name in twice {
        checker.report(Diagnostic::new(
            Code::E0201,
            format!("`{}` is declared twice", name.text),
            name.span,
            "another connector has this name",
        ));
    }
    users::check_declared_where_used(checker, shared, &own);
    let users = users::find(checker, shared);
    let nobody = Users::default();
    let mut pins = Pins::default();
    // Own connectors that are used only under another name do not stand for themselves as well.
    let aliased: BTreeSet<String> = wanted
        .iter()
        .filter(|(name, (_, of))| **name != of.text)
        .map(|(_, (_, of))| of.text.clone())
        .collect();
    for (name, (place, of)) in &wanted {
        if aliased.contains(name) && !checker.items().any(|(_, item)| uses_plainly(item, name)) {
            continue;
        }
        let Some(declared) = find(checker, &own, of) else {
            continue;
        };
        let users = users.get(name).unwrap_or(&nobody);
        let beside = Beside {
            catalogs,
            lock,
            users,
        };
        add(checker, &mut pins, name, place, &declared, &beside);
    }
    pins
}

fn uses_plainly(item: &ast::Item, name: &str) -> bool {
    match &item.kind {
        ItemKind::Use(uses) => uses
            .iter()
            .any(|entry| entry.alias.is_none() && entry.connector.text == name),
        ItemKind::Shared(_)
        | ItemKind::Zone(_)
        | ItemKind::Schedule(_)
        | ItemKind::Set(_)
        | ItemKind::Connector(_)
        | ItemKind::Directory(_)
        | ItemKind::Policy(_)
        | ItemKind::Breaker(_)
        | ItemKind::Limit(_)
        | ItemKind::Track(_)
        | ItemKind::Mark(_)
        | ItemKind::Test(_)
        | ItemKind::Fixture(_)
        | ItemKind::Error => false,
    }
}

fn find<'a>(
    checker: &mut Checker<'_>,
    own: &BTreeMap<&str, (FileId, &'a ast::Item, &'a ast::Connector)>,
    name: &Name,
) -> Option<Declared<'a>> {
    if let Some((file, item, connector)) = own.get(name.text.as_str()) {
        let source = Digest::of_source(checker.sources.text(item.span));
        return Some(Declared {
            connector: std::borrow::Cow::Borrowed(*connector),
            file: Some(*file),
            source,
        });
    }
    if let Some(found) = shipped(&name.text) {
        let parsed = parse(FileId(u32::MAX), found.source);
        let connector = parsed.file.items.into_iter().find_map(|item| match item.kind {
            ItemKind::Connector(connector) => Some(connector),
            ItemKind::Use(_)
            | ItemKind::Shared(_)
            | ItemKind::Zone(_)
            | ItemKind::Schedule(_)
            | ItemKind::Set(_)
            | ItemKind::Directory(_)
            | ItemKind::Policy(_)
            | ItemKind::Breaker(_)
            | ItemKind::Limit(_)
            | ItemKind::Track(_)
            | ItemKind::Mark(_)
            | ItemKind::Test(_)
            | ItemKind::Fixture(_)
            | ItemKind::Error => None,
        })?;
        let source = Digest::of_source(found.source);
        return Some(Declared {
            connector: std::borrow::Cow::Owned(connector),
            file: None,
            source,
        });
    }
    let near = nearest(&name.text, own.keys().copied().chain(SHIPPED.iter().copied()));
    let mut diagnostic = Diagnostic::new(
        Code::E0204,
        format!("no connector is called `{}`", name.text),
        name.span,
        "neither declared in this bundle nor shipped with Wicket",
    );
    diagnostic = match near {
        Some(near) => diagnostic.with_near(name.span, Some(near)),
        None => diagnostic.with_help("declare it: `connector NAME { tools \"NAME.tools.json\" … }`"),
    };
    checker.report(diagnostic);
    None
}

fn add(
    checker: &mut Checker<'_>,
    pins: &mut Pins,
    name: &str,
    place: &Name,
    declared: &Declared<'_>,
    beside: &Beside<'_>,
) {
    let Beside {
        catalogs,
        lock,
        users,
    } = beside;
    let patterns = tier_patterns(checker, declared);
    named::check_names(checker, &declared.connector);
    pins.declarations
        .insert(name.to_owned(), Declaration::of(checker, declared, &patterns));
    let Some(catalog) = catalog::find(checker, pins, declared, place, catalogs, &users.folders) else {
        // Without a catalog there are no tools; what else is wrong with the declaration is still said.
        resources::check_types(checker, declared);
        return;
    };
    let tiers = Tiers::resolve(&patterns, catalog.names());
    if declared.file.is_some() {
        report_unmatched(checker, declared, &catalog, &tiers, &patterns);
    }
    let fresh = LockedConnector::expand(&declared.connector.name.text, declared.source, &catalog, &tiers);
    let accepted = users::accepted(checker, pins, users, place, &catalog, catalogs, &fresh);
    let theirs = accepted.first().map(|(_, locked)| locked.clone());
    let locked = match lock.map(|lock| lock.fits(name, declared.source, &catalog)) {
        None => theirs.unwrap_or(fresh),
        Some(Ok(locked)) => locked.clone(),
        // What only shared folders use is theirs to lock.
        Some(Err(Stale::Absent)) if !users.own && theirs.is_some() => theirs.unwrap_or(fresh),
        Some(Err(stale)) => {
            checker.report(
                Diagnostic::new(
                    Code::E0405,
                    format!("`{name}` does not agree with wicket.lock: {stale}"),
                    place.span,
                    "the lock says something else",
                )
                .with_help(format!(
                    "look at the difference and accept it: wicket catalog pull {name}"
                )),
            );
            fresh
        }
    };
    users::check_tiers(checker, place, &locked, &accepted);
    let id = ConnectorId::at(checker.bundle.connectors.len());
    let upstream = declared.connector.members.iter().find_map(|member| {
        let ConnectorMember::Upstream(text) = member else {
            return None;
        };
        Some(text.value.clone())
    });
    checker.bundle.connectors.push(Connector {
        name: name.to_owned(),
        declared: declared.connector.name.text.clone(),
        upstream,
    });
    if declared.file.is_none() {
        pins.sources.insert(
            format!("{}.wkt (shipped)", declared.connector.name.text),
            declared.source,
        );
        checker.names.entries.insert(
            name.to_owned(),
            Entry {
                meaning: Meaning::Connector(id),
                span: Some(place.span),
            },
        );
    } else {
        declare(checker, place, Meaning::Connector(id));
    }
    let resources = resources::declare(checker, id, declared);
    tools(checker, id, declared, &catalog, &locked, &resources);
    named::declare(checker, id, name, &declared.connector, declared.file.is_some());
    pins.lock.connectors.insert(name.to_owned(), locked);
    pins.catalogs.insert(name.to_owned(), catalog);
    pins.tiers.insert(name.to_owned(), patterns);
}

fn tier_patterns(checker: &mut Checker<'_>, declared: &Declared<'_>) -> Vec<TierPattern> {
    let mut patterns = Vec::new();
    for member in &declared.connector.members {
        let ConnectorMember::Tier { tier, tools } = member else {
            continue;
        };
        match Tier::find(&tier.text) {
            Some(found) => patterns.extend(
                tools
                    .iter()
                    .map(|tool| TierPattern::new(found, tool.text.clone())),
            ),
            None => checker.report(
                Diagnostic::new(
                    Code::E0403,
                    format!("no tier is called `{}`", tier.text),
                    tier.span,
                    "the tiers are `read`, `write` and `destructive`",
                )
                .with_help("put the tools into one of the three"),
            ),
        }
    }
    patterns
}

fn report_unmatched(
    checker: &mut Checker<'_>,
    declared: &Declared<'_>,
    catalog: &Catalog,
    tiers: &Tiers,
    patterns: &[TierPattern],
) {
    let written: Vec<&Name> = declared
        .connector
        .members
        .iter()
        .filter_map(|member| {
            let ConnectorMember::Tier { tier, tools } = member else {
                return None;
            };
            Tier::find(&tier.text).map(|_| tools)
        })
        .flatten()
        .collect();
    for place in &tiers.unmatched {
        if let (Some(name), Some(_)) = (written.get(*place), patterns.get(*place)) {
            report_no_tool(checker, catalog, name);
        }
    }
}

fn report_no_tool(checker: &mut Checker<'_>, catalog: &Catalog, pattern: &Name) {
    let mut diagnostic = Diagnostic::new(
        Code::E0401,
        format!("`{}` matches no tool", pattern.text),
        pattern.span,
        "the pinned catalog has no such tool",
    );
    if let Some(near) = nearest(&pattern.text, catalog.names()) {
        diagnostic = diagnostic.with_near(pattern.span, Some(near));
    }
    checker.report(diagnostic);
}

fn tools(
    checker: &mut Checker<'_>,
    connector: ConnectorId,
    declared: &Declared<'_>,
    catalog: &Catalog,
    locked: &LockedConnector,
    resources: &[ResourceId],
) {
    for tool in catalog.tools() {
        let schema = match Schema::from_json_schema(&tool.input) {
            Ok(schema) => schema,
            Err(error) => {
                checker.report(Diagnostic::new(
                    Code::E0402,
                    format!("the schema of `{}` cannot be read: {error}", tool.name),
                    declared.connector.name.span,
                    "in the catalog of this connector",
                ));
                continue;
            }
        };
        let accepted = locked.tools.get(&tool.name);
        let (tier, text) = accepted.map_or((None, None), |tool| (tool.tier, tool.text));
        let reach = reach(checker, declared, resources, &tool.name);
        let bindings = resources::bindings(checker, declared, resources, &reach, &schema);
        checker.bundle.tools.push(Tool {
            connector,
            name: tool.name.clone(),
            tier,
            shape: tool.shape,
            text,
            schema,
            open: patterns_match(open_patterns(declared), &tool.name),
            bindings,
            without: reach.without,
            guards: Vec::new(),
            tallies: Vec::new(),
            stopped: Vec::new(),
        });
    }
    for name in open_patterns(declared).chain(reach_patterns(declared)) {
        if declared.file.is_some() && !catalog.names().any(|tool| matches_glob(&name.text, tool)) {
            report_no_tool(checker, catalog, name);
        }
    }
}

fn open_patterns<'a>(declared: &'a Declared<'_>) -> impl Iterator<Item = &'a Name> {
    declared.connector.members.iter().flat_map(|member| {
        if let ConnectorMember::Open(names) = member {
            names.as_slice()
        } else {
            &[]
        }
    })
}

fn reach_patterns<'a>(declared: &'a Declared<'_>) -> impl Iterator<Item = &'a Name> {
    declared.connector.members.iter().flat_map(|member| {
        if let ConnectorMember::Without { tools, .. } | ConnectorMember::Beyond { tools, .. } = member {
            tools.as_slice()
        } else {
            &[]
        }
    })
}

fn patterns_match<'a>(mut patterns: impl Iterator<Item = &'a Name>, tool: &str) -> bool {
    patterns.any(|pattern| matches_glob(&pattern.text, tool))
}

/// What the owner says of a tool and the resources of its connector.
#[derive(Default)]
struct Reach {
    /// It does not touch them.
    without: Vec<ResourceId>,
    /// It touches more than the one that its arguments name.
    beyond: Vec<ResourceId>,
}

fn reach(checker: &mut Checker<'_>, declared: &Declared<'_>, resources: &[ResourceId], tool: &str) -> Reach {
    let mut reach = Reach::default();
    for member in &declared.connector.members {
        let (list, resource, tools) = match member {
            ConnectorMember::Without { resource, tools, .. } => (&mut reach.without, resource, tools),
            ConnectorMember::Beyond { resource, tools, .. } => (&mut reach.beyond, resource, tools),
            ConnectorMember::Upstream(_)
            | ConnectorMember::Tools(_)
            | ConnectorMember::Tier { .. }
            | ConnectorMember::Open(_)
            | ConnectorMember::Type { .. }
            | ConnectorMember::Resource(_) => continue,
        };
        match resource_named(checker, resources, resource) {
            Some(id) if patterns_match(tools.iter(), tool) => list.push(id),
            Some(_) | None => {}
        }
    }
    // Of a tool that is said to be both, the worse is believed.
    let Reach { without, beyond } = &mut reach;
    without.retain(|id| !beyond.contains(id));
    reach
}

fn resource_named(checker: &mut Checker<'_>, resources: &[ResourceId], name: &Name) -> Option<ResourceId> {
    let found = resources.iter().copied().find(|id| {
        checker
            .bundle
            .resources
            .get(id.index())
            .is_some_and(|resource| resource.name == name.text)
    });
    if found.is_none() {
        checker.report(Diagnostic::new(
            Code::E0406,
            format!("this connector has no resource `{}`", name.text),
            name.span,
            "declare it: `resource NAME (key: args.key) { … }`",
        ));
    }
    found
}
