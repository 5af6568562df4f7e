//! W1036: a message quotes an argument that need not be sent, and that its rule never looks at.

use super::context::{Context, dotted, parts};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{ExprKind, MessagePart, Path, Rule};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for rule in context.rules() {
        let gaps = rule.message.iter().flat_map(|message| &message.parts);
        for part in gaps {
            let MessagePart::Path(path) = part else { continue };
            let [first, name] = path.segments.as_slice() else {
                continue;
            };
            let plain = first.text == "args" && !is_read(rule, path);
            if plain && is_optional_everywhere(context, rule, &name.text) {
                found.push(
                    Diagnostic::new(
                        Code::W1036,
                        format!("`{}` need not be sent", name.text),
                        path.span,
                        "the message then says `(not given)` here",
                    )
                    .with_help("name an argument that is always there, or say it without"),
                );
            }
        }
    }
    found
}

fn is_read(rule: &Rule, wanted: &Path) -> bool {
    parts(rule).iter().any(|part| match &part.kind {
        ExprKind::Path(path) | ExprKind::Has(path) | ExprKind::Else { path, .. } => {
            dotted(path) == dotted(wanted)
        }
        _ => false,
    })
}

fn is_optional_everywhere(context: &Context<'_>, rule: &Rule, name: &str) -> bool {
    let Some((id, _)) = context.own(rule) else {
        return false;
    };
    let mut guards = context.guards(id).iter().peekable();
    guards.peek().is_some()
        && guards.all(|(tool, _)| {
            let tool = context.bundle.tool(*tool);
            let field = tool.and_then(|tool| tool.schema.argument(name));
            field.is_some_and(|field| !field.required)
        })
}
