//! Policies: for each rule the tools that it touches, and its condition for each of them.

use std::collections::BTreeSet;

use super::conditions::{always, condition, join_two, negate};
use super::names::{Meaning, is_first};
use super::values::Site;
use super::{Checker, approvals, messages, principals, selectors};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Digest, Effect, Guard, NodeId, Policy, PolicyId, ResourceId, Rule, RuleId, ToolId};
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind, MessageKeyword};

/// How many different values the rules of one tool may read.
const MAX_PATHS: usize = 128;

pub(super) fn check(checker: &mut Checker<'_>) {
    let mut policies: Vec<(&ast::Item, &ast::Policy)> = checker
        .items()
        .filter_map(|(_, item)| Some((item, item.kind.as_policy()?)))
        .filter(|(_, policy)| is_first(checker, &policy.name))
        .collect();
    policies.sort_by(|a, b| a.1.name.text.cmp(&b.1.name.text));
    for (item, policy) in policies {
        let Some(Meaning::Policy(id)) = checker.names.get(&policy.name.text) else {
            continue;
        };
        let annotations = item
            .annotations
            .iter()
            .map(|a| (a.name.text.clone(), a.value.value.clone()))
            .collect();
        let documentation = item
            .docs
            .iter()
            .map(|line| line.value.trim())
            .collect::<Vec<_>>()
            .join("\n");
        // INVARIANT: ids were given in the order of names, and policies come here in that order.
        checker.bundle.policies.push(Policy {
            name: policy.name.text.clone(),
            annotations,
            documentation,
            digest: Digest::default(),
            span: policy.name.span,
        });
        for rule in &policy.rules {
            check_rule(checker, id, rule);
        }
    }
    approvals::check_followed(checker);
    principals::check_accounts(checker);
    check_paths(checker);
}

fn check_rule(checker: &mut Checker<'_>, policy: PolicyId, rule: &ast::Rule) {
    check_words(checker, rule);
    let tools = selectors::expand(checker, &rule.selectors);
    let asked = asked(rule);
    let message = rule
        .message
        .as_ref()
        .map(|message| messages::template(checker, message, &tools, &asked));
    let only = rule.when.as_ref().is_some_and(|when| when.only);
    let effect = match rule.effect {
        ast::Effect::Permit => Effect::Permit,
        ast::Effect::Forbid => Effect::Forbid,
        ast::Effect::Ask => Effect::Ask,
    };
    let approval = approvals::terms(checker, rule);
    let new = Rule {
        policy,
        effect,
        from_only: false,
        approval,
        account: principals::account(checker, rule),
        message,
        span: rule.span,
    };
    let forbid = only.then(|| Rule {
        effect: Effect::Forbid,
        from_only: true,
        account: None,
        ..new.clone()
    });
    let id = add_rule(checker, new);
    let forbid = forbid.map(|forbid| add_rule(checker, forbid));
    let callers = principals::callers(checker, rule);
    let mut coverage = Coverage::default();
    let reads = reads_in(checker, conditions_of(rule));
    for tool in tools {
        if passes_over(checker, tool, &reads, &mut coverage) {
            continue;
        }
        let site = Site::new(tool, &asked);
        let node = rule_condition(checker, &site, rule);
        checker.notes.belong_to(id, tool);
        let (Some(node), Some(callers)) = (node, callers) else {
            continue;
        };
        principals::check_client(checker, rule, node);
        let own = principals::guard(checker, id, callers, node);
        guard(checker, tool, own);
        // It forbids those whom the permit is for, and nobody else.
        if let Some(forbid) = forbid {
            let unless = negate(checker, node);
            let opposite = principals::guard(checker, forbid, callers, unless);
            guard(checker, tool, opposite);
        }
    }
    report_coverage(checker, rule, &coverage);
}

fn add_rule(checker: &mut Checker<'_>, rule: Rule) -> RuleId {
    let id = RuleId::at(checker.bundle.rules.len());
    checker.bundle.rules.push(rule);
    id
}

/// `when A unless B` is `A and not B`.
fn rule_condition(checker: &mut Checker<'_>, site: &Site<'_>, rule: &ast::Rule) -> Option<NodeId> {
    let when = match &rule.when {
        None => Some(always(checker, true)),
        Some(when) => condition(checker, site, &when.condition),
    };
    let unless = match &rule.unless {
        None => Some(always(checker, true)),
        Some(unless) => condition(checker, site, unless).map(|node| negate(checker, node)),
    };
    Some(join_two(checker, when?, unless?, true))
}

fn guard(checker: &mut Checker<'_>, tool: ToolId, guard: Option<Guard>) {
    if let Some(tool) = checker.bundle.tools.get_mut(tool.index()) {
        tool.guards.extend(guard);
    }
}

/// `message` belongs to a forbid, `otherwise` to a permit; `only` to a permit.
fn check_words(checker: &mut Checker<'_>, rule: &ast::Rule) {
    if let Some(message) = &rule.message {
        let wrong = match (rule.effect, message.keyword) {
            (ast::Effect::Permit, MessageKeyword::Message) => Some(("permit", "message", "otherwise")),
            (ast::Effect::Forbid, MessageKeyword::Otherwise) => Some(("forbid", "otherwise", "message")),
            (ast::Effect::Ask, MessageKeyword::Otherwise) => Some(("ask", "otherwise", "message")),
            (ast::Effect::Permit, MessageKeyword::Otherwise)
            | (ast::Effect::Forbid | ast::Effect::Ask, MessageKeyword::Message) => None,
        };
        if let Some((effect, written, meant)) = wrong {
            checker.report(
                Diagnostic::new(
                    Code::E0304,
                    format!("`{effect}` has no `{written}`"),
                    message.span,
                    format!("`{written}` is not said by `{effect}`"),
                )
                .with_help(format!("write `{meant}` instead")),
            );
        }
        let unconditional = rule.when.is_none() && rule.unless.is_none();
        let permits_plainly = rule.effect == ast::Effect::Permit && unconditional;
        // Of a permit with `message` one mistake has been told already.
        if permits_plainly && message.keyword == MessageKeyword::Otherwise {
            checker.report(
                Diagnostic::new(
                    Code::E0304,
                    "this `otherwise` is never said",
                    message.span,
                    "a permit without condition always permits",
                )
                .with_help("add a condition, or take the `otherwise` out"),
            );
        }
    }
    if let Some(when) = &rule.when
        && when.only
        && rule.effect != ast::Effect::Permit
    {
        checker.report(
            Diagnostic::new(
                Code::E0304,
                "`only when` belongs to a permit",
                when.condition.span,
                "every other rule has plain `when`",
            )
            .with_help("`forbid X unless (C)` forbids X except when C"),
        );
    }
}

/// The arguments that the rule asks for with `has`.
pub(super) fn asked(rule: &ast::Rule) -> BTreeSet<Vec<String>> {
    asked_in(conditions_of(rule))
}

fn conditions_of(rule: &ast::Rule) -> impl Iterator<Item = &Expr> {
    rule.when.iter().map(|when| &when.condition).chain(&rule.unless)
}

/// The arguments that these expressions ask for with `has`, or say what stands for them.
pub(super) fn asked_in<'a>(expressions: impl IntoIterator<Item = &'a Expr>) -> BTreeSet<Vec<String>> {
    let mut asked = BTreeSet::new();
    for expr in expressions {
        walk(expr, &mut |expr| {
            if let ExprKind::Has(path) | ExprKind::Else { path, .. } = &expr.kind
                && path.segments.first().is_some_and(|first| first.text == "args")
            {
                let names: Vec<String> = path
                    .segments
                    .iter()
                    .skip(1)
                    .map(|name| name.text.clone())
                    .collect();
                asked.insert(names);
            }
        });
    }
    asked
}

/// The first words of all paths that these expressions read, with where they stand.
pub(super) fn reads_in<'a>(
    checker: &Checker<'_>,
    expressions: impl IntoIterator<Item = &'a Expr>,
) -> Vec<(String, Span)> {
    let mut read = Vec::new();
    let mut elements = BTreeSet::new();
    for expr in expressions {
        walk(expr, &mut |expr| {
            if let ExprKind::Quantified { variable, .. } = &expr.kind {
                elements.insert(&variable.text);
            }
            if let ExprKind::Path(path) | ExprKind::Has(path) | ExprKind::Else { path, .. } = &expr.kind
                && let [first, _, ..] = path.segments.as_slice()
            {
                read.push((first.text.clone(), path.span));
            }
            for (path, span) in super::time_zones::read_in(checker, expr) {
                read.extend(path.segments.first().map(|first| (first.text.clone(), span)));
            }
        });
    }
    // What an element is called is the name of nothing else.
    read.retain(|(name, _)| !elements.contains(name));
    read
}

/// Every expression under `expr`, itself included. The parser bounds the depth.
pub(crate) fn walk<'a>(expr: &'a Expr, visit: &mut impl FnMut(&'a Expr)) {
    visit(expr);
    match &expr.kind {
        ExprKind::And(parts)
        | ExprKind::Or(parts)
        | ExprKind::List(parts)
        | ExprKind::Call { arguments: parts, .. }
        | ExprKind::Part { arguments: parts, .. } => {
            for part in parts {
                walk(part, visit);
            }
        }
        ExprKind::Not(inner)
        | ExprKind::IsType { value: inner, .. }
        | ExprKind::Pattern { value: inner, .. }
        | ExprKind::Marked { subject: inner, .. }
        | ExprKind::Else { fallback: inner, .. } => walk(inner, visit),
        ExprKind::Compare { left, right, .. }
        | ExprKind::Text { left, right, .. }
        | ExprKind::Arithmetic { left, right, .. }
        | ExprKind::Quantified {
            over: left,
            body: right,
            ..
        }
        | ExprKind::In {
            value: left,
            container: right,
            ..
        } => {
            walk(left, visit);
            walk(right, visit);
        }
        ExprKind::Has(_)
        | ExprKind::Path(_)
        | ExprKind::String(_)
        | ExprKind::Number(_)
        | ExprKind::Bool(_)
        | ExprKind::Date(_)
        | ExprKind::Moment(_)
        | ExprKind::Duration(_)
        | ExprKind::Network(_)
        | ExprKind::Schedule { .. }
        | ExprKind::Error => {}
    }
}

/// What a rule that reads a resource makes of tools that do not bind it.
#[derive(Default)]
struct Coverage {
    over: Vec<ToolId>,
    unknown: Vec<ToolId>,
    resource: Option<(String, Span)>,
}

/// Whether the rule passes over the tool: it reads a resource that the owner declares the tool not to touch.
fn passes_over(checker: &Checker<'_>, id: ToolId, reads: &[(String, Span)], coverage: &mut Coverage) -> bool {
    let Some(tool) = checker.bundle.tool(id) else {
        return false;
    };
    let mut over = false;
    for (name, span) in reads {
        let resource = checker
            .bundle
            .resources
            .iter()
            .position(|resource| resource.connector == tool.connector && resource.name == *name)
            .map(ResourceId::at);
        let Some(resource) = resource else { continue };
        if tool.without.contains(&resource) {
            over = true;
            coverage.over.push(id);
            coverage.resource = Some((name.clone(), *span));
        } else if !tool.bindings.iter().any(|binding| binding.resource == resource) {
            coverage.unknown.push(id);
            coverage.resource = Some((name.clone(), *span));
        }
    }
    over
}

fn report_coverage(checker: &mut Checker<'_>, rule: &ast::Rule, coverage: &Coverage) {
    let Some((resource, span)) = &coverage.resource else {
        return;
    };
    let list = |tools: &[ToolId]| {
        let mut names: Vec<String> = tools.iter().map(|tool| checker.bundle.tool_name(*tool)).collect();
        names.dedup();
        names.join(", ")
    };
    let mut notes = Vec::new();
    if !coverage.over.is_empty() {
        notes.push(format!(
            "passed over, being declared without `{resource}`: {}",
            list(&coverage.over)
        ));
    }
    if !coverage.unknown.is_empty() {
        let effect = match rule.effect {
            ast::Effect::Permit => "never permits",
            ast::Effect::Forbid => "forbids",
            ast::Effect::Ask => "asks about",
        };
        notes.push(format!(
            "no `{resource}` is known there, so this rule {effect}: {}",
            list(&coverage.unknown)
        ));
    }
    let mut diagnostic = Diagnostic::new(
        Code::N2001,
        format!("not every tool of this rule has a `{resource}`"),
        *span,
        "read here",
    );
    for note in notes {
        diagnostic = diagnostic.with_note(note);
    }
    checker.report(diagnostic);
}

fn check_paths(checker: &mut Checker<'_>) {
    for index in 0..checker.bundle.tools.len() {
        let id = ToolId::at(index);
        let Some(tool) = checker.bundle.tool(id) else {
            continue;
        };
        let paths: BTreeSet<_> = tool
            .guards
            .iter()
            .flat_map(|guard| checker.bundle.reads(guard.condition))
            .collect();
        let rule = tool
            .guards
            .last()
            .and_then(|guard| checker.bundle.rule(guard.rule))
            .map(|rule| rule.span);
        if let (true, Some(span)) = (paths.len() > MAX_PATHS, rule) {
            checker.report(Diagnostic::new(
                Code::E0312,
                format!(
                    "the rules of `{}` read more than {MAX_PATHS} values",
                    checker.bundle.tool_name(id)
                ),
                span,
                "the last of them",
            ));
        }
    }
}
