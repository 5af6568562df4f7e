//! What a test gives: who calls, which facts are known, what the session has seen, and when.

mod callers;
mod remembered;

use std::collections::BTreeMap;

use crate::check::no_group;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::ir::{Bundle, Resource, ResourceId, Tool};
use crate::json::{Json, Number, Object};
use crate::request::{Approval, Approver, Caller, Fact, Facts, State, arguments_digest};
use crate::source::Span;
use crate::syntax::ast::{Call, Literal, Name, Remembered, Text};
use crate::types;
use crate::value::Instant;

#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    pub now: Option<Instant>,
    pub caller: Caller,
    pub state: State,
    /// What the client calls the conversation.
    pub conversation: Option<String>,
    /// By the name of the resource.
    resources: BTreeMap<String, Object>,
    /// What the story has seen before it begins.
    remembered: Vec<Remembered>,
    /// Who has approved the call.
    approvals: Vec<Vec<Approver>>,
}

impl Given {
    /// `given SUBJECT { … }`.
    pub(super) fn give(
        &mut self,
        bundle: &Bundle,
        subject: &Name,
        fields: &[(Name, Literal)],
        span: Span,
    ) -> Result<(), Vec<Diagnostic>> {
        match subject.text.as_str() {
            "member" => callers::member(&mut self.caller, &bundle.directory, fields),
            "agent" => callers::agent(&mut self.caller, &bundle.directory, fields),
            "client" => callers::client(&mut self.caller, fields),
            "session" => self.session(bundle, fields),
            "approval" => self.approval(bundle, fields),
            _ => self.resource(bundle, subject, fields, span),
        }
    }

    /// The facts about the resources of a connector; nothing else will be known.
    pub(super) fn facts(&self, bundle: &Bundle, connector: &str) -> Facts {
        let mut facts = Facts::complete();
        for (index, resource) in bundle.resources.iter().enumerate() {
            let of = bundle
                .connectors
                .get(resource.connector.index())
                .map(|connector| connector.name.as_str());
            if let (true, Some(attributes)) = (of == Some(connector), self.resources.get(&resource.name)) {
                facts.insert(
                    ResourceId::at(index),
                    Fact::Known {
                        attributes: attributes.clone(),
                        read_at: self.now,
                    },
                );
            }
        }
        facts
    }

    /// What has been approved of a call, where the test gives who calls.
    pub(super) fn approvals(
        &self,
        bundle: &Bundle,
        connector: &str,
        tool: &str,
        args: &Object,
    ) -> Vec<Approval> {
        let definition = bundle
            .find_tool(connector, tool)
            .and_then(|id| bundle.tool(id))
            .map(Tool::definition);
        let (Some(definition), Some(member)) = (definition, &self.caller.member_email) else {
            return Vec::new();
        };
        self.approvals
            .iter()
            .map(|approvers| Approval {
                member: member.clone(),
                connector: connector.to_owned(),
                tool: tool.to_owned(),
                definition,
                arguments: arguments_digest(args),
                approvers: approvers.clone(),
                expires: Instant(i64::MAX),
            })
            .collect()
    }

    /// What is missing for an approval to be one for `call`: it is for a member, and holds until an instant.
    pub(super) fn idle_approval(&self, call: &Call) -> Option<Diagnostic> {
        let (missing, remedy) = match (&self.caller.member_email, self.now) {
            _ if self.approvals.is_empty() => return None,
            (None, _) => (
                "the test does not say who calls",
                "add `given member { email: \"ana@acme.example\" }`",
            ),
            (Some(_), None) => (
                "the test does not say when the call is made, so it may have lapsed",
                "add a moment: `at 2026-03-02 12:00`",
            ),
            (Some(_), Some(_)) => return None,
        };
        let found = Diagnostic::new(
            Code::E0706,
            "the approval is for no call",
            call.span,
            format!("an approval is given, and {missing}"),
        );
        Some(found.with_help(remedy))
    }

    /// `given approval { by: ["a@b"], group: security }`: without a group they are owners.
    fn approval(&mut self, bundle: &Bundle, fields: &[(Name, Literal)]) -> Result<(), Vec<Diagnostic>> {
        let mut found = Vec::new();
        let (mut people, mut group) = (Vec::new(), None);
        for (name, value) in fields {
            match (name.text.as_str(), value) {
                ("by", Literal::List(list, _)) => match texts(list) {
                    Some(by) => people = by,
                    None => found.push(wrong(name, "a list of texts")),
                },
                ("by", Literal::String(one)) => people = vec![one.value.clone()],
                ("by", _) => found.push(wrong(name, "a list of texts")),
                (
                    "group",
                    Literal::String(Text { value: one, span }) | Literal::Word(Name { text: one, span }),
                ) => {
                    found.extend(no_group(&bundle.directory, one, *span).map(|found| *found));
                    group = Some(one.clone());
                }
                ("group", _) => found.push(wrong(name, "a text")),
                _ => found.push(unknown(name, "approval", &["by", "group"])),
            }
        }
        if !found.is_empty() {
            return Err(found);
        }
        let approvers = people.into_iter().map(|member| Approver {
            member,
            groups: group.clone().into_iter().collect(),
            is_owner: group.is_none(),
        });
        self.approvals.push(approvers.collect());
        Ok(())
    }

    fn session(&mut self, bundle: &Bundle, fields: &[(Name, Literal)]) -> Result<(), Vec<Diagnostic>> {
        let mut found = Vec::new();
        for (name, value) in fields {
            match (name.text.as_str(), value) {
                ("denials", Literal::Number(number)) => match number.digits.parse() {
                    Ok(denials) => self.state = State::with_denials(bundle, denials, &BTreeMap::new()),
                    Err(_) => found.push(wrong(name, "a whole number")),
                },
                ("denials", _) => found.push(wrong(name, "a whole number")),
                ("conversation", Literal::String(text)) => self.conversation = Some(text.value.clone()),
                ("conversation", _) => found.push(wrong(name, "a text")),
                _ => found.push(unknown(name, "session", &["denials", "conversation"])),
            }
        }
        if found.is_empty() { Ok(()) } else { Err(found) }
    }

    fn resource(
        &mut self,
        bundle: &Bundle,
        subject: &Name,
        fields: &[(Name, Literal)],
        span: Span,
    ) -> Result<(), Vec<Diagnostic>> {
        let declared: Vec<&Resource> = bundle
            .resources
            .iter()
            .filter(|r| r.name == subject.text)
            .collect();
        if declared.is_empty() {
            let known = bundle.resources.iter().map(|resource| resource.name.as_str());
            let known = known.chain(["member", "agent", "client", "session", "approval"]);
            let diagnostic = Diagnostic::new(
                Code::E0706,
                format!("nothing is called `{}`", subject.text),
                subject.span,
                "a test gives `member`, `agent`, `client`, `session`, `approval`, or a resource",
            );
            return Err(vec![match nearest(&subject.text, known) {
                Some(near) => diagnostic.with_near(subject.span, Some(near)),
                None => diagnostic
                    .with_help("resources are what the connectors declare, such as `repo` of GitHub"),
            }]);
        }
        let mut found = Vec::new();
        let mut attributes = Object::new();
        for (name, value) in fields {
            let value = json(value);
            // A name that several connectors have is given to each that declares the attribute.
            let types: Vec<_> = declared
                .iter()
                .flat_map(|resource| &resource.attributes)
                .filter(|attribute| attribute.name == name.text)
                .map(|attribute| &attribute.ty)
                .collect();
            if types.is_empty() {
                let known: Vec<&str> = declared
                    .iter()
                    .flat_map(|resource| {
                        resource
                            .attributes
                            .iter()
                            .map(|attribute| attribute.name.as_str())
                    })
                    .collect();
                found.push(unknown(name, &subject.text, &known));
            } else if value != Json::Null && !types.iter().any(|ty| types::admits(ty, &value)) {
                let wanted = types.first().map(ToString::to_string).unwrap_or_default();
                found.push(wrong(name, &wanted));
            }
            attributes.insert(name.text.clone(), value);
        }
        if !found.is_empty() {
            return Err(found);
        }
        let _ = span;
        self.resources.insert(subject.text.clone(), attributes);
        Ok(())
    }
}

fn texts(list: &[Literal]) -> Option<Vec<String>> {
    list.iter()
        .map(|element| match element {
            Literal::String(text) => Some(text.value.clone()),
            Literal::Word(name) => Some(name.text.clone()),
            Literal::Number(_)
            | Literal::Bool(..)
            | Literal::Null(_)
            | Literal::List(..)
            | Literal::Record(..) => None,
        })
        .collect()
}

fn wrong(name: &Name, wanted: &str) -> Diagnostic {
    Diagnostic::new(
        Code::E0707,
        format!("`{}` has another type", name.text),
        name.span,
        format!("this has to be {wanted}"),
    )
}

fn unknown(name: &Name, subject: &str, known: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0706,
        format!("`{subject}` has no `{}`", name.text),
        name.span,
        format!("it has `{}`", known.join("`, `")),
    );
    match nearest(&name.text, known.iter().copied()) {
        Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")),
        None => diagnostic,
    }
}

/// A literal as data. A number that cannot be kept exactly is the text of its digits, which fits no number.
pub(super) fn json(literal: &Literal) -> Json {
    match literal {
        Literal::String(text) => Json::String(text.value.clone()),
        Literal::Number(number) => {
            Number::parse(&number.digits).map_or_else(|_| Json::String(number.digits.clone()), Json::Number)
        }
        Literal::Bool(value, _) => Json::Bool(*value),
        Literal::Null(_) => Json::Null,
        Literal::Word(name) => Json::String(name.text.clone()),
        Literal::List(elements, _) => Json::Array(elements.iter().map(json).collect()),
        Literal::Record(fields, _) => Json::Object(
            fields
                .iter()
                .map(|(name, value)| (name.text.clone(), json(value)))
                .collect(),
        ),
    }
}
