//! W1027: a policy that no test touches, in a bundle that has tests.

use std::collections::BTreeSet;

use super::context::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{PolicyId, ToolId};
use crate::syntax::ast::{ItemKind, Step};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let bundle = context.bundle;
    let mut steps: Vec<&Step> = Vec::new();
    let mut tests = 0;
    for item in context.items() {
        if let ItemKind::Test(test) = &item.kind {
            tests += 1;
            steps.extend(&test.steps);
        } else if let ItemKind::Fixture(fixture) = &item.kind {
            steps.extend(&fixture.steps);
        }
    }
    if tests == 0 {
        return Vec::new();
    }
    let mut called: BTreeSet<ToolId> = BTreeSet::new();
    let mut named: BTreeSet<&str> = BTreeSet::new();
    while let Some(step) = steps.pop() {
        match step {
            Step::Call(call) => match bundle.find_tool(&call.connector.text, &call.tool.text) {
                Some(tool) => {
                    called.insert(tool);
                }
                // The test is wrong itself, and says so where it is run.
                None => return Vec::new(),
            },
            Step::Expect(expect) => named.extend(expect.by.iter().map(|name| name.text.as_str())),
            Step::Each(each) => steps.extend(&each.steps),
            _ => {}
        }
    }
    if called.is_empty() {
        return Vec::new();
    }
    let mut touched: BTreeSet<PolicyId> = BTreeSet::new();
    for tool in called.iter().filter_map(|id| bundle.tool(*id)) {
        let rules = tool.guards.iter().filter_map(|guard| bundle.rule(guard.rule));
        touched.extend(rules.map(|rule| rule.policy));
    }
    bundle
        .policies
        .iter()
        .enumerate()
        .filter(|(index, policy)| {
            !touched.contains(&PolicyId::at(*index)) && !named.contains(policy.name.as_str())
        })
        .map(|(_, policy)| {
            Diagnostic::new(
                Code::W1027,
                format!("no test touches `{}`", policy.name),
                policy.span,
                "no test calls a tool that it speaks of",
            )
            .with_help("write one call that it decides, and what is to come of it")
        })
        .collect()
}
