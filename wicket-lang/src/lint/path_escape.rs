//! W1020: a test of how a path begins opens a folder, and `..` leads out of it.

use super::context::{Context, parts};
use super::opening::{argument, edge, tests, words};
use crate::diagnostic::{Code, Diagnostic, Edit, Safety};
use crate::ir::Effect;
use crate::syntax::ast::{Expr, ExprKind, Path, Rule};
use crate::value::read_path;

/// Words of which an argument that is a path has one in its name.
const WORDS: &[&str] = &[
    "path",
    "paths",
    "filepath",
    "file",
    "filename",
    "dir",
    "directory",
    "folder",
    "destination",
    "source",
    "cwd",
];

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for test in tests(context) {
        let Some(edge) = edge(test.expr).filter(|edge| edge.begins && edge.text.contains('/')) else {
            continue;
        };
        let named = argument(edge.path).is_some_and(is_a_path);
        if !test.opens || !named || edge.text.contains("://") {
            continue;
        }
        if minds(test.rule, edge.path) || forbidden_elsewhere(context, test.rule, edge.path) {
            continue;
        }
        let name = super::context::dotted(edge.path);
        let diagnostic = Diagnostic::new(
            Code::W1020,
            "a path that begins so may lead elsewhere",
            test.expr.span,
            format!("`{}../` leads out again", with_slash(edge.text)),
        );
        found.push(match folder(edge.text) {
            Some(folder) => {
                let read = format!("path({}) under \"{folder}\"", context.text(edge.path.span));
                diagnostic.with_fix(
                    format!("read it strictly: `{read}`"),
                    vec![Edit::replace(test.expr.span, read)],
                    Safety::Guess,
                )
            }
            None => diagnostic.with_help(format!("rule `..` out as well: `and not {name} contains \"..\"`")),
        });
    }
    found
}

/// The folder that a text means which ends with its slash, where it is an exact path that can be written as it is.
fn folder(text: &str) -> Option<&str> {
    let folder = text.strip_suffix('/')?;
    let is_plain = !folder.contains(['"', '\\', '{', '}']);
    (is_plain && read_path(folder).is_some()).then_some(folder)
}

fn is_a_path(name: &str) -> bool {
    words(name).iter().any(|word| WORDS.contains(&word.as_str()))
}

fn with_slash(text: &str) -> String {
    let end = text.rfind('/').map_or(0, |at| at + 1);
    text.get(..end).unwrap_or_default().to_owned()
}

/// Whether the rule asks for dots in the same path.
fn minds(rule: &Rule, path: &Path) -> bool {
    parts(rule).into_iter().any(|part| asks_for_dots(part, path))
}

fn asks_for_dots(expr: &Expr, wanted: &Path) -> bool {
    let ExprKind::Text { left, right, .. } = &expr.kind else {
        return false;
    };
    let ExprKind::String(pattern) = &right.kind else {
        return false;
    };
    let mut reads = false;
    crate::check::walk(left, &mut |part| {
        if let ExprKind::Path(path) | ExprKind::Else { path, .. } = &part.kind {
            reads |= super::context::dotted(path) == super::context::dotted(wanted);
        }
    });
    reads && pattern.contains("..")
}

/// Whether rules that forbid look for dots in this path, on every tool of the rule.
fn forbidden_elsewhere(context: &Context<'_>, rule: &Rule, path: &Path) -> bool {
    let Some((id, _)) = context.own(rule) else {
        return false;
    };
    let minding: Vec<_> = context
        .rules()
        .filter(|other| other.span != rule.span && minds(other, path))
        .filter_map(|other| {
            let compiled = context.compiled(other.span).iter().copied();
            compiled.into_iter().find(|id| {
                let other = context.bundle.rule(*id);
                other.is_some_and(|other| other.effect == Effect::Forbid)
            })
        })
        .collect();
    context.guards(id).iter().all(|(tool, _)| {
        minding
            .iter()
            .any(|other| context.guards(*other).iter().any(|(of, _)| of == tool))
    })
}
