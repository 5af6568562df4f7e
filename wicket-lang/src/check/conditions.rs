//! Conditions: one node for one rule and one tool.
//!
//! What is known of the tool is folded away here, so the machine never asks for it. A test of something that the tool
//! can never have is [`Node::Unknowable`]: it applies a forbid and never a permit.

use super::membership::{contained, in_list};
use super::patterns;
use super::values::{self, Found, Lowered, Site, lower, report_word};
use super::{Checker, elements, exact, functions, history, named, settled, tool, within, words};
use crate::diagnostic::{Code, Diagnostic, Edit, Safety, nearest};
use crate::ir::{Constant, Node, NodeId, Path, PathId};
use crate::syntax::ast::{self, Expr, ExprKind, Name};
use crate::types::{Exact, Type};
use crate::value::{CompareOp, Kind, TextOp};

/// Lowers a condition, and notes where its tests stand; `None` where a diagnostic was made.
pub(super) fn condition(checker: &mut Checker<'_>, site: &Site<'_>, expr: &Expr) -> Option<NodeId> {
    if matches!(expr.kind, ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Not(_)) {
        return lowered(checker, site, expr);
    }
    let was_inside = checker.notes.begin();
    let node = lowered(checker, site, expr);
    checker.notes.end(was_inside, expr.span, node);
    node
}

fn lowered(checker: &mut Checker<'_>, site: &Site<'_>, expr: &Expr) -> Option<NodeId> {
    match &expr.kind {
        ExprKind::And(parts) => join(checker, site, parts, true),
        ExprKind::Or(parts) => join(checker, site, parts, false),
        ExprKind::Not(inner) => {
            let inner = condition(checker, site, inner)?;
            Some(negate(checker, inner))
        }
        ExprKind::Bool(value) => Some(always(checker, *value)),
        ExprKind::Compare { op, left, right, .. } => compare(checker, site, *op, left, right),
        ExprKind::In {
            negated,
            value,
            container,
        } => {
            let node = contained(checker, site, value, container)?;
            Some(if *negated { negate(checker, node) } else { node })
        }
        ExprKind::IsType { negated, value, ty } => {
            let node = is_type(checker, site, value, ty)?;
            Some(if *negated { negate(checker, node) } else { node })
        }
        ExprKind::Text { op, left, right } => text(checker, site, *op, left, right),
        ExprKind::Pattern {
            whole,
            value,
            pattern,
        } => patterns::test(checker, site, *whole, value, pattern),
        ExprKind::Has(path) => has(checker, site, path),
        ExprKind::Quantified {
            quantifier,
            variable,
            over,
            body,
        } => elements::quantified(checker, site, *quantifier, variable, over, body),
        ExprKind::Marked {
            negated,
            subject,
            mark,
        } => {
            let node = history::marked(checker, site, subject, mark)?;
            Some(if *negated { negate(checker, node) } else { node })
        }
        ExprKind::Path(_) | ExprKind::Call { .. } | ExprKind::Part { .. } | ExprKind::Else { .. } => {
            truth(checker, site, expr)
        }
        ExprKind::Error => None,
        ExprKind::String(_)
        | ExprKind::Number(_)
        | ExprKind::Date(_)
        | ExprKind::Moment(_)
        | ExprKind::Duration(_)
        | ExprKind::Network(_)
        | ExprKind::List(_)
        | ExprKind::Schedule { .. }
        | ExprKind::Arithmetic { .. } => {
            checker.report(
                Diagnostic::new(
                    Code::E0303,
                    "a condition is true or false",
                    expr.span,
                    "this is a value",
                )
                .with_help("compare it with something: `args.x is 1`"),
            );
            None
        }
    }
}

pub(super) fn always(checker: &mut Checker<'_>, truth: bool) -> NodeId {
    checker.bundle.arena.add(Node::Always(truth))
}

pub(super) fn negate(checker: &mut Checker<'_>, inner: NodeId) -> NodeId {
    match checker.bundle.arena.get(inner) {
        Some(Node::Always(truth)) => always(checker, !truth),
        Some(Node::Not(inner)) => inner,
        Some(Node::Unknowable(_)) => inner,
        _ => checker.bundle.arena.add(Node::Not(inner)),
    }
}

/// `and` of two conditions, or `or`, what is constant folded away.
pub(super) fn join_two(checker: &mut Checker<'_>, left: NodeId, right: NodeId, and: bool) -> NodeId {
    let constant = |id| match checker.bundle.arena.get(id) {
        Some(Node::Always(truth)) => Some(truth),
        _ => None,
    };
    match (constant(left), constant(right)) {
        (Some(truth), _) if truth != and => left,
        (_, Some(truth)) if truth != and => right,
        (Some(_), _) => right,
        (_, Some(_)) => left,
        (None, None) if left == right => left,
        (None, None) if and => checker.bundle.arena.add(Node::And(left, right)),
        (None, None) => checker.bundle.arena.add(Node::Or(left, right)),
    }
}

fn join(checker: &mut Checker<'_>, site: &Site<'_>, parts: &[Expr], and: bool) -> Option<NodeId> {
    // All parts are looked at, so that each says what is wrong with it.
    let nodes: Vec<Option<NodeId>> = parts.iter().map(|part| condition(checker, site, part)).collect();
    let mut nodes: Vec<NodeId> = nodes.into_iter().collect::<Option<_>>()?;
    while nodes.len() > 1 {
        nodes = nodes
            .chunks(MAX_ROW)
            .filter_map(|row| {
                let joined = row.iter().copied();
                joined.reduce(|left, right| join_two(checker, left, right, and))
            })
            .collect();
    }
    nodes.pop()
}

/// A longer row of `and` or `or` becomes a row of such rows, so that what it is made into is not as deep as it is long.
const MAX_ROW: usize = 64;

/// A truth value that is read.
fn truth(checker: &mut Checker<'_>, site: &Site<'_>, expr: &Expr) -> Option<NodeId> {
    match lower(checker, site, expr)? {
        Lowered::Value { node, ty, .. } => {
            if !ty.may_be(Kind::Bool) {
                checker.report(
                    Diagnostic::new(
                        Code::E0303,
                        "a condition is true or false",
                        expr.span,
                        format!("this is {ty}"),
                    )
                    .with_help("compare it with something: `… is \"x\"`"),
                );
                return None;
            }
            Some(settled::settle(checker, Node::IsTrue(node)))
        }
        Lowered::Missing(path) => Some(unknowable(checker, path)),
        Lowered::Word(name) => {
            let _ = report_word(checker, &name);
            None
        }
    }
}

pub(super) fn unknowable(checker: &mut Checker<'_>, path: PathId) -> NodeId {
    checker.bundle.arena.add(Node::Unknowable(path))
}

fn compare(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    op: CompareOp,
    left: &Expr,
    right: &Expr,
) -> Option<NodeId> {
    let (left_value, right_value) = words::sides(checker, site, left, right)?;
    let (left_value, right_value) = words(checker, site, left_value, right_value)?;
    let (left_node, left_ty, left_fold, right_node, right_ty, right_fold) = match (left_value, right_value) {
        (Lowered::Missing(path), _) | (_, Lowered::Missing(path)) => return Some(unknowable(checker, path)),
        (
            Lowered::Value {
                node: a,
                ty: at,
                fold: af,
            },
            Lowered::Value {
                node: b,
                ty: bt,
                fold: bf,
            },
        ) => (a, at, af, b, bt, bf),
        (Lowered::Word(_), _) | (_, Lowered::Word(_)) => return None,
    };
    let is_equality = matches!(op, CompareOp::Equal | CompareOp::NotEqual);
    if exact::concerns(&left_ty, &right_ty) || (!is_equality && exact::concerns_order(&left_ty, &right_ty)) {
        let left = exact::Side::new(left_node, &left_ty, left);
        let right = exact::Side::new(right_node, &right_ty, right);
        return exact::compare(checker, op, &left, &right);
    }
    match op {
        CompareOp::Equal | CompareOp::NotEqual => {
            let sides = (named::of(checker, site, left), named::of(checker, site, right));
            let whole = left.span.to(right.span);
            named::check_alike(checker, whole, (sides.0, left.span), (sides.1, right.span))?;
            if !left_ty.can_equal(&right_ty)
                && !can_equal_folded(&left_ty, &right_ty, left_fold || right_fold)
            {
                return fold_constants(checker, op, left_node, right_node)
                    .or_else(|| report_never_equal(checker, left, &left_ty, right, &right_ty));
            }
        }
        CompareOp::Less | CompareOp::LessEqual | CompareOp::Greater | CompareOp::GreaterEqual => {
            let message = format!("`{}` compares numbers", op.symbol());
            values::expect(checker, &left_ty, &[Kind::Decimal], left.span, &message)?;
            values::expect(checker, &right_ty, &[Kind::Decimal], right.span, &message)?;
        }
    }
    let test = Node::Compare {
        op,
        left: left_node,
        right: right_node,
        fold: left_fold || right_fold,
    };
    Some(settled::settle(checker, test))
}

/// Two sides of which one is a bare word: it is a value of the other side's few words.
fn words(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    left: Lowered,
    right: Lowered,
) -> Option<(Lowered, Lowered)> {
    match (left, right) {
        (Lowered::Word(name), other) => {
            let word = word(checker, site, &name, &other)?;
            Some((word, other))
        }
        (other, Lowered::Word(name)) => {
            let word = word(checker, site, &name, &other)?;
            Some((other, word))
        }
        pair => Some(pair),
    }
}

fn word(checker: &mut Checker<'_>, site: &Site<'_>, name: &Name, opposite: &Lowered) -> Option<Lowered> {
    let known: Vec<String> = match opposite {
        Lowered::Value { ty, .. } => enum_words(ty),
        Lowered::Missing(_) | Lowered::Word(_) => Vec::new(),
    };
    if words::report_taken(checker, name, &known) {
        return None;
    }
    if words::takes_any(checker, opposite) {
        return Some(values::constant_value(checker, Constant::Text(name.text.clone())));
    }
    if known.is_empty() {
        return report_word(checker, name);
    }
    if !known.contains(&name.text) && is_argument(checker, site, name) {
        let meant = format!("args.{}", name.text);
        checker.report(
            Diagnostic::new(
                Code::E0308,
                format!("`{}` stands for nothing here", name.text),
                name.span,
                "an argument of this name is there",
            )
            .with_near(name.span, Some(meant.as_str())),
        );
        return None;
    }
    if !known.contains(&name.text) {
        let diagnostic = Diagnostic::new(
            Code::E0301,
            format!("`{}` is none of its values", name.text),
            name.span,
            format!("the values are `{}`", spelled(&known)),
        );
        checker.report(match nearest(&name.text, known.iter().map(String::as_str)) {
            Some(near) => diagnostic.with_near(name.span, Some(near)),
            None => diagnostic,
        });
        return None;
    }
    Some(values::constant_value(checker, Constant::Text(name.text.clone())))
}

/// The words as they are listed; a fallback that is the empty text is none that one could write bare.
fn spelled(words: &[String]) -> String {
    let words: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| !word.is_empty())
        .collect();
    words.join("`, `")
}

/// Whether the tool takes an argument of this name.
fn is_argument(checker: &Checker<'_>, site: &Site<'_>, name: &Name) -> bool {
    let tool = checker.bundle.tool(site.tool);
    tool.is_some_and(|tool| tool.schema.argument(&name.text).is_some())
}

pub(super) fn enum_words(ty: &Type) -> Vec<String> {
    ty.alternatives()
        .iter()
        .filter_map(|ty| {
            let Type::Enum(words) = ty else { return None };
            Some(words.clone())
        })
        .flatten()
        .collect()
}

/// Where case does not matter, two texts that differ in case only are no mistake.
fn can_equal_folded(left: &Type, right: &Type, fold: bool) -> bool {
    fold && left.may_be(Kind::Text) && right.may_be(Kind::Text)
}

/// Two constants (a tool's own name, say) are compared once, here.
fn fold_constants(checker: &mut Checker<'_>, op: CompareOp, left: NodeId, right: NodeId) -> Option<NodeId> {
    let constant = |id| match checker.bundle.arena.get(id) {
        Some(Node::Constant(id)) => checker.bundle.constants.get(id.index()).cloned(),
        _ => None,
    };
    let equal = constant(left)? == constant(right)?;
    match op {
        CompareOp::Equal => Some(always(checker, equal)),
        CompareOp::NotEqual => Some(always(checker, !equal)),
        CompareOp::Less | CompareOp::LessEqual | CompareOp::Greater | CompareOp::GreaterEqual => None,
    }
}

fn report_never_equal(
    checker: &mut Checker<'_>,
    left: &Expr,
    left_ty: &Type,
    right: &Expr,
    right_ty: &Type,
) -> Option<NodeId> {
    let diagnostic = Diagnostic::new(
        Code::E0301,
        "these two can never be equal",
        left.span.to(right.span),
        "always the same answer",
    )
    .with_label(left.span, format!("this is {left_ty}"))
    .with_label(right.span, format!("this is {right_ty}"));
    let (words, other) = (enum_words(left_ty), enum_words(right_ty));
    let near = match (words.as_slice(), other.as_slice()) {
        ([word], known) | (known, [word]) => {
            nearest(word, known.iter().map(String::as_str)).map(str::to_owned)
        }
        _ => None,
    };
    // The constant is the side that was written out.
    let written = if words.len() == 1 { left } else { right };
    checker.report(match (near, &written.kind) {
        (Some(near), ExprKind::String(_)) => {
            diagnostic.with_near(written.span, Some(format!("\"{near}\"").as_str()))
        }
        (Some(near), _) => diagnostic.with_help(format!("did you mean `{near}`?")),
        (None, _) => match (&right.kind, left_ty) {
            (ExprKind::Number(digits), Type::Text) => diagnostic.with_fix(
                format!("a text stands in quotes: \"{digits}\""),
                vec![Edit::replace(right.span, format!("\"{digits}\""))],
                Safety::Guess,
            ),
            _ => diagnostic,
        },
    });
    None
}

fn is_type(checker: &mut Checker<'_>, site: &Site<'_>, value: &Expr, ty: &Name) -> Option<NodeId> {
    if ty.text == "null" {
        checker.report(
            Diagnostic::new(
                Code::E0302,
                "`null` is a missing value, and no type",
                ty.span,
                "nothing is ever null here",
            )
            .with_help("`not has x` asks whether it is missing"),
        );
        return None;
    }
    if let Some(exact) = Exact::find(&ty.text) {
        return is_written(checker, site, value, exact);
    }
    let Some(kind) = Kind::find(&ty.text) else {
        checker.report(Diagnostic::new(
            Code::E0302,
            format!("no type is called `{}`", ty.text),
            ty.span,
            "the types are `bool`, `integer`, `number`, `string`, `list`, `record`, `instant`, `date` and `duration`",
        ));
        return None;
    };
    match lower(checker, site, value)? {
        Lowered::Value { node, .. } => Some(settled::settle(checker, Node::IsKind { value: node, kind })),
        Lowered::Missing(path) => Some(unknowable(checker, path)),
        Lowered::Word(name) => {
            let _ = report_word(checker, &name);
            None
        }
    }
}

/// `x is date`: whether a text is exactly one. Opposite a few words of which this is one, it is that word.
fn is_written(checker: &mut Checker<'_>, site: &Site<'_>, value: &Expr, exact: Exact) -> Option<NodeId> {
    match lower(checker, site, value)? {
        Lowered::Value { node, ty, fold } if enum_words(&ty).iter().any(|word| word == exact.name()) => {
            let word = checker.constant(Constant::Text(exact.name().to_owned()));
            let right = checker.bundle.arena.add(Node::Constant(word));
            Some(checker.bundle.arena.add(Node::Compare {
                op: CompareOp::Equal,
                left: node,
                right,
                fold,
            }))
        }
        Lowered::Value { node, .. } => Some(checker.bundle.arena.add(Node::IsWritten { value: node, exact })),
        Lowered::Missing(path) => Some(unknowable(checker, path)),
        Lowered::Word(name) => {
            let _ = report_word(checker, &name);
            None
        }
    }
}

fn text(checker: &mut Checker<'_>, site: &Site<'_>, op: TextOp, left: &Expr, right: &Expr) -> Option<NodeId> {
    if op == TextOp::Contains
        && let Some(node) = within::test(checker, site, left, right)
    {
        return node.ok();
    }
    let (left_lowered, right_lowered) = (lower(checker, site, left), lower(checker, site, right));
    let (left_lowered, right_lowered) = (left_lowered?, right_lowered?);
    // `labels contains "bug"` asks for an element.
    if let (TextOp::Contains, Lowered::Value { ty, .. }) = (op, &left_lowered)
        && ty.must_be(Kind::List)
    {
        return in_list(checker, site, right, left);
    }
    let (text, text_ty, fold) = match left_lowered {
        Lowered::Value { node, ty, fold } => (node, ty, fold),
        Lowered::Missing(path) => return Some(unknowable(checker, path)),
        Lowered::Word(name) => {
            let _ = report_word(checker, &name);
            return None;
        }
    };
    let (pattern, pattern_ty, pattern_fold) = match right_lowered {
        Lowered::Value { node, ty, fold } => (node, ty, fold),
        Lowered::Missing(path) => return Some(unknowable(checker, path)),
        Lowered::Word(name) => {
            let _ = report_word(checker, &name);
            return None;
        }
    };
    let message = format!("`{}` expects a string", op.symbol());
    values::expect(checker, &text_ty, &[Kind::Text], left.span, &message)?;
    values::expect(checker, &pattern_ty, &[Kind::Text], right.span, &message)?;
    let pattern = match op {
        TextOp::Under => functions::under(checker, (text, left), (pattern, right))?,
        TextOp::StartsWith | TextOp::EndsWith | TextOp::Contains | TextOp::Like => pattern,
    };
    let fold = fold || pattern_fold;
    let node = Node::Text {
        op,
        text,
        pattern,
        fold,
    };
    Some(settled::settle(checker, node))
}

/// Three-valued: known to be absent is false, what cannot be had is unknown.
fn has(checker: &mut Checker<'_>, site: &Site<'_>, path: &ast::Path) -> Option<NodeId> {
    match values::find(checker, site, path)? {
        Found::Path { path, .. } => Some(checker.bundle.arena.add(Node::Has(path))),
        // An argument that the tool surely does not take is never sent; anything else that it lacks is not known.
        Found::Missing(id) if is_known_absent(checker, site, id) => Some(always(checker, false)),
        Found::Missing(id) => Some(unknowable(checker, id)),
        Found::Element { node, .. } => Some(checker.bundle.arena.add(Node::HasValue(node))),
        Found::Constant(_) => Some(always(checker, true)),
        Found::Word(name) => {
            let _ = report_word(checker, &name);
            None
        }
    }
}

/// Whether what the tool lacks is known not to be there, whatever the call.
pub(super) fn is_known_absent(checker: &Checker<'_>, site: &Site<'_>, path: PathId) -> bool {
    match checker.bundle.path(path) {
        Some(Path::Argument(names)) => is_never_sent(checker, site, names),
        Some(_) | None => tool::is_silent(checker, site, path),
    }
}

/// Whether no call of the tool can carry the argument: its schema knows all the names that may stand there.
///
/// An open tool takes names that its schema does not know, so nobody can say of one that it was not sent. And where a
/// value need not be a record, its JSON may be written into a text, with the name in it.
fn is_never_sent(checker: &Checker<'_>, site: &Site<'_>, names: &[String]) -> bool {
    let Some(tool) = checker.bundle.tool(site.tool) else {
        return false;
    };
    let mut ty = Type::Record(tool.schema.arguments.clone());
    for name in names {
        let Some(field) = ty.field(name) else {
            let only_records = |ty: &Type| matches!(ty, Type::Record(_) | Type::Null);
            return !tool.open && ty.alternatives().iter().all(only_records);
        };
        ty = field.ty;
    }
    false
}
