//! Expressions that are values: what they may be, and the node they become for one tool.

use std::collections::BTreeSet;

use super::conditions::{enum_words, is_known_absent};
use super::elements::Bound;
use super::names::Meaning;
pub(super) use super::words::report_word;
use super::{
    Checker, attributes, callers, elements, exact, functions, history, networks, result, sets, tool, words,
};
use crate::diagnostic::{Code, Diagnostic, Edit, Safety, nearest};
use crate::ir::{Constant, Node, NodeId, Path, PathId, ToolId};
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind, Name};
use crate::types::{self, Exact, Type};
use crate::value::{ArithmeticOp, Kind};

/// Where an expression stands: for which tool it is made, and which arguments its rule asks for with `has`.
pub(super) struct Site<'a> {
    pub tool: ToolId,
    pub asked: &'a BTreeSet<Vec<String>>,
    /// The elements of the quantifiers around it, the nearest first.
    pub bound: Option<&'a Bound<'a>>,
    /// It says what is remembered of a call, so the call's result is there.
    pub remembers: bool,
}

impl<'a> Site<'a> {
    /// In no quantifier.
    pub(super) fn new(tool: ToolId, asked: &'a BTreeSet<Vec<String>>) -> Self {
        Self {
            tool,
            asked,
            bound: None,
            remembers: false,
        }
    }
}

/// A value, typed.
#[derive(Clone, Debug)]
pub(super) enum Lowered {
    Value {
        node: NodeId,
        ty: Type,
        /// It is a text whose case does not matter to the connector.
        fold: bool,
    },
    /// The tool can never have it: any test of it is unknown.
    Missing(PathId),
    /// A bare word: an enum's value, if what stands opposite is an enum.
    Word(Name),
}

/// Lowers a value; `None` where a diagnostic was made.
pub(super) fn lower(checker: &mut Checker<'_>, site: &Site<'_>, expr: &Expr) -> Option<Lowered> {
    match &expr.kind {
        ExprKind::String(_) | ExprKind::Number(_) | ExprKind::Bool(_) => {
            let constant = sets::constant(checker, expr)?;
            Some(constant_value(checker, constant))
        }
        ExprKind::Path(_) if exact::is_now(expr) => Some(exact::now(checker)),
        ExprKind::Path(path) => match history::named(checker, expr) {
            Some(track) => history::number(checker, site, track, expr.span),
            None => match words::of_an_item(checker, path) {
                Some(name) => Some(Lowered::Word(name)),
                None => lower_path(checker, site, path),
            },
        },
        ExprKind::Date(_) | ExprKind::Moment(_) | ExprKind::Duration(_) => exact::literal(checker, expr),
        ExprKind::Network(_) => {
            networks::report_lone(checker, expr.span);
            None
        }
        ExprKind::Call { function, arguments } => {
            functions::lower_call(checker, site, function, arguments, None, expr.span)
        }
        ExprKind::Part {
            function,
            arguments,
            part,
        } => functions::lower_call(checker, site, function, arguments, Some(part), expr.span),
        ExprKind::Else { path, fallback } => {
            let lowered = lower_else(checker, site, path, fallback)?;
            Some(words::fallback_alone(checker, lowered))
        }
        ExprKind::Arithmetic { op, left, right } => lower_arithmetic(checker, site, *op, left, right),
        ExprKind::Error => None,
        ExprKind::List(_) => {
            checker.report(
                Diagnostic::new(
                    Code::E0302,
                    "a list stands only after `in`",
                    expr.span,
                    "this is a list",
                )
                .with_help("write `x in [\"a\", \"b\"]`"),
            );
            None
        }
        ExprKind::And(_)
        | ExprKind::Or(_)
        | ExprKind::Not(_)
        | ExprKind::Compare { .. }
        | ExprKind::In { .. }
        | ExprKind::IsType { .. }
        | ExprKind::Text { .. }
        | ExprKind::Pattern { .. }
        | ExprKind::Has(_)
        | ExprKind::Quantified { .. }
        | ExprKind::Schedule { .. }
        | ExprKind::Marked { .. } => {
            checker.report(
                Diagnostic::new(
                    Code::E0302,
                    "a condition stands where a value is wanted",
                    expr.span,
                    "this is true or false",
                )
                .with_help("conditions are joined with `and` and `or`"),
            );
            None
        }
    }
}

pub(super) fn constant_value(checker: &mut Checker<'_>, constant: Constant) -> Lowered {
    let ty = match &constant {
        Constant::Bool(value) => Type::Only(*value),
        Constant::Number(value) => Type::Numbers(vec![*value]),
        Constant::Text(text) => Type::Enum(vec![text.clone()]),
        Constant::Instant(_) => Type::Exact(Exact::Instant),
        Constant::Duration(_) => Type::Exact(Exact::Duration),
        // A network stands only in a set.
        Constant::Network(_) => Type::NOTHING,
    };
    let id = checker.constant(constant);
    Lowered::Value {
        node: checker.bundle.arena.add(Node::Constant(id)),
        ty,
        fold: false,
    }
}

/// What a path names.
pub(super) enum Found {
    /// Something that is read.
    Path {
        path: PathId,
        ty: Type,
        fold: bool,
    },
    /// An element of a quantifier, or a part of one.
    Element {
        node: NodeId,
        ty: Type,
        fold: bool,
    },
    Constant(Constant),
    /// The tool has no such thing, and the rule has asked for it or no tool could have it.
    Missing(PathId),
    Word(Name),
}

fn lower_path(checker: &mut Checker<'_>, site: &Site<'_>, path: &ast::Path) -> Option<Lowered> {
    Some(match find(checker, site, path)? {
        Found::Path { path, ty, fold } => Lowered::Value {
            node: checker.bundle.arena.add(Node::Load(path)),
            ty: ty.without_null(),
            fold,
        },
        Found::Element { node, ty, fold } => Lowered::Value {
            node,
            ty: ty.without_null(),
            fold,
        },
        Found::Constant(constant) => tool::constant(checker, path, constant),
        Found::Missing(path) => Lowered::Missing(path),
        Found::Word(name) => Lowered::Word(name),
    })
}

/// Looks a path up.
pub(super) fn find(checker: &mut Checker<'_>, site: &Site<'_>, path: &ast::Path) -> Option<Found> {
    if let Some(found) = elements::find(checker, site, path) {
        return found.ok();
    }
    let (first, rest) = path.segments.split_first()?;
    match (first.text.as_str(), rest) {
        ("args", [_, ..]) => argument(checker, site, rest, path.span),
        ("member", [field]) => callers::member(checker, first, field),
        ("agent", [field]) => callers::agent(checker, first, field),
        ("client", [field]) => callers::client(checker, first, field),
        ("session", [field]) => match field.text.as_str() {
            "denials" => Some(plain(checker, Path::SessionDenials, Type::Integer)),
            _ => unknown_field(checker, first, field, &["denials"]),
        },
        ("tool", [field]) => tool::find(checker, site, first, field),
        ("result", [_, ..]) => result::find(checker, site, rest, path.span),
        ("args" | "member" | "agent" | "client" | "session" | "tool" | "result", _) => {
            checker.report(
                Diagnostic::new(
                    Code::E0207,
                    format!("`{}` is a group of values", first.text),
                    path.span,
                    "which of them is meant?",
                )
                .with_help(format!("write `{}.NAME`", first.text)),
            );
            None
        }
        (_, [])
            if matches!(
                checker.names.get(&first.text),
                None | Some(Meaning::Resource | Meaning::Connector(_))
            ) && first.text != "now" =>
        {
            Some(Found::Word(first.clone()))
        }
        (_, [_, ..]) => attributes::lower(checker, site, first, rest),
        (_, []) => {
            let noun = checker
                .names
                .get(&first.text)
                .map_or("the instant of the call", Meaning::noun);
            checker.report(
                Diagnostic::new(
                    Code::E0302,
                    format!("`{}` is no value", first.text),
                    path.span,
                    format!("this is {noun}"),
                )
                .with_help("write `x in SET` or `now in SCHEDULE`"),
            );
            None
        }
    }
}

pub(super) fn plain(checker: &mut Checker<'_>, path: Path, ty: Type) -> Found {
    Found::Path {
        path: checker.path(path),
        ty,
        fold: false,
    }
}

fn argument(checker: &mut Checker<'_>, site: &Site<'_>, names: &[Name], span: Span) -> Option<Found> {
    let texts: Vec<String> = names.iter().map(|name| name.text.clone()).collect();
    let tool = checker.bundle.tool(site.tool)?;
    let mut ty = Type::Record(tool.schema.arguments.clone());
    for name in names {
        let Some(field) = ty.field(&name.text) else {
            return no_argument(checker, site, &ty, name, texts, span);
        };
        ty = field.ty;
    }
    let path = checker.path(Path::Argument(texts));
    let tool = checker.bundle.tool(site.tool)?;
    // The arguments that make the key of a resource whose connector ignores case.
    let fold = tool.bindings.iter().any(|binding| {
        binding.keys.contains(&path)
            && checker
                .bundle
                .resources
                .get(binding.resource.index())
                .is_some_and(|resource| resource.ignoring_case)
    });
    Some(Found::Path { path, ty, fold })
}

/// The tool has no such argument. Where the rule asks with `has`, that is an answer; else it is a mistake.
fn no_argument(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    ty: &Type,
    name: &Name,
    texts: Vec<String>,
    span: Span,
) -> Option<Found> {
    if site.asked.contains(&texts) {
        return Some(Found::Missing(checker.path(Path::Argument(texts))));
    }
    let tool = checker.bundle.tool_name(site.tool);
    let known: Vec<String> = ty
        .alternatives()
        .iter()
        .filter_map(|ty| {
            let Type::Record(record) = ty else { return None };
            Some(record.fields.iter().map(|field| field.name.clone()))
        })
        .flatten()
        .collect();
    let near = nearest(&name.text, known.iter().map(String::as_str));
    // One report for the place, whichever tool came first: a rule may touch a hundred.
    let already = checker.found_at(span).any(|found| found.code == Code::E0206);
    if !already {
        let diagnostic = Diagnostic::new(
            Code::E0206,
            format!("`{tool}` has no argument `{}`", name.text),
            span,
            "not an argument of every tool that this rule touches",
        );
        checker.report(match near {
            Some(near) => diagnostic.with_near(name.span, Some(near)),
            None => diagnostic.with_help(format!(
                "ask whether it is there, `has args.{0} and …`, or name only tools that have it",
                texts.join(".")
            )),
        });
    }
    None
}

pub(super) fn unknown_field(
    checker: &mut Checker<'_>,
    first: &Name,
    field: &Name,
    known: &[&str],
) -> Option<Found> {
    let help = match nearest(&field.text, known.iter().copied()) {
        Some(near) => format!("did you mean `{}.{near}`?", first.text),
        None => format!("it has `{}`", known.join("`, `")),
    };
    checker.report(
        Diagnostic::new(
            Code::E0207,
            format!("`{}` has no `{}`", first.text, field.text),
            field.span,
            "this is not known of it",
        )
        .with_help(help),
    );
    None
}

/// `x else d`: of a tool that never takes `x` it is `d`.
fn lower_else(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    path: &ast::Path,
    fallback: &Expr,
) -> Option<Lowered> {
    let value = lower_path(checker, site, path)?;
    let other = lower(checker, site, fallback)?;
    let (node, ty, fold) = match value {
        Lowered::Value { node, ty, fold } => (node, ty, fold),
        Lowered::Missing(id) => {
            let absent = is_known_absent(checker, site, id);
            return Some(if absent { other } else { Lowered::Missing(id) });
        }
        Lowered::Word(name) => return report_word(checker, &name),
    };
    let (other, other_ty, other_fold) = match other {
        Lowered::Value { node, ty, fold } => (node, ty, fold),
        missing @ Lowered::Missing(_) => return Some(missing),
        // A bare word means a value of the few that the left side has.
        Lowered::Word(name) => {
            let known = enum_words(&ty);
            if words::report_taken(checker, &name, &known) {
                return None;
            }
            if !known.contains(&name.text) {
                return report_word(checker, &name);
            }
            let id = checker.constant(Constant::Text(name.text.clone()));
            let node = checker.bundle.arena.add(Node::Constant(id));
            (node, Type::Enum(vec![name.text]), false)
        }
    };
    if ty.exact().is_some() || other_ty.exact().is_some() {
        let value = exact::Side {
            node,
            ty: &ty,
            span: path.span,
            text: None,
        };
        let otherwise = exact::Side::new(other, &other_ty, fallback);
        let (value, fallback, ty) = exact::alternatives(checker, &value, &otherwise)?;
        return Some(Lowered::Value {
            node: checker.bundle.arena.add(Node::Else { value, fallback }),
            ty,
            fold: false,
        });
    }
    Some(Lowered::Value {
        node: checker.bundle.arena.add(Node::Else {
            value: node,
            fallback: other,
        }),
        ty: types::union([ty, other_ty]),
        fold: fold || other_fold,
    })
}

fn lower_arithmetic(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    op: ArithmeticOp,
    left: &Expr,
    right: &Expr,
) -> Option<Lowered> {
    let sides = [lower(checker, site, left), lower(checker, site, right)];
    if let [
        Some(Lowered::Value {
            node: a, ty: left_ty, ..
        }),
        Some(Lowered::Value {
            node: b,
            ty: right_ty,
            ..
        }),
    ] = &sides
        && exact::concerns(left_ty, right_ty)
    {
        let sides = [
            exact::Side::new(*a, left_ty, left),
            exact::Side::new(*b, right_ty, right),
        ];
        let [left, right] = &sides;
        return exact::arithmetic(checker, op, left, right);
    }
    let [a, b] = sides;
    let sides = [
        a.and_then(|lowered| number(checker, op, lowered, left.span)),
        b.and_then(|lowered| number(checker, op, lowered, right.span)),
    ];
    match sides {
        [
            Some(Lowered::Value {
                node: left, ty: a, ..
            }),
            Some(Lowered::Value {
                node: right, ty: b, ..
            }),
        ] => {
            let node = checker.bundle.arena.add(Node::Arithmetic { op, left, right });
            let whole = a.must_be(Kind::Integer) && b.must_be(Kind::Integer);
            Some(Lowered::Value {
                node,
                ty: if whole { Type::Integer } else { Type::Decimal },
                fold: false,
            })
        }
        [Some(missing @ Lowered::Missing(_)), Some(_)] | [Some(_), Some(missing @ Lowered::Missing(_))] => {
            Some(missing)
        }
        [Some(Lowered::Word(_)) | None, _] | [_, Some(Lowered::Word(_)) | None] => None,
    }
}

fn number(checker: &mut Checker<'_>, op: ArithmeticOp, lowered: Lowered, span: Span) -> Option<Lowered> {
    match &lowered {
        Lowered::Value { ty, .. } => {
            let message = format!("`{}` takes numbers", op.symbol());
            expect(checker, &ty.clone(), &[Kind::Decimal], span, &message)?;
        }
        Lowered::Missing(_) => {}
        Lowered::Word(name) => return report_word(checker, name),
    }
    Some(lowered)
}

/// Reports a value whose type can be none of `kinds`.
pub(super) fn expect(
    checker: &mut Checker<'_>,
    ty: &Type,
    kinds: &[Kind],
    span: Span,
    message: &str,
) -> Option<()> {
    if kinds.iter().any(|kind| ty.may_be(*kind)) {
        return Some(());
    }
    let diagnostic = Diagnostic::new(Code::E0302, message, span, format!("this is {ty}"));
    let wants_a_number = message.contains("compares numbers");
    checker.report(match ty {
        Type::Enum(texts) if wants_a_number => match texts.as_slice() {
            [text] if crate::value::Decimal::parse(text).is_ok() => diagnostic.with_fix(
                format!("a number stands without quotes: `{text}`"),
                vec![Edit::replace(span, text.clone())],
                Safety::Guess,
            ),
            _ => diagnostic.with_help("texts have no order; compare them with `is`, `starts_with` or `in`"),
        },
        Type::Text if wants_a_number => {
            diagnostic.with_help("texts have no order; compare them with `is`, `starts_with` or `in`")
        }
        Type::Any
        | Type::Null
        | Type::Bool
        | Type::Only(_)
        | Type::Integer
        | Type::Decimal
        | Type::Numbers(_)
        | Type::Text
        | Type::Spelling(_)
        | Type::Exact(_)
        | Type::Enum(_)
        | Type::List(_)
        | Type::Record(_)
        | Type::Union(_) => diagnostic,
    });
    None
}
