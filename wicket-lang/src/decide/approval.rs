//! Approvals: which of them lets a call past an `ask`.
//!
//! An approval is for one member, tool, definition and set of arguments, and lapses. The member who calls never
//! approves, whatever group they are in. It removes the ask and nothing else: all other rules are judged anew.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ir::{ApprovalTerms, Digest, RuleId};
use crate::request::{self, Approval, Environment};

/// What would have to be approved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ApprovalNeeded {
    /// `github.merge_pull_request`.
    pub tool: String,
    /// Of the pinned definition, see [`crate::ir::Tool::definition`].
    pub definition: Digest,
    /// Of the arguments, see [`request::arguments_digest`].
    pub arguments: Digest,
    /// Every policy that asks, and whom.
    pub asks: Vec<Asked>,
}

/// One policy that asks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Asked {
    /// The name of the policy.
    pub policy: String,
    /// Whose approval it wants, and for how long one lasts.
    #[serde(flatten)]
    pub terms: ApprovalTerms,
}

/// Whether somebody has approved this call as `rule` wants it.
pub(super) fn is_given(env: &Environment<'_>, rule: RuleId) -> bool {
    // Most calls have no approval, and then nothing need be digested.
    if env.request.approvals.is_empty() {
        return false;
    }
    let Some(terms) = env.bundle.rule(rule).and_then(|rule| rule.approval.as_ref()) else {
        return false;
    };
    let arguments = request::arguments_digest(env.request.args);
    let mut approvals = env.request.approvals.iter();
    approvals.any(|approval| is_for_this_call(env, approval, arguments) && is_enough(approval, terms))
}

/// What `asks` want approved of this call.
pub(super) fn needed(env: &Environment<'_>, asks: &[RuleId]) -> Option<ApprovalNeeded> {
    let asked = asks.iter().filter_map(|rule| {
        Some(Asked {
            policy: env.bundle.policy_of(*rule)?.name.clone(),
            terms: env.bundle.rule(*rule)?.approval.clone()?,
        })
    });
    let asks: BTreeSet<Asked> = asked.collect();
    Some(ApprovalNeeded {
        tool: env.bundle.tool_name(env.tool),
        definition: env.tool()?.definition(),
        arguments: request::arguments_digest(env.request.args),
        asks: asks.into_iter().collect(),
    })
}

fn is_for_this_call(env: &Environment<'_>, approval: &Approval, arguments: Digest) -> bool {
    let request = env.request;
    let fresh = request.now.is_some_and(|now| now < approval.expires);
    fresh
        && request.caller.member_email.as_deref() == Some(approval.member.as_str())
        && request.connector == approval.connector
        && request.tool == approval.tool
        && env
            .tool()
            .is_some_and(|tool| tool.definition() == approval.definition)
        && arguments == approval.arguments
}

/// Whether enough different people of the right group approved, the caller not among them.
fn is_enough(approval: &Approval, terms: &ApprovalTerms) -> bool {
    let people: BTreeSet<String> = approval
        .approvers
        .iter()
        .filter(|one| match &terms.group {
            Some(group) => one.groups.contains(group),
            None => one.is_owner,
        })
        // Two spellings of one address are one person.
        .map(|one| one.member.to_ascii_lowercase())
        .filter(|one| *one != approval.member.to_ascii_lowercase())
        .collect();
    people.len() >= terms.count as usize
}
