//! W1023: a permit asks that an argument is *not* something, and the argument need not be sent: then nothing is known of
//! it, and the call is refused.

use super::context::{Context, parts};
use super::opening::{denies, permits, tests};
use crate::check::walk;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Expr, ExprKind, Name, Rule};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for test in tests(context) {
        if matches!(test.expr.kind, ExprKind::Has(_)) || !permits(context, test.rule) {
            continue;
        }
        // The call passes where the test fails, or where a denial in the test holds.
        if test.opens != denies(test.expr) {
            continue;
        }
        let Some(name) = argument(test.expr) else { continue };
        if asked(test.rule, name) || !is_optional_everywhere(context, test.rule, name) {
            continue;
        }
        let name = &name.text;
        found.push(
            Diagnostic::new(
                Code::W1023,
                format!("a call without `{name}` is not permitted here"),
                test.expr.span,
                format!("`{name}` need not be sent, and then this is unknown"),
            )
            .with_help(format!(
                "if it may be left out, say so: `not has args.{name} or …`"
            )),
        );
    }
    found
}

/// The only argument that the test reads, where it reads it plainly.
fn argument(expr: &Expr) -> Option<&Name> {
    let mut names: Vec<&Name> = Vec::new();
    let mut others = 0;
    walk(expr, &mut |part| match &part.kind {
        ExprKind::Path(path) => match path.segments.as_slice() {
            [first, name] if first.text == "args" => names.push(name),
            [_] => {}
            _ => others += 1,
        },
        ExprKind::Else { .. } | ExprKind::Arithmetic { .. } => others += 1,
        _ => {}
    });
    match names.as_slice() {
        [name] if others == 0 => Some(name),
        _ => None,
    }
}

/// Whether the rule asks elsewhere whether the argument is there, or tests it so that it has to be.
fn asked(rule: &Rule, name: &Name) -> bool {
    let mut times = 0;
    for part in parts(rule) {
        match &part.kind {
            ExprKind::Has(path) | ExprKind::Else { path, .. } | ExprKind::Path(path) => {
                if let [first, second] = path.segments.as_slice()
                    && first.text == "args"
                    && second.text == name.text
                {
                    times += 1;
                }
            }
            _ => {}
        }
    }
    times > 1
}

fn is_optional_everywhere(context: &Context<'_>, rule: &Rule, name: &Name) -> bool {
    let Some((id, _)) = context.own(rule) else {
        return false;
    };
    let mut guards = context.guards(id).iter().peekable();
    guards.peek().is_some()
        && guards.all(|(tool, _)| {
            let tool = context.bundle.tool(*tool);
            let field = tool.and_then(|tool| tool.schema.argument(&name.text));
            field.is_some_and(|field| !field.required)
        })
}
