//! What lints read: the text, the tree of what is written, and what became of each rule.

use std::collections::BTreeMap;

use super::analysis::Analysis;
use super::standing::Together;
use crate::calendar::ScheduleId;
use crate::catalog::Catalog;
use crate::check::{Checked, Meaning, Names, walk};
use crate::ir::{Bundle, Effect, Node, NodeId, RuleId, ToolId};
use crate::source::{FileId, Sources, Span};
use crate::syntax::ast::{self, Expr, ExprKind, ItemKind};
use crate::value::Instant;

pub(super) struct Context<'a> {
    pub(super) sources: &'a Sources,
    pub(super) files: &'a BTreeMap<FileId, ast::File>,
    pub(super) names: &'a Names,
    /// By the bundle's name of the connector.
    pub(super) catalogs: &'a BTreeMap<String, Catalog>,
    /// As it was checked; parts of conditions may have been added behind.
    pub(super) bundle: &'a Bundle,
    /// When the bundle is looked at, where that is known.
    pub(super) at: Option<Instant>,
    /// The schedules that stand in conditions.
    pub(super) in_place: &'a BTreeMap<Span, Option<ScheduleId>>,
    pub(super) analysis: Analysis<'a>,
    /// The tools that each rule touches, with its condition for each.
    guards: Vec<Vec<(ToolId, NodeId)>>,
    /// The rules that a rule of the text became: two for an `only when`.
    rules: BTreeMap<Span, Vec<RuleId>>,
}

impl<'a> Context<'a> {
    pub(super) fn new(
        sources: &'a Sources,
        files: &'a BTreeMap<FileId, ast::File>,
        checked: &'a Checked,
        bundle: &'a Bundle,
        at: Option<Instant>,
    ) -> Self {
        let mut guards = vec![Vec::new(); bundle.rules.len()];
        for (index, tool) in bundle.tools.iter().enumerate() {
            for guard in &tool.guards {
                if let Some(of_rule) = guards.get_mut(guard.rule.index()) {
                    of_rule.push((ToolId::at(index), guard.condition));
                }
            }
        }
        let mut rules: BTreeMap<Span, Vec<RuleId>> = BTreeMap::new();
        for (index, rule) in bundle.rules.iter().enumerate() {
            rules.entry(rule.span).or_default().push(RuleId::at(index));
        }
        Self {
            sources,
            files,
            names: &checked.names,
            catalogs: &checked.pins.catalogs,
            bundle,
            at,
            in_place: &checked.in_place,
            analysis: Analysis {
                bundle,
                together: Together::default(),
            },
            guards,
            rules,
        }
    }

    pub(super) fn items(&self) -> impl Iterator<Item = &'a ast::Item> + use<'a> {
        self.files.values().flat_map(|file| &file.items)
    }

    pub(super) fn policies(&self) -> impl Iterator<Item = &'a ast::Policy> + use<'a> {
        self.items().filter_map(|item| item.kind.as_policy())
    }

    /// Every rule as it is written.
    pub(super) fn rules(&self) -> impl Iterator<Item = &'a ast::Rule> + use<'a> {
        self.policies().flat_map(|policy| &policy.rules)
    }

    /// Every expression that stands in rules, the parts of each included.
    pub(super) fn expressions(&self) -> Vec<&'a Expr> {
        self.rules().flat_map(parts).collect()
    }

    /// What the rule of the text at `span` became.
    pub(super) fn compiled(&self, span: Span) -> &[RuleId] {
        self.rules.get(&span).map(Vec::as_slice).unwrap_or_default()
    }

    /// What the rule became that has its own effect: of an `only when` the permit.
    pub(super) fn own(&self, rule: &ast::Rule) -> Option<(RuleId, Effect)> {
        self.compiled(rule.span).iter().find_map(|id| {
            let compiled = self.bundle.rule(*id)?;
            (!compiled.from_only).then_some((*id, compiled.effect))
        })
    }

    /// The tools that a rule touches, with its condition for each.
    pub(super) fn guards(&self, rule: RuleId) -> &[(ToolId, NodeId)] {
        self.guards
            .get(rule.index())
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    pub(super) fn is_always(&self, node: NodeId) -> bool {
        self.bundle.arena.get(node) == Some(Node::Always(true))
    }

    pub(super) fn text(&self, span: Span) -> &'a str {
        self.sources
            .get(span.file)
            .and_then(|file| file.text.get(span.start as usize..span.end as usize))
            .unwrap_or_default()
    }

    /// A place for each element of a list, with the comma before it or, for the first, behind it: what goes when the
    /// element goes.
    pub(super) fn with_comma(before: Option<Span>, here: Span, after: Option<Span>) -> Span {
        match (before, after) {
            (Some(before), _) => Span {
                start: before.end,
                ..here
            },
            (None, Some(after)) => Span {
                end: after.start,
                ..here
            },
            (None, None) => here,
        }
    }
}

/// The conditions of a rule.
pub(super) fn conditions(rule: &ast::Rule) -> impl Iterator<Item = &Expr> {
    rule.when.iter().map(|when| &when.condition).chain(&rule.unless)
}

/// Every expression of a rule.
pub(super) fn parts(rule: &ast::Rule) -> Vec<&Expr> {
    let mut found = Vec::new();
    for condition in conditions(rule) {
        walk(condition, &mut |expr| found.push(expr));
    }
    found
}

/// A path as it is written, `args.path`.
pub(super) fn dotted(path: &ast::Path) -> String {
    let names: Vec<&str> = path.segments.iter().map(|name| name.text.as_str()).collect();
    names.join(".")
}

/// The sets of the text.
pub(super) fn sets<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a ast::Set> + use<'a> {
    context.items().filter_map(|item| {
        if let ItemKind::Set(set) = &item.kind {
            Some(set)
        } else {
            None
        }
    })
}

/// The elements of each set and of each list in a rule.
pub(super) fn element_lists<'a>(context: &Context<'a>) -> Vec<&'a [Expr]> {
    let mut lists: Vec<&[Expr]> = sets(context)
        .flat_map(|set| [set.elements.as_slice(), set.except.as_slice()])
        .collect();
    for expr in context.expressions() {
        if let ExprKind::List(elements) = &expr.kind {
            lists.push(elements);
        }
    }
    lists
}

/// All schedules, those in place included: what each is called, where it stands, and its place in the calendar.
pub(super) fn all_schedules(context: &Context<'_>) -> Vec<(String, Span, ScheduleId)> {
    let named = schedules(context).map(|(schedule, id)| {
        let what = format!("schedule `{}`", schedule.name.text);
        (what, schedule.name.span, id)
    });
    let in_place = context.in_place.iter();
    let in_place = in_place.filter_map(|(span, id)| Some(("this schedule".to_owned(), *span, (*id)?)));
    named.chain(in_place).collect()
}

/// The schedules of the text that were given a place in the calendar.
pub(super) fn schedules<'a, 'c>(
    context: &'c Context<'a>,
) -> impl Iterator<Item = (&'a ast::Schedule, ScheduleId)> + use<'a, 'c> {
    let schedules = context.items().filter_map(|item| item.kind.as_schedule());
    schedules.filter_map(|schedule| match context.names.get(&schedule.name.text) {
        Some(Meaning::Schedule(Some(id))) => Some((schedule, id)),
        _ => None,
    })
}
