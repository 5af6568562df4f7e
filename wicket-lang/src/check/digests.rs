//! Digests of policies: over what a policy says and all that it reaches.
//!
//! Sets, schedules with their zones, expanded tools and their definitions are in it, so a policy whose own text stays
//! while a set that it reads changes is another version. Comments, spacing and order are not.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::calendar::{Calendar, Expression, ScheduleId};
use crate::ir::{Bundle, Digest, Node, NodeId, Part, Path, PolicyId, RuleId, Template, Tool, print};

pub(super) fn fill(bundle: &mut Bundle) {
    let mut lines: Vec<Vec<String>> = vec![Vec::new(); bundle.policies.len()];
    // A rule says the same of many tools.
    let mut conditions: BTreeMap<NodeId, String> = BTreeMap::new();
    let mut messages: BTreeMap<RuleId, String> = BTreeMap::new();
    for (index, tool) in bundle.tools.iter().enumerate() {
        let name = bundle.tool_name(crate::ir::ToolId::at(index));
        for guard in &tool.guards {
            let Some(rule) = bundle.rule(guard.rule) else {
                continue;
            };
            let effect = rule.effect.name();
            let tier = tool.tier.map_or("unclassified", |tier| tier.name());
            let mut line = format!("{effect} {name} {tier} {}", tool.shape);
            if tool.open {
                line.push_str(" open");
            }
            if let Some(text) = &tool.text {
                let _ = write!(line, " {text}");
            }
            line.push_str(
                conditions
                    .entry(guard.condition)
                    .or_insert_with(|| condition(bundle, guard.condition)),
            );
            for record in records(bundle, tool, guard.condition) {
                let _ = write!(line, " {record}");
            }
            if bundle.arena.get(guard.callers) != Some(Node::Always(true)) {
                let _ = write!(line, " for {}", print(bundle, guard.callers));
            }
            if let Some(account) = &rule.account {
                let _ = write!(line, " using {account:?}");
            }
            if let Some(terms) = &rule.approval {
                let _ = write!(line, " from {} within {}s", terms.from(), terms.within_seconds);
            }
            if let Some(message) = &rule.message {
                let said = messages
                    .entry(guard.rule)
                    .or_insert_with(|| said(bundle, message));
                let _ = write!(line, " says {said}");
            }
            if let Some(lines) = lines.get_mut(rule.policy.index()) {
                lines.push(line);
            }
        }
    }
    for (index, mut lines) in lines.into_iter().enumerate() {
        lines.sort();
        lines.dedup();
        if let Some(policy) = bundle.policies.get_mut(PolicyId::at(index).index()) {
            policy.digest = Digest::of(lines.join("\n").as_bytes());
        }
    }
}

/// A condition and what it reaches, but for what differs from tool to tool.
fn condition(bundle: &Bundle, node: NodeId) -> String {
    let mut line = format!(" when {}", print(bundle, node));
    for schedule in schedules(bundle, node) {
        let _ = write!(line, " {}", spelled(&bundle.calendar, schedule));
    }
    for set in private_sets(bundle, node) {
        let _ = write!(line, " private {set}");
    }
    for track in tracks(bundle, node) {
        let _ = write!(line, " {track}");
    }
    for attribute in delivered(bundle, node) {
        let _ = write!(line, " {attribute}");
    }
    line
}

/// What a condition reads of member and agent: with which types, and under which names they are delivered.
fn delivered(bundle: &Bundle, node: NodeId) -> Vec<String> {
    let read = bundle.reads(node).into_iter();
    let declared = read.filter_map(|path| {
        let (declared, index) = match *bundle.path(path)? {
            Path::MemberAttribute(index) => (&bundle.directory.member, index),
            Path::AgentAttribute(index) => (&bundle.directory.agent, index),
            Path::Argument(_)
            | Path::Attribute { .. }
            | Path::MemberEmail
            | Path::MemberGroups
            | Path::AgentName
            | Path::ClientName
            | Path::ClientVersion
            | Path::ClientAddress
            | Path::SessionDenials
            | Path::Arguments
            | Path::Call
            | Path::Annotation(_)
            | Path::Result(_) => return None,
        };
        Some((bundle.path_name(path), declared.get(index as usize)?))
    });
    declared
        .map(|(name, attribute)| format!("reads {name} {} as {:?}", attribute.ty, attribute.delivered_as()))
        .collect()
}

/// The sets that a condition asks and that are told to nobody: what an agent learns of a denial depends on it.
fn private_sets(bundle: &Bundle, node: NodeId) -> Vec<String> {
    let nodes = bundle.arena.under(node).into_iter();
    let asked = nodes.filter_map(|node| {
        let Node::InSet { set, .. } = node else {
            return None;
        };
        bundle.sets.get(set.index()).filter(|set| set.private)
    });
    asked.map(|set| set.name.clone().unwrap_or_default()).collect()
}

/// The tracks that a condition reads, with what they mean.
fn tracks(bundle: &Bundle, node: NodeId) -> Vec<String> {
    let read = bundle.tracks_read(node).into_iter();
    read.filter_map(|track| bundle.track(track))
        .map(|track| format!("track {} {}", track.name, track.meaning))
        .collect()
}

/// The records that a condition reads: by which arguments, with which types, and from where.
fn records(bundle: &Bundle, tool: &Tool, node: NodeId) -> Vec<String> {
    let mut found = Vec::new();
    for path in bundle.reads_through(tool, node) {
        let Some(Path::Attribute { resource, attribute }) = bundle.path(path) else {
            continue;
        };
        let Some(declared) = bundle.resources.get(resource.index()) else {
            continue;
        };
        let ty = declared
            .attributes
            .get(*attribute as usize)
            .map(|attribute| attribute.ty.to_string());
        let keys: Vec<String> = tool
            .bindings
            .iter()
            .filter(|binding| binding.resource == *resource)
            .flat_map(|binding| declared.keys.iter().zip(&binding.keys))
            .map(|(name, path)| format!("{name}: {}", bundle.path_name(*path)))
            .collect();
        found.push(format!(
            "reads {}({}) {} {:?} {:?}",
            bundle.path_name(path),
            keys.join(", "),
            declared.ignoring_case,
            ty.unwrap_or_default(),
            declared.source,
        ));
    }
    found
}

fn schedules(bundle: &Bundle, node: NodeId) -> Vec<ScheduleId> {
    let nodes = bundle.arena.under(node).into_iter();
    nodes
        .filter_map(|node| {
            let (Node::InSchedule(schedule) | Node::InScheduleOf { schedule, .. }) = node else {
                return None;
            };
            Some(schedule)
        })
        .collect()
}

/// A schedule with everything that it refers to written out, and its zone by name.
fn spelled(calendar: &Calendar, id: ScheduleId) -> String {
    let Some(schedule) = calendar.schedule(id) else {
        return String::new();
    };
    let zone = calendar
        .zone_of(id)
        .map(crate::calendar::Zone::name)
        .unwrap_or_default();
    format!("{zone} {}", expression(calendar, &schedule.expression))
}

fn expression(calendar: &Calendar, part: &Expression) -> String {
    let list = |parts: &[Expression]| {
        parts
            .iter()
            .map(|part| expression(calendar, part))
            .collect::<Vec<_>>()
            .join(", ")
    };
    match part {
        Expression::Windows { days, times } => format!("{days:?} {times:?}"),
        Expression::Schedule(id) => format!("({})", spelled(calendar, *id)),
        Expression::Union(parts) => format!("any({})", list(parts)),
        Expression::Intersection(parts) => format!("all({})", list(parts)),
        Expression::Except(from, without) => {
            format!(
                "({} except {})",
                expression(calendar, from),
                expression(calendar, without)
            )
        }
    }
}

fn said(bundle: &Bundle, message: &Template) -> String {
    let parts = message.parts.iter().map(|part| match part {
        Part::Text(text) => format!("{text:?}"),
        Part::Path(path) => format!("{{{}}}", bundle.path_name(*path)),
        Part::Set(set) => {
            let elements = bundle
                .sets
                .get(set.index())
                .map(|set| set.elements.as_slice())
                .unwrap_or_default();
            format!("{{{elements:?}}}")
        }
        Part::Schedule(id) => format!("{{{}}}", spelled(&bundle.calendar, *id)),
        Part::ScheduleNext(id) => format!("{{{}.next}}", spelled(&bundle.calendar, *id)),
        Part::ScheduleOf { schedule, zone } => {
            let zone = bundle.path_name(*zone);
            format!("{{{} {zone}}}", spelled(&bundle.calendar, *schedule))
        }
        Part::ScheduleOfNext { schedule, zone } => {
            let zone = bundle.path_name(*zone);
            format!("{{{}.next {zone}}}", spelled(&bundle.calendar, *schedule))
        }
        Part::Next => "{next}".to_owned(),
        Part::ToolName => "{tool.name}".to_owned(),
        Part::ToolTier => "{tool.tier}".to_owned(),
        Part::ToolConnector => "{tool.connector}".to_owned(),
    });
    parts.collect()
}
