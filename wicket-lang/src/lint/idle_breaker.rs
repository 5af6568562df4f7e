//! W1018: a breaker that cannot trip, because nothing happens that it counts.

use super::context::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Bundle, DeniedBy, Effect, ToolId};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let bundle = context.bundle;
    let mut found = Vec::new();
    for breaker in &bundle.breakers {
        let of = breaker.counts.of.as_deref();
        let counts = |effect: Effect, policy: Option<crate::ir::PolicyId>| {
            touches(bundle, of, |rule| {
                rule.effect == effect && policy.is_none_or(|policy| rule.policy == policy)
            })
        };
        let label = match &breaker.counts.by {
            DeniedBy::Anything | DeniedBy::Default | DeniedBy::Arguments => continue,
            DeniedBy::Forbid if counts(Effect::Forbid, None) => continue,
            DeniedBy::Forbid => "no rule forbids what it counts".to_owned(),
            DeniedBy::Limit if limits(bundle, of) => continue,
            DeniedBy::Limit => "no limit stops what it counts".to_owned(),
            // Of an `ask` a denial that waits is not counted.
            DeniedBy::Policy(id) if counts(Effect::Forbid, Some(*id)) => continue,
            DeniedBy::Policy(id) => {
                let name = bundle.policy(*id).map_or("", |policy| policy.name.as_str());
                format!("`{name}` forbids none of what it counts")
            }
            DeniedBy::NothingButCalls if counts(Effect::Permit, None) => continue,
            DeniedBy::NothingButCalls => "nothing permits the calls that it counts".to_owned(),
        };
        found.push(
            Diagnostic::new(
                Code::W1018,
                format!("breaker `{}` cannot trip", breaker.name),
                breaker.span,
                label,
            )
            .with_help("count what can happen, or take the breaker out"),
        );
    }
    found
}

/// Whether such a rule touches one of the tools; `None` is every tool.
pub(super) fn touches(
    bundle: &Bundle,
    of: Option<&[ToolId]>,
    wanted: impl Fn(&crate::ir::Rule) -> bool,
) -> bool {
    let any = |tool: &crate::ir::Tool| {
        let mut rules = tool.guards.iter().filter_map(|guard| bundle.rule(guard.rule));
        rules.any(&wanted)
    };
    match of {
        None => bundle.tools.iter().any(any),
        Some(of) => of.iter().filter_map(|id| bundle.tool(*id)).any(any),
    }
}

fn limits(bundle: &Bundle, of: Option<&[ToolId]>) -> bool {
    bundle.limits.iter().any(|limit| {
        let tools = bundle.tools_of(limit.track);
        of.is_none_or(|of| tools.iter().any(|tool| of.contains(tool)))
    })
}
