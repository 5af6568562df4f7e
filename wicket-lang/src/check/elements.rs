//! `any x in xs (…)` and `all x in xs (…)`: what is asked of each element.
//!
//! The element has no name in the typed tree: it is told by how many quantifiers stand between it and its own, so that
//! what is asked in the same way is one node, whatever the author calls the element.

use std::collections::BTreeSet;

use super::conditions::{condition, unknowable};
use super::membership::no_set;
use super::moments::zone_of;
use super::names::{Meaning, check_free};
use super::values::{Found, Lowered, Site, lower, report_word};
use super::{Checker, history, named, policies, sets};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::ir::{Constant, Node, NodeId, Over, Path, PathId, Set, SetId};
use crate::request::MAX_ELEMENTS;
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind, Name, Quantifier};
use crate::types::{Exact, Type};
use crate::value::Kind;

/// The element of a quantifier, inside of its parentheses.
pub(super) struct Bound<'a> {
    name: &'a str,
    ty: Type,
    /// It is a text whose case does not matter to the connector.
    fold: bool,
    /// The type that a connector names.
    pub(super) named: Option<String>,
    /// Where in the arguments it stands, as a connector writes it: through lists as if they were what they hold.
    pub(super) place: Option<Vec<String>>,
    /// What the list is read from.
    path: Option<PathId>,
    /// What the body asks for with `has`, or says what stands for it: the names behind that of the element.
    asked: BTreeSet<Vec<&'a str>>,
    outer: Option<&'a Bound<'a>>,
}

impl<'a> Bound<'a> {
    /// An element that nothing can speak of.
    pub(super) fn nameless(outer: Option<&'a Bound<'a>>) -> Self {
        Self {
            name: "",
            ty: Type::Any,
            fold: false,
            named: None,
            place: None,
            path: None,
            asked: BTreeSet::new(),
            outer,
        }
    }

    /// The element of this name, this one or one around it.
    pub(super) fn find(&'a self, name: &str) -> Option<&'a Bound<'a>> {
        let mut around = self;
        while around.name != name {
            around = around.outer?;
        }
        Some(around)
    }
}

/// What is looked through, and what its elements are.
pub(super) struct Elements {
    pub(super) over: Over,
    pub(super) ty: Type,
    pub(super) fold: bool,
}

pub(super) fn quantified(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    quantifier: Quantifier,
    variable: &Name,
    over: &Expr,
    body: &Expr,
) -> Option<NodeId> {
    let is_free = check_name(checker, site, variable);
    let elements = match elements(checker, site, over)? {
        Ok(elements) => elements,
        Err(missing) => return Some(missing),
    };
    if !is_free {
        return None;
    }
    let bound = Bound {
        name: &variable.text,
        ty: elements.ty,
        fold: elements.fold,
        named: match elements.over {
            Over::Set(set) => named::of_set(checker, set),
            Over::List(_) | Over::Texts(_) => named::of(checker, site, over),
            Over::Tracked { track, .. } => history::named_type(checker, track),
        },
        place: place(site, elements.over, over),
        path: path(checker, site, elements.over),
        asked: asked(variable, body),
        outer: site.bound,
    };
    let inside = Site {
        tool: site.tool,
        asked: site.asked,
        bound: Some(&bound),
        remembers: site.remembers,
    };
    let body = condition(checker, &inside, body)?;
    let over = elements.over;
    Some(checker.bundle.arena.add(match quantifier {
        Quantifier::Any => Node::Any { over, body },
        Quantifier::All => Node::All { over, body },
    }))
}

/// Where in the arguments a list stands that is looked through.
fn place(site: &Site<'_>, over: Over, written: &Expr) -> Option<Vec<String>> {
    over.read()?;
    if let ExprKind::Path(path) = &written.kind {
        named::place(site, path)
    } else {
        None
    }
}

/// What is read where a list is; of a list in an element, what that one is read from.
fn path(checker: &Checker<'_>, site: &Site<'_>, over: Over) -> Option<PathId> {
    match checker.bundle.arena.get(over.read()?) {
        Some(Node::Load(path)) => Some(path),
        Some(_) | None => site.bound?.path,
    }
}

/// Whether the element may be called so: nothing that a condition could speak of has the name.
fn check_name(checker: &mut Checker<'_>, site: &Site<'_>, name: &Name) -> bool {
    if !check_free(checker, name) {
        return false;
    }
    if site.bound.is_some_and(|bound| bound.find(&name.text).is_some()) {
        taken(checker, name, "an element around this one has the name");
        return false;
    }
    let Some(meaning) = checker.names.get(&name.text) else {
        return true;
    };
    taken(checker, name, &format!("{} has the name", meaning.noun()));
    false
}

fn taken(checker: &mut Checker<'_>, name: &Name, label: &str) {
    checker.report(
        Diagnostic::new(
            Code::E0251,
            format!("an element cannot be called `{}`", name.text),
            name.span,
            label,
        )
        .with_help("give the element a name of its own, `x` if nothing better is there"),
    );
}

/// What is looked through; a node where the tool can never have it.
pub(super) fn elements(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    over: &Expr,
) -> Option<Result<Elements, NodeId>> {
    if let ExprKind::List(written) = &over.kind {
        let set = sets::literal(checker, written, &[], over.span);
        return of_set(checker, set, over.span).map(Ok);
    }
    if let ExprKind::Path(path) = &over.kind
        && let [name] = path.segments.as_slice()
        && find(checker, site, path).is_none()
    {
        return by_name(checker, site, name).map(Ok);
    }
    let (node, ty, fold) = match lower(checker, site, over)? {
        Lowered::Value { node, ty, fold } => (node, ty, fold),
        Lowered::Missing(path) => return Some(Err(unknowable(checker, path))),
        Lowered::Word(name) => {
            let _ = report_word(checker, &name);
            return None;
        }
    };
    let Some(element) = ty.element().filter(|_| ty.may_be(Kind::List)) else {
        checker.report(
            Diagnostic::new(
                Code::E0250,
                "only a list or a set has elements",
                over.span,
                format!("this is {ty}"),
            )
            .with_help("ask the value itself, without `any` or `all`"),
        );
        return None;
    };
    Some(Ok(Elements {
        over: Over::List(node),
        ty: element,
        fold,
    }))
}

/// A set or a tracked set by its name, or `args`: every text in the arguments.
fn by_name(checker: &mut Checker<'_>, site: &Site<'_>, name: &Name) -> Option<Elements> {
    match checker.names.get(&name.text) {
        _ if name.text == "args" => {
            let path = checker.path(Path::Arguments);
            let args = checker.bundle.arena.add(Node::Load(path));
            Some(Elements {
                over: Over::Texts(args),
                ty: Type::Text,
                fold: false,
            })
        }
        Some(Meaning::Set(Some(set))) => of_set(checker, set, name.span),
        Some(Meaning::Set(None)) => None,
        Some(Meaning::Track) => {
            let (over, kept, fold) = history::elements(checker, site, name)?;
            let ty = kept.ty;
            Some(Elements { over, ty, fold })
        }
        Some(
            Meaning::Connector(_)
            | Meaning::Resource
            | Meaning::Schedule(_)
            | Meaning::Policy(_)
            | Meaning::Breaker(_)
            | Meaning::Limit(_)
            | Meaning::Mark,
        )
        | None => {
            if !checker.is_spoken_of(&name.text) {
                let diagnostic = no_set(checker, name);
                checker.report(diagnostic);
            }
            None
        }
    }
}

pub(super) fn of_set(checker: &mut Checker<'_>, id: SetId, span: Span) -> Option<Elements> {
    let set = checker.bundle.sets.get(id.index())?;
    let count = set.elements.len();
    let dates = checker.date_sets.get(&id).copied();
    if dates.is_some() && dates != zone_of(checker, span.file) {
        checker.report(
            Diagnostic::new(
                Code::E0243,
                "these dates begin in another zone than those of this file",
                span,
                "each is the first instant of its day in the zone of the file in which it is written",
            )
            .with_help("ask for one value, `args.day in SET`, which is then read in their zone"),
        );
        return None;
    }
    let Some(ty) = type_of_set(set) else {
        checker.report(
            Diagnostic::new(
                Code::E0250,
                "a set of networks is not looked through",
                span,
                "nothing can be asked of a network",
            )
            .with_help("ask whether an address lies in one of them: `address(args.ip) in SET`"),
        );
        return None;
    };
    if count > MAX_ELEMENTS {
        checker.report(
            Diagnostic::new(
                Code::E0252,
                format!("this set has {count} elements"),
                span,
                format!("`any` and `all` look through at most {MAX_ELEMENTS}"),
            )
            .with_help("whether one value is in a set of any size is asked with `in`"),
        );
        return None;
    }
    Some(Elements {
        over: Over::Set(id),
        ty,
        fold: false,
    })
}

/// What the elements of a set are; nothing where it holds what is no value.
pub(super) fn type_of_set(set: &Set) -> Option<Type> {
    match set.elements.first() {
        Some(Constant::Bool(_)) => Some(Type::Bool),
        Some(Constant::Number(_)) => Some(Type::Decimal),
        Some(Constant::Text(_)) => Some(Type::Text),
        Some(Constant::Instant(_)) => Some(Type::Exact(Exact::Instant)),
        Some(Constant::Duration(_)) => Some(Type::Exact(Exact::Duration)),
        Some(Constant::Network(_)) => None,
        None => Some(Type::Any),
    }
}

/// What the body asks the element for with `has`, or says what stands for it.
fn asked<'a>(variable: &Name, body: &'a Expr) -> BTreeSet<Vec<&'a str>> {
    let mut asked = BTreeSet::new();
    policies::walk(body, &mut |expr| {
        if let ExprKind::Has(path) | ExprKind::Else { path, .. } = &expr.kind
            && let Some((first, rest)) = path.segments.split_first()
            && first.text == variable.text
        {
            asked.insert(rest.iter().map(|name| name.text.as_str()).collect());
        }
    });
    asked
}

/// A mistake that has been reported.
pub(super) struct Reported;

/// What a path names that begins with an element; `None` where it begins with none.
pub(super) fn find(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    path: &ast::Path,
) -> Option<Result<Found, Reported>> {
    let (first, rest) = path.segments.split_first()?;
    let (mut around, mut out) = (site.bound?, 0);
    while around.name != first.text {
        (around, out) = (around.outer?, out + 1);
    }
    let mut node = checker.bundle.arena.add(Node::Element(out));
    let (mut ty, mut fold) = (around.ty.clone(), around.fold);
    let names: Vec<&str> = rest.iter().map(|name| name.text.as_str()).collect();
    for name in rest {
        let found = ty.field(&name.text);
        let is_asked = around.asked.contains(&names);
        ty = match found {
            Some(field) => field.ty,
            None if is_asked && is_never_sent(checker, site, &ty) => Type::Any,
            None if is_asked && around.path.is_some() => {
                return around.path.map(|path| Ok(Found::Missing(path)));
            }
            None => {
                no_field(checker, first, &ty, name);
                return Some(Err(Reported));
            }
        };
        fold = false;
        let field = checker.constant(Constant::Text(name.text.clone()));
        node = checker.bundle.arena.add(Node::Field {
            value: node,
            name: field,
        });
    }
    Some(Ok(Found::Element { node, ty, fold }))
}

/// Whether no call can carry a field that a type does not know: an open tool takes names that its schema lacks, and
/// where a value need not be a record, its JSON may be written into a text.
fn is_never_sent(checker: &Checker<'_>, site: &Site<'_>, ty: &Type) -> bool {
    let is_open = checker.bundle.tool(site.tool).is_none_or(|tool| tool.open);
    let only_records = |ty: &Type| matches!(ty, Type::Record(_) | Type::Null);
    !is_open && ty.alternatives().iter().all(only_records)
}

fn no_field(checker: &mut Checker<'_>, element: &Name, ty: &Type, name: &Name) {
    // A rule may touch a hundred tools, and the first that lacks it is as good as any.
    if checker.found_at(name.span).any(|found| found.code == Code::E0253) {
        return;
    }
    let records = ty.alternatives().iter().filter_map(|ty| {
        if let Type::Record(record) = ty {
            Some(record)
        } else {
            None
        }
    });
    let known: Vec<&str> = records
        .flat_map(|record| record.fields.iter().map(|field| field.name.as_str()))
        .collect();
    let diagnostic = Diagnostic::new(
        Code::E0253,
        format!("`{}` has no `{}`", element.text, name.text),
        name.span,
        format!("this is read from {ty}"),
    );
    let near = nearest(&name.text, known.iter().copied());
    checker.report(match near {
        Some(near) => diagnostic.with_near(name.span, Some(near)),
        None if known.is_empty() => diagnostic.with_help("only a record has fields; ask the element itself"),
        None => diagnostic.with_help(format!("it has `{}`", known.join("`, `"))),
    });
}
