//! W1026: a message that is cut when its gaps are filled with what surely stands there.

use super::context::Context;
use crate::calendar::describe;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Constant, Part, Template};
use crate::source::Span;
use crate::syntax::ast::ItemKind;

/// The longest message that an agent reads, in characters.
const MAX_LENGTH: usize = 500;

/// More elements of a set are not told one by one.
const MAX_TOLD: usize = 20;

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let bundle = context.bundle;
    let mut found = Vec::new();
    for rule in context.rules() {
        let Some(message) = &rule.message else { continue };
        let compiled = context.own(rule).and_then(|(id, _)| bundle.rule(id));
        let template = compiled.and_then(|rule| rule.message.as_ref());
        found.extend(template.and_then(|template| judge(context, template, message.span)));
    }
    for item in context.items() {
        let (message, template) = match &item.kind {
            ItemKind::Breaker(breaker) => {
                let compiled = bundle
                    .breakers
                    .iter()
                    .find(|other| other.name == breaker.name.text);
                (
                    &breaker.message,
                    compiled.and_then(|other| other.message.as_ref()),
                )
            }
            ItemKind::Limit(limit) => {
                let compiled = bundle.limits.iter().find(|other| other.name == limit.name.text);
                (&limit.message, compiled.and_then(|other| other.message.as_ref()))
            }
            _ => continue,
        };
        if let (Some(message), Some(template)) = (message, template) {
            found.extend(judge(context, template, message.span));
        }
    }
    found
}

fn judge(context: &Context<'_>, template: &Template, span: Span) -> Option<Diagnostic> {
    let length: usize = template.parts.iter().map(|part| least(context, part)).sum();
    (length > MAX_LENGTH).then(|| {
        Diagnostic::new(
            Code::W1026,
            format!("an agent reads {MAX_LENGTH} characters of this message"),
            span,
            format!("with its gaps filled it has at least {length}"),
        )
        .with_help(
            "say less, or name a page where the rest stands; a long set is better described than listed",
        )
    })
}

/// How many characters the part has at least, whatever the call.
fn least(context: &Context<'_>, part: &Part) -> usize {
    let count = |text: &str| text.chars().count();
    match part {
        Part::Text(text) => count(text),
        Part::Set(id) => {
            let Some(set) = context.bundle.sets.get(id.index()) else {
                return 0;
            };
            let texts = set.elements.iter().take(MAX_TOLD).map(|element| match element {
                Constant::Text(text) => count(text),
                Constant::Bool(_)
                | Constant::Number(_)
                | Constant::Instant(_)
                | Constant::Duration(_)
                | Constant::Network(_) => 1,
            });
            texts.sum()
        }
        Part::Schedule(id) | Part::ScheduleOf { schedule: id, .. } => {
            count(&describe(&context.bundle.calendar, *id))
        }
        _ => 0,
    }
}
