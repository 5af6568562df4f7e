//! `labels contains args.labels`: whether all of one collection lies in another. It is short for an `all`, and becomes
//! one: `all x in args.labels (x in labels)`.

use super::conditions::{enum_words, unknowable};
use super::elements::{self, Bound, Reported};
use super::membership::no_set;
use super::names::Meaning;
use super::values::{Lowered, Site, lower, report_word};
use super::{Checker, history, named, sets};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Node, NodeId, Over, SetId};
use crate::syntax::ast::{Expr, ExprKind, Name};
use crate::types::Type;
use crate::value::Kind;

/// The node of `left contains right` where both are collections; `None` where they are not.
pub(super) fn test(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    left: &Expr,
    right: &Expr,
) -> Option<Result<NodeId, Reported>> {
    if !is_collection(checker, site, right) || !is_collection(checker, site, left) {
        return None;
    }
    // A list of lists has lists for elements.
    let has_lists = lower_list(checker, site, left)
        .and_then(|ty| ty.element())
        .is_some_and(|element| element.must_be(Kind::List));
    (!has_lists).then(|| contained(checker, site, left, right).ok_or(Reported))
}

/// The name of a set or a track that an expression is.
fn by_name<'e>(checker: &Checker<'_>, site: &Site<'_>, expr: &'e Expr) -> Option<(&'e Name, Meaning)> {
    let ExprKind::Path(path) = &expr.kind else {
        return None;
    };
    let [name] = path.segments.as_slice() else {
        return None;
    };
    if site.bound.is_some_and(|bound| bound.find(&name.text).is_some()) {
        return None;
    }
    let meaning = checker.names.get(&name.text)?;
    matches!(meaning, Meaning::Set(_) | Meaning::Track).then_some((name, meaning))
}

/// Whether an expression is a set, a list that is written out, or surely a list.
fn is_collection(checker: &mut Checker<'_>, site: &Site<'_>, expr: &Expr) -> bool {
    if matches!(expr.kind, ExprKind::List(_)) {
        return true;
    }
    if let Some((_, meaning)) = by_name(checker, site, expr) {
        return meaning != Meaning::Track || history::named_set(checker, expr).is_some();
    }
    let is_read = matches!(expr.kind, ExprKind::Path(_) | ExprKind::Else { .. });
    is_read && matches!(lower_list(checker, site, expr), Some(ty) if ty.must_be(Kind::List))
}

fn lower_list(checker: &mut Checker<'_>, site: &Site<'_>, expr: &Expr) -> Option<Type> {
    let is_written = matches!(expr.kind, ExprKind::List(_));
    if is_written || by_name(checker, site, expr).is_some() {
        return None;
    }
    match lower(checker, site, expr)? {
        Lowered::Value { ty, .. } => Some(ty),
        Lowered::Missing(_) | Lowered::Word(_) => None,
    }
}

fn contained(checker: &mut Checker<'_>, site: &Site<'_>, left: &Expr, right: &Expr) -> Option<NodeId> {
    let words = words(checker, site, left);
    let inner = if let ExprKind::List(written) = &right.kind {
        let set = sets::literal(checker, written, &words, right.span);
        elements::of_set(checker, set, right.span)?
    } else {
        match elements::elements(checker, site, right)? {
            Ok(elements) => elements,
            Err(missing) => return Some(missing),
        }
    };
    let of_right = match inner.over {
        Over::Set(set) => named::of_set(checker, set),
        Over::Tracked { track, .. } => history::named_type(checker, track),
        Over::List(_) | Over::Texts(_) => named::of(checker, site, right),
    };
    // The whole stands inside of the `all`, where the elements around are one further out.
    let around = Bound::nameless(site.bound);
    let inside = Site {
        tool: site.tool,
        asked: site.asked,
        bound: Some(&around),
        remembers: site.remembers,
    };
    let value = checker.bundle.arena.add(Node::Element(0));
    let whole = whole(checker, &inside, left, &inner.ty, value, inner.fold)?;
    named::check_alike(
        checker,
        left.span.to(right.span),
        (whole.named, left.span),
        (of_right, right.span),
    )?;
    if let Some(ty) = &whole.element
        && !ty.can_equal(&inner.ty)
    {
        let diagnostic = Diagnostic::new(
            Code::E0301,
            "nothing can be an element of both",
            left.span.to(right.span),
            "always the same answer",
        )
        .with_label(left.span, format!("its elements are {ty}"))
        .with_label(right.span, format!("its elements are {}", inner.ty));
        checker.report(diagnostic);
        return None;
    }
    Some(checker.bundle.arena.add(Node::All {
        over: inner.over,
        body: whole.test,
    }))
}

/// The words that may stand bare in a list opposite a list of few words.
fn words(checker: &mut Checker<'_>, site: &Site<'_>, whole: &Expr) -> Vec<String> {
    lower_list(checker, site, whole)
        .and_then(|ty| ty.element())
        .map(|element| enum_words(&element))
        .unwrap_or_default()
}

/// The collection that is to hold everything.
struct Whole {
    /// Whether the element is in it.
    test: NodeId,
    /// What its elements are; `None` where that is asked elsewhere.
    element: Option<Type>,
    named: Option<String>,
}

fn whole(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    left: &Expr,
    of: &Type,
    value: NodeId,
    fold: bool,
) -> Option<Whole> {
    if let ExprKind::List(written) = &left.kind {
        let set = sets::literal(checker, written, &enum_words(of), left.span);
        return Some(in_set(checker, set, value, fold));
    }
    match by_name(checker, site, left) {
        Some((_, Meaning::Set(set))) => return Some(in_set(checker, set?, value, fold)),
        Some((name, _)) => {
            let (over, kept, kept_fold) = history::elements(checker, site, name)?;
            let Over::Tracked { track, key } = over else {
                return None;
            };
            let fold = fold || kept_fold;
            let test = checker.bundle.arena.add(Node::InTrack {
                value,
                track,
                key,
                fold,
            });
            return Some(Whole {
                test,
                element: Some(kept.ty),
                named: kept.named,
            });
        }
        None => {}
    }
    let named = named::of(checker, site, left);
    match lower(checker, site, left)? {
        Lowered::Value {
            node: list,
            ty,
            fold: list_fold,
        } => {
            let fold = fold || list_fold;
            Some(Whole {
                test: checker.bundle.arena.add(Node::InList { value, list, fold }),
                element: ty.element(),
                named,
            })
        }
        Lowered::Missing(path) => Some(Whole {
            test: unknowable(checker, path),
            element: None,
            named: None,
        }),
        Lowered::Word(name) if checker.names.get(&name.text).is_none() => {
            checker.report(no_set(checker, &name));
            None
        }
        Lowered::Word(name) => {
            let _ = report_word(checker, &name);
            None
        }
    }
}

fn in_set(checker: &mut Checker<'_>, set: SetId, value: NodeId, fold: bool) -> Whole {
    let element = checker
        .bundle
        .sets
        .get(set.index())
        .and_then(elements::type_of_set);
    Whole {
        test: checker.bundle.arena.add(Node::InSet { value, set, fold }),
        element,
        named: named::of_set(checker, set),
    }
}
