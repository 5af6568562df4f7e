//! A request's whole life on one screen.
//!
//! ```text
//! key → member → rate → target → live definition → step(gate) ⇄ facts → forward → outcome
//! ```
//!
//! The gate decides and the store keeps; what is here only carries values between them, in the one order in which
//! nothing can slip through: the record is durable before the call leaves, and a call leaves with a permit or not at
//! all. Every way to fail on this road ends in a refusal.

mod answer;
mod definitions;
mod health;
mod listing;
mod noting;
mod publications;
mod rate;
mod remembering;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use wicket_lang::catalog::Digest;
use wicket_lang::decide::Reason;
use wicket_lang::ir;
use wicket_lang::json::Object;
use wicket_lang::request::State;
use wicket_lang::value::Instant;

pub use health::{Health, Part};
pub use remembering::reset;

use crate::audit::{CallBody, ClientName, KeyId, OutcomeBody, UpstreamOutcome};
use crate::clock::Clock;
use crate::config;
use crate::facts::FactsPort;
use crate::gate::{self, Admission, Doubt, Learnt, NextSession, Permit, Ruling};
use crate::mcp::{self, CallAnswer, Context, Gateway, Refused, ToolCall};
use crate::secret::MemberKey;
use crate::store::{Holder, Scopes, SessionChange, SharedState, Standing, Stepped, Store, StoreError, Turn};
use crate::upstream::{self, Credential, Outcome, UpstreamError, Upstreams};
use definitions::Definitions;
use publications::Publications;
use rate::RateLimits;

/// How often facts are fetched for one call before the answer is a denial: each round asks for more than the last.
const FACT_ROUNDS: usize = 4;

/// The longest name that means a tool: a connector's, two lines, and what the protocol allows a tool.
const LONGEST_NAME: usize = 32 + 2 + 128;

/// How long the end of the program waits for upstreams to hear of it.
const FAREWELL: Duration = Duration::from_secs(3);

/// How long a connection to an upstream may lie unused.
const IDLE_CONNECTION: Duration = Duration::from_mins(10);

/// Everything behind the endpoint.
#[derive(Debug)]
pub struct Pipeline {
    store: Store,
    upstreams: Upstreams,
    connectors: BTreeMap<String, config::Connector>,
    publications: Publications,
    definitions: Definitions,
    facts: FactsPort,
    rates: Arc<RateLimits>,
    clock: Clock,
    health: Arc<Health>,
    idle: Duration,
}

/// What one step of the store yields.
enum Stage {
    /// The key may not be used at the instant of the step.
    Barred(Standing),
    /// The artifact in force is not loaded yet.
    Load(Arc<crate::store::Publication>),
    Ruled(Box<Ruling>),
    /// The session's state cannot be read; nothing was decided.
    Broken,
}

/// Why a call was not judged.
enum NotJudged {
    Barred(Standing),
    /// The store did not take it, so it has no record either.
    NotStored(Reason),
    /// Something here is broken, and the log says what.
    Faulty(Reason),
}

impl Pipeline {
    #[must_use]
    pub fn new(
        store: Store,
        upstreams: Upstreams,
        config: &config::Config,
        clock: Clock,
        health: Arc<Health>,
    ) -> Self {
        Self {
            publications: Publications::new(store.clone()),
            store,
            upstreams,
            connectors: config.connectors.clone(),
            definitions: Definitions::default(),
            facts: FactsPort::new(config.facts.file.clone()),
            rates: Arc::new(RateLimits::new(config.limits.burst, config.limits.per_second)),
            clock,
            health,
            idle: config.session.idle.0,
        }
    }

    /// Closes connections to upstreams that nobody used for a while. Does not end by itself.
    pub async fn tidy_up(&self) {
        loop {
            tokio::time::sleep(IDLE_CONNECTION).await;
            let idle_ms = i64::try_from(IDLE_CONNECTION.as_millis()).unwrap_or(i64::MAX);
            self.upstreams
                .close_idle(Instant(self.clock.now().0.saturating_sub(idle_ms)))
                .await;
        }
    }

    /// Judges a call, and makes it if it may be made.
    async fn call(&self, holder: &Arc<Holder>, context: &Context, call: ToolCall) -> CallAnswer {
        if let Err(excess) = self.rates.check(holder.key) {
            let era = context.era.version();
            self.record_excess(holder, context.address, era, &call.name, excess)
                .await;
            return answer::over_rate(excess.wait);
        }
        let (service, tool) = self.target(&call.name);
        let (arguments, doubt) = answer::arguments(call.arguments);
        let credential = self.credential(&service);
        let found = self
            .definitions
            .find(&self.upstreams, &service, &tool, credential.as_ref())
            .await;
        let mismatch = found.header_mismatch(context, &arguments);
        let doubt = mismatch.clone().map(Doubt::Header).or(doubt);
        let request = Arc::new(gate::Call {
            service,
            tool,
            arguments,
            doubt,
            live: found.live,
        });
        let origin = Arc::new(origin(context));
        match self.judge(holder, &origin, &request).await {
            Ok(Ruling::Permit(permit)) => {
                // A definition that could not be looked at is not the pinned one for sure, so the call does not leave.
                let unreachable = UpstreamError::before(upstream::ErrorKind::Unreachable);
                let ready = match (credential, request.live) {
                    (Some(credential), gate::Live::Digests { .. } | gate::Live::Missing) => Ok(credential),
                    (None, _) | (_, gate::Live::Unavailable) => Err(found.error.unwrap_or(unreachable)),
                };
                let scopes = scopes(holder.key, &origin, &request);
                self.carry_out(permit, &request, ready, call.trace, scopes).await
            }
            Ok(Ruling::Deny(refusal)) => match mismatch {
                // Only of a tool that the caller may know of: an unknown one has no headers that could be wrong.
                Some(name) if !refusal.hidden => CallAnswer::Refused(mcp::Refusal::HeaderMismatch(name)),
                Some(_) | None => answer::denied(&call.name, &refusal),
            },
            // INVARIANT: `judge` ends with a permit or a refusal.
            Ok(Ruling::Needs { .. }) => CallAnswer::Refused(mcp::Refusal::Internal),
            Err(NotJudged::Barred(standing)) => CallAnswer::Refused(answer::barred(standing)),
            Err(NotJudged::NotStored(reason)) => answer::not_judged(reason),
            Err(NotJudged::Faulty(reason)) => {
                let body = self.bare(holder, context.address, &call.name, reason);
                self.append(body.map(|body| CallBody {
                    era: context.era.version().to_owned(),
                    ..body
                }))
                .await;
                answer::not_judged(reason)
            }
        }
    }

    /// One step of the store, again after each thing that it lacked.
    async fn judge(
        &self,
        holder: &Arc<Holder>,
        origin: &Arc<gate::Origin>,
        request: &Arc<gate::Call>,
    ) -> Result<Ruling, NotJudged> {
        let mut learnt = Learnt::default();
        for _ in 0..=FACT_ROUNDS {
            match self.step(holder, origin, request, &learnt).await? {
                Stage::Barred(standing) => return Err(NotJudged::Barred(standing)),
                Stage::Broken => return Err(NotJudged::Faulty(Reason::NotRecorded)),
                Stage::Load(publication) => {
                    self.publications.load(&publication).await.map_err(|error| {
                        tracing::error!(%error, "the artifact in force cannot be loaded; the call is refused");
                        NotJudged::Faulty(Reason::Overload)
                    })?;
                }
                Stage::Ruled(ruling) => match *ruling {
                    Ruling::Needs { artifact, facts } => {
                        let now = self.clock.now();
                        let fetched = facts.into_iter().map(|fact| {
                            let known = self.facts.fetch(&fact, now);
                            (fact, known)
                        });
                        learnt.add(artifact, fetched);
                    }
                    ruling @ (Ruling::Permit(_) | Ruling::Deny(_)) => return Ok(ruling),
                },
            }
        }
        tracing::error!("a decision asked for facts again and again; the call is refused");
        Err(NotJudged::Faulty(Reason::Overload))
    }

    async fn step(
        &self,
        holder: &Arc<Holder>,
        origin: &Arc<gate::Origin>,
        request: &Arc<gate::Call>,
        learnt: &Learnt,
    ) -> Result<Stage, NotJudged> {
        let (origin, request, learnt) = (Arc::clone(origin), Arc::clone(request), learnt.clone());
        let publications = self.publications.clone();
        let idle_ms = i64::try_from(self.idle.as_millis()).unwrap_or(i64::MAX);
        let scopes = scopes(holder.key, &origin, &request);
        let stepped = self.store.step(scopes, move |turn| {
            judge_turn(turn, &publications, &origin, &request, &learnt, idle_ms)
        });
        match stepped.await {
            Ok(committed) => Ok(committed.value),
            Err(error) => {
                tracing::error!(%error, "a call could not be recorded; it is refused");
                Err(match error {
                    StoreError::Overloaded => NotJudged::NotStored(Reason::Overload),
                    StoreError::GatePanicked => NotJudged::Faulty(Reason::NotRecorded),
                    _ => NotJudged::NotStored(Reason::NotRecorded),
                })
            }
        }
    }

    /// Forwards a permitted call, once, and records how it ended.
    async fn carry_out(
        &self,
        permit: Permit,
        request: &gate::Call,
        credential: Result<Credential, UpstreamError>,
        trace: Object,
        scopes: Scopes,
    ) -> CallAnswer {
        let started = self.clock.now();
        let (intent, awaits) = (permit.intent().clone(), permit.awaits().cloned());
        let outgoing = upstream::Call {
            tool: request.tool.clone(),
            arguments: request.arguments.clone(),
            trace,
        };
        let result = match credential {
            Err(error) => Err(error),
            Ok(credential) => {
                self.upstreams
                    .forward(permit, &request.service, &credential, &outgoing)
                    .await
            }
        };
        self.end(&intent, (awaits, scopes), started, &result).await;
        answer::of(&request.service, result)
    }

    async fn end(
        &self,
        intent: &CallBody,
        (awaits, scopes): (Option<gate::Awaits>, Scopes),
        started: Instant,
        result: &Result<upstream::Reply, UpstreamError>,
    ) {
        let outcome = match result {
            Ok(reply) => reply.outcome(),
            Err(error) => error.outcome(),
        };
        let word = match outcome {
            Outcome::Success => UpstreamOutcome::Success,
            Outcome::Error => UpstreamOutcome::Error,
            Outcome::Failure => UpstreamOutcome::Failure,
            Outcome::Unknown => UpstreamOutcome::Unknown,
        };
        let answered = result
            .as_ref()
            .ok()
            .and_then(upstream::Reply::structured)
            .cloned();
        let body = OutcomeBody {
            result: match (&awaits, &answered) {
                (Some(awaits), Some(answered)) => awaits.learnt(answered),
                (None, _) | (_, None) => Vec::new(),
            },
            status: match result {
                Ok(reply) => reply.status.map(i64::from),
                Err(error) => error.status().map(i64::from),
            },
            detail: result.as_ref().err().map(|error| error.kind.word().to_owned()),
            duration: Some(self.clock.now().0.saturating_sub(started.0)),
            ..OutcomeBody::of(intent, word)
        };
        let learnt = match outcome {
            Outcome::Success => Some(ir::Outcome::Success),
            Outcome::Error if result.as_ref().is_ok_and(upstream::Reply::is_usable) => {
                Some(ir::Outcome::Error)
            }
            Outcome::Error | Outcome::Failure => Some(ir::Outcome::Failure),
            // It may have had its effect: for policies it may have been a failure, and it may have been a success.
            Outcome::Unknown => None,
        };
        // What waits for nothing needs no state.
        let scopes = awaits.is_some().then_some(scopes);
        let ended = self.store.end_call(body, scopes, move |before, now| {
            remembering::after(before, |state| {
                Some(awaits?.settle(state, learnt, answered.as_ref(), now))
            })
        });
        if let Err(error) = ended.await {
            tracing::error!(%error, call = %intent.call, "the outcome of a call could not be recorded");
        }
    }

    /// The service and the tool that a name means. A service that is not configured is none, and no tool has a name
    /// that is longer than names may be: that is cut, because it is kept in the record.
    fn target(&self, name: &str) -> (String, String) {
        if name.chars().nth(LONGEST_NAME).is_some() {
            return (
                String::new(),
                name.chars().take(LONGEST_NAME).chain(['…']).collect(),
            );
        }
        match mcp::names::target(name) {
            Some((service, tool)) if self.connectors.contains_key(service) => {
                (service.to_owned(), tool.to_owned())
            }
            Some(_) | None => (String::new(), name.to_owned()),
        }
    }

    fn credential(&self, service: &str) -> Option<Credential> {
        let connector = self.connectors.get(service)?;
        Credential::configured(connector)
            .inspect_err(|error| tracing::error!(service, %error, "the credential cannot be read"))
            .ok()
    }

    /// Ends well: records what is still counted, and takes leave of the upstreams. Nothing may be called any more.
    pub async fn close(&self) {
        for body in self.rates.take_all() {
            self.append(Some(body)).await;
        }
        if tokio::time::timeout(FAREWELL, self.upstreams.close())
            .await
            .is_err()
        {
            tracing::warn!("some upstreams did not hear that the program ends");
        }
    }
}

/// What the store runs for one call, where the calls of its session are put in order.
fn judge_turn(
    turn: &Turn,
    publications: &Publications,
    origin: &gate::Origin,
    request: &gate::Call,
    learnt: &Learnt,
    idle_ms: i64,
) -> Stepped<Stage> {
    if turn.standing != Standing::Good {
        return undecided(Stage::Barred(turn.standing));
    }
    let policies = match &turn.publication {
        None => None,
        Some(publication) => match publications.loaded(publication) {
            Some(policies) => Some(policies),
            None => return undecided(Stage::Load(Arc::clone(publication))),
        },
    };
    judged(turn, policies.as_deref(), origin, request, learnt, idle_ms)
}

/// A step whose artifact is loaded.
fn judged(
    turn: &Turn,
    policies: Option<&gate::Policies>,
    origin: &gate::Origin,
    request: &gate::Call,
    learnt: &Learnt,
    idle_ms: i64,
) -> Stepped<Stage> {
    let session = match &turn.session {
        None => None,
        Some(session) => match serde_json::from_str(&session.state) {
            Ok(state) => Some(gate::Session {
                id: session.id.clone(),
                state,
            }),
            Err(error) => {
                tracing::error!(%error, session = %session.id, "the state of a session cannot be read");
                return undecided(Stage::Broken);
            }
        },
    };
    let mut shared = match remembering::read(&turn.shared) {
        Ok(shared) => shared,
        Err(error) => {
            tracing::error!(%error, agent = %turn.holder.agent_name, "what is remembered cannot be read");
            return undecided(Stage::Broken);
        }
    };
    if origin.conversation.is_some() {
        shared.entry(ir::Per::Conversation).or_default();
    }
    let caller = caller(&turn.holder);
    let admission = gate::admit(&gate::Step {
        call: turn.call.clone(),
        now: turn.now,
        caller: &caller,
        origin,
        request,
        policies,
        learnt,
        session,
        fresh: turn.fresh.clone(),
        idle_ms,
        shared,
    });
    stepped(admission)
}

/// Nothing is decided, and nothing changes.
fn undecided(value: Stage) -> Stepped<Stage> {
    Stepped {
        value,
        session: SessionChange::Untouched,
        shared: SharedState::new(),
        record: None,
    }
}

fn stepped(admission: Admission) -> Stepped<Stage> {
    let Admission {
        ruling,
        next,
        shared,
        record,
    } = admission;
    let written = |state: &State| serde_json::to_string(state);
    let session = match &next {
        None => Ok(SessionChange::Untouched),
        Some(NextSession::Keep(state)) => written(state).map(SessionChange::Keep),
        Some(NextSession::Fresh(state)) => written(state).map(SessionChange::Fresh),
    };
    match session.and_then(|session| Ok((session, remembering::written(&shared)?))) {
        Ok((session, shared)) => Stepped {
            value: Stage::Ruled(Box::new(ruling)),
            session,
            shared,
            record,
        },
        // A state is numbers and texts; were it not writable, nothing may be decided by it.
        Err(_) => undecided(Stage::Broken),
    }
}

/// The scopes that a call touches.
fn scopes(key: KeyId, origin: &gate::Origin, request: &gate::Call) -> Scopes {
    let digest = |name: &str| Digest::of(name.as_bytes());
    Scopes {
        key,
        connector: (!request.service.is_empty()).then(|| digest(&request.service)),
        conversation: origin.conversation.as_deref().map(digest),
    }
}

fn caller(holder: &Holder) -> gate::Caller {
    gate::Caller {
        agent: holder.agent_name.clone(),
        member: holder.member_name.clone(),
        groups: holder.groups.clone(),
        tags: holder.tags.clone(),
        key: holder.key,
    }
}

fn origin(context: &Context) -> gate::Origin {
    gate::Origin {
        conversation: context.conversation.clone(),
        client: context.client.as_ref().map(|client| ClientName {
            name: client.name.clone(),
            version: (!client.version.is_empty()).then(|| client.version.clone()),
        }),
        address: context.address.ip().to_string(),
        era: context.era.version().to_owned(),
    }
}

impl Gateway for Pipeline {
    type Caller = Arc<Holder>;

    async fn authenticate(&self, key: &str) -> Result<Self::Caller, mcp::Refusal> {
        let key = MemberKey::parse(key).map_err(|_| mcp::Refusal::Unauthenticated)?;
        let holder = self.store.find_key(&key).await.map_err(|error| {
            tracing::error!(%error, "a key cannot be looked up");
            mcp::Refusal::Internal
        })?;
        let holder = holder.ok_or(mcp::Refusal::Unauthenticated)?;
        match holder.standing(self.clock.now()) {
            Standing::Good => Ok(Arc::new(holder)),
            standing => Err(answer::barred(standing)),
        }
    }

    fn owner(&self, caller: &Self::Caller) -> String {
        caller.key.to_string()
    }

    async fn list_tools(
        &self,
        caller: &Self::Caller,
        context: &Context,
    ) -> Result<Vec<Object>, mcp::Refusal> {
        listing::tools(self, caller, context).await
    }

    async fn call_tool(&self, caller: &Self::Caller, context: &Context, call: ToolCall) -> CallAnswer {
        self.call(caller, context, call).await
    }

    async fn note_refusal(&self, caller: &Self::Caller, address: std::net::SocketAddr, refused: &Refused) {
        // A message that could not be read may have been a call; only what is known to be something else has no record.
        if refused
            .method
            .as_deref()
            .is_none_or(|method| method == "tools/call")
        {
            match self.rates.check(caller.key) {
                Ok(()) => self.note(caller, address, refused).await,
                Err(excess) => {
                    let name = refused.tool.as_deref().unwrap_or_default();
                    self.record_excess(caller, address, "", name, excess).await;
                }
            }
        }
    }

    fn degraded(&self) -> Option<String> {
        let poisoned = self
            .store
            .poisoned()
            .map(|_| "nothing can be recorded; every call is refused".to_owned());
        poisoned.or_else(|| self.health.degraded())
    }
}
