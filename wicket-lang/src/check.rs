//! AST to IR: names, types, and one condition for each rule and tool.
//!
//! A step returns what it could build *and* its diagnostics; a bundle with an error is never emitted, but everything
//! that can be checked is checked, so that one run shows all mistakes. The order of files, items and rules has no
//! meaning, so tables are ordered by name and two orders of the same sources give the same tables.

mod again;
mod approvals;
mod attributes;
mod bounds;
mod breakers;
mod conditions;
mod connectors;
mod callers;
mod digests;
mod directory;
mod elements;
mod exact;
mod functions;
mod history;
mod in_place;
mod limits;
mod membership;
mod messages;
mod moments;
mod named;
mod names;
mod networks;
mod patterns;
mod policies;
mod principals;
mod result;
mod schedules;
mod selectors;
mod sets;
mod settled;
mod shared;
mod time_zones;
mod tool;
mod values;
mod within;
mod words;
mod written;

pub(crate) use again::Again;
pub use connectors::{CatalogFiles, Declaration, Pins};
pub(crate) use directory::no_group;
pub(crate) use moments::instant;
pub use names::{Meaning, Names};
pub(crate) use policies::walk;
pub use written::Written;

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::Lock;
use crate::diagnostic::Diagnostic;
use crate::ir::Bundle;
use crate::source::{FileId, Sources, Span};
use crate::syntax::ast;
use written::Notes;

/// A bundle as far as it could be built, and what was found.
#[derive(Debug)]
pub struct Checked {
    pub bundle: Bundle,
    pub names: Names,
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that the bundle was built from beside its own files: shipped connectors and catalogs, by name.
    pub pins: Pins,
    /// Where the tests of conditions stand, and what they became for each tool.
    pub written: Vec<Written>,
    /// What names the zones of schedules, and the schedules that stand in conditions.
    zone_attributes: BTreeMap<crate::ir::ScheduleId, ast::Path>,
    pub(crate) in_place: BTreeMap<Span, Option<crate::ir::ScheduleId>>,
    date_sets: BTreeMap<crate::ir::SetId, crate::ir::ZoneId>,
}

/// Checks the files of a bundle against the catalogs that they name, and against the lock where there is one.
#[must_use]
pub fn check(
    sources: &Sources,
    files: &BTreeMap<FileId, ast::File>,
    catalogs: &CatalogFiles,
    lock: Option<&Lock>,
) -> Checked {
    let mut checker = Checker {
        sources,
        files,
        names: Names::default(),
        bundle: Bundle {
            tzdata: crate::calendar::tzdata_version().to_owned(),
            ..Bundle::default()
        },
        diagnostics: Vec::new(),
        places: BTreeMap::new(),
        constants: BTreeMap::new(),
        paths: BTreeMap::new(),
        annotations: BTreeMap::new(),
        results: BTreeMap::new(),
        literal_sets: BTreeMap::new(),
        date_sets: BTreeMap::new(),
        named: named::NamedTypes::default(),
        notes: Notes::default(),
        bad_patterns: BTreeSet::new(),
        said: Vec::new(),
        keys: BTreeMap::new(),
        kept: BTreeMap::new(),
        zone_attributes: BTreeMap::new(),
        in_place: BTreeMap::new(),
    };
    let shared = shared::check(&mut checker);
    let pins = connectors::check(&mut checker, &shared, catalogs, lock);
    checker.annotations = tool::annotations(&checker.bundle, &pins.lock);
    checker.results = result::types(sources, &checker.bundle, &pins.catalogs);
    names::collect(&mut checker);
    directory::check(&mut checker);
    schedules::check(&mut checker);
    sets::check(&mut checker);
    history::declare(&mut checker);
    history::fill(&mut checker);
    policies::check(&mut checker);
    breakers::check(&mut checker);
    limits::check(&mut checker);
    digests::fill(&mut checker.bundle);
    let Checker {
        names,
        bundle,
        mut diagnostics,
        notes,
        zone_attributes,
        in_place,
        date_sets,
        ..
    } = checker;
    crate::diagnostic::sort(&mut diagnostics);
    Checked {
        bundle,
        names,
        diagnostics,
        pins,
        written: notes.take(),
        zone_attributes,
        in_place,
        date_sets,
    }
}

/// What the parts of this step share: the tables that grow, and where they stand so far.
#[derive(Debug)]
struct Checker<'a> {
    sources: &'a Sources,
    files: &'a BTreeMap<FileId, ast::File>,
    names: Names,
    bundle: Bundle,
    diagnostics: Vec<Diagnostic>,
    /// Which of them are about a place, so that a bundle of many mistakes is not looked through for each.
    places: BTreeMap<Span, Vec<usize>>,
    constants: BTreeMap<crate::ir::Constant, crate::ir::ConstantId>,
    paths: BTreeMap<crate::ir::Path, crate::ir::PathId>,
    /// Sets that stand in expressions, by whether they are private and their elements.
    literal_sets: BTreeMap<sets::Literal, crate::ir::SetId>,
    /// Of each tool whose definition was pinned with them.
    annotations: BTreeMap<crate::ir::ToolId, crate::catalog::Annotations>,
    /// The sets that hold dates, with the zone in which these begin.
    date_sets: BTreeMap<crate::ir::SetId, crate::ir::ZoneId>,
    /// What each tool answers, where its definition says it.
    results: BTreeMap<crate::ir::ToolId, crate::types::Type>,
    named: named::NamedTypes,
    notes: Notes,
    /// Where patterns stand that cannot be read.
    bad_patterns: BTreeSet<Span>,
    /// What the authors say of tracks, between declaring and filling them.
    said: Vec<history::Said<'a>>,
    /// By which expression a track is kept.
    keys: BTreeMap<crate::ir::TrackId, &'a ast::Expr>,
    /// What the tracks of values keep, once that is filled in.
    kept: BTreeMap<crate::ir::TrackId, history::Kept>,
    /// What names the zone of a schedule that has none of its own, or refers to such a one.
    zone_attributes: BTreeMap<crate::ir::ScheduleId, ast::Path>,
    /// The schedules that stand in conditions; `None` where one is wrong.
    in_place: BTreeMap<Span, Option<crate::ir::ScheduleId>>,
}

impl<'a> Checker<'a> {
    fn report(&mut self, diagnostic: Diagnostic) {
        // A rule that spans many tools is checked once for each; the author hears of a mistake once.
        if self
            .found_at(diagnostic.primary.span)
            .any(|found| *found == diagnostic)
        {
            return;
        }
        let place = self.diagnostics.len();
        self.places
            .entry(diagnostic.primary.span)
            .or_default()
            .push(place);
        self.diagnostics.push(diagnostic);
    }

    /// What was reported of this very place.
    fn found_at(&self, span: Span) -> impl Iterator<Item = &Diagnostic> {
        let places = self.places.get(&span).into_iter().flatten();
        places.filter_map(|place| self.diagnostics.get(*place))
    }

    /// Whether an item that could not be read, or a connector that has no catalog, speaks of the name: what is wrong has
    /// been said there, and is not said again wherever the name is used.
    fn is_spoken_of(&self, name: &str) -> bool {
        self.items().any(|(file, item)| match &item.kind {
            ast::ItemKind::Use(entries) => entries.iter().any(|entry| {
                let known = entry.alias.as_ref().unwrap_or(&entry.connector);
                known.text == name
            }),
            ast::ItemKind::Connector(connector) => connector.name.text == name,
            ast::ItemKind::Error => {
                let text = self.sources.get(file).map_or("", |source| source.text.as_str());
                let text = text.get(item.span.start as usize..item.span.end as usize);
                let head = text.and_then(|text| text.split('{').next()).unwrap_or_default();
                let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
                head.split(|c| !is_part(c)).any(|word| word == name)
            }
            ast::ItemKind::Shared(folders) => folders.iter().any(|folder| folder.value == name),
            ast::ItemKind::Zone(_)
            | ast::ItemKind::Schedule(_)
            | ast::ItemKind::Set(_)
            | ast::ItemKind::Policy(_)
            | ast::ItemKind::Breaker(_)
            | ast::ItemKind::Limit(_)
            | ast::ItemKind::Test(_)
            | ast::ItemKind::Fixture(_)
            | ast::ItemKind::Directory(_)
            | ast::ItemKind::Track(_)
            | ast::ItemKind::Mark(_) => false,
        })
    }

    /// Every item of the bundle, with the file it stands in.
    fn items(&self) -> impl Iterator<Item = (FileId, &'a ast::Item)> + use<'a> {
        self.files
            .iter()
            .flat_map(|(file, tree)| tree.items.iter().map(|item| (*file, item)))
    }

    fn constant(&mut self, constant: crate::ir::Constant) -> crate::ir::ConstantId {
        let next = crate::ir::ConstantId::at(self.bundle.constants.len());
        let id = *self.constants.entry(constant.clone()).or_insert(next);
        if id == next {
            self.bundle.constants.push(constant);
        }
        id
    }

    fn path(&mut self, path: crate::ir::Path) -> crate::ir::PathId {
        let next = crate::ir::PathId::at(self.bundle.paths.len());
        let id = *self.paths.entry(path.clone()).or_insert(next);
        if id == next {
            self.bundle.paths.push(path);
        }
        id
    }
}
