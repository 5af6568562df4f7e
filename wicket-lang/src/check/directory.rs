//! The directory: which groups there are, and what is known of members and agents.
//!
//! A group or an attribute that is not declared is a mistake wherever it is named: a misspelt group on a forbid would
//! otherwise be silently never meant.

use std::collections::{BTreeMap, BTreeSet};

use super::Checker;
use super::approvals::OWNERS;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::ir::{CallerAttribute, Directory};
use crate::source::Span;
use crate::syntax::ast::{self, AttributeType, DirectoryPart, ItemKind, Name};
use crate::types::{Exact, Type};

/// What is known of every member without being declared, and of every agent.
const MEMBER: &[&str] = &["email", "groups"];
const AGENT: &[&str] = &["name"];

pub(super) fn check(checker: &mut Checker<'_>) {
    let mut found = Found::default();
    for (_, item) in checker.items() {
        let ItemKind::Directory(directory) = &item.kind else {
            continue;
        };
        for part in &directory.parts {
            match part {
                DirectoryPart::Groups { word, names } => groups(checker, &mut found, word, names),
                DirectoryPart::Attributes { of, attributes, .. } => match of.text.as_str() {
                    "member" => self::attributes(checker, &mut found.member, attributes, MEMBER),
                    "agent" => self::attributes(checker, &mut found.agent, attributes, AGENT),
                    _ => no_part(checker, of, &["member", "agent"]),
                },
            }
        }
    }
    let plain = |declared: BTreeMap<String, (CallerAttribute, Span)>| {
        declared.into_values().map(|(attribute, _)| attribute).collect()
    };
    checker.bundle.directory = Directory {
        groups: found.groups.into_iter().collect(),
        member: plain(found.member),
        agent: plain(found.agent),
    };
}

/// What was declared so far, and where.
#[derive(Default)]
struct Found {
    groups: BTreeSet<String>,
    member: BTreeMap<String, (CallerAttribute, Span)>,
    agent: BTreeMap<String, (CallerAttribute, Span)>,
}

fn groups(checker: &mut Checker<'_>, found: &mut Found, word: &Name, names: &[Name]) {
    if word.text != "groups" {
        no_part(checker, word, &["groups"]);
        return;
    }
    for name in names {
        if name.text == OWNERS {
            checker.report(
                Diagnostic::new(
                    Code::E0333,
                    "`owners` is no group of its own",
                    name.span,
                    "this word means those who own the agent",
                )
                .with_help("choose another name for the group"),
            );
        } else {
            // Each file may say which groups it speaks of.
            found.groups.insert(name.text.clone());
        }
    }
}

fn attributes(
    checker: &mut Checker<'_>,
    declared: &mut BTreeMap<String, (CallerAttribute, Span)>,
    attributes: &[ast::CallerAttribute],
    always: &[&str],
) {
    for attribute in attributes {
        let name = &attribute.name;
        if always.contains(&name.text.as_str()) {
            checker.report(
                Diagnostic::new(
                    Code::E0333,
                    format!("`{}` is always there", name.text),
                    name.span,
                    "this needs no declaration, and takes none",
                )
                .with_help("take it out"),
            );
            continue;
        }
        let new = CallerAttribute {
            name: name.text.clone(),
            ty: attribute_type(checker, &attribute.ty),
            source: attribute.source.as_ref().map(|source| source.value.clone()),
        };
        match declared.get(&name.text) {
            Some((known, first)) if *known != new => {
                let first = *first;
                otherwise(checker, name, first);
            }
            Some(_) => {}
            None => {
                declared.insert(name.text.clone(), (new, name.span));
            }
        }
    }
}

fn attribute_type(checker: &mut Checker<'_>, ty: &AttributeType) -> Type {
    match ty {
        AttributeType::Enum(words) => Type::Enum(words.iter().map(|word| word.text.clone()).collect()),
        AttributeType::List(element) => Type::List(Box::new(attribute_type(checker, element))),
        AttributeType::Named(name) => match name.text.as_str() {
            "bool" => Type::Bool,
            "string" => Type::Text,
            "integer" => Type::Integer,
            "decimal" => Type::Decimal,
            other if Exact::find(other).is_some() => Exact::find(other).map_or(Type::Text, Type::Spelling),
            _ => {
                checker.report(
                    Diagnostic::new(
                        Code::E0333,
                        format!("no type is called `{}`", name.text),
                        name.span,
                        "the types are `bool`, `string`, `integer`, `decimal`, `instant`, `date`, `duration`, lists `[…]` and words `a | b`",
                    )
                    .with_help("an attribute of a few fixed words is written `dev | prod`"),
                );
                Type::Any
            }
        },
    }
}

fn no_part(checker: &mut Checker<'_>, word: &Name, known: &[&str]) {
    let all = ["groups", "member", "agent"];
    let diagnostic = Diagnostic::new(
        Code::E0333,
        format!("a directory has no `{}`", word.text),
        word.span,
        "a directory says `groups a, b`, `member { … }` and `agent { … }`",
    );
    let near = nearest(&word.text, known.iter().copied()).or_else(|| nearest(&word.text, all));
    checker.report(match near {
        Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")),
        None => diagnostic,
    });
}

fn otherwise(checker: &mut Checker<'_>, name: &Name, first: Span) {
    checker.report(
        Diagnostic::new(
            Code::E0333,
            format!("the attribute `{}` is declared in two ways", name.text),
            name.span,
            "this is the second",
        )
        .with_label(first, "the first is here")
        .with_help("all directories of a bundle are one; what two of them declare has to be the same"),
    );
}

/// Reports a group that no directory declares; whether it is declared.
pub(super) fn check_group(checker: &mut Checker<'_>, group: &str, span: Span) -> bool {
    match no_group(&checker.bundle.directory, group, span) {
        None => true,
        Some(diagnostic) => {
            checker.report(*diagnostic);
            false
        }
    }
}

/// What is wrong with a group that is named somewhere: nothing, or that no directory declares it.
#[must_use]
pub(crate) fn no_group(directory: &Directory, group: &str, span: Span) -> Option<Box<Diagnostic>> {
    if directory.groups.iter().any(|known| known == group) {
        return None;
    }
    let diagnostic = Diagnostic::new(
        Code::E0332,
        format!("no group is called `{group}`"),
        span,
        "the directory does not declare it",
    );
    Some(Box::new(
        match nearest(group, directory.groups.iter().map(String::as_str)) {
            Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")),
            None => diagnostic.with_help(format!("declare it: `directory {{ groups {group} }}`")),
        },
    ))
}
