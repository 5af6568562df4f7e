//! `x in s`: sets, lists that are written out, lists that are read, and schedules.

use super::conditions::{enum_words, unknowable};
use super::exact::Side;
use super::names::Meaning;
use super::values::{self, Lowered, Site, lower, report_word};
use super::{Checker, directory, exact, history, in_place, named, networks, sets, settled, time_zones, tool};
use crate::diagnostic::{Code, Diagnostic, Edit, Safety, nearest};
use crate::ir::{Constant, Node, NodeId, Over, Path, SetId};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, Name};
use crate::types::Type;
use crate::value::{CompareOp, Kind};

/// `x in s`: a set, a list that is written out, a list that is read, or a schedule.
pub(super) fn contained(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    value: &Expr,
    container: &Expr,
) -> Option<NodeId> {
    if let ExprKind::Path(path) = &value.kind
        && let [now] = path.segments.as_slice()
        && now.text == "now"
    {
        return in_schedule(checker, site, container);
    }
    if let ExprKind::Schedule { .. } = &container.kind {
        checker.report(
            Diagnostic::new(
                Code::E0302,
                "this is a schedule",
                container.span,
                "only `now` can be in it",
            )
            .with_help("write `now in { mon..fri }`; a list stands in brackets: `x in [\"a\", \"b\"]`"),
        );
        return None;
    }
    if let ExprKind::Network(_) = &container.kind {
        let set = sets::literal(checker, std::slice::from_ref(container), &[], container.span);
        return in_set(checker, site, value, (set, container.span));
    }
    if let ExprKind::List(elements) = &container.kind {
        let words = words_opposite(checker, site, value);
        let set = sets::literal(checker, elements, &words, container.span);
        return in_set(checker, site, value, (set, container.span));
    }
    if let ExprKind::Path(path) = &container.kind
        && let [name] = path.segments.as_slice()
    {
        match checker.names.get(&name.text) {
            Some(Meaning::Set(Some(set))) => {
                return in_set(checker, site, value, (set, container.span));
            }
            Some(Meaning::Set(None)) => return None,
            Some(Meaning::Track) => return history::contained(checker, site, value, name),
            Some(Meaning::Schedule(_)) => {
                checker.report(
                    Diagnostic::new(
                        Code::E0302,
                        format!("`{}` is a schedule", name.text),
                        container.span,
                        "only `now` can be in it",
                    )
                    .with_help(format!("write `now in {}`", name.text)),
                );
                return None;
            }
            Some(
                Meaning::Connector(_)
                | Meaning::Resource
                | Meaning::Policy(_)
                | Meaning::Breaker(_)
                | Meaning::Limit(_)
                | Meaning::Mark,
            )
            | None => {
                if !checker.is_spoken_of(&name.text) {
                    checker.report(no_set(checker, name));
                }
                return None;
            }
        }
    }
    in_list(checker, site, value, container)
}

/// The bare words that a list may hold opposite this value: those of its few, and for a tool's tier all tiers.
fn words_opposite(checker: &mut Checker<'_>, site: &Site<'_>, value: &Expr) -> Vec<String> {
    match lower(checker, site, value) {
        Some(Lowered::Value { ty, .. }) => enum_words(&ty),
        Some(Lowered::Missing(_) | Lowered::Word(_)) | None => Vec::new(),
    }
}

pub(super) fn no_set(checker: &Checker<'_>, name: &Name) -> Diagnostic {
    let near = checker.names.nearest(&name.text, |meaning| {
        matches!(meaning, Meaning::Set(_) | Meaning::Schedule(_))
    });
    let label = checker
        .names
        .get(&name.text)
        .map_or("no set has this name".to_owned(), |m| {
            format!("this is {}", m.noun())
        });
    let diagnostic = Diagnostic::new(
        Code::E0203,
        format!("`{}` is no set", name.text),
        name.span,
        label,
    );
    match near {
        Some(near) => diagnostic.with_near(name.span, Some(near)),
        None => diagnostic.with_help(format!("declare it: `set {} = [\"a\", \"b\"]`", name.text)),
    }
}

fn in_schedule(checker: &mut Checker<'_>, site: &Site<'_>, container: &Expr) -> Option<NodeId> {
    if let ExprKind::Schedule { zone, body } = &container.kind {
        let id = in_place::schedule(checker, zone.as_ref(), body, container.span)?;
        return time_zones::test(checker, site, id);
    }
    let name = if let ExprKind::Path(path) = &container.kind
        && let [name] = path.segments.as_slice()
    {
        Some(name)
    } else {
        None
    };
    let found = name.and_then(|name| checker.names.get(&name.text));
    match (name, found) {
        (_, Some(Meaning::Schedule(Some(id)))) => time_zones::test(checker, site, id),
        // A broken schedule has been reported where it stands.
        (_, Some(Meaning::Schedule(None))) => None,
        (Some(name), None) if checker.is_spoken_of(&name.text) => None,
        (name, found) => {
            let text = name.map_or("this", |name| name.text.as_str());
            let label = found.map_or("no schedule has this name".to_owned(), |meaning| {
                format!("this is {}", meaning.noun())
            });
            let near = checker
                .names
                .nearest(text, |meaning| matches!(meaning, Meaning::Schedule(_)));
            let diagnostic = Diagnostic::new(
                Code::E0203,
                format!("`{text}` is no schedule"),
                container.span,
                label,
            );
            let diagnostic = match near {
                Some(near) => diagnostic.with_near(container.span, Some(near)),
                None if matches!(found, Some(Meaning::Set(_))) => diagnostic.with_help(
                    "days on which now may lie are a schedule: `schedule freeze { 2026-12-24, 2026-12-31 }`",
                ),
                None => diagnostic.with_help("declare it: `schedule office_hours { mon..fri 09:00-17:00 }`"),
            };
            checker.report(diagnostic);
            None
        }
    }
}

fn in_set(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    value: &Expr,
    (set, container): (SetId, Span),
) -> Option<NodeId> {
    let (node, ty, fold) = match lower(checker, site, value)? {
        Lowered::Value { node, ty, fold } => (node, ty, fold),
        Lowered::Missing(path) => return Some(unknowable(checker, path)),
        Lowered::Word(name) => {
            let _ = report_word(checker, &name);
            return None;
        }
    };
    let of_value = (named::of(checker, site, value), value.span);
    named::check_alike(
        checker,
        value.span,
        of_value,
        (named::of_set(checker, set), container),
    )?;
    let elements = checker
        .bundle
        .sets
        .get(set.index())
        .map(|set| set.elements.clone())
        .unwrap_or_default();
    networks::check(checker, &ty, &elements, value.span)?;
    if ty.must_be(Kind::List) && !elements.iter().any(|one| matches!(one, Constant::Network(_))) {
        report_list(checker, value.span, container, &ty);
        return None;
    }
    if let Some(Constant::Instant(_) | Constant::Duration(_)) = elements.first() {
        let value = Side::new(node, &ty, value);
        let value = exact::member(checker, &value, (set, container))?;
        let fold = false;
        return Some(checker.bundle.arena.add(Node::InSet { value, set, fold }));
    }
    let kind = match elements.first() {
        Some(Constant::Bool(_)) => Some(Kind::Bool),
        Some(Constant::Number(_)) => Some(Kind::Decimal),
        Some(Constant::Text(_)) => Some(Kind::Text),
        Some(Constant::Network(_) | Constant::Instant(_) | Constant::Duration(_)) | None => None,
    };
    if let Some(kind) = kind {
        let message = format!("the elements of this set are of type {}", kind.name());
        values::expect(checker, &ty, &[kind], value.span, &message)?;
    }
    if !is_name_of_tool(value) {
        report_impossible_words(checker, &ty, &elements, fold, value.span);
    }
    let test = Node::InSet {
        value: node,
        set,
        fold,
    };
    Some(settled::settle(checker, test))
}

/// A list is no element; that all of it is meant is said the other way round.
fn report_list(checker: &mut Checker<'_>, value: Span, container: Span, ty: &Type) {
    let (inner, whole) = (checker.sources.text(value), checker.sources.text(container));
    let turned = format!("{whole} contains {inner}");
    let help = format!("that all of it is in there: `{turned}`");
    let edits = vec![Edit::replace(value.to(container), turned)];
    checker.report(
        Diagnostic::new(
            Code::E0302,
            "one value is in a set, and not a whole list",
            value,
            format!("this is {ty}"),
        )
        .with_fix(help, edits, Safety::Guess),
    );
}

/// The name of the tool is one word, and a list of names is of several tools.
fn is_name_of_tool(value: &Expr) -> bool {
    let ExprKind::Path(path) = &value.kind else {
        return false;
    };
    tool::field(path) == Some("name")
}

/// A value of a few words is never equal to an element that is none of them.
fn report_impossible_words(
    checker: &mut Checker<'_>,
    ty: &Type,
    elements: &[Constant],
    fold: bool,
    span: Span,
) {
    let words = enum_words(ty);
    let only_words = !words.is_empty() && ty.alternatives().iter().all(|ty| matches!(ty, Type::Enum(_)));
    if !only_words || fold {
        return;
    }
    for element in elements {
        if let Constant::Text(text) = element
            && !words.contains(text)
        {
            let diagnostic = Diagnostic::new(
                Code::E0301,
                format!("\"{text}\" is none of its values"),
                span,
                format!("the values are `{}`", words.join("`, `")),
            );
            checker.report(match nearest(text, words.iter().map(String::as_str)) {
                Some(near) => diagnostic.with_help(format!("did you mean \"{near}\"?")),
                None => diagnostic,
            });
        }
    }
}

pub(super) fn in_list(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    value: &Expr,
    list: &Expr,
) -> Option<NodeId> {
    let (value_lowered, list_lowered) = (lower(checker, site, value), lower(checker, site, list));
    let (value_node, value_ty, fold) = match value_lowered? {
        Lowered::Value { node, ty, fold } => (node, ty, fold),
        Lowered::Missing(path) => return Some(unknowable(checker, path)),
        Lowered::Word(name) => {
            let _ = report_word(checker, &name);
            return None;
        }
    };
    let (list_node, list_ty, list_fold) = match list_lowered? {
        Lowered::Value { node, ty, fold } => (node, ty, fold),
        Lowered::Missing(path) => return Some(unknowable(checker, path)),
        Lowered::Word(name) => {
            checker.report(no_set(checker, &name));
            return None;
        }
    };
    let (of_value, of_list) = (named::of(checker, site, value), named::of(checker, site, list));
    named::check_alike(
        checker,
        value.span.to(list.span),
        (of_value, value.span),
        (of_list, list.span),
    )?;
    if !list_ty.may_be(Kind::List) {
        let found = Diagnostic::new(
            Code::E0302,
            "`in` looks into a set or a list",
            list.span,
            format!("this is {list_ty}"),
        );
        checker.report(if value_ty.may_be(Kind::List) {
            found.with_help(
                "the list stands behind `in`, or before `contains`: `member.groups contains \"support\"`",
            )
        } else {
            found.with_help("to compare with one text write `is`; for a part of a text, `contains`")
        });
        return None;
    }
    if let (Some(Node::Load(path)), Some(Node::Constant(group))) = (
        checker.bundle.arena.get(list_node),
        checker.bundle.arena.get(value_node),
    ) && checker.bundle.path(path) == Some(&Path::MemberGroups)
        && let Some(Constant::Text(group)) = checker.bundle.constants.get(group.index()).cloned()
        && !directory::check_group(checker, &group, value.span)
    {
        return None;
    }
    if let Some(element) = list_ty.element()
        && value_ty.must_be(Kind::List)
        && !element.may_be(Kind::List)
    {
        report_list(checker, value.span, list.span, &value_ty);
        return None;
    }
    if let Some(element) = list_ty.element()
        && site.bound.is_none()
        && exact::concerns(&element, &value_ty)
    {
        // Each element is read, as it would be in a quantifier.
        let element_node = checker.bundle.arena.add(Node::Element(0));
        let left = Side::new(element_node, &element, list);
        let right = Side::new(value_node, &value_ty, value);
        let body = exact::compare(checker, CompareOp::Equal, &left, &right)?;
        let over = Over::List(list_node);
        return Some(checker.bundle.arena.add(Node::Any { over, body }));
    }
    if let Some(element) = list_ty.element()
        && !element.can_equal(&value_ty)
    {
        let diagnostic = Diagnostic::new(
            Code::E0301,
            "no element can be equal to this",
            value.span,
            format!("this is {value_ty}"),
        )
        .with_label(list.span, format!("this is {list_ty}"));
        checker.report(diagnostic);
        return None;
    }
    Some(checker.bundle.arena.add(Node::InList {
        value: value_node,
        list: list_node,
        fold: fold || list_fold,
    }))
}
