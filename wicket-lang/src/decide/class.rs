//! What an agent can do about a denial, computed from the compiled rules.
//!
//! For each condition that stands in the way we ask what would have to change ([`left`]): of what restricts all must
//! clear, of the permits one suffices. The class is that of the hardest thing left, and the others are told beside it.
//! The instant of `at` is the first at which all that time can clear is clear ([`instant`]): of the call as it is where
//! nothing else is in the way, and else of the call with the rest mended.

mod contradiction;
mod elements;
mod instant;
mod left;
mod needs;
mod past;
mod turns;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use needs::{Held, Need};
pub(super) use needs::{MAX_TOLD, elements_text};

use self::instant::Granted;
use self::left::{Clock, Hardness, Left};
use super::approval::{self, ApprovalNeeded};
use super::{Decision, Reason, conclude};
use crate::ir::{Bundle, NodeId, RuleId};
use crate::request::{Environment, Request, Scope, State, Switches};
use crate::value::Instant;

/// From the hardest to the easiest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Class {
    /// Nothing that the agent does, and no time, changes it.
    Never,
    /// An owner must reset these breakers.
    AfterReset {
        /// Their names, in order.
        breakers: Vec<String>,
    },
    /// The arguments must satisfy all of these.
    If {
        /// What each must satisfy, in the order of the arguments.
        arguments: Vec<Need>,
    },
    /// These could not be known.
    Unknown {
        /// What conditions read, as their author writes it: `repo.visibility`.
        attributes: Vec<String>,
    },
    /// Somebody must approve the call.
    AfterApproval {
        /// What is to be approved, and by whom.
        approval: ApprovalNeeded,
    },
    /// At this instant (milliseconds since the Unix epoch), if nothing else happens meanwhile.
    At {
        /// The first at which all that time can clear is clear.
        at: Instant,
    },
    /// A fact could not be fetched just now.
    Transient,
}

/// The class of a denial, and what is in the way beside it.
pub(super) struct Told {
    /// Of the hardest thing left.
    pub(super) class: Class,
    /// Of the other things, from the hardest; none of them is of the kind of the class.
    pub(super) others: Vec<Class>,
}

impl Told {
    fn alone(class: Class) -> Self {
        Self {
            class,
            others: Vec::new(),
        }
    }
}

/// Whether nothing but facts that could not be fetched is in the way.
pub(super) fn is_transient(env: &Environment<'_>, switches: &Switches) -> bool {
    let ways = left::ways(env, switches);
    ways.into_iter().next().is_some_and(|(_, easiest)| {
        let all = left::restrictions(env, switches, Clock::Moves).and(easiest);
        all.hardness() == Hardness::Transient
    })
}

/// What can be done about a denial.
pub(super) fn told(
    bundle: &Bundle,
    switches: &Switches,
    request: &Request<'_>,
    state: &State,
    decision: &Decision,
) -> Told {
    let Some(tool) = decision.tool else {
        return Told::alone(Class::Never);
    };
    let env = Environment {
        bundle,
        tool,
        request,
        state,
        scope: Scope::Call,
    };
    match decision.reason {
        Reason::UnknownTool | Reason::Unclassified | Reason::DefinitionChanged => Told::alone(Class::Never),
        Reason::RateLimit | Reason::NotRecorded | Reason::Overload => Told::alone(Class::Transient),
        // No rule judges arguments that do not fit.
        Reason::Arguments => list(&env, &left::misfit_left(decision.misfit.as_ref()), None),
        Reason::Breaker => match env
            .tool()
            .and_then(|tool| conclude::not_pinned(request, tool, env.tool))
        {
            Some(unfit) if unfit.reason == Reason::Arguments => {
                let breakers = left::breakers_left(&env, switches);
                let left = breakers.and(left::misfit_left(unfit.misfit.as_ref()));
                list(&env, &left, instant::end_of_holds(&env, switches))
            }
            Some(_) => Told::alone(Class::Never),
            None => of_rules(&env, switches),
        },
        Reason::Policy | Reason::Default | Reason::Expired | Reason::Limit | Reason::ApprovalRequired => {
            of_rules(&env, switches)
        }
    }
}

/// Whether waiting is all that it takes for a test to come out as `wanted`.
pub(super) fn comes_with_time(env: &Environment<'_>, id: NodeId, wanted: bool) -> bool {
    turns::clock_left(env, id, wanted, Clock::Moves).is_some_and(|left| left == Left::time())
        || elements::comes(env, id, wanted)
}

/// Where rules, breakers and limits deny.
fn of_rules(env: &Environment<'_>, switches: &Switches) -> Told {
    let restrictions = left::restrictions(env, switches, Clock::Moves);
    let mut ways = left::ways(env, switches);
    // A permit that wants of an argument what a restriction forbids is no way out.
    ways.retain(|(_, way)| !contradiction::stands_in(env, switches, &restrictions.clone().and(way.clone())));
    let Some((permit, easiest)) = ways.first() else {
        return Told::alone(Class::Never);
    };
    let left = restrictions.and(easiest.clone());
    if left.never || !left.time {
        return list(env, &left, None);
    }
    let all: Vec<RuleId> = ways.iter().map(|(permit, _)| *permit).collect();
    // Where nothing but time is in the way, whichever permit comes first will do.
    let permits = if left.hardness() > Hardness::At {
        std::slice::from_ref(permit)
    } else {
        all.as_slice()
    };
    let granted = Granted::These {
        tests: &left.tests,
        asks: &left.asks,
    };
    if let Some(at) = instant::first(env, switches, &granted, permits) {
        return list(env, &left, Some(at));
    }
    // When these windows are open together something else is in the way. Is there an instant at which all of that
    // can be changed?
    for permit in all {
        let Some(at) = instant::first(env, switches, &Granted::WhateverCanChange, &[permit]) else {
            continue;
        };
        let request = Request {
            now: Some(at),
            ..*env.request
        };
        let then = Environment {
            request: &request,
            ..*env
        };
        let left = left::restrictions(&then, switches, Clock::Stands).and(left::way(&then, permit));
        if !left.never {
            return list(&then, &Left { time: true, ..left }, Some(at));
        }
    }
    Told::alone(Class::Never)
}

/// All that is left, from the hardest; `at` is when time is no longer in the way.
fn list(env: &Environment<'_>, left: &Left, at: Option<Instant>) -> Told {
    // Where something can never be, nothing else helps.
    if left.never {
        return Told::alone(Class::Never);
    }
    let names = |names: &BTreeSet<String>| -> Vec<String> { names.iter().cloned().collect() };
    let some = |class: Class, is_left: bool| is_left.then_some(class);
    let approval = (!left.asks.is_empty()).then(|| {
        let asks: Vec<RuleId> = left.asks.iter().copied().collect();
        approval::needed(env, &asks).map(|approval| Class::AfterApproval { approval })
    });
    let classes = [
        some(
            Class::AfterReset {
                breakers: names(&left.resets),
            },
            !left.resets.is_empty(),
        ),
        some(
            Class::If {
                arguments: left.needs.iter().cloned().collect(),
            },
            !left.needs.is_empty(),
        ),
        some(
            Class::Unknown {
                attributes: names(&left.unknown),
            },
            !left.unknown.is_empty(),
        ),
        approval.flatten(),
        at.filter(|_| left.time).map(|at| Class::At { at }),
        some(Class::Transient, left.transient),
    ];
    let mut classes = classes.into_iter().flatten();
    // Where something denied it and nothing can be named that would clear it, nothing will.
    let class = classes.next().unwrap_or(Class::Never);
    Told {
        class,
        others: classes.collect(),
    }
}
