//! W1035: a file names a zone, and nothing in it has a time.

use super::context::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Hold, Node};
use crate::source::FileId;
use crate::syntax::ast::{self, ExprKind, ItemKind, Step};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let bundle = context.bundle;
    // Messages write instants in the zone of the bundle: when a breaker closes, when a limit lets calls pass again.
    let told = !bundle.limits.is_empty()
        || bundle
            .arena
            .iter()
            .any(|(_, node)| matches!(node, Node::Date { .. } | Node::Moment { .. }))
        || !bundle.calendar.schedules.is_empty()
        || bundle
            .breakers
            .iter()
            .any(|breaker| matches!(breaker.hold, Hold::For(_)));
    let mut found = Vec::new();
    if told {
        return found;
    }
    for (file, tree) in context.files {
        let zone = tree.items.iter().find_map(|item| item.kind.as_zone());
        let Some(zone) = zone else { continue };
        if has_a_time(context, *file, tree) {
            continue;
        }
        found.push(
            Diagnostic::new(
                Code::W1035,
                format!("the zone `{}` is not used", zone.value),
                zone.span,
                "nothing in this file has a time",
            )
            .with_help("take it out, or write the schedule that it was meant for"),
        );
    }
    found
}

fn has_a_time(context: &Context<'_>, file: FileId, tree: &ast::File) -> bool {
    let speaks_of_time = context.expressions().iter().any(|expr| {
        let is_time = match &expr.kind {
            ExprKind::Path(path) => path.segments.first().is_some_and(|name| name.text == "now"),
            ExprKind::Date(_) | ExprKind::Moment(_) | ExprKind::Schedule { .. } => true,
            _ => false,
        };
        expr.span.file == file && is_time
    });
    speaks_of_time
        || tree.items.iter().any(|item| match &item.kind {
            ItemKind::Test(test) => steps_have(&test.steps),
            ItemKind::Fixture(fixture) => steps_have(&fixture.steps),
            ItemKind::Use(_)
            | ItemKind::Shared(_)
            | ItemKind::Zone(_)
            | ItemKind::Set(_)
            | ItemKind::Connector(_)
            | ItemKind::Policy(_)
            | ItemKind::Breaker(_) => false,
            // What this lint does not know may well read the zone.
            _ => true,
        })
}

fn steps_have(steps: &[Step]) -> bool {
    steps.iter().any(|step| match step {
        Step::At(_) | Step::AtColumn(_) => true,
        Step::Expect(expect) => expect.next.is_some() || expect.class.is_some(),
        Step::Each(each) => steps_have(&each.steps),
        _ => false,
    })
}
