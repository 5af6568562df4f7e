//! The tools that a caller may see.
//!
//! A tool is listed where its live definition is the pinned one, and where some permit can reach it for this caller.
//! Its definition is the upstream's own, under the name by which the gateway offers it.

use std::sync::Arc;

use wicket_lang::decide::{self, Reach};
use wicket_lang::json::{Json, Object};

use super::Pipeline;
use crate::gate;
use crate::mcp::{self, Context, names, parameters, translate};
use crate::store::Holder;

pub(super) async fn tools(
    pipeline: &Pipeline,
    holder: &Arc<Holder>,
    context: &Context,
) -> Result<Vec<Object>, mcp::Refusal> {
    let internal = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "the tools of a caller cannot be listed");
        mcp::Refusal::Internal
    };
    let publication = pipeline
        .store
        .current_for(holder)
        .await
        .map_err(|error| internal(&error))?;
    let Some(publication) = publication else {
        return Ok(Vec::new());
    };
    let policies = pipeline
        .publications
        .load(&publication)
        .await
        .map_err(|error| internal(&error))?;
    let bundle = &policies.artifact.bundle;
    let caller = gate::caller(bundle, &super::caller(holder), &super::origin(context));
    let mut tools = Vec::new();
    // Upstreams are asked side by side, so that one that is slow does not add to the others.
    let services = pipeline.connectors.keys().map(|service| async move {
        let credential = pipeline.credential(service);
        (
            service,
            pipeline
                .definitions
                .list(&pipeline.upstreams, service, credential.as_ref())
                .await,
        )
    });
    for (service, listed) in futures_util::future::join_all(services).await {
        let Ok((listing, digests)) = listed else { continue };
        for definition in &listing.tools {
            let Some(name) = definition.get("name").and_then(Json::as_str) else {
                continue;
            };
            let Some(id) = bundle.find_tool(service, name) else {
                continue;
            };
            let Some(pinned) = bundle.tool(id) else { continue };
            let as_pinned = digests
                .get(name)
                .is_some_and(|(shape, text)| *shape == pinned.shape && Some(*text) == pinned.text);
            let offered = names::offered(service, name);
            if as_pinned
                && names::is_offerable(&offered)
                && has_sound_headers(definition)
                && translate::check_definition(definition).is_ok()
                && decide::reach(bundle, &policies.switches, id, &caller) == Reach::Listed
            {
                tools.push(translate::definition(definition, &offered, context.era));
            }
        }
    }
    Ok(tools)
}

/// A tool whose headers break the rules of the protocol cannot be called by a modern client.
fn has_sound_headers(definition: &Object) -> bool {
    let schema = definition.get("inputSchema").and_then(Json::as_object);
    schema.is_none_or(|schema| parameters::designated(schema).is_ok())
}
