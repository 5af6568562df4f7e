//! W1025: a forbid lists names of which case does not matter to the service, on a tool to which the connector's rule of
//! case does not reach: the same name in other letters passes.
//!
//! The rule belongs to the arguments that name a resource. A tool that names more than one resource binds none, and its
//! `owner` is a text like any other.

use super::context::Context;
use super::opening::tests;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Path, ToolId};
use crate::syntax::ast::{Expr, ExprKind, TextOp};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for test in tests(context) {
        // Where an exact text lets a call pass, other letters are refused, which is safe.
        if test.opens != super::opening::denies(test.expr) {
            continue;
        }
        let Some(names) = compared(test.expr) else {
            continue;
        };
        let Some((id, _)) = context.own(test.rule) else {
            continue;
        };
        let passed: Vec<ToolId> = context
            .guards(id)
            .iter()
            .map(|(tool, _)| *tool)
            .filter(|tool| is_beyond(context, *tool, &names))
            .collect();
        let Some(first) = passed.first() else { continue };
        let more = match passed.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let name = names.join(".");
        found.push(
            Diagnostic::new(
                Code::W1025,
                "other capitals get past this",
                test.expr.span,
                format!(
                    "case does not matter in `args.{name}`, but the connector's rule does not reach `{}`{more}",
                    context.bundle.tool_name(*first)
                ),
            )
            .with_help(format!("write `lower(args.{name})`, and the names in small letters")),
        );
    }
    found
}

/// The argument that is compared with texts as it stands.
fn compared(expr: &Expr) -> Option<Vec<String>> {
    let (value, other) = match &expr.kind {
        ExprKind::Compare { left, right, .. } => (left, right),
        ExprKind::In { value, container, .. } => (value, container),
        ExprKind::Text { op, left, right } if *op != TextOp::Contains => (left, right),
        _ => return None,
    };
    let ExprKind::Path(path) = &value.kind else {
        return None;
    };
    let (first, rest) = path.segments.split_first()?;
    let constant = matches!(
        other.kind,
        ExprKind::String(_) | ExprKind::List(_) | ExprKind::Path(_)
    );
    let names: Vec<String> = rest.iter().map(|name| name.text.clone()).collect();
    (first.text == "args" && constant && !names.is_empty()).then_some(names)
}

/// Whether the argument is part of a key without case on another tool of the connector, and on this one is not.
fn is_beyond(context: &Context<'_>, id: ToolId, names: &[String]) -> bool {
    let bundle = context.bundle;
    let folds = |tool: &crate::ir::Tool| {
        tool.bindings.iter().any(|binding| {
            let resource = bundle.resources.get(binding.resource.index());
            resource.is_some_and(|resource| resource.ignoring_case)
                && binding
                    .keys
                    .iter()
                    .any(|key| matches!(bundle.path(*key), Some(Path::Argument(of)) if of == names))
        })
    };
    let Some(tool) = bundle.tool(id) else { return false };
    !folds(tool)
        && bundle
            .tools
            .iter()
            .any(|other| other.connector == tool.connector && folds(other))
}
