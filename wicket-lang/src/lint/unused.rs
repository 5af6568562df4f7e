//! W1001: a set, a schedule, a track, a mark or a connector that nothing uses.
//!
//! Most often a rule was meant to ask for it. What is used in a test only, or in another set or schedule only, counts
//! as used.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::walk;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::FileId;
use crate::syntax::ast::{
    self, Bounded, Breaker, Counted, Entry, Expr, ExprKind, ItemKind, Measure, Message, MessagePart, Name,
    ScheduleBody, Selector, Step, Tripping,
};

pub(super) fn lint(files: &BTreeMap<FileId, ast::File>) -> Vec<Diagnostic> {
    let mut used = Used::default();
    let mut declared: Vec<(&'static str, &Name)> = Vec::new();
    for item in files.values().flat_map(|file| &file.items) {
        match &item.kind {
            ItemKind::Use(entries) => declared.extend(entries.iter().map(|entry| {
                let name = entry.alias.as_ref().unwrap_or(&entry.connector);
                ("connector", name)
            })),
            ItemKind::Set(set) => {
                declared.push(("set", &set.name));
                set.written().for_each(|element| used.expression(element));
            }
            ItemKind::Schedule(schedule) => {
                declared.push(("schedule", &schedule.name));
                used.schedule(&schedule.body);
            }
            ItemKind::Policy(policy) => policy.rules.iter().for_each(|rule| used.rule(rule)),
            ItemKind::Breaker(breaker) => used.breaker(breaker),
            ItemKind::Limit(limit) => {
                match &limit.bound.what {
                    Bounded::Calls(counted) => used.counted(counted),
                    Bounded::Track(name) => used.name(name),
                }
                used.message(limit.message.as_ref());
            }
            ItemKind::Track(track) => {
                declared.push(("track", &track.name));
                used.counted(&track.counted);
            }
            ItemKind::Mark(mark) => {
                declared.push(("mark", &mark.name));
                used.selector(&mark.of);
                mark.when.iter().for_each(|when| used.expression(when));
            }
            ItemKind::Test(test) => {
                test.steps.iter().for_each(|step| used.step(step));
            }
            ItemKind::Fixture(fixture) => {
                declared.push(("fixture", &fixture.name));
                fixture.steps.iter().for_each(|step| used.step(step));
            }
            ItemKind::Shared(_)
            | ItemKind::Zone(_)
            | ItemKind::Connector(_)
            | ItemKind::Directory(_)
            | ItemKind::Error => {}
        }
    }
    declared
        .into_iter()
        .filter(|(noun, name)| {
            let by_a_star = *noun == "connector" && used.every_connector;
            !by_a_star && !used.names.contains(name.text.as_str())
        })
        .map(|(noun, name)| {
            Diagnostic::new(
                Code::W1001,
                format!("{noun} `{}` is not used", name.text),
                name.span,
                "no rule asks for it",
            )
            .with_help("use it in a rule, or take it out")
        })
        .collect()
}

#[derive(Default)]
struct Used<'a> {
    names: BTreeSet<&'a str>,
    /// `*` and `*:read` select tools of all connectors.
    every_connector: bool,
}

impl<'a> Used<'a> {
    fn name(&mut self, name: &'a Name) {
        self.names.insert(&name.text);
    }

    fn step(&mut self, step: &'a Step) {
        match step {
            Step::Call(call) => self.name(&call.connector),
            Step::Fixture(name) => self.name(name),
            Step::Each(each) => each.steps.iter().for_each(|step| self.step(step)),
            Step::At(_)
            | Step::AtColumn(_)
            | Step::After(_)
            | Step::Given { .. }
            | Step::Remembered(_)
            | Step::Expect(_) => {}
        }
    }

    fn rule(&mut self, rule: &'a ast::Rule) {
        rule.selectors.iter().for_each(|selector| self.selector(selector));
        for condition in rule.when.iter().map(|when| &when.condition).chain(&rule.unless) {
            self.expression(condition);
        }
        self.message(rule.message.as_ref());
    }

    fn breaker(&mut self, breaker: &'a Breaker) {
        if let Some(trip) = &breaker.trip {
            trip.stop.iter().for_each(|selector| self.selector(selector));
            if let Tripping::Track { what, .. } = &trip.on {
                self.expression(what);
            }
            if let Some(of) = trip.on.narrowed() {
                of.of.iter().for_each(|selector| self.selector(selector));
                of.when
                    .iter()
                    .chain(&of.by)
                    .for_each(|expr| self.expression(expr));
            }
        }
        self.message(breaker.message.as_ref());
    }

    fn counted(&mut self, counted: &'a Counted) {
        self.selector(&counted.of);
        let value = match &counted.measure {
            Measure::Calls(_) => None,
            Measure::Sum { value, .. } | Measure::Values(value) => Some(value),
        };
        let read = counted.when.iter().chain(&counted.by).chain(value);
        read.for_each(|expr| self.expression(expr));
    }

    fn message(&mut self, message: Option<&'a Message>) {
        for part in message.iter().flat_map(|message| &message.parts) {
            if let MessagePart::Path(path) = part
                && let Some(first) = path.segments.first()
            {
                self.name(first);
            }
        }
    }

    fn expression(&mut self, expr: &'a Expr) {
        walk(expr, &mut |expr| {
            if let ExprKind::Marked { mark, .. } = &expr.kind {
                self.names.insert(&mark.text);
            }
            if let ExprKind::Schedule { body, .. } = &expr.kind {
                self.schedule(body);
            }
            if let ExprKind::Path(path) | ExprKind::Else { path, .. } = &expr.kind
                && let [name] = path.segments.as_slice()
            {
                self.names.insert(&name.text);
            }
        });
    }

    fn schedule(&mut self, body: &'a ScheduleBody) {
        body.include
            .iter()
            .chain(&body.except)
            .for_each(|entry| self.entry(entry));
    }

    fn entry(&mut self, entry: &'a Entry) {
        match entry {
            Entry::Windows { .. } => {}
            Entry::Ref(name) => self.name(name),
            Entry::Group(body) => self.schedule(body),
            Entry::All(entries, _) => entries.iter().for_each(|entry| self.entry(entry)),
        }
    }

    fn selector(&mut self, selector: &'a Selector) {
        match selector {
            Selector::Tool { connector, .. } | Selector::Glob { connector, .. } => self.name(connector),
            Selector::Tier { connector, .. } => match connector {
                Some(connector) => self.name(connector),
                None => self.every_connector = true,
            },
            Selector::Every(_) => self.every_connector = true,
            Selector::Group(members, _) => members.iter().for_each(|member| self.selector(member)),
            Selector::Except { from, less } => {
                self.selector(from);
                self.selector(less);
            }
            Selector::Method(_) => {}
        }
    }
}
