//! Selectors: from words to tools.

use std::collections::BTreeSet;

use super::Checker;
use super::names::Meaning;
use crate::catalog::{Tier, matches_glob};
use crate::diagnostic::{Code, Diagnostic, Edit, Safety, nearest};
use crate::ir::{ConnectorId, ToolId};
use crate::source::Span;
use crate::syntax::ast::{Name, Selector};

/// The tools that the selectors touch. A selector that touches none is an error.
///
/// `except` takes away from everything before it, and everything after it is taken away.
pub(super) fn expand(checker: &mut Checker<'_>, selectors: &[Selector]) -> BTreeSet<ToolId> {
    let (mut kept, mut taken) = (BTreeSet::new(), BTreeSet::new());
    let mut except: Option<Span> = None;
    for selector in selectors {
        match (selector, except) {
            (Selector::Except { from, less }, None) => {
                kept.extend(expand_one(checker, from));
                taken.extend(expand_one(checker, less));
                except = Some(place(less));
            }
            (Selector::Except { less, .. }, Some(first)) => checker.report(
                Diagnostic::new(
                    Code::E0117,
                    "`except` stands twice",
                    place(less),
                    "everything behind the first one is taken away already",
                )
                .with_label(first, "the first is here")
                .with_help("write two rules, or set braces: `{A except B}, {C except D}`"),
            ),
            (other, None) => kept.extend(expand_one(checker, other)),
            (other, Some(_)) => taken.extend(expand_one(checker, other)),
        }
    }
    let left: BTreeSet<ToolId> = kept.difference(&taken).copied().collect();
    if let (Some(span), true, false) = (except, left.is_empty(), kept.is_empty()) {
        checker.report(
            Diagnostic::new(
                Code::E0401,
                "this selector matches no tool",
                span,
                "this takes away all that stands before it",
            )
            .with_help("take the selector out, or leave out less"),
        );
    }
    left
}

pub(super) fn expand_one(checker: &mut Checker<'_>, selector: &Selector) -> BTreeSet<ToolId> {
    match selector {
        Selector::Tool { connector, tool } => {
            let Some(id) = self::connector(checker, connector) else {
                return BTreeSet::new();
            };
            // Most selectors are of this kind, so it is not worth a walk over all tools.
            let found = checker.bundle.find_tool(&connector.text, &tool.text);
            if found.is_none() {
                report_no_tool(checker, id, connector, tool);
            }
            found.into_iter().collect()
        }
        Selector::Glob { connector, pattern } => {
            let Some(id) = self::connector(checker, connector) else {
                return BTreeSet::new();
            };
            let found = tools(checker, |of, name, _| {
                of == id && matches_glob(&pattern.text, name)
            });
            if found.is_empty() {
                report_no_tool(checker, id, connector, pattern);
            }
            found
        }
        Selector::Tier {
            connector,
            tier,
            span,
        } => {
            let Some(wanted) = Tier::find(&tier.text) else {
                let found = Diagnostic::new(
                    Code::E0403,
                    format!("no tier is called `{}`", tier.text),
                    tier.span,
                    "the tiers are `read`, `write` and `destructive`",
                );
                let tool = connector
                    .as_ref()
                    .filter(|connector| checker.bundle.find_tool(&connector.text, &tier.text).is_some());
                let near = nearest(&tier.text, ["read", "write", "destructive"]);
                checker.report(match (tool, near) {
                    (Some(connector), _) => {
                        let meant = format!("{}.{}", connector.text, tier.text);
                        found.with_fix(
                            format!("a tool is named with a dot: `{meant}`"),
                            vec![Edit::replace(*span, meant)],
                            Safety::Guess,
                        )
                    }
                    (None, near) => found.with_near(tier.span, near),
                });
                return BTreeSet::new();
            };
            let of = match connector {
                None => None,
                Some(name) => match self::connector(checker, name) {
                    None => return BTreeSet::new(),
                    some => some,
                },
            };
            let found = tools(checker, |id, _, tier| {
                of.is_none_or(|of| of == id) && tier == Some(wanted)
            });
            if found.is_empty() {
                checker.report(
                    Diagnostic::new(
                        Code::E0401,
                        "this selector matches no tool",
                        *span,
                        format!("no tool is in tier `{wanted}`"),
                    )
                    .with_help("take it out, or classify tools in the connector"),
                );
            }
            found
        }
        Selector::Every(_) => tools(checker, |_, _, _| true),
        Selector::Group(selectors, _) => expand(checker, selectors),
        Selector::Except { .. } => expand(checker, std::slice::from_ref(selector)),
        Selector::Method(name) => {
            checker.report(
                Diagnostic::new(
                    Code::E0404,
                    format!("`{}` selects a method that is no tool", name.text),
                    name.span,
                    "only tools can be selected in this version",
                )
                .with_help("every other method is denied; no rule is needed for that"),
            );
            BTreeSet::new()
        }
    }
}

/// Where a selector stands.
fn place(selector: &Selector) -> Span {
    match selector {
        Selector::Tool { connector, tool } => connector.span.to(tool.span),
        Selector::Glob { connector, pattern } => connector.span.to(pattern.span),
        Selector::Tier { span, .. } | Selector::Every(span) | Selector::Group(_, span) => *span,
        Selector::Except { from, less } => place(from).to(place(less)),
        Selector::Method(name) => name.span,
    }
}

fn connector(checker: &mut Checker<'_>, name: &Name) -> Option<ConnectorId> {
    if let Some(Meaning::Connector(id)) = checker.names.get(&name.text) {
        return Some(id);
    }
    // What is wrong with its `use` has been said where it stands.
    if checker.is_spoken_of(&name.text) {
        return None;
    }
    let near = checker
        .names
        .nearest(&name.text, |meaning| matches!(meaning, Meaning::Connector(_)));
    let found = Diagnostic::new(
        Code::E0204,
        format!("no connector is called `{}`", name.text),
        name.span,
        "this bundle does not use it",
    );
    let found = match near {
        Some(near) => found.with_near(name.span, Some(near)),
        None => found.with_help(format!("say that this bundle uses it: `use {}`", name.text)),
    };
    checker.report(found);
    None
}

fn tools(
    checker: &Checker<'_>,
    wanted: impl Fn(ConnectorId, &str, Option<Tier>) -> bool,
) -> BTreeSet<ToolId> {
    let tools = checker.bundle.tools.iter().enumerate();
    tools
        .filter(|(_, tool)| wanted(tool.connector, &tool.name, tool.tier))
        .map(|(index, _)| ToolId::at(index))
        .collect()
}

fn report_no_tool(checker: &mut Checker<'_>, id: ConnectorId, connector: &Name, tool: &Name) {
    let glob = tool.text.contains('*');
    let (code, label) = if glob {
        (Code::E0401, "this matches no tool of the pinned catalog")
    } else {
        (Code::E0205, "the pinned catalog has no such tool")
    };
    let message = format!("`{}` has no tool `{}`", connector.text, tool.text);
    let names = checker
        .bundle
        .tools
        .iter()
        .filter(|tool| tool.connector == id)
        .map(|tool| tool.name.as_str());
    let near = nearest(&tool.text, names).map(str::to_owned);
    let diagnostic = Diagnostic::new(code, message, tool.span, label);
    checker.report(match near {
        _ if Tier::find(&tool.text).is_some() => {
            let meant = format!("{}:{}", connector.text, tool.text);
            diagnostic.with_fix(
                format!("a tier is named with a colon: `{meant}`"),
                vec![Edit::replace(connector.span.to(tool.span), meant)],
                Safety::Guess,
            )
        }
        Some(near) => diagnostic.with_near(tool.span, Some(near.as_str())),
        None => diagnostic.with_help(format!(
            "if the upstream has it by now, pin it: wicket catalog pull {}",
            connector.text
        )),
    });
}
