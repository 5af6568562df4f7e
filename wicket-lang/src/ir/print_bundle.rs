//! A whole bundle as text, for `--emit ir`.
//!
//! Tables are ordered by name, so the same sources give the same text, whatever the order of files and items. Digests
//! are left out: they would change with every edit and hide the line that matters.

use std::fmt::Write as _;

use super::print::constant_text;
use super::{
    Breaker, Bundle, DeniedBy, Guard, Hold, Limit, Measure, Node, Others, Part, Policy, PolicyId, Resource,
    ResourceId, RuleId, SetId, Template, Tool, ToolId, Track, Trips, Window, print,
};
use crate::calendar::{self, Period, ScheduleId};

/// Everything that a bundle says, a piece on a line.
#[must_use]
pub fn print_bundle(bundle: &Bundle) -> String {
    // Writing to a String does not fail, here and below.
    let mut out = String::new();
    let _ = writeln!(out, "tzdata {}", bundle.tzdata);
    if let Some(zone) = bundle.zone.and_then(|zone| bundle.calendar.zone(zone)) {
        let _ = writeln!(out, "zone {}", zone.name());
    }
    for (index, schedule) in (0u32..).zip(&bundle.calendar.schedules) {
        let text = calendar::describe(&bundle.calendar, ScheduleId(index));
        let _ = writeln!(
            out,
            "schedule {} = {text}",
            schedule.name.as_deref().unwrap_or("_")
        );
    }
    for set in bundle.sets.iter().filter(|set| set.name.is_some()) {
        let private = if set.private { "private " } else { "" };
        let elements: Vec<String> = set.elements.iter().map(constant_text).collect();
        let _ = writeln!(
            out,
            "{private}set {} = [{}]",
            set.name.as_deref().unwrap_or("_"),
            elements.join(", ")
        );
    }
    for connector in &bundle.connectors {
        let _ = write!(out, "connector {}", connector.name);
        if connector.declared != connector.name {
            let _ = write!(out, " is {}", connector.declared);
        }
        out.push('\n');
    }
    for resource in &bundle.resources {
        push_resource(&mut out, bundle, resource);
    }
    for (index, policy) in bundle.policies.iter().enumerate() {
        push_policy(&mut out, bundle, PolicyId::at(index), policy);
    }
    for breaker in &bundle.breakers {
        push_breaker(&mut out, bundle, breaker);
    }
    for track in &bundle.tracks {
        push_track(&mut out, bundle, track);
    }
    for limit in &bundle.limits {
        push_limit(&mut out, bundle, limit);
    }
    for (index, tool) in bundle.tools.iter().enumerate() {
        push_tool(&mut out, bundle, ToolId::at(index), tool);
    }
    out
}

fn push_resource(out: &mut String, bundle: &Bundle, resource: &Resource) {
    let connector = bundle.connectors.get(resource.connector.index());
    let _ = writeln!(
        out,
        "resource {}.{}{} by {}{}",
        connector.map_or("", |connector| connector.name.as_str()),
        resource.name,
        if resource.kind == resource.name {
            String::new()
        } else {
            format!(" of {}", resource.kind)
        },
        resource.keys.join(", "),
        if resource.ignoring_case {
            " ignoring case"
        } else {
            ""
        }
    );
    for attribute in &resource.attributes {
        let refers = attribute
            .refers
            .map_or_else(String::new, |id| format!(" of {}", resource_name(bundle, id)));
        let _ = writeln!(out, "  {}: {}{refers}", attribute.name, attribute.ty);
    }
    if let Some(source) = &resource.source {
        let _ = writeln!(
            out,
            "  from {:?}, fresh for {} s",
            source.address, source.fresh_seconds
        );
    }
}

fn push_policy(out: &mut String, bundle: &Bundle, id: PolicyId, policy: &Policy) {
    let _ = writeln!(out, "policy {}", policy.name);
    for (key, value) in &policy.annotations {
        let _ = writeln!(out, "  {key} {value:?}");
    }
    for (index, rule) in bundle.rules.iter().enumerate() {
        if rule.policy != id {
            continue;
        }
        let only = if rule.from_only {
            " (of an `only when`)"
        } else {
            ""
        };
        let _ = writeln!(out, "  r{index} {}{only}", rule.effect.name());
        if let Some(account) = &rule.account {
            let _ = writeln!(out, "    account {account:?}");
        }
        if let Some(message) = &rule.message {
            let _ = writeln!(out, "    message {}", template(bundle, message));
        }
    }
}

fn push_breaker(out: &mut String, bundle: &Bundle, breaker: &Breaker) {
    let _ = write!(out, "breaker {} ", breaker.name);
    let track = breaker.track().and_then(|track| bundle.track(track));
    let track = track.map_or("?", |track| track.name.as_str());
    match &breaker.trips {
        Trips::Denials {
            after,
            by,
            of,
            within_seconds,
        } => {
            let _ = write!(out, "after {after} denials");
            push_cause(out, bundle, *by);
            if of.is_some() {
                let _ = write!(out, " of {}", tools(bundle, of.as_deref()));
            }
            if let Some(seconds) = within_seconds {
                let _ = write!(out, " within {seconds} s");
            }
        }
        Trips::Track { bound, above, .. } => {
            let sign = if *above { ">" } else { ">=" };
            let _ = write!(out, "when {track} {sign} {bound}");
        }
        Trips::Share { percent, among, .. } => {
            let _ = write!(out, "at {percent}% of {track} among at least {among}");
        }
    }
    match breaker.hold {
        Hold::UntilReset => out.push_str(" until reset"),
        Hold::For(seconds) => {
            let _ = write!(out, " for {seconds} s");
        }
    }
    out.push('\n');
    let _ = writeln!(out, "  stops {}", tools(bundle, breaker.stops.as_deref()));
    if let Some(message) = &breaker.message {
        let _ = writeln!(out, "  message {}", template(bundle, message));
    }
}

fn push_limit(out: &mut String, bundle: &Bundle, limit: &Limit) {
    let track = bundle.track(limit.track).map_or("?", |track| track.name.as_str());
    let _ = writeln!(out, "limit {} {track} at most {}", limit.name, limit.most);
    if let Some(message) = &limit.message {
        let _ = writeln!(out, "  message {}", template(bundle, message));
    }
}

fn push_track(out: &mut String, bundle: &Bundle, track: &Track) {
    let measure = match track.measure {
        Measure::Calls => "calls",
        Measure::Sum if track.signed => "signed sum",
        Measure::Sum => "sum",
        Measure::Values => "values",
    };
    let measure = if track.denials.is_some() {
        "denials"
    } else {
        measure
    };
    let _ = write!(out, "track {} {measure}", track.name);
    if let Some(denials) = track.denials {
        push_cause(out, bundle, denials.by);
    }
    if let Some(on) = track.on {
        let _ = write!(out, " on {}", on.name());
    }
    match track.others {
        Others::Leave => {}
        Others::EndTheRow => out.push_str(" in a row"),
        Others::StandBeside => out.push_str(" beside the others"),
    }
    if track.keyed {
        out.push_str(" by key");
    }
    let _ = write!(out, " per {}", track.per.name());
    let _ = match track.window {
        Window::Whole => Ok(()),
        Window::Within(seconds) => write!(out, " within {seconds} s"),
        Window::Each(Period::Day, _) => write!(out, " each day"),
        Window::Each(Period::Week, _) => write!(out, " each week"),
        Window::Each(Period::Month, _) => write!(out, " each month"),
    };
    let _ = writeln!(out, ", {} kept", track.kept);
}

fn push_cause(out: &mut String, bundle: &Bundle, by: DeniedBy) {
    match by {
        DeniedBy::Anything => {}
        DeniedBy::Forbid => out.push_str(" by forbid"),
        DeniedBy::Default => out.push_str(" by default"),
        DeniedBy::Limit => out.push_str(" by limit"),
        DeniedBy::Arguments => out.push_str(" by arguments"),
        DeniedBy::Policy(id) => {
            let name = bundle.policy(id).map_or("?", |policy| policy.name.as_str());
            let _ = write!(out, " by {name}");
        }
    }
}

fn push_tool(out: &mut String, bundle: &Bundle, id: ToolId, tool: &Tool) {
    let tier = tool.tier.map_or("in no tier", crate::catalog::Tier::name);
    let open = if tool.open { ", takes more arguments" } else { "" };
    let _ = writeln!(out, "tool {} ({tier}{open})", bundle.tool_name(id));
    for binding in &tool.bindings {
        let keys: Vec<String> = binding.keys.iter().map(|key| bundle.path_name(*key)).collect();
        let _ = writeln!(
            out,
            "  {} = {}",
            resource_name(bundle, binding.resource),
            keys.join(", ")
        );
    }
    for resource in &tool.without {
        let _ = writeln!(out, "  without {}", resource_name(bundle, *resource));
    }
    for tally in &tool.tallies {
        let name = bundle.track(tally.track).map_or("?", |track| track.name.as_str());
        let _ = write!(out, "  enters {name} when {}", print(bundle, tally.condition));
        for (word, node) in [("with", tally.value), ("by", tally.key)] {
            if let Some(node) = node {
                let _ = write!(out, " {word} {}", print(bundle, node));
            }
        }
        out.push('\n');
    }
    for stopped in &tool.stopped {
        let breaker = bundle.breaker(stopped.breaker);
        let name = breaker.map_or("?", |breaker| breaker.name.as_str());
        let _ = writeln!(out, "  stopped by {name} by {}", print(bundle, stopped.key));
    }
    for guard in &tool.guards {
        let _ = writeln!(
            out,
            "  r{} {}{} when {}",
            guard.rule.index(),
            rule_name(bundle, guard.rule),
            callers(bundle, guard),
            print(bundle, guard.condition)
        );
    }
}

fn callers(bundle: &Bundle, guard: &Guard) -> String {
    if bundle.arena.get(guard.callers) == Some(Node::Always(true)) {
        return String::new();
    }
    format!(" for {}", print(bundle, guard.callers))
}

fn rule_name(bundle: &Bundle, id: RuleId) -> String {
    let policy = bundle.policy_of(id).map_or("?", |policy| policy.name.as_str());
    bundle
        .rule(id)
        .map_or_else(String::new, |rule| format!("{} by {policy}", rule.effect.name()))
}

fn resource_name(bundle: &Bundle, id: ResourceId) -> &str {
    bundle
        .resources
        .get(id.index())
        .map_or("?", |resource| resource.name.as_str())
}

fn tools(bundle: &Bundle, tools: Option<&[ToolId]>) -> String {
    match tools {
        None => "everything".into(),
        Some(tools) => {
            let names: Vec<String> = tools.iter().map(|tool| bundle.tool_name(*tool)).collect();
            names.join(", ")
        }
    }
}

/// A message with its gaps in braces, in quotes.
fn template(bundle: &Bundle, template: &Template) -> String {
    let mut text = String::new();
    for part in &template.parts {
        match part {
            Part::Text(part) => text.push_str(part),
            Part::Path(path) => push_gap(&mut text, &bundle.path_name(*path)),
            Part::Set(set) => push_gap(&mut text, set_name(bundle, *set)),
            Part::Schedule(schedule) => push_gap(&mut text, schedule_name(bundle, *schedule)),
            Part::ScheduleNext(schedule) => {
                push_gap(&mut text, &format!("{}.next", schedule_name(bundle, *schedule)));
            }
            Part::ScheduleOf { schedule, zone } => {
                let name = schedule_name(bundle, *schedule);
                push_gap(&mut text, &format!("{name} in {}", bundle.path_name(*zone)));
            }
            Part::ScheduleOfNext { schedule, zone } => {
                let name = schedule_name(bundle, *schedule);
                push_gap(&mut text, &format!("{name}.next in {}", bundle.path_name(*zone)));
            }
            Part::Next => push_gap(&mut text, "next"),
            Part::ToolName => push_gap(&mut text, "tool.name"),
            Part::ToolTier => push_gap(&mut text, "tool.tier"),
            Part::ToolConnector => push_gap(&mut text, "tool.connector"),
        }
    }
    format!("{text:?}")
}

fn push_gap(text: &mut String, name: &str) {
    text.push('{');
    text.push_str(name);
    text.push('}');
}

fn set_name(bundle: &Bundle, set: SetId) -> &str {
    bundle
        .sets
        .get(set.index())
        .and_then(|set| set.name.as_deref())
        .unwrap_or("_")
}

fn schedule_name(bundle: &Bundle, schedule: ScheduleId) -> &str {
    bundle
        .calendar
        .schedule(schedule)
        .and_then(|schedule| schedule.name.as_deref())
        .unwrap_or("_")
}
