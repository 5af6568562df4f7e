//! W1038: a permit asks something of all elements of a list that may be empty, or of a track, and
//! then nothing speaks against the call.

use super::context::{Context, dotted, parts};
use super::facts::fewest;
use super::opening::{permits, tests};
use crate::check::Meaning;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{CompareOp, Expr, ExprKind, Path, Quantifier, Rule, TextOp};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for test in tests(context) {
        let Some(over) = asked_of_all(context, &test.expr.kind) else {
            continue;
        };
        // A set has the elements that stand in it, and `args` is no list.
        let ExprKind::Path(path) = &over.kind else {
            continue;
        };
        // A track keeps nothing before the first call of which it keeps something.
        let is_track = |name: &str| context.names.get(name) == Some(Meaning::Track);
        let may_be_empty = match path.segments.as_slice() {
            [name] => is_track(&name.text),
            _ => true,
        };
        if !test.opens || !may_be_empty || !permits(context, test.rule) {
            continue;
        }
        if is_asked(test.rule, path) || is_never_empty(context, test.rule, path) {
            continue;
        }
        let name = dotted(path);
        found.push(
            Diagnostic::new(
                Code::W1038,
                format!("an empty `{name}` is permitted here"),
                test.expr.span,
                "of no element this is true",
            )
            .with_help(format!(
                "if it may not be empty, say so: `size({name}) > 0 and …`"
            )),
        );
    }
    found
}

/// Whether no tool of the rule takes an empty list there, by its schema.
fn is_never_empty(context: &Context<'_>, rule: &Rule, list: &Path) -> bool {
    let names: Vec<&str> = list.segments.iter().map(|name| name.text.as_str()).collect();
    let (Some((&"args", names)), Some((id, _))) = (names.split_first(), context.own(rule)) else {
        return false;
    };
    let guards = context.guards(id);
    !guards.is_empty() && guards.iter().all(|(tool, _)| fewest(context, *tool, names) > 0)
}

/// What has to be in all of its elements as the test says: an `all`, or a set that contains a list.
fn asked_of_all<'e>(context: &Context<'_>, test: &'e ExprKind) -> Option<&'e Expr> {
    match test {
        ExprKind::Quantified {
            quantifier: Quantifier::All,
            over,
            ..
        } => Some(over),
        ExprKind::Text {
            op: TextOp::Contains,
            left,
            right,
        } => {
            let is_set = match &left.kind {
                ExprKind::List(_) => true,
                ExprKind::Path(path) => matches!(
                    context.names.get(&dotted(path)),
                    Some(Meaning::Set(_) | Meaning::Track)
                ),
                _ => false,
            };
            is_set.then_some(right)
        }
        _ => None,
    }
}

/// Whether the rule asks how many elements there are, or for one of them.
fn is_asked(rule: &Rule, list: &Path) -> bool {
    let is_list = |expr: &Expr| matches!(&expr.kind, ExprKind::Path(path) if dotted(path) == dotted(list));
    parts(rule).into_iter().any(|part| match &part.kind {
        ExprKind::Call { function, arguments } => function.text == "size" && arguments.iter().any(is_list),
        ExprKind::Quantified {
            quantifier: Quantifier::Any,
            over,
            ..
        } => is_list(over),
        ExprKind::In {
            negated: false,
            container,
            ..
        } => is_list(container),
        ExprKind::Compare {
            op: CompareOp::Equal | CompareOp::NotEqual,
            left,
            right,
            ..
        } => is_list(left) || is_list(right),
        _ => false,
    })
}
