//! The live definitions of tools, and their digests.
//!
//! An upstream is asked for its list at most once in [`MAX_AGE`]; a definition that changes meanwhile is noticed after
//! that. While an upstream cannot be asked, what it said last is not taken for what it says now.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use wicket_lang::catalog::{self, Digest};
use wicket_lang::json::{Json, Object};

use crate::gate::Live;
use crate::mcp::parameters::{self, Designated};
use crate::mcp::{Context, Era, Refusal};
use crate::upstream::{Credential, ErrorKind, Listing, UpstreamError, Upstreams};

/// How old a list may be that a call is judged by.
const MAX_AGE: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
pub(super) struct Definitions {
    digested: Mutex<HashMap<String, Digested>>,
    errors: Mutex<BTreeMap<String, UpstreamError>>,
}

/// The digests of one list.
#[derive(Debug)]
struct Digested {
    listing: Arc<Listing>,
    tools: Arc<HashMap<String, (Digest, Digest)>>,
}

/// What was found out about one tool.
#[derive(Debug)]
pub(super) struct FoundDefinition {
    pub(super) live: Live,
    /// Why the upstream could not be asked.
    pub(super) error: Option<UpstreamError>,
    designated: Vec<Designated>,
}

impl FoundDefinition {
    /// A modern client repeats designated arguments in headers; they have to say the same.
    /// The header that does not.
    pub(super) fn header_mismatch(&self, context: &Context, arguments: &Object) -> Option<String> {
        let refusal = match context.era {
            Era::Modern => parameters::check(&self.designated, arguments, &context.headers).err()?,
            Era::Legacy(_) => return None,
        };
        Some(match refusal {
            Refusal::HeaderMismatch(name) => name,
            other => other.message(),
        })
    }
}

impl Definitions {
    pub(super) async fn find(
        &self,
        upstreams: &Upstreams,
        service: &str,
        tool: &str,
        credential: Option<&Credential>,
    ) -> FoundDefinition {
        if service.is_empty() {
            return FoundDefinition {
                live: Live::Missing,
                error: None,
                designated: Vec::new(),
            };
        }
        match self.list(upstreams, service, credential).await {
            Ok((listing, tools)) => FoundDefinition {
                live: tools
                    .get(tool)
                    .map_or(Live::Missing, |(shape, text)| Live::Digests {
                        shape: *shape,
                        text: *text,
                    }),
                error: None,
                designated: designated(&listing, tool),
            },
            Err(error) => FoundDefinition {
                live: Live::Unavailable,
                error: Some(error),
                designated: Vec::new(),
            },
        }
    }

    /// The list of a service with its digests.
    pub(super) async fn list(
        &self,
        upstreams: &Upstreams,
        service: &str,
        credential: Option<&Credential>,
    ) -> Result<(Arc<Listing>, Arc<HashMap<String, (Digest, Digest)>>), UpstreamError> {
        let credential = credential.ok_or(UpstreamError::before(ErrorKind::Unreachable))?;
        let listed = upstreams.list_tools(service, credential, MAX_AGE).await;
        let mut errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        match listed {
            Ok(listing) => {
                errors.remove(service);
                let tools = self.digests(service, &listing);
                Ok((listing, tools))
            }
            Err(error) => {
                if errors.insert(service.to_owned(), error).is_none() {
                    tracing::warn!(service, %error, "the tools of a service cannot be listed");
                }
                Err(error)
            }
        }
    }

    fn digests(&self, service: &str, listing: &Arc<Listing>) -> Arc<HashMap<String, (Digest, Digest)>> {
        let mut digested = self.digested.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = digested.get(service)
            && Arc::ptr_eq(&known.listing, listing)
        {
            return Arc::clone(&known.tools);
        }
        let tools = listing.tools.iter().filter_map(|definition| {
            let name = definition.get("name")?.as_str()?.to_owned();
            Some((name, catalog::digests(&Json::Object(definition.clone()))?))
        });
        let tools = Arc::new(tools.collect());
        digested.insert(
            service.to_owned(),
            Digested {
                listing: Arc::clone(listing),
                tools: Arc::clone(&tools),
            },
        );
        tools
    }
}

fn designated(listing: &Listing, tool: &str) -> Vec<Designated> {
    let schema = listing
        .definition(tool)
        .and_then(|definition| definition.get("inputSchema")?.as_object());
    schema
        .and_then(|schema| parameters::designated(schema).ok())
        .unwrap_or_default()
}
