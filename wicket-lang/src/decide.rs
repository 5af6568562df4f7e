//! From the rules that matched to a decision: the six steps, in order.
//!
//! 1. An open breaker denies.
//! 2. A matching `forbid` denies.
//! 3. A passed `limit` denies.
//! 4. A matching `ask` without approval denies.
//! 5. A matching `permit` allows.
//! 6. Otherwise: deny.
//!
//! Before them stands what makes a call no call of a pinned tool at all. The order of files, policies and rules never
//! matters.
//!
//! A decision is small; what is told about it ([`explain`]) is computed on demand from the same tables.

mod approval;
mod breakers;
mod class;
mod clock;
mod conclude;
mod expiry;
mod explain;
mod inputs;
mod learn;
mod message;
mod reach;
mod settle;
mod tally;

#[doc(inline)]
pub use crate::types::Misfit;
pub use approval::{ApprovalNeeded, Asked};
pub use class::{Class, Held, Need};
pub use conclude::{decide, misfit};
pub use expiry::{end, latest_end};
pub use explain::{Explanation, PolicyMatch, Role, explain, policies};
pub use inputs::{Input, MAX_INPUT, Tested, inputs};
pub use learn::{learn, learnt};
pub use reach::{Reach, reach};
pub use settle::{Settled, reset, settle, settled};

use serde::{Deserialize, Serialize};

use crate::ir::{BreakerId, Bundle, Effect, LimitId, RuleId, ToolId};
use crate::request::{FactRef, Findings};

/// What one step of deciding yields.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// All that it depends on is known.
    Decided(Decision),
    /// The answer still depends on these records; fetch them and ask again. Never empty.
    Needs(Vec<FactRef>),
}

/// Whether the call may go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It may.
    Permit,
    /// It may not.
    Deny,
}

/// Why: a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A rule decided.
    Policy,
    /// No rule permits it.
    Default,
    /// An open breaker stops it.
    Breaker,
    /// It would be one too many for a limit.
    Limit,
    /// A rule asks for an approval, and there is none that fits.
    ApprovalRequired,
    /// What would permit it can never match again: nothing but time is in the way, and that time is past.
    Expired,
    /// There is no such tool.
    UnknownTool,
    /// The tool is in no tier.
    Unclassified,
    /// The tool's live definition is not the pinned one.
    DefinitionChanged,
    /// The arguments do not fit the pinned schema, or could be read in several ways.
    Arguments,
    /// The key of the caller is over its rate. No bundle decides this: whoever serves calls does.
    RateLimit,
    /// The record of the call could not be made durable. Whoever serves calls decides this.
    NotRecorded,
    /// Too much is asked at once, or no artifact could be loaded. Whoever serves calls decides this.
    Overload,
}

impl Reason {
    /// Every reason, in the order of the list.
    pub const ALL: &'static [Self] = &[
        Self::Policy,
        Self::Default,
        Self::Breaker,
        Self::Limit,
        Self::ApprovalRequired,
        Self::Expired,
        Self::UnknownTool,
        Self::Unclassified,
        Self::DefinitionChanged,
        Self::Arguments,
        Self::RateLimit,
        Self::NotRecorded,
        Self::Overload,
    ];

    /// As in replies and records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Default => "default",
            Self::Breaker => "breaker",
            Self::Limit => "limit",
            Self::ApprovalRequired => "approval_required",
            Self::Expired => "expired",
            Self::UnknownTool => "unknown_tool",
            Self::Unclassified => "unclassified",
            Self::DefinitionChanged => "definition_changed",
            Self::Arguments => "arguments",
            Self::RateLimit => "rate_limit",
            Self::NotRecorded => "not_recorded",
            Self::Overload => "overload",
        }
    }
}

/// The decision on one call.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Whether the call may go out.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// `None`: no such tool.
    pub tool: Option<ToolId>,
    /// The caller must not learn that the tool is there: answer as for an unknown one.
    pub hidden: bool,
    /// The rules that decided: the permits of a permit, the forbids of a denial, and at step 6 the permits whose
    /// condition was missing. Of [`Reason::Expired`] those that have expired.
    pub rules: Vec<RuleId>,
    /// The breakers that decided.
    pub breakers: Vec<BreakerId>,
    /// The limits that decided.
    pub limits: Vec<LimitId>,
    /// The breakers for which this call, if it is permitted, is the probe.
    pub probes: Vec<BreakerId>,
    /// Where the arguments do not fit.
    pub misfit: Option<Misfit>,
    /// What was found of each rule; empty where an earlier step decided.
    pub findings: Findings,
}

impl Decision {
    /// Whether the call may go out.
    #[must_use]
    pub fn is_permit(&self) -> bool {
        self.verdict == Verdict::Permit
    }

    /// As what the denial is counted: what has expired is a forbid that stayed, or nothing that permits.
    #[must_use]
    pub(crate) fn counts_as(&self, bundle: &Bundle) -> Reason {
        if self.reason != Reason::Expired {
            return self.reason;
        }
        let mut rules = self.rules.iter().filter_map(|rule| bundle.rule(*rule));
        if rules.any(|rule| rule.effect == Effect::Forbid) {
            Reason::Policy
        } else {
            Reason::Default
        }
    }

    /// The items that decided, by name, each once.
    #[must_use]
    pub fn deciders<'a>(&self, bundle: &'a Bundle) -> Vec<&'a str> {
        let breakers = self.breakers.iter().filter_map(|id| bundle.breaker(*id));
        let limits = self.limits.iter().filter_map(|id| bundle.limit(*id));
        let mut names: Vec<&str> = breakers
            .map(|breaker| breaker.name.as_str())
            .chain(limits.map(|limit| limit.name.as_str()))
            .collect();
        if matches!(
            self.reason,
            Reason::Policy | Reason::ApprovalRequired | Reason::Expired
        ) {
            let policies = self.rules.iter().filter_map(|rule| bundle.policy_of(*rule));
            names.extend(policies.map(|policy| policy.name.as_str()));
        }
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Whose credential a permitted call is to use: of the permits that applied and name one, the first by name of
    /// policy, so that it is the same whatever the order of files.
    #[must_use]
    pub fn account<'a>(&self, bundle: &'a Bundle) -> Option<&'a str> {
        let permits = self.rules.iter().filter(|_| self.is_permit());
        // INVARIANT: rules are ordered by the name of their policy.
        permits
            .min_by_key(|rule| {
                let unnamed = bundle.rule(**rule).is_none_or(|rule| rule.account.is_none());
                (unnamed, **rule)
            })
            .and_then(|rule| bundle.rule(*rule)?.account.as_deref())
    }
}
