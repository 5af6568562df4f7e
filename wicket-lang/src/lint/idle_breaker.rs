//! W1018: a breaker that cannot trip, because nothing happens that it counts.

use super::context::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Bundle, DeniedBy, Effect, ToolId, Trips};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let bundle = context.bundle;
    let mut found = Vec::new();
    for breaker in &bundle.breakers {
        let own = breaker
            .track()
            .and_then(|track| Some((track, bundle.track(track)?)));
        let (of, by) = match (&breaker.trips, own) {
            (Trips::Denials { by, of, .. }, _) => (of.clone(), Some(*by)),
            (_, Some((id, track))) => {
                let of = match track.denials {
                    Some(denials) if denials.of_unknown_tools => None,
                    Some(_) | None => Some(bundle.tools_of(id)),
                };
                (of, track.denials.map(|denials| denials.by))
            }
            (_, None) => continue,
        };
        let of = of.as_deref();
        let counts = |effect: Effect, policy: Option<crate::ir::PolicyId>| {
            touches(bundle, of, |rule| {
                rule.effect == effect && policy.is_none_or(|policy| rule.policy == policy)
            })
        };
        let label = match by {
            None if counts(Effect::Permit, None) => continue,
            None => "nothing permits the calls that it counts".to_owned(),
            Some(DeniedBy::Anything | DeniedBy::Default | DeniedBy::Arguments) => continue,
            Some(DeniedBy::Forbid) if counts(Effect::Forbid, None) => continue,
            Some(DeniedBy::Forbid) => "no rule forbids what it counts".to_owned(),
            Some(DeniedBy::Limit) if limits(bundle, of) => continue,
            Some(DeniedBy::Limit) => "no limit stops what it counts".to_owned(),
            // Of an `ask` a denial that waits is not counted.
            Some(DeniedBy::Policy(id)) if counts(Effect::Forbid, Some(id)) => continue,
            Some(DeniedBy::Policy(id)) => {
                let name = bundle.policy(id).map_or("", |policy| policy.name.as_str());
                format!("`{name}` forbids none of what it counts")
            }
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
