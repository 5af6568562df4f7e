//! Parts of conditions, looked at once more after a bundle was checked: what a lint says of `a` in `a and b`.
//!
//! The typed tree keeps no trace of what its nodes were written as; so a part is lowered again, into a copy of the
//! bundle in which every node of the first time keeps its number.

use super::policies::asked;
use super::values::Site;
use super::{Checked, Checker, conditions, history};
use crate::ir::{Bundle, NodeId, ToolId};
use crate::source::{FileId, Sources};
use crate::syntax::ast::{self, Expr};

use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug)]
pub(crate) struct Again<'a> {
    checker: Checker<'a>,
}

impl<'a> Again<'a> {
    /// Of a bundle without errors.
    pub(crate) fn new(
        sources: &'a Sources,
        files: &'a BTreeMap<FileId, ast::File>,
        checked: &Checked,
    ) -> Self {
        let bundle = checked.bundle.clone();
        let constants = bundle.constants.iter().cloned().enumerate();
        let paths = bundle.paths.iter().cloned().enumerate();
        let sets = bundle.sets.iter().enumerate();
        let mut again = Checker {
            sources,
            files,
            names: checked.names.clone(),
            diagnostics: Vec::new(),
            places: BTreeMap::new(),
            constants: constants
                .map(|(index, constant)| (constant, crate::ir::ConstantId::at(index)))
                .collect(),
            paths: paths
                .map(|(index, path)| (path, crate::ir::PathId::at(index)))
                .collect(),
            literal_sets: sets
                .filter(|(_, set)| set.name.is_none())
                .map(|(index, set)| {
                    let id = crate::ir::SetId::at(index);
                    let dates = checked.date_sets.get(&id).copied();
                    ((set.private, set.elements.clone(), dates), id)
                })
                .collect(),
            annotations: super::tool::annotations(&bundle, &checked.pins.lock),
            results: super::result::types(sources, &bundle, &checked.pins.catalogs),
            bundle,
            // What is compared was found to be alike the first time.
            named: super::named::NamedTypes::default(),
            notes: super::Notes::default(),
            bad_patterns: BTreeSet::new(),
            said: Vec::new(),
            keys: BTreeMap::new(),
            kept: BTreeMap::new(),
            date_sets: checked.date_sets.clone(),
            zone_attributes: checked.zone_attributes.clone(),
            in_place: checked.in_place.clone(),
        };
        history::find_keys(&mut again);
        Self { checker: again }
    }

    /// The node of a condition that stands in a rule, for one of the rule's tools.
    pub(crate) fn condition(&mut self, tool: ToolId, rule: &ast::Rule, expr: &Expr) -> Option<NodeId> {
        let asked = asked(rule);
        let site = Site::new(tool, &asked);
        conditions::condition(&mut self.checker, &site, expr)
    }

    pub(crate) fn into_bundle(self) -> Bundle {
        self.checker.bundle
    }
}
