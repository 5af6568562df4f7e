//! Schedules whose zone an attribute names: `schedule office_hours zone member.time_zone { … }`.
//!
//! The attribute is one of the member, of the agent or of a resource. What the caller sends names no zone: whoever
//! could choose one would choose the one in which it is day.

use std::collections::BTreeSet;

use super::Checker;
use super::conditions::unknowable;
use super::elements;
use super::values::{self, Found, Site};
use crate::calendar::{self, Expression, Zone};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::ir::{Node, NodeId, PathId, ScheduleId};
use crate::source::Span;
use crate::syntax::ast;
use crate::types::Type;

/// Remembers by which attribute a schedule is read: its own, or that of the schedules that it refers to. `None` where
/// these are several.
pub(super) fn remember(
    checker: &mut Checker<'_>,
    id: ScheduleId,
    own: Option<&ast::Path>,
    span: Span,
) -> Option<()> {
    let schedule = checker.bundle.calendar.schedule(id)?;
    let mut named: Vec<ast::Path> = own.cloned().into_iter().collect();
    for referred in referred(&schedule.expression) {
        named.extend(checker.zone_attributes.get(&referred).cloned());
    }
    let spelled: BTreeSet<String> = named.iter().map(dotted).collect();
    if spelled.len() > 1 {
        let attributes: Vec<String> = spelled.into_iter().collect();
        checker.report(
            Diagnostic::new(
                Code::E0508,
                "a schedule takes its zone from one attribute",
                span,
                format!("this one is read by `{}`", attributes.join("` and by `")),
            )
            .with_help("ask for the two apart: `now in a and now in b`"),
        );
        return None;
    }
    if let Some(path) = named.into_iter().next() {
        checker.zone_attributes.insert(id, path);
    }
    Some(())
}

/// The schedules that an expression names.
fn referred(expression: &Expression) -> Vec<ScheduleId> {
    let (mut found, mut open) = (Vec::new(), vec![expression]);
    while let Some(part) = open.pop() {
        match part {
            Expression::Windows { .. } => {}
            Expression::Schedule(id) => found.push(*id),
            Expression::Union(parts) | Expression::Intersection(parts) => open.extend(parts),
            Expression::Except(from, without) => open.extend([&**from, &**without]),
        }
    }
    found
}

/// Whether `now` is in a schedule, as a condition for one tool.
pub(super) fn test(checker: &mut Checker<'_>, site: &Site<'_>, id: ScheduleId) -> Option<NodeId> {
    let Some(path) = checker.zone_attributes.get(&id).cloned() else {
        return Some(checker.bundle.arena.add(Node::InSchedule(id)));
    };
    match attribute(checker, site, &path)? {
        Ok(path) => {
            let zone = checker.bundle.arena.add(Node::Load(path));
            Some(
                checker
                    .bundle
                    .arena
                    .add(Node::InScheduleOf { schedule: id, zone }),
            )
        }
        Err(missing) => Some(unknowable(checker, missing)),
    }
}

/// The attribute that names a zone, or that it is missing here; `None` where a diagnostic was made.
pub(super) fn attribute(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    path: &ast::Path,
) -> Option<Result<PathId, PathId>> {
    check_root(checker, path)?;
    if elements::find(checker, site, path).is_some() {
        report(checker, path, "an element is another one each time");
        return None;
    }
    match values::find(checker, site, path)? {
        Found::Path { path: id, ty, .. } => {
            admit(checker, &ty.without_null(), path.span)?;
            Some(Ok(id))
        }
        Found::Missing(id) => Some(Err(id)),
        Found::Constant(_) | Found::Element { .. } | Found::Word(_) => {
            report(checker, path, "this is no attribute");
            None
        }
    }
}

/// Whether a path begins with something that the caller does not choose.
pub(super) fn check_root(checker: &mut Checker<'_>, path: &ast::Path) -> Option<()> {
    let label = match path.segments.as_slice() {
        [first, _, ..] => match first.text.as_str() {
            "args" => "the caller sends it, and would choose the zone in which it is day",
            "client" => "the client says it of itself",
            "session" | "tool" => "this names no zone",
            _ => return Some(()),
        },
        _ => "this is no attribute",
    };
    report(checker, path, label);
    None
}

fn report(checker: &mut Checker<'_>, path: &ast::Path, label: &str) {
    let diagnostic = Diagnostic::new(
        Code::E0506,
        format!("`{}` cannot name the zone of a schedule", dotted(path)),
        path.span,
        label,
    );
    checker.report(diagnostic.with_help(
        "name an attribute of the member, of the agent or of a resource, as in `zone member.time_zone`, or a zone in quotes",
    ));
}

/// Takes the zones that a value of this type can name into the bundle: those of an enum, or all of them.
fn admit(checker: &mut Checker<'_>, ty: &Type, span: Span) -> Option<()> {
    for one in ty.alternatives() {
        if let Type::Enum(words) = one {
            words
                .iter()
                .try_for_each(|word| admit_word(checker, word, span))?;
        } else if *one == Type::Text {
            if checker.bundle.calendar.atlas.is_empty() {
                checker.bundle.calendar.atlas = Zone::all();
            }
        } else {
            let diagnostic = Diagnostic::new(
                Code::E0507,
                "a zone is named by a text",
                span,
                format!("this is {one}"),
            );
            checker.report(diagnostic.with_help(
                "declare it as `string`, or as the zones that it may be: `\"Europe/Berlin\" | \"Asia/Tokyo\"`",
            ));
            return None;
        }
    }
    Some(())
}

fn admit_word(checker: &mut Checker<'_>, word: &str, span: Span) -> Option<()> {
    if checker.bundle.calendar.add_zone(word).is_some() {
        return Some(());
    }
    let diagnostic = Diagnostic::new(
        Code::E0501,
        format!("no zone is called `{word}`"),
        span,
        "this attribute may be that",
    );
    checker.report(match nearest(word, calendar::zone_names()) {
        Some(near) => diagnostic.with_help(format!("did you mean \"{near}\"?")),
        None => diagnostic,
    });
    None
}

pub(super) fn dotted(path: &ast::Path) -> String {
    let names: Vec<&str> = path.segments.iter().map(|name| name.text.as_str()).collect();
    names.join(".")
}

/// The attributes that name the zones of the schedules for which an expression asks, with where it does.
pub(super) fn read_in(checker: &Checker<'_>, expr: &ast::Expr) -> Vec<(ast::Path, Span)> {
    let mut found = Vec::new();
    let mut named = |name: &ast::Name| {
        if let Some(super::names::Meaning::Schedule(Some(id))) = checker.names.get(&name.text) {
            let path = checker.zone_attributes.get(&id);
            found.extend(path.map(|path| (path.clone(), name.span)));
        }
    };
    if let ast::ExprKind::Path(path) = &expr.kind
        && let [name] = path.segments.as_slice()
    {
        named(name);
    }
    if let ast::ExprKind::Schedule { zone, body } = &expr.kind {
        super::schedules::refs(body).into_iter().for_each(named);
        if let Some(ast::Zone::Read(path)) = zone {
            found.push((path.clone(), path.span));
        }
    }
    found
}
