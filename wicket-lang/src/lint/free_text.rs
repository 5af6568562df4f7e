//! W1021: a test of how a command begins opens it, and what follows in it can be anything.

use super::context::{Context, dotted, parts};
use super::opening::{argument, edge, tests, words};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{ExprKind, Path, Rule};

/// Words of which an argument that a program reads as commands has one in its name.
const WORDS: &[&str] = &[
    "command",
    "cmd",
    "sql",
    "query",
    "statement",
    "script",
    "code",
    "expression",
    "jql",
    "cql",
    "shell",
];

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for test in tests(context) {
        let Some(edge) = edge(test.expr).filter(|edge| edge.begins) else {
            continue;
        };
        let named = argument(edge.path).is_some_and(|name| {
            let words = words(name);
            words.iter().any(|word| WORDS.contains(&word.as_str()))
        });
        // An author who asks the text something else as well has thought about the rest of it.
        if !test.opens || !named || questions(test.rule, edge.path) > 1 {
            continue;
        }
        found.push(
            Diagnostic::new(
                Code::W1021,
                "free text that begins so may say anything after it",
                test.expr.span,
                format!("`{}` may be followed by a second command", edge.text),
            )
            .with_help(
                "let the tool itself be narrow, or list the whole texts that are fine with `in`, or ask a person",
            ),
        );
    }
    found
}

/// How many tests of the rule read the path.
fn questions(rule: &Rule, wanted: &Path) -> usize {
    let reads = |expr: &&crate::syntax::ast::Expr| matches!(&expr.kind, ExprKind::Path(path) if dotted(path) == dotted(wanted));
    parts(rule).iter().filter(|expr| reads(expr)).count()
}
