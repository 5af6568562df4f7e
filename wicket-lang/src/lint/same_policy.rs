//! W1028: two policies that mean the same.

use std::collections::BTreeMap;

use super::context::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{ApprovalTerms, Effect, NodeId, PolicyId, ToolId};

/// All that the rules of a policy decide; not what they say.
type Meaning = Vec<(Effect, Option<ApprovalTerms>, ToolId, NodeId)>;

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    twins(context)
        .into_iter()
        .filter_map(|(second, first)| {
            let (second, first) = (context.bundle.policy(second)?, context.bundle.policy(first)?);
            let message = format!("`{}` means the same as `{}`", second.name, first.name);
            Some(
                Diagnostic::new(Code::W1028, message, second.span, "it decides nothing on its own")
                    .with_label(first.span, "this one")
                    .with_help("take one of the two out, or write what is meant to differ"),
            )
        })
        .collect()
}

/// Each policy that means the same as one that is written before it.
pub(super) fn twins(context: &Context<'_>) -> BTreeMap<PolicyId, PolicyId> {
    let bundle = context.bundle;
    let mut meanings: BTreeMap<PolicyId, Meaning> = BTreeMap::new();
    for (index, tool) in bundle.tools.iter().enumerate() {
        for guard in &tool.guards {
            if let Some(rule) = bundle.rule(guard.rule) {
                meanings.entry(rule.policy).or_default().push((
                    rule.effect,
                    rule.approval.clone(),
                    ToolId::at(index),
                    guard.condition,
                ));
            }
        }
    }
    let mut ordered: Vec<(PolicyId, Meaning)> = meanings.into_iter().collect();
    ordered.sort_by_key(|(id, _)| bundle.policy(*id).map(|policy| policy.span));
    let mut first: BTreeMap<Meaning, PolicyId> = BTreeMap::new();
    let mut found = BTreeMap::new();
    for (id, mut meaning) in ordered {
        meaning.sort();
        meaning.dedup();
        match first.get(&meaning) {
            Some(known) => {
                found.insert(id, *known);
            }
            None => {
                first.insert(meaning, id);
            }
        }
    }
    found
}
