//! Types that connectors name, `slack.channel_id`: which arguments carry them, and what is never compared.
//!
//! A value of a named type is a text or a number like any other. The name only says what it is of, so that two values
//! which are of different things are not compared by mistake; nothing of it is left in the typed tree.

use std::collections::{BTreeMap, BTreeSet};

use super::Checker;
use super::values::Site;
use crate::catalog::matches_glob;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::ir::{ConnectorId, SetId, ToolId};
use crate::source::Span;
use crate::syntax::ast::{self, Carrier, Connector, ConnectorMember, Expr, ExprKind, Name};
use crate::types::Type;

/// The words that are types of themselves.
const PLAIN: &[&str] = &["string", "number", "integer", "decimal", "bool", "list", "record"];

/// What the bundle says of named types, each by its whole name, `slack.channel_id`.
#[derive(Clone, Debug, Default)]
pub(super) struct NamedTypes {
    declared: BTreeSet<String>,
    arguments: BTreeMap<(ToolId, Vec<String>), String>,
    sets: BTreeMap<SetId, String>,
}

/// The names that a connector gives, whether or not its catalog is there.
pub(super) fn check_names(checker: &mut Checker<'_>, connector: &Connector) {
    for member in &connector.members {
        let ConnectorMember::Type { name, .. } = member else {
            continue;
        };
        if PLAIN.contains(&name.text.as_str()) {
            checker.report(
                Diagnostic::new(
                    Code::E0271,
                    format!("`{}` is a type already", name.text),
                    name.span,
                    "a connector names types of its own",
                )
                .with_help("call it by what it names: `type channel_id: post_*.channel`"),
            );
        }
    }
}

/// Which arguments of a connector's tools carry its types.
pub(super) fn declare(
    checker: &mut Checker<'_>,
    id: ConnectorId,
    called: &str,
    connector: &Connector,
    is_own: bool,
) {
    for member in &connector.members {
        let ConnectorMember::Type { name, carriers, .. } = member else {
            continue;
        };
        let whole = format!("{called}.{}", name.text);
        checker.named.declared.insert(whole.clone());
        for carrier in carriers {
            let found = carry(checker, id, carrier, &whole);
            if !found && is_own {
                no_argument(checker, carrier);
            }
        }
    }
}

/// Notes the type of an argument of each tool that the pattern takes; whether there is one.
fn carry(checker: &mut Checker<'_>, id: ConnectorId, carrier: &Carrier, whole: &str) -> bool {
    let names: Vec<String> = carrier.argument.iter().map(|name| name.text.clone()).collect();
    let tools = checker.bundle.tools.iter().enumerate();
    let carrying: Vec<ToolId> = tools
        .filter(|(_, tool)| tool.connector == id && matches_glob(&carrier.tools.text, &tool.name))
        .filter(|(_, tool)| {
            let mut ty = Some(Type::Record(tool.schema.arguments.clone()));
            for name in &names {
                ty = ty.and_then(|ty| field(&ty, name));
            }
            ty.is_some()
        })
        .map(|(index, _)| ToolId::at(index))
        .collect();
    for tool in &carrying {
        let place = (*tool, names.clone());
        let before = checker.named.arguments.insert(place, whole.to_owned());
        if let Some(before) = before.filter(|before| before != whole) {
            let tool = checker.bundle.tool_name(*tool);
            checker.report(Diagnostic::new(
                Code::E0271,
                format!("`{}` of `{tool}` is of two types", names.join(".")),
                carrier.tools.span,
                format!("it is `{before}` already"),
            ));
        }
    }
    !carrying.is_empty()
}

/// What stands under a name; of a list in one of its elements, however deep.
fn field(ty: &Type, name: &str) -> Option<Type> {
    let mut ty = ty.clone();
    loop {
        if let Some(field) = ty.field(name) {
            return Some(field.ty);
        }
        ty = ty.element()?;
    }
}

fn no_argument(checker: &mut Checker<'_>, carrier: &Carrier) {
    let Some(last) = carrier.argument.last() else {
        return;
    };
    checker.report(
        Diagnostic::new(
            Code::E0271,
            format!("no tool `{}` takes this argument", carrier.tools.text),
            carrier.tools.span.to(last.span),
            "the pinned catalog has no such argument",
        )
        .with_help("name a tool, or a glob of tools, and one of its arguments: `post_*.channel`, or in each element of a list `post_*.files.path`"),
    );
}

/// Notes that a set is of the named type.
pub(super) fn set(checker: &mut Checker<'_>, set: SetId, ty: &Name) {
    if checker.named.declared.contains(&ty.text) {
        checker.named.sets.insert(set, ty.text.clone());
        return;
    }
    let near = nearest(&ty.text, checker.named.declared.iter().map(String::as_str)).map(str::to_owned);
    let diagnostic = Diagnostic::new(
        Code::E0272,
        format!("no connector names a type `{}`", ty.text),
        ty.span,
        "not among the types of the connectors in use",
    );
    checker.report(match near {
        Some(near) => diagnostic.with_near(ty.span, Some(near.as_str())),
        None => diagnostic.with_help(
            "leave the type out, or declare it in the connector: `type channel_id: post_*.channel`",
        ),
    });
}

/// The named type of a set.
pub(super) fn of_set(checker: &Checker<'_>, set: SetId) -> Option<String> {
    checker.named.sets.get(&set).cloned()
}

/// Where in the arguments a path leads: the names on the way, through lists as if they were what they hold.
pub(super) fn place(site: &Site<'_>, path: &ast::Path) -> Option<Vec<String>> {
    let (first, rest) = path.segments.split_first()?;
    let mut names = match site.bound.and_then(|bound| bound.find(&first.text)) {
        Some(bound) => bound.place.clone()?,
        None if first.text == "args" => Vec::new(),
        None => return None,
    };
    names.extend(rest.iter().map(|name| name.text.clone()));
    Some(names)
}

/// The named type of what an expression reads; of a list, that of its elements.
pub(super) fn of(checker: &Checker<'_>, site: &Site<'_>, expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Path(path) | ExprKind::Else { path, .. } => {
            let (first, rest) = path.segments.split_first()?;
            if let Some(bound) = site.bound.and_then(|bound| bound.find(&first.text))
                && rest.is_empty()
                && bound.named.is_some()
            {
                return bound.named.clone();
            }
            let place = place(site, path)?;
            checker.named.arguments.get(&(site.tool, place)).cloned()
        }
        ExprKind::Call { arguments, .. } => match arguments.as_slice() {
            [one] => of(checker, site, one),
            _ => None,
        },
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
        | ExprKind::Marked { .. }
        | ExprKind::Arithmetic { .. }
        | ExprKind::Part { .. }
        | ExprKind::Date(_)
        | ExprKind::Moment(_)
        | ExprKind::Duration(_)
        | ExprKind::Network(_)
        | ExprKind::String(_)
        | ExprKind::Number(_)
        | ExprKind::Bool(_)
        | ExprKind::List(_)
        | ExprKind::Schedule { .. }
        | ExprKind::Error => None,
    }
}

/// Reports two sides that are of different things.
pub(super) fn check_alike(
    checker: &mut Checker<'_>,
    span: Span,
    left: (Option<String>, Span),
    right: (Option<String>, Span),
) -> Option<()> {
    let ((Some(left), left_span), (Some(right), right_span)) = (left, right) else {
        return Some(());
    };
    if left == right {
        return Some(());
    }
    checker.report(
        Diagnostic::new(
            Code::E0273,
            format!("a `{left}` is never a `{right}`"),
            span,
            "these are compared",
        )
        .with_label(left_span, format!("this is a `{left}`"))
        .with_label(right_span, format!("this is a `{right}`"))
        .with_help("where both may be meant, leave the type of the set out"),
    );
    None
}
