//! The steps of a decision.

use super::breakers::{self, Standing};
use super::reach::{Reach, reach};
use super::tally::{self, Entered};
use super::{Answer, Decision, Reason, Verdict, approval, expiry};
use crate::interpret;
use crate::ir::{
    Bundle, Effect, Limit, LimitId, Node, NodeId, Over, Path, RuleId, ScheduleId, Tally, Tool, ToolId,
    TrackId,
};
use crate::json::doubt;
use crate::request::{
    Definition, Environment, FactRef, Findings, Request, Room, Scope, Setting, State, Switches,
};
use crate::types;
use crate::value::{Missing, Truth, Value};

/// Judges one call. `find` is the machine or the interpreter.
pub fn decide(
    bundle: &Bundle,
    switches: &Switches,
    request: &Request<'_>,
    state: &State,
    find: impl FnOnce(&Environment<'_>) -> Findings,
) -> Answer {
    let Some(id) = bundle.find_tool(request.connector, request.tool) else {
        return Answer::Decided(Decision {
            hidden: true,
            ..denial(None, Reason::UnknownTool)
        });
    };
    let env = Environment {
        bundle,
        tool: id,
        request,
        state,
        scope: Scope::Call,
    };
    let answer = step(&env, switches, id, find);
    match answer {
        Answer::Decided(decision) if !decision.is_permit() => Answer::Decided(Decision {
            hidden: reach(bundle, switches, id, request.caller) == Reach::Silent,
            ..decision
        }),
        Answer::Decided(_) | Answer::Needs(_) => answer,
    }
}

fn step(
    env: &Environment<'_>,
    switches: &Switches,
    id: ToolId,
    find: impl FnOnce(&Environment<'_>) -> Findings,
) -> Answer {
    let Standing {
        open,
        probes,
        pending,
    } = breakers::standing(env, switches);
    if !open.is_empty() {
        return Answer::Decided(Decision {
            breakers: open,
            ..denial(Some(id), Reason::Breaker)
        });
    }
    let Some(tool) = env.bundle.tool(id) else {
        return Answer::Decided(denial(Some(id), Reason::UnknownTool));
    };
    if let Some(decision) = not_pinned(env.request, tool, id) {
        return Answer::Decided(decision);
    }
    // Which key the call has hangs on facts, and a breaker stops some keys.
    let needs = needed(env, &pending);
    if !needs.is_empty() {
        return Answer::Needs(needs);
    }
    match conclude(env, switches, find(env)) {
        Answer::Decided(decision) => Answer::Decided(Decision {
            tool: Some(id),
            probes,
            ..decision
        }),
        needs @ Answer::Needs(_) => needs,
    }
}

/// A call of a tool that is not pinned as it is, or with arguments that do not fit the pin.
pub(super) fn not_pinned(request: &Request<'_>, tool: &Tool, id: ToolId) -> Option<Decision> {
    if tool.tier.is_none() {
        return Some(denial(Some(id), Reason::Unclassified));
    }
    match request.definition {
        Definition::Changed => return Some(denial(Some(id), Reason::DefinitionChanged)),
        Definition::Pinned => {}
    }
    let misfit = match types::fit(request.args, &tool.schema, tool.open) {
        Err(misfit) => misfit,
        // What readers do not agree upon fits no schema.
        Ok(()) => doubt(request.args).map(|doubt| types::Misfit {
            path: doubt.key().to_owned(),
            problem: doubt.problem().to_owned(),
        })?,
    };
    Some(Decision {
        misfit: Some(misfit),
        ..denial(Some(id), Reason::Arguments)
    })
}

/// Steps 2 to 6 over what was found.
fn conclude(env: &Environment<'_>, switches: &Switches, findings: Findings) -> Answer {
    let enforced = |effect: Effect, matches: &dyn Fn(Truth) -> bool| -> Vec<RuleId> {
        let found = findings
            .rules
            .iter()
            .filter(|finding| finding.effect == effect && matches(finding.matches));
        found
            .filter(|finding| switches.of_rule(env.bundle, finding.rule) == Setting::Enforce)
            .map(|finding| finding.rule)
            .collect()
    };
    let applies = |effect: Effect| enforced(effect, &|truth| effect.applies(truth));
    let pending = |effect: Effect| enforced(effect, &|truth| truth == Truth::Pending);
    let forbids = applies(Effect::Forbid);
    if !forbids.is_empty() {
        let reason = if expiry::are_left_of_permits(env, &forbids) {
            Reason::Expired
        } else {
            Reason::Policy
        };
        return Answer::Decided(Decision {
            rules: forbids,
            findings,
            ..denial(None, reason)
        });
    }
    let (limits, pending_limits) = spent(env, switches);
    if !limits.is_empty() {
        return Answer::Decided(Decision {
            limits,
            findings,
            ..denial(None, Reason::Limit)
        });
    }
    let permits = applies(Effect::Permit);
    let pending_permits = pending(Effect::Permit);
    if permits.is_empty() && pending_permits.is_empty() {
        // Those that are for other callers have nothing to say to this one.
        let guards = env.tool().map(|tool| tool.guards.as_slice()).unwrap_or_default();
        let is_for_caller = |rule: &RuleId| {
            let mut of = guards.iter().filter(|guard| guard.rule == *rule);
            of.any(|guard| interpret::condition(env, guard.callers) == Truth::True)
        };
        let mut rules = enforced(Effect::Permit, &|_| true);
        rules.retain(is_for_caller);
        let expired = expiry::permits(env, &rules);
        if !expired.is_empty() {
            return Answer::Decided(Decision {
                rules: expired,
                findings,
                ..denial(None, Reason::Expired)
            });
        }
        return Answer::Decided(Decision {
            rules,
            findings,
            ..denial(None, Reason::Default)
        });
    }
    let mut depends_on = pending(Effect::Forbid);
    let mut nodes: Vec<NodeId> = pending_limits;
    if permits.is_empty() {
        depends_on.extend(pending_permits);
    }
    let unapproved = |rules: Vec<RuleId>| -> Vec<RuleId> {
        let open = rules.into_iter().filter(|rule| !approval::is_given(env, *rule));
        open.collect()
    };
    // A person is asked only for a call that would otherwise pass, so everything else comes first.
    if depends_on.is_empty() && nodes.is_empty() {
        let asks = unapproved(applies(Effect::Ask));
        if !asks.is_empty() {
            return Answer::Decided(Decision {
                rules: asks,
                findings,
                ..denial(None, Reason::ApprovalRequired)
            });
        }
        depends_on = unapproved(pending(Effect::Ask));
    }
    // What a permitted call adds to the history may hang on facts as well.
    if depends_on.is_empty() && nodes.is_empty() {
        let entered = tally::entered(env, switches).filter(|entered| entered.is_pending);
        nodes = entered.flat_map(|entered| nodes_of(entered.tally)).collect();
    }
    let conditions = conditions(env, &depends_on);
    nodes.extend(conditions);
    let needs = needed(env, &nodes);
    if depends_on.is_empty() && needs.is_empty() {
        return Answer::Decided(Decision {
            verdict: Verdict::Permit,
            rules: permits,
            findings,
            ..denial(None, Reason::Policy)
        });
    }
    if needs.is_empty() {
        // INVARIANT: a pending condition reads a fact that can be asked for. Were it not so, unknown is the answer.
        return Answer::Decided(Decision {
            rules: depends_on,
            findings,
            ..denial(None, Reason::Policy)
        });
    }
    Answer::Needs(needs)
}

/// The limits that one more call would pass; and what has to be known of those of which that cannot be told yet.
pub(super) fn spent(env: &Environment<'_>, switches: &Switches) -> (Vec<LimitId>, Vec<NodeId>) {
    let (mut limits, mut pending) = (Vec::new(), Vec::new());
    if env.bundle.limits.is_empty() {
        return (limits, pending);
    }
    for entered in tally::entered(env, switches) {
        for (index, limit) in env.bundle.limits.iter().enumerate() {
            let counts = limit.track == entered.tally.track && switches.of(&limit.name) == Setting::Enforce;
            if counts && room(env, limit, &entered) != Room::Left {
                let nodes: Vec<NodeId> = nodes_of(entered.tally).collect();
                if entered.is_pending && !needed(env, &nodes).is_empty() {
                    pending.extend(nodes);
                } else {
                    limits.push(LimitId::at(index));
                }
            }
        }
    }
    limits.sort();
    (limits, pending)
}

/// Whether the limit has room for what the call adds.
pub(super) fn room(env: &Environment<'_>, limit: &Limit, entered: &Entered<'_>) -> Room {
    env.state.room(
        &env.bundle.calendar,
        entered.track,
        limit.most,
        &entered.event,
        env.request.caller.member_email.as_deref(),
    )
}

fn nodes_of(tally: &Tally) -> impl Iterator<Item = NodeId> + use<> {
    [Some(tally.condition), tally.key, tally.value]
        .into_iter()
        .flatten()
}

/// The conditions of `rules`.
fn conditions(env: &Environment<'_>, rules: &[RuleId]) -> Vec<NodeId> {
    let guards = env.tool().map(|tool| tool.guards.as_slice()).unwrap_or_default();
    let guards = guards.iter().filter(|guard| rules.contains(&guard.rule));
    guards.map(|guard| guard.condition).collect()
}

/// The records that these expressions wait for.
fn needed(env: &Environment<'_>, nodes: &[NodeId]) -> Vec<FactRef> {
    let mut needs = Vec::new();
    for node in nodes {
        for path in env.bundle.reads(*node) {
            let pending = matches!(env.load(path), Value::Missing(Missing::Pending));
            if let (true, Some(Path::Attribute { resource, .. })) = (pending, env.bundle.path(path)) {
                env.records_wanted(*resource, &mut needs);
            }
        }
    }
    needs.sort();
    needs.dedup();
    needs
}

fn denial(tool: Option<ToolId>, reason: Reason) -> Decision {
    Decision {
        verdict: Verdict::Deny,
        reason,
        tool,
        hidden: false,
        rules: Vec::new(),
        breakers: Vec::new(),
        limits: Vec::new(),
        probes: Vec::new(),
        misfit: None,
        findings: Findings::default(),
    }
}

/// The denial of arguments for a reason that their schema does not say.
#[must_use]
pub fn misfit(tool: Option<ToolId>, path: &str, problem: &str) -> Decision {
    let misfit = types::Misfit {
        path: path.to_owned(),
        problem: problem.to_owned(),
    };
    Decision {
        misfit: Some(misfit),
        ..denial(tool, Reason::Arguments)
    }
}

impl Bundle {
    /// The tracks that the expression reads, each once, in order.
    #[must_use]
    pub fn tracks_read(&self, node: NodeId) -> Vec<TrackId> {
        self.collect_under(node, |node| {
            if let Node::Any { over, .. } | Node::All { over, .. } = node
                && let Over::Tracked { track, .. } = over
            {
                return Some(track);
            }
            let (Node::Tracked { track, .. } | Node::InTrack { track, .. }) = node else {
                return None;
            };
            Some(track)
        })
    }

    /// The schedules that the expression asks for, each once, in order.
    #[must_use]
    pub fn schedules_read(&self, node: NodeId) -> Vec<ScheduleId> {
        self.collect_under(node, |node| {
            let (Node::InSchedule(schedule) | Node::InScheduleOf { schedule, .. }) = node else {
                return None;
            };
            Some(schedule)
        })
    }

    /// Whether the expression reads the instant of the call as a value.
    #[must_use]
    pub fn reads_now(&self, node: NodeId) -> bool {
        self.arena.under(node).contains(&Node::Now)
    }

    /// The paths that the expression reads, each once, in order.
    #[must_use]
    pub fn reads(&self, node: NodeId) -> Vec<crate::ir::PathId> {
        self.collect_under(node, |node| {
            let (Node::Load(path) | Node::Has(path) | Node::Unknowable(path)) = node else {
                return None;
            };
            Some(path)
        })
    }

    fn collect_under<T: Ord>(&self, node: NodeId, wanted: impl Fn(Node) -> Option<T>) -> Vec<T> {
        let mut found: Vec<T> = self.arena.under(node).into_iter().filter_map(wanted).collect();
        found.sort();
        found.dedup();
        found
    }

    /// The paths that the expression reads for a call of `tool`, those among them that lead from one record to another
    /// included; each once, in order.
    #[must_use]
    pub fn reads_through(&self, tool: &Tool, node: NodeId) -> Vec<crate::ir::PathId> {
        let mut paths = self.reads(node);
        let mut place = 0;
        while let Some(path) = paths.get(place).copied() {
            place += 1;
            let Some(Path::Attribute { resource, .. }) = self.path(path) else {
                continue;
            };
            let bindings = tool.bindings.iter();
            let keys = bindings
                .filter(|binding| binding.resource == *resource)
                .flat_map(|binding| &binding.keys);
            for key in keys {
                if matches!(self.path(*key), Some(Path::Attribute { .. })) && !paths.contains(key) {
                    paths.push(*key);
                }
            }
        }
        paths.sort();
        paths.dedup();
        paths
    }
}
