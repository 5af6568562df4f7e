//! W1010: a selector all of whose tools another selector of the same rule names already.

use std::collections::BTreeSet;

use super::context::Context;
use crate::catalog::{Tier, matches_glob};
use crate::diagnostic::{Code, Diagnostic, Edit, Safety};
use crate::ir::{Bundle, ToolId};
use crate::source::Span;
use crate::syntax::ast::Selector;

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    // In a list with `except` a selector may take away instead of adding.
    for rule in context.rules().filter(|rule| !takes_away(&rule.selectors)) {
        let selected: Vec<(Span, BTreeSet<ToolId>)> = rule
            .selectors
            .iter()
            .map(|selector| (place(selector), tools(context.bundle, selector)))
            .collect();
        for (index, (span, tools)) in selected.iter().enumerate() {
            let covers = |(other, (_, wider)): &(usize, &(Span, BTreeSet<ToolId>))| {
                // Of two that are alike the second is one too many.
                *other != index && tools.is_subset(wider) && (tools != wider || *other < index)
            };
            let Some((_, (wider, _))) = selected.iter().enumerate().find(covers) else {
                continue;
            };
            let before = index.checked_sub(1).and_then(|index| selected.get(index));
            let after = selected.get(index + 1).map(|(span, _)| *span);
            let gone = Context::with_comma(before.map(|(span, _)| *span), *span, after);
            found.push(
                Diagnostic::new(
                    Code::W1010,
                    "this selector adds no tool",
                    *span,
                    "another one of this rule selects all of these",
                )
                .with_label(*wider, "this one")
                .with_fix("take it out", vec![Edit::remove(gone)], Safety::Safe),
            );
        }
    }
    found
}

/// Whether an `except` stands among several selectors.
fn takes_away(selectors: &[Selector]) -> bool {
    selectors.iter().any(|selector| match selector {
        Selector::Except { from, less } => {
            let inner = [from, less].map(|one| std::slice::from_ref(&**one));
            selectors.len() > 1 || inner.into_iter().any(takes_away)
        }
        Selector::Group(members, _) => takes_away(members),
        Selector::Tool { .. }
        | Selector::Glob { .. }
        | Selector::Tier { .. }
        | Selector::Every(_)
        | Selector::Method(_) => false,
    })
}

/// The tools that a selector names. Its names are known: a bundle with an error is not linted.
pub(super) fn tools(bundle: &Bundle, selector: &Selector) -> BTreeSet<ToolId> {
    let all = |wanted: &dyn Fn(&str, &str, Option<Tier>) -> bool| -> BTreeSet<ToolId> {
        let tools = bundle.tools.iter().enumerate();
        tools
            .filter(|(_, tool)| {
                let connector = bundle.connectors.get(tool.connector.index());
                wanted(
                    connector.map_or("", |connector| &connector.name),
                    &tool.name,
                    tool.tier,
                )
            })
            .map(|(index, _)| ToolId::at(index))
            .collect()
    };
    match selector {
        Selector::Tool { connector, tool } => bundle
            .find_tool(&connector.text, &tool.text)
            .into_iter()
            .collect(),
        Selector::Glob { connector, pattern } => {
            all(&|of, name, _| of == connector.text && matches_glob(&pattern.text, name))
        }
        Selector::Tier { connector, tier, .. } => all(&|of, _, tier_of| {
            connector.as_ref().is_none_or(|connector| connector.text == of)
                && tier_of.is_some()
                && tier_of == Tier::find(&tier.text)
        }),
        Selector::Every(_) => all(&|_, _, _| true),
        Selector::Group(members, _) => members.iter().flat_map(|member| tools(bundle, member)).collect(),
        Selector::Except { from, less } => {
            let less = tools(bundle, less);
            tools(bundle, from).difference(&less).copied().collect()
        }
        Selector::Method(_) => BTreeSet::new(),
    }
}

pub(super) fn place(selector: &Selector) -> Span {
    match selector {
        Selector::Tool { connector, tool } => connector.span.to(tool.span),
        Selector::Glob { connector, pattern } => connector.span.to(pattern.span),
        Selector::Tier { span, .. } | Selector::Every(span) | Selector::Group(_, span) => *span,
        Selector::Except { from, less } => place(from).to(place(less)),
        Selector::Method(name) => name.span,
    }
}
