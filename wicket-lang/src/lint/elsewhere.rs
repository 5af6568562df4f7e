//! W1041: a breaker that is kept per connector, and stops none of the connectors whose calls it counts.
//!
//! A call meets what its own connector remembers, so what another one has counted stops nothing.

use std::collections::BTreeSet;

use super::context::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{ConnectorId, Per, ToolId};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let bundle = context.bundle;
    let connectors = |tools: &[ToolId]| -> BTreeSet<ConnectorId> {
        let tools = tools.iter().filter_map(|id| bundle.tool(*id));
        tools.map(|tool| tool.connector).collect()
    };
    let breakers = bundle
        .breakers
        .iter()
        .filter(|breaker| breaker.per == Per::Connector);
    breakers
        .filter(|breaker| {
            let counted = breaker.track().map(|track| connectors(&bundle.tools_of(track)));
            let stopped = breaker.stops.as_deref().map(connectors);
            counted
                .zip(stopped)
                .is_some_and(|(counted, stopped)| counted.is_disjoint(&stopped))
        })
        .map(|breaker| {
            Diagnostic::new(
                Code::W1041,
                format!("breaker `{}` stops nothing", breaker.name),
                breaker.span,
                "each connector is counted by itself, and it stops none of those that it counts",
            )
            .with_help("stop the connector whose failures are counted, or count `per agent`")
        })
        .collect()
}
