//! What the agent reads.
//!
//! The messages of all rules that decided, each once, by name of policy, as many as fit whole. Values from outside
//! are quoted, cut, and their control characters escaped: a message is Wicket's own words, and a caller's text must
//! not be able to look like them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::class::{MAX_TOLD, elements_text};
use super::{Class, Decision, Reason};
use crate::calendar::{self, Located};
use crate::ir::{Bundle, Part, PathId, ScheduleId, SetId, Template};
use crate::json;
use crate::request::{Environment, Request, Scope, State};
use crate::types::Type;
use crate::value::{Instant, Missing, Value};

/// The longest message, in characters.
const MAX_MESSAGE: usize = 500;

/// The longest argument in a message, in characters.
const MAX_ARGUMENT: usize = 80;

/// The message of a denial.
pub(super) fn message(
    bundle: &Bundle,
    request: &Request<'_>,
    state: &State,
    decision: &Decision,
    class: &Class,
    unknown: &[String],
    expired: Option<Instant>,
) -> String {
    let name = format!("{}.{}", request.connector, request.tool);
    let Some(tool) = decision.tool else {
        return format!("Unknown tool: {}", clean(&name));
    };
    let env = Environment {
        bundle,
        tool,
        request,
        state,
        scope: Scope::Call,
    };
    let written = written(&env, decision, class);
    if !written.is_empty() {
        return written;
    }
    let not_known = if unknown.is_empty() {
        String::new()
    } else {
        format!(" Not known: {}.", unknown.join(", "))
    };
    match decision.reason {
        Reason::UnknownTool => format!("Unknown tool: {name}"),
        Reason::Unclassified => {
            format!(
                "{name} is in no tier yet. An owner classifies it in the connector {}.",
                request.connector
            )
        }
        Reason::DefinitionChanged => format!(
            "The definition of {name} is not the pinned one. An owner pins it with: wicket catalog pull {}",
            request.connector
        ),
        Reason::Arguments => decision.misfit.as_ref().map_or_else(
            || format!("The arguments do not fit {name}."),
            |misfit| {
                let path = if misfit.path.is_empty() {
                    String::new()
                } else {
                    format!(" `{}`", clean(&misfit.path))
                };
                format!(
                    "The arguments do not fit {name}:{path} {}.",
                    clean(&misfit.problem)
                )
            },
        ),
        Reason::Breaker => {
            let names: Vec<&str> = decision
                .breakers
                .iter()
                .filter_map(|id| bundle.breaker(*id))
                .map(|b| b.name.as_str())
                .collect();
            format!("Stopped by {}.", names.join(", "))
        }
        Reason::Policy => {
            let mut names: Vec<&str> = decision
                .rules
                .iter()
                .filter_map(|rule| bundle.policy_of(*rule))
                .map(|p| p.name.as_str())
                .collect();
            names.dedup();
            format!("{name} is forbidden by {}.{not_known}", names.join(", "))
        }
        Reason::Default => format!("No policy permits {name} for this call.{not_known}"),
        Reason::Expired => match expired {
            Some(at) => format!("What permitted {name} ended {}.", in_zone(&env, at)),
            None => format!("What permitted {name} has expired."),
        },
        Reason::ApprovalRequired => {
            let asked: BTreeSet<String> = decision
                .rules
                .iter()
                .filter_map(|rule| Some(bundle.rule(*rule)?.approval.as_ref()?.from()))
                .collect();
            let asked: Vec<String> = asked.into_iter().collect();
            format!("{name} needs the approval of {}.", asked.join(" and "))
        }
        Reason::Limit => {
            let limits = decision.limits.iter().filter_map(|id| bundle.limit(*id));
            let limits: Vec<&str> = limits.map(|limit| limit.name.as_str()).collect();
            format!("{name} has passed the limit {}.", limits.join(", "))
        }
        Reason::RateLimit | Reason::NotRecorded | Reason::Overload => {
            format!("{name} is refused: {}.", decision.reason.name())
        }
    }
}

/// The authors' own words.
fn written(env: &Environment<'_>, decision: &Decision, class: &Class) -> String {
    let mut by_name: BTreeMap<&str, Vec<&Template>> = BTreeMap::new();
    for breaker in decision.breakers.iter().filter_map(|id| env.bundle.breaker(*id)) {
        by_name.entry(&breaker.name).or_default().extend(&breaker.message);
    }
    for limit in decision.limits.iter().filter_map(|id| env.bundle.limit(*id)) {
        by_name.entry(&limit.name).or_default().extend(&limit.message);
    }
    for rule in &decision.rules {
        if let (Some(policy), Some(rule)) = (env.bundle.policy_of(*rule), env.bundle.rule(*rule)) {
            by_name.entry(&policy.name).or_default().extend(&rule.message);
        }
    }
    let mut messages: Vec<String> = Vec::new();
    let mut too_long = None;
    for template in by_name.into_values().flatten() {
        let text = fill(env, template, class);
        let length: usize = messages.iter().map(|message| message.chars().count() + 1).sum();
        if length + text.chars().count() > MAX_MESSAGE {
            too_long.get_or_insert(text);
        } else if !messages.contains(&text) {
            messages.push(text);
        }
    }
    match too_long {
        // Where none fits whole, the beginning of the first one is better than nothing.
        Some(text) if messages.is_empty() => cut(&text, MAX_MESSAGE),
        Some(_) | None => messages.join(" "),
    }
}

fn fill(env: &Environment<'_>, template: &Template, class: &Class) -> String {
    let mut text = String::new();
    for part in &template.parts {
        match part {
            Part::Text(words) => text.push_str(words),
            Part::Path(path) => text.push_str(&shown(env, here(env, *path))),
            Part::Set(set) => text.push_str(&set_text(env.bundle, *set)),
            Part::Schedule(schedule) => {
                text.push_str(&calendar::describe(&env.bundle.calendar, *schedule));
            }
            Part::ScheduleNext(schedule) => text.push_str(&next_opening(env, *schedule)),
            Part::ScheduleOf { schedule, zone } => {
                let located = located(env, *schedule, *zone);
                let shown = located.unwrap_or_else(|| (*schedule).into());
                text.push_str(&calendar::describe(&env.bundle.calendar, shown));
                if located.is_none() {
                    text.push_str(" (zone not known)");
                }
            }
            Part::ScheduleOfNext { schedule, zone } => match located(env, *schedule, *zone) {
                Some(located) => text.push_str(&next_opening(env, located)),
                None => text.push_str("(not known)"),
            },
            Part::Next => text.push_str(&next(env, class)),
            Part::ToolName => text.push_str(env.tool().map_or("", |tool| tool.name.as_str())),
            Part::ToolTier => {
                let tier = env.tool().and_then(|tool| tool.tier);
                text.push_str(tier.map_or("unclassified", |tier| tier.name()));
            }
            Part::ToolConnector => {
                let tool = env.tool();
                let connector = tool.and_then(|tool| env.bundle.connectors.get(tool.connector.index()));
                text.push_str(connector.map_or("", |connector| connector.name.as_str()));
            }
        }
    }
    text
}

/// The path as this call means it: a rule may span two instances of a connector, and each has resources of its own.
fn here(env: &Environment<'_>, path: PathId) -> PathId {
    let own = || {
        let bundle = env.bundle;
        let crate::ir::Path::Attribute { resource, .. } = bundle.path(path)? else {
            return None;
        };
        let connector = env.tool()?.connector;
        if bundle.resources.get(resource.index())?.connector == connector {
            return None;
        }
        let name = bundle.path_name(path);
        // INVARIANT: the checker has looked the path up for each tool of the rule, so each has an entry.
        (0..bundle.paths.len()).map(PathId::at).find(|other| {
            let of = match bundle.path(*other) {
                Some(crate::ir::Path::Attribute { resource, .. }) => bundle.resources.get(resource.index()),
                _ => None,
            };
            of.is_some_and(|of| of.connector == connector) && bundle.path_name(*other) == name
        })
    };
    own().unwrap_or(path)
}

/// A value in a message. An argument is quoted, so that it cannot pass for Wicket's own words; an enum, a number or
/// a truth value needs no quotes.
fn shown(env: &Environment<'_>, path: PathId) -> String {
    match env.load(path) {
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) if env.bundle.is_enum(path) => clean(&text),
        Value::Text(text) => quoted(&text),
        Value::List(list) => quoted(&json::write(&json::Json::Array(list.into_owned()))),
        Value::Record(record) => quoted(&json::write(&json::Json::Object(record.clone()))),
        Value::Missing(Missing::Absent) => "(not given)".into(),
        Value::Instant(instant) => instant.to_string(),
        Value::Duration(length) => length.to_string(),
        Value::Address(address) => address.to_string(),
        Value::Between(_) | Value::Missing(Missing::Unknown | Missing::Pending) => "(not known)".into(),
    }
}

fn set_text(bundle: &Bundle, set: SetId) -> String {
    let Some(set) = bundle.sets.get(set.index()) else {
        return String::new();
    };
    if set.private {
        return set.name.clone().unwrap_or_default();
    }
    let told = set.elements.get(..MAX_TOLD).unwrap_or(&set.elements);
    let mut text = elements_text(bundle, told)
        .iter()
        .map(|element| clean(element))
        .collect::<Vec<_>>()
        .join(", ");
    if set.elements.len() > MAX_TOLD {
        let _ = write!(text, ", … ({} in all)", set.elements.len());
    }
    text
}

/// A schedule in the zone that this call names.
fn located(env: &Environment<'_>, schedule: ScheduleId, zone: PathId) -> Option<Located> {
    env.located(schedule, &env.load(here(env, zone))).ok()
}

fn next_opening(env: &Environment<'_>, schedule: impl Into<Located> + Copy) -> String {
    let Some(now) = env.request.now else {
        return "(not known)".into();
    };
    let calendar = &env.bundle.calendar;
    match (
        calendar::next_open(calendar, schedule, now),
        calendar.zone_of(schedule),
    ) {
        (Some(next), Some(zone)) => calendar::show_next(zone, next, now),
        (None, _) | (_, None) => "(not known)".into(),
    }
}

/// `{next}`: in the zone of the bundle, or in UTC.
fn next(env: &Environment<'_>, class: &Class) -> String {
    match class {
        Class::At { at } => in_zone(env, *at),
        Class::Never
        | Class::AfterReset { .. }
        | Class::If { .. }
        | Class::Unknown { .. }
        | Class::AfterApproval { .. }
        | Class::Transient => "(no time)".into(),
    }
}

/// An instant in the zone of the bundle, or in UTC.
fn in_zone(env: &Environment<'_>, at: Instant) -> String {
    let zone = env.bundle.zone.and_then(|zone| env.bundle.calendar.zone(zone));
    zone.map_or_else(
        || at.to_string(),
        |zone| calendar::show_instant(zone, at, env.request.now.unwrap_or(at)),
    )
}

fn quoted(text: &str) -> String {
    // The backslash as well: otherwise a text with one before a quote would end the quotation.
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", cut(&clean(&escaped), MAX_ARGUMENT))
}

/// The text with its control characters, and those that turn its direction, escaped.
fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
        {
            clean.extend(c.escape_unicode());
        } else {
            clean.push(c);
        }
    }
    clean
}

/// At most `length` characters, the last of them an ellipsis where something was cut.
fn cut(text: &str, length: usize) -> String {
    if text.chars().count() <= length {
        return text.to_owned();
    }
    text.chars().take(length.saturating_sub(1)).chain(['…']).collect()
}

impl Bundle {
    /// Whether the value at `path` is one of a list of words that the connector declares.
    fn is_enum(&self, path: PathId) -> bool {
        match self.path(path) {
            Some(crate::ir::Path::Attribute { resource, attribute }) => self
                .resources
                .get(resource.index())
                .and_then(|resource| resource.attributes.get(*attribute as usize))
                .is_some_and(|attribute| matches!(attribute.ty, Type::Enum(_))),
            _ => false,
        }
    }
}
