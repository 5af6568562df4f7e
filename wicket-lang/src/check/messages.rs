//! Messages: what may be written into them.
//!
//! A message becomes Wicket's own words in front of a model. So free text of a fact, which outsiders write, is an
//! error, and so is a set whose elements are told to nobody.

use std::collections::BTreeSet;

use super::names::Meaning;
use super::values::{self, Found, Site};
use super::{Checker, time_zones};
use crate::catalog::Annotation;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Part, Path, ScheduleId, Template, ToolId};
use crate::syntax::ast::{self, Message, MessagePart};
use crate::types::Type;
use crate::value::Kind;

/// The longest message, in characters, before its gaps are filled.
const MAX_LENGTH: usize = 500;

/// A message for calls of `tools`; none of them (a breaker) means that arguments cannot be named. What the rule asks for
/// with `has` may be missing from some.
pub(super) fn template(
    checker: &mut Checker<'_>,
    message: &Message,
    tools: &BTreeSet<ToolId>,
    asked: &BTreeSet<Vec<String>>,
) -> Template {
    let mut parts = Vec::new();
    let mut length = 0;
    for part in &message.parts {
        match part {
            MessagePart::Text(text) => {
                length += text.chars().count();
                parts.push(Part::Text(text.clone()));
            }
            MessagePart::Path(path) => parts.extend(gap(checker, path, tools, asked)),
        }
    }
    if length > MAX_LENGTH {
        checker.report(
            Diagnostic::new(
                Code::E0306,
                format!("a message has at most {MAX_LENGTH} characters"),
                message.span,
                format!("this one has {length}"),
            )
            .with_help("say what is refused and what to do instead; put the rest into a page and name it"),
        );
    }
    Template { parts }
}

fn gap(
    checker: &mut Checker<'_>,
    path: &ast::Path,
    tools: &BTreeSet<ToolId>,
    asked: &BTreeSet<Vec<String>>,
) -> Option<Part> {
    let (first, rest) = path.segments.split_first()?;
    let rest: Vec<&str> = rest.iter().map(|name| name.text.as_str()).collect();
    match (checker.names.get(&first.text), rest.as_slice()) {
        (_, []) if first.text == "next" => return Some(Part::Next),
        (Some(Meaning::Schedule(id)), rest @ ([] | ["next"])) => {
            return schedule(checker, path, id?, !rest.is_empty(), tools, asked);
        }
        (Some(Meaning::Set(id)), []) => {
            let id = id?;
            if checker.bundle.sets.get(id.index()).is_some_and(|set| set.private) {
                report(
                    checker,
                    path,
                    "the elements of a private set are told to nobody",
                    "this set is private",
                );
                return None;
            }
            return Some(Part::Set(id));
        }
        _ => {}
    }
    if tools.is_empty() {
        report(
            checker,
            path,
            "a breaker speaks of no single call",
            "a schedule, a set or `next` can stand here",
        );
        return None;
    }
    // The rule may touch many tools, and each call is about one of them.
    match (first.text.as_str(), rest.as_slice()) {
        ("tool", ["name"]) => return Some(Part::ToolName),
        ("tool", ["tier"]) => return Some(Part::ToolTier),
        ("tool", ["connector"]) => return Some(Part::ToolConnector),
        ("tool", [said]) if Annotation::find(said).is_some() => {
            report(
                checker,
                path,
                "the annotations of a tool may not stand in a message",
                "this is what its upstream says of it",
            );
            return None;
        }
        _ => {}
    }
    let mut found = None;
    for tool in tools {
        let site = Site::new(*tool, asked);
        match values::find(checker, &site, path)? {
            Found::Path { path: id, ty, .. } => {
                readable(checker, path, id, &ty)?;
                found = Some(Part::Path(id));
            }
            Found::Constant(constant) => return Some(Part::Text(constant_text(&constant))),
            // A message stands in no quantifier.
            Found::Element { .. } => return None,
            Found::Missing(id) => found = Some(Part::Path(id)),
            Found::Word(name) => {
                let _ = values::report_word(checker, &name);
                return None;
            }
        }
    }
    found
}

fn constant_text(constant: &crate::ir::Constant) -> String {
    match constant {
        crate::ir::Constant::Bool(value) => value.to_string(),
        crate::ir::Constant::Number(value) => value.to_string(),
        crate::ir::Constant::Text(value) => value.clone(),
        crate::ir::Constant::Instant(value) => value.to_string(),
        crate::ir::Constant::Duration(value) => value.to_string(),
        crate::ir::Constant::Network(value) => value.to_string(),
    }
}

fn readable(checker: &mut Checker<'_>, path: &ast::Path, id: crate::ir::PathId, ty: &Type) -> Option<()> {
    match checker.bundle.path(id)? {
        Path::Attribute { .. } => {
            if is_free_text(ty) {
                report(
                    checker,
                    path,
                    "free text of a fact may not stand in a message",
                    "outsiders can write this text",
                );
                return None;
            }
        }
        Path::MemberAttribute(_) | Path::AgentAttribute(_) if is_free_text(ty) => {
            report(
                checker,
                path,
                "free text of the directory may not stand in a message",
                "this is not for the agent",
            );
            return None;
        }
        Path::ClientName | Path::ClientVersion => {
            report(
                checker,
                path,
                "what a client says of itself may not stand in a message",
                "anybody can write this text",
            );
            return None;
        }
        Path::MemberGroups => {
            report(
                checker,
                path,
                "the groups of a member may not stand in a message",
                "this is not for the agent",
            );
            return None;
        }
        Path::Argument(_)
        | Path::MemberEmail
        | Path::MemberAttribute(_)
        | Path::AgentName
        | Path::AgentAttribute(_)
        | Path::ClientAddress
        | Path::SessionDenials
        | Path::Arguments
        | Path::Call
        | Path::Annotation(_)
        | Path::Result(_) => {}
    }
    Some(())
}

fn is_free_text(ty: &Type) -> bool {
    let mut alternatives = ty.alternatives().iter();
    let free_text = alternatives.any(|ty| matches!(ty, Type::Text | Type::Any | Type::List(_)));
    free_text && (ty.may_be(Kind::Text) || ty.may_be(Kind::List))
}

/// A schedule, or its next opening. Where an attribute names its zone, the message reads that as well.
fn schedule(
    checker: &mut Checker<'_>,
    path: &ast::Path,
    schedule: ScheduleId,
    next: bool,
    tools: &BTreeSet<ToolId>,
    asked: &BTreeSet<Vec<String>>,
) -> Option<Part> {
    let Some(attribute) = checker.zone_attributes.get(&schedule).cloned() else {
        return Some(if next {
            Part::ScheduleNext(schedule)
        } else {
            Part::Schedule(schedule)
        });
    };
    if tools.is_empty() {
        report(
            checker,
            path,
            "a breaker speaks of no single call",
            "an attribute of the call names the zone of this schedule",
        );
        return None;
    }
    let mut found = None;
    for tool in tools {
        let site = Site::new(*tool, asked);
        let (Ok(zone) | Err(zone)) = time_zones::attribute(checker, &site, &attribute)?;
        found = Some(zone);
    }
    let zone = found?;
    Some(if next {
        Part::ScheduleOfNext { schedule, zone }
    } else {
        Part::ScheduleOf { schedule, zone }
    })
}

fn report(checker: &mut Checker<'_>, path: &ast::Path, message: &str, label: &str) {
    checker.report(
        Diagnostic::new(Code::E0305, message, path.span, label).with_help(
            "name arguments, enums, numbers, truth values, schedules or sets that are not private",
        ),
    );
}
