//! Items, and the members of connectors and breakers.

use super::blocks::{block, separated, ty, ty_end};
use super::breakers;
use super::flat::{self, Strength};
use super::printer::{Gap, Printer};
use super::{callers, cases, history, rules, schedules};
use crate::syntax::ast::{
    Carrier, Connector, ConnectorMember, Expr, File, Item, ItemKind, Name, Policy, Resource, Set, Test, Text,
    Use,
};

pub(super) fn file(printer: &mut Printer<'_>, file: &File) {
    let mut before: Option<&Item> = None;
    for item in &file.items {
        let gap = match before {
            Some(before) if is_short(before) && is_short(item) => Gap::Keep,
            Some(_) => Gap::Force,
            None => Gap::Keep,
        };
        self::item(printer, item, gap);
        before = Some(item);
    }
}

/// Whether an item mostly takes one line; such items may stand together.
fn is_short(item: &Item) -> bool {
    match item.kind {
        ItemKind::Use(_)
        | ItemKind::Shared(_)
        | ItemKind::Zone(_)
        | ItemKind::Schedule(_)
        | ItemKind::Set(_) => item.annotations.is_empty(),
        ItemKind::Connector(_)
        | ItemKind::Directory(_)
        | ItemKind::Policy(_)
        | ItemKind::Breaker(_)
        | ItemKind::Limit(_)
        | ItemKind::Track(_)
        | ItemKind::Mark(_)
        | ItemKind::Test(_)
        | ItemKind::Fixture(_)
        | ItemKind::Error => false,
    }
}

fn item(printer: &mut Printer<'_>, item: &Item, gap: Gap) {
    printer.begin(item.span.start, gap);
    for annotation in &item.annotations {
        let value = printer.source(annotation.value.span);
        let line = format!("@{} {value}", flat::name(printer, &annotation.name));
        printer.write(&line);
        printer.end(annotation.span.end);
        printer.begin_close(annotation.span.end);
    }
    let end = item.span.end;
    match &item.kind {
        ItemKind::Use(list) => uses(printer, list),
        ItemKind::Shared(folders) => {
            printer.write("use ");
            let show = |printer: &Printer<'_>, folder: &Text| printer.source(folder.span).to_owned();
            separated(printer, folders, show, |folder| {
                (folder.span.start, folder.span.end)
            });
        }
        ItemKind::Zone(zone) => {
            let line = format!("zone {}", printer.source(zone.span));
            printer.write(&line);
        }
        ItemKind::Schedule(schedule) => schedules::schedule(printer, schedule, end),
        ItemKind::Set(set) => self::set(printer, set, end),
        ItemKind::Connector(connector) => self::connector(printer, connector, end),
        ItemKind::Directory(directory) => callers::directory(printer, directory, end),
        ItemKind::Policy(policy) => self::policy(printer, policy, end),
        ItemKind::Breaker(breaker) => breakers::breaker(printer, breaker, end),
        ItemKind::Limit(limit) => history::limit(printer, limit, end),
        ItemKind::Track(track) => history::track(printer, track, end),
        ItemKind::Mark(mark) => history::mark(printer, mark, end),
        ItemKind::Test(test) => self::test(printer, test, end),
        ItemKind::Fixture(fixture) => {
            let head = format!("fixture {}", flat::name(printer, &fixture.name));
            let is_empty = fixture.steps.is_empty();
            block(printer, &head, fixture.name.span.end, end, is_empty, |printer| {
                cases::steps(printer, &fixture.steps);
            });
        }
        // A text with mistakes is not printed.
        ItemKind::Error => {}
    }
    printer.end(end);
}

fn uses(printer: &mut Printer<'_>, list: &[Use]) {
    let show = |printer: &Printer<'_>, one: &Use| match &one.alias {
        Some(alias) => format!(
            "{} as {}",
            flat::name(printer, &one.connector),
            flat::name(printer, alias)
        ),
        None => flat::name(printer, &one.connector),
    };
    let place = |one: &Use| {
        let end = one.alias.as_ref().unwrap_or(&one.connector).span.end;
        (one.connector.span.start, end)
    };
    printer.write("use ");
    separated(printer, list, show, place);
}

fn set(printer: &mut Printer<'_>, set: &Set, end: u32) {
    let private = if set.private { "private " } else { "" };
    let mut head = format!("{private}set {}", flat::name(printer, &set.name));
    let mut head_end = set.name.span.end;
    if let Some(ty) = &set.ty {
        head = format!("{head}: {}", ty.text);
        head_end = ty.span.end;
    }
    let shown = |one: &Expr| flat::expr(printer, one, Strength::Joined);
    let mut line = format!("{head} = [{}", flat::join(&set.elements, ", ", shown));
    if !set.except.is_empty() {
        let between = if set.elements.is_empty() { "" } else { " " };
        line = format!("{line}{between}except {}", flat::join(&set.except, ", ", shown));
    }
    line.push(']');
    if printer.fits(&line) && !printer.has_comment_before(end) {
        printer.write(&line);
        return;
    }
    printer.write(&head);
    printer.write(" = [");
    printer.open(head_end);
    for (place, element) in set.written().enumerate() {
        printer.begin(element.span.start, Gap::Keep);
        let text = flat::expr(printer, element, Strength::Joined);
        // What is taken away begins behind the last of what is there.
        if place == set.elements.len() {
            printer.write("except ");
        }
        printer.write(&text);
        printer.write(",");
        printer.end(element.span.end);
    }
    printer.close(end, "]");
}

fn policy(printer: &mut Printer<'_>, policy: &Policy, end: u32) {
    let head = format!("policy {}", flat::name(printer, &policy.name));
    let is_empty = policy.rules.is_empty();
    block(printer, &head, policy.name.span.end, end, is_empty, |printer| {
        for rule in &policy.rules {
            rules::rule(printer, rule);
        }
    });
}

fn test(printer: &mut Printer<'_>, test: &Test, end: u32) {
    let head = format!("test {}", printer.source(test.title.span));
    let is_empty = test.steps.is_empty();
    block(printer, &head, test.title.span.end, end, is_empty, |printer| {
        cases::steps(printer, &test.steps);
    });
}

fn connector(printer: &mut Printer<'_>, connector: &Connector, end: u32) {
    let head = format!("connector {}", flat::name(printer, &connector.name));
    let is_empty = connector.members.is_empty();
    block(
        printer,
        &head,
        connector.name.span.end,
        end,
        is_empty,
        |printer| {
            for member in &connector.members {
                self::member(printer, member);
            }
        },
    );
}

fn member(printer: &mut Printer<'_>, member: &ConnectorMember) {
    match member {
        ConnectorMember::Upstream(text) | ConnectorMember::Tools(text) => {
            printer.begin(text.span.start, Gap::Keep);
            let keyword = match member {
                ConnectorMember::Upstream(_) => "upstream",
                _ => "tools",
            };
            let line = format!("{keyword} {}", printer.source(text.span));
            printer.write(&line);
            printer.end(text.span.end);
        }
        ConnectorMember::Tier { tier, tools } => {
            patterns(printer, tier.span.start, &tier.text, tools);
        }
        ConnectorMember::Open(tools) => {
            let start = tools.first().map_or(0, |first| first.span.start);
            patterns(printer, start, "open", tools);
        }
        ConnectorMember::Without {
            resource,
            tools,
            span,
        } => {
            let lead = format!("without {}:", resource.text);
            patterns(printer, span.start, &lead, tools);
        }
        ConnectorMember::Beyond {
            resource,
            tools,
            span,
        } => {
            let lead = format!("beyond {}:", resource.text);
            patterns(printer, span.start, &lead, tools);
        }
        ConnectorMember::Type { name, carriers, span } => {
            printer.begin(span.start, Gap::Keep);
            printer.write(&format!("type {}: ", name.text));
            separated(printer, carriers, carrier, |carrier| {
                let end = carrier
                    .argument
                    .last()
                    .map_or(carrier.tools.span.end, |name| name.span.end);
                (carrier.tools.span.start, end)
            });
            printer.end(span.end);
        }
        ConnectorMember::Resource(resource) => self::resource(printer, resource),
    }
}

fn carrier(printer: &Printer<'_>, carrier: &Carrier) -> String {
    let names = flat::join(&carrier.argument, ".", |one| flat::name(printer, one));
    format!("{}.{names}", flat::name(printer, &carrier.tools))
}

fn patterns(printer: &mut Printer<'_>, start: u32, lead: &str, tools: &[Name]) {
    printer.begin(start, Gap::Keep);
    printer.write(lead);
    printer.write(" ");
    separated(printer, tools, flat::name, |name| {
        (name.span.start, name.span.end)
    });
    if let Some(last) = tools.last() {
        printer.end(last.span.end);
    }
}

fn resource(printer: &mut Printer<'_>, resource: &Resource) {
    printer.begin(resource.span.start, Gap::Keep);
    let keys = flat::join(&resource.keys, ", ", |(key, path)| {
        format!("{}: {}", key.text, flat::path(printer, path))
    });
    let case = if resource.ignoring_case {
        " ignoring case"
    } else {
        ""
    };
    let of = resource
        .of
        .as_ref()
        .map_or_else(String::new, |of| format!(" is {}", flat::name(printer, of)));
    let head = format!(
        "resource {}{of} ({keys}){case}",
        flat::name(printer, &resource.name)
    );
    let head_end = resource
        .keys
        .last()
        .map_or(resource.name.span.end, |(_, path)| path.span.end);
    let is_empty = resource.attributes.is_empty() && resource.source.is_none();
    let end = resource.span.end;
    if resource.of.is_some() {
        printer.write(&head);
        printer.end(end);
        return;
    }
    block(printer, &head, head_end, end, is_empty, |printer| {
        for attribute in &resource.attributes {
            printer.begin(attribute.name.span.start, Gap::Keep);
            let line = format!("{}: {}", attribute.name.text, ty(printer, &attribute.ty));
            printer.write(&line);
            printer.end(ty_end(&attribute.ty));
        }
        if let Some(source) = &resource.source {
            printer.begin(source.span.start, Gap::Keep);
            let mut line = format!(
                "from {} {}",
                flat::name(printer, &source.method),
                printer.source(source.address.span)
            );
            if let Some(fresh) = &source.fresh {
                line.push_str(" fresh ");
                line.push_str(printer.source(fresh.span));
            }
            printer.write(&line);
            printer.end(source.span.end);
        }
    });
    printer.end(end);
}
