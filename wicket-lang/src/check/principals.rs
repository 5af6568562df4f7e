//! Whom a rule is for, and whose credential it uses.
//!
//! The callers of a rule are a condition like any other, and stand in front of its own. What a client says of itself is
//! verified by nobody: a rule may be narrowed by it, and nothing is permitted by it.

use super::conditions::{always, join_two, negate};
use super::{Checker, directory};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::ir::{Constant, Guard, Node, NodeId, Path, Rule, RuleId};
use crate::source::Span;
use crate::syntax::ast::{self, ForClause, Principal};
use crate::value::CompareOp;

const KINDS: [&str; 5] = ["member", "group", "agent", "client", "everyone"];

/// The condition that holds for those whom the rule is for; `None` where a diagnostic was made.
pub(super) fn callers(checker: &mut Checker<'_>, rule: &ast::Rule) -> Option<NodeId> {
    let Some(ForClause {
        principals, except, ..
    }) = &rule.callers
    else {
        return Some(always(checker, true));
    };
    if rule.effect == ast::Effect::Permit {
        for principal in principals.iter().filter(|one| one.kind.text == "client") {
            report_client(checker, principal.kind.span);
        }
    }
    // All are looked at, so that each says what is wrong with it.
    let (included, excluded) = (any_of(checker, principals), any_of(checker, except));
    let excluded = negate(checker, excluded?);
    let callers = join_two(checker, included?, excluded, true);
    if checker.bundle.arena.get(callers) == Some(Node::Always(false)) {
        let span = rule.callers.as_ref().map_or(rule.span, |clause| clause.span);
        checker.report(
            Diagnostic::new(
                Code::E0334,
                "this rule is for nobody",
                span,
                "everyone is taken away from it",
            )
            .with_help("take the rule out, or say whom it is for"),
        );
        return None;
    }
    Some(callers)
}

fn any_of(checker: &mut Checker<'_>, principals: &[Principal]) -> Option<NodeId> {
    let nodes: Vec<Option<NodeId>> = principals.iter().map(|one| principal(checker, one)).collect();
    let none = always(checker, false);
    nodes
        .into_iter()
        .try_fold(none, |any, node| Some(join_two(checker, any, node?, false)))
}

fn principal(checker: &mut Checker<'_>, principal: &Principal) -> Option<NodeId> {
    let kind = principal.kind.text.as_str();
    let (path, name) = match (kind, &principal.name) {
        ("everyone", None) => return Some(always(checker, true)),
        ("member", Some(name)) => (Path::MemberEmail, name),
        ("group", Some(name)) => {
            if !directory::check_group(checker, &name.text, name.span) {
                return None;
            }
            (Path::MemberGroups, name)
        }
        ("agent", Some(name)) => (Path::AgentName, name),
        ("client", Some(name)) => (Path::ClientName, name),
        _ => {
            report_kind(checker, principal);
            return None;
        }
    };
    let constant = checker.constant(Constant::Text(name.text.clone()));
    let fold = path == Path::MemberEmail;
    let is_list = path == Path::MemberGroups;
    let path = checker.path(path);
    let arena = &mut checker.bundle.arena;
    let name = arena.add(Node::Constant(constant));
    let value = arena.add(Node::Load(path));
    Some(if is_list {
        arena.add(Node::InList {
            value: name,
            list: value,
            fold: false,
        })
    } else {
        arena.add(Node::Compare {
            op: CompareOp::Equal,
            left: value,
            right: name,
            fold,
        })
    })
}

fn report_kind(checker: &mut Checker<'_>, principal: &Principal) {
    let kind = &principal.kind;
    let label = "rules are for `member \"…\"`, `group NAME`, `agent NAME`, `client NAME` or `everyone`";
    let help = match (kind.text.as_str(), &principal.name) {
        ("everyone", Some(_)) => {
            Some("`everyone` has no name; `everyone except group NAME` leaves some out".to_owned())
        }
        (known, None) if KINDS.contains(&known) => Some(format!("which {known}? write `{known} NAME`")),
        (name, None) if checker.bundle.directory.groups.iter().any(|group| group == name) => {
            Some(format!("write `group {name}`"))
        }
        (other, _) => nearest(other, KINDS).map(|near| format!("did you mean `{near}`?")),
    };
    let diagnostic = Diagnostic::new(
        Code::E0334,
        format!("`for {}` means nobody", kind.text),
        kind.span,
        label,
    );
    checker.report(match help {
        Some(help) => diagnostic.with_help(help),
        None => diagnostic,
    });
}

/// Reports a permit whose own condition asks what the client says of itself.
pub(super) fn check_client(checker: &mut Checker<'_>, rule: &ast::Rule, condition: NodeId) {
    if rule.effect != ast::Effect::Permit {
        return;
    }
    let reads = checker.bundle.reads(condition);
    let told_by_client = reads.into_iter().any(|path| {
        matches!(
            checker.bundle.path(path),
            Some(Path::ClientName | Path::ClientVersion)
        )
    });
    if told_by_client {
        let when = rule.when.as_ref().map(|when| when.condition.span);
        let unless = rule.unless.as_ref().map(|unless| unless.span);
        report_client(checker, when.or(unless).unwrap_or(rule.span));
    }
}

fn report_client(checker: &mut Checker<'_>, span: Span) {
    checker.report(
        Diagnostic::new(
            Code::E0335,
            "what a client says of itself permits nothing",
            span,
            "any client can say this",
        )
        .with_help(
            "permit it without this, and hold others back: `forbid … for everyone except client NAME`",
        ),
    );
}

/// The account that a permit names.
pub(super) fn account(checker: &mut Checker<'_>, rule: &ast::Rule) -> Option<String> {
    let clause = rule.account.as_ref()?;
    let mut wrong = |message: String, span: Span, label: &str| {
        checker.report(
            Diagnostic::new(Code::E0336, message, span, label)
                .with_help("write `permit … using account \"NAME\"`"),
        );
    };
    if clause.word.text != "account" {
        wrong(
            format!("a rule uses no `{}`", clause.word.text),
            clause.word.span,
            "only an account is used",
        );
        return None;
    }
    if rule.effect != ast::Effect::Permit {
        let effect = rule.effect.word();
        wrong(
            format!("`{effect}` uses no account"),
            clause.span,
            "only what is permitted goes out",
        );
        return None;
    }
    if clause.name.value.is_empty() {
        wrong(
            "an account has a name".to_owned(),
            clause.name.span,
            "this is empty",
        );
        return None;
    }
    Some(clause.name.value.clone())
}

/// Two permits that always apply together and name different accounts: the call can only have one.
pub(super) fn check_accounts(checker: &mut Checker<'_>) {
    let mut found: Vec<(Rule, Rule)> = Vec::new();
    for tool in &checker.bundle.tools {
        let named: Vec<(&Guard, &Rule)> = tool
            .guards
            .iter()
            .filter_map(|guard| Some((guard, checker.bundle.rule(guard.rule)?)))
            .filter(|(_, rule)| rule.account.is_some())
            .collect();
        for (at, (guard, rule)) in named.iter().enumerate() {
            let others = named.iter().skip(at + 1);
            let other = others
                .filter(|(other, _)| together(checker, guard, other))
                .find(|(_, other)| other.account != rule.account);
            if let Some((_, other)) = other {
                found.push(((*rule).clone(), (*other).clone()));
            }
        }
    }
    for (first, second) in found {
        let name = |rule: &Rule| rule.account.clone().unwrap_or_default();
        checker.report(
            Diagnostic::new(
                Code::E0336,
                format!(
                    "one call would use two accounts, \"{}\" and \"{}\"",
                    name(&first),
                    name(&second)
                ),
                second.span,
                "this applies wherever the other does",
            )
            .with_label(first.span, "the other names another account")
            .with_help("say in a condition which of the two is meant when"),
        );
    }
}

/// Whether one of two rules applies wherever the other does, as far as can be seen.
fn together(checker: &Checker<'_>, one: &Guard, other: &Guard) -> bool {
    let always = |guard: &Guard| checker.bundle.arena.get(guard.condition) == Some(Node::Always(true));
    one.condition == other.condition || always(one) || always(other)
}

/// The guard of a rule for one tool: a rule that can never match has none.
pub(super) fn guard(checker: &mut Checker<'_>, rule: RuleId, callers: NodeId, own: NodeId) -> Option<Guard> {
    let condition = join_two(checker, callers, own, true);
    (checker.bundle.arena.get(condition) != Some(Node::Always(false))).then_some(Guard {
        rule,
        condition,
        callers,
    })
}
