//! What a shared folder expects of the connectors that it uses: the same connector, in the same tiers.
//!
//! A rule `forbid github:destructive` of a shared folder must not come to mean less because the bundle that uses the
//! folder declares a `github` of its own, or accepted a tool in another tier.

use std::collections::{BTreeMap, BTreeSet};

use super::super::shared::Shared;
use super::{CatalogFiles, Checker, Pins};
use crate::catalog::{Catalog, Digest, Lock, LockedConnector, Stale};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::FileId;
use crate::syntax::ast::{self, ItemKind, Name};

/// The name of a lock in its folder.
const LOCK: &str = "wicket.lock";

/// Who uses a connector.
#[derive(Debug, Default)]
pub(super) struct Users {
    /// The bundle's own files do.
    pub(super) own: bool,
    /// The shared folders whose files do.
    pub(super) folders: BTreeSet<String>,
}

/// Who uses each connector, by its name in the bundle.
pub(super) fn find(checker: &Checker<'_>, shared: &Shared) -> BTreeMap<String, Users> {
    let mut users: BTreeMap<String, Users> = BTreeMap::new();
    for (file, item) in checker.items() {
        let names: Vec<&Name> = match &item.kind {
            ItemKind::Use(entries) => entries
                .iter()
                .map(|entry| entry.alias.as_ref().unwrap_or(&entry.connector))
                .collect(),
            ItemKind::Connector(connector) => vec![&connector.name],
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
            | ItemKind::Error => Vec::new(),
        };
        for name in names {
            let of_name = users.entry(name.text.clone()).or_default();
            match shared.folder_of(checker, file) {
                Some(folder) => {
                    of_name.folders.insert(folder.to_owned());
                }
                None => of_name.own = true,
            }
        }
    }
    users
}

/// A bundle that declares a connector which a shared folder uses and does not declare would change what it means there.
pub(super) fn check_declared_where_used(
    checker: &mut Checker<'_>,
    shared: &Shared,
    own: &BTreeMap<&str, (FileId, &ast::Item, &ast::Connector)>,
) {
    let mut found = Vec::new();
    for (file, item) in checker.items() {
        let (ItemKind::Use(entries), Some(folder)) = (&item.kind, shared.folder_of(checker, file)) else {
            continue;
        };
        for entry in entries {
            if let Some((declared_in, _, connector)) = own.get(entry.connector.text.as_str())
                && !checker.is_shared(*declared_in)
            {
                found.push((connector.name.clone(), folder.to_owned()));
            }
        }
    }
    for (name, folder) in found {
        checker.report(
            Diagnostic::new(
                Code::E0410,
                format!("`{}` is another connector to `{folder}`", name.text),
                name.span,
                "the shared folder would speak of this one",
            )
            .with_help("give this one another name, or declare it in the shared folder"),
        );
    }
}

/// What each of the shared folders accepted of a connector: by its lock, or else as the connector itself says.
pub(super) fn accepted(
    checker: &mut Checker<'_>,
    pins: &mut Pins,
    users: &Users,
    place: &Name,
    catalog: &Catalog,
    catalogs: &CatalogFiles,
    fresh: &LockedConnector,
) -> Vec<(String, LockedConnector)> {
    let mut accepted = Vec::new();
    for folder in &users.folders {
        let file = format!("{folder}/{LOCK}");
        let Some(text) = catalogs.get(&file) else {
            accepted.push((folder.clone(), fresh.clone()));
            continue;
        };
        pins.sources.insert(file.clone(), Digest::of_source(text));
        let problem = match Lock::read(text.as_bytes()) {
            Err(error) => Some(format!("`{file}` cannot be read: {error}")),
            Ok(lock) => match lock.fits(&place.text, fresh.connector, catalog) {
                Ok(locked) => {
                    accepted.push((folder.clone(), locked.clone()));
                    None
                }
                // A lock that knows nothing of it expects nothing of its own.
                Err(Stale::Absent) => {
                    accepted.push((folder.clone(), fresh.clone()));
                    None
                }
                Err(stale) => Some(format!("`{}` does not agree with {file}: {stale}", place.text)),
            },
        };
        if let Some(problem) = problem {
            checker.report(
                Diagnostic::new(Code::E0405, problem, place.span, "the lock says something else").with_help(
                    format!("accept the difference there: wicket catalog pull {}", place.text),
                ),
            );
        }
    }
    accepted
}

/// A tool may be out of every tier here, which denies it, and never in another one than the shared folder knows.
pub(super) fn check_tiers(
    checker: &mut Checker<'_>,
    place: &Name,
    locked: &LockedConnector,
    accepted: &[(String, LockedConnector)],
) {
    for (folder, theirs) in accepted {
        let differs = locked.tools.iter().find_map(|(name, tool)| {
            let here = tool.tier?;
            let there = theirs.tools.get(name)?.tier;
            (there != Some(here)).then_some((name, here, there))
        });
        if let Some((name, here, there)) = differs {
            let there = there.map_or("in no tier", |tier| tier.name());
            checker.report(
                Diagnostic::new(
                    Code::E0410,
                    format!(
                        "`{}.{name}` is `{}` here and {there} to `{folder}`",
                        place.text,
                        here.name()
                    ),
                    place.span,
                    "the locks of the two do not say the same",
                )
                .with_help("accept the same in both: wicket catalog pull"),
            );
        }
    }
}
