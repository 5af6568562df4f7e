//! Records of what no gate saw: messages that are no calls, calls over the rate, and calls that could not be judged.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use wicket_lang::catalog::Digest;
use wicket_lang::decide::{Reason, Verdict};

use super::rate::{Due, Excess};
use super::{Pipeline, answer};
use crate::audit::{BODY_VERSION, CallBody};
use crate::mcp::Refused;
use crate::store::{Holder, Store};

impl Pipeline {
    /// Records that a key is over its rate: counted for no breaker, once a second.
    pub(super) async fn record_excess(
        &self,
        holder: &Holder,
        address: SocketAddr,
        era: &str,
        name: &str,
        excess: Excess,
    ) {
        let body = || {
            let body = self.bare(holder, address, name, Reason::RateLimit)?;
            Some(CallBody {
                era: era.to_owned(),
                message: Some(answer::RATE_MESSAGE.to_owned()),
                count: Some(1),
                ..body
            })
        };
        match excess.due {
            Due::Counted => {}
            Due::Now => self.append(body()).await,
            Due::Later(wait) => {
                if let Some(body) = body() {
                    self.rates.keep(holder.key, body);
                }
                let (rates, store, clock, key) = (
                    Arc::clone(&self.rates),
                    self.store.clone(),
                    self.clock.clone(),
                    holder.key,
                );
                tokio::spawn(async move {
                    tokio::time::sleep(wait).await;
                    if let Some(body) = rates.take(key) {
                        let time = clock.now();
                        append(&store, CallBody { time, ..body }).await;
                    }
                });
            }
        }
    }

    /// Records a call that was refused before it could be judged.
    pub(super) async fn note(&self, holder: &Holder, address: SocketAddr, refused: &Refused) {
        let name = refused.tool.as_deref().unwrap_or_default();
        let body = self.bare(holder, address, name, Reason::Arguments);
        self.append(body.map(|body| CallBody {
            message: Some(refused.refusal.message()),
            ..body
        }))
        .await;
    }

    pub(super) fn bare(
        &self,
        holder: &Holder,
        address: SocketAddr,
        name: &str,
        reason: Reason,
    ) -> Option<CallBody> {
        let (service, tool) = self.target(name);
        let call = self
            .publications
            .draw_call()
            .inspect_err(|error| tracing::error!(%error, "no identifier can be drawn"))
            .ok()?;
        Some(CallBody {
            v: BODY_VERSION,
            call,
            time: self.clock.now(),
            epoch: None,
            artifact: None,
            tzdata: None,
            policies: Vec::new(),
            breakers: Vec::new(),
            limits: Vec::new(),
            agent: holder.agent_name.clone(),
            member: holder.member_name.clone(),
            key: holder.key,
            session: None,
            conversation: None,
            client: None,
            address: Some(address.ip().to_string()),
            era: String::new(),
            method: "tools/call".to_owned(),
            service: (!service.is_empty()).then_some(service),
            tool: (!tool.is_empty()).then_some(tool),
            definitions: BTreeMap::new(),
            arguments: Digest::default(),
            resource: BTreeMap::new(),
            inputs: Vec::new(),
            decision: Verdict::Deny,
            reason,
            class: None,
            others: Vec::new(),
            expired: None,
            message: None,
            unknowns: Vec::new(),
            count: None,
        })
    }

    pub(super) async fn append(&self, body: Option<CallBody>) {
        if let Some(body) = body {
            append(&self.store, body).await;
        }
    }
}

async fn append(store: &Store, body: CallBody) {
    if let Err(error) = store.append_denied(body).await {
        tracing::error!(%error, "a refusal could not be recorded");
    }
}
