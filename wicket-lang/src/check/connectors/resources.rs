//! What tools act on: the resources of a connector, their attributes, and the arguments that name them.

use super::{Declared, FRESH_SECONDS, Reach};
use crate::check::{Checker, names};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::ir::{Attribute, Binding, ConnectorId, FactSource, Path, Resource, ResourceId};
use crate::source::Span;
use crate::syntax::ast::{self, AttributeType, ConnectorMember};
use crate::types::{Exact, Schema, Type};

const KNOWN_TYPES: &str = "the types are `bool`, `string`, `integer`, `decimal`, `instant`, `date`, `duration`, lists `[…]`, words `a | b`, and the connector's resources";

/// Adds the resources to the bundle. Their ids are in the order of the declaration.
pub(super) fn declare(
    checker: &mut Checker<'_>,
    connector: ConnectorId,
    declared: &Declared<'_>,
) -> Vec<ResourceId> {
    let first = checker.bundle.resources.len();
    let written = written(declared);
    for one in &written {
        names::check_free(checker, &one.name);
        let kind = kind_of(checker, &written, one);
        let kind = kind.unwrap_or(one);
        let mut attributes = Vec::new();
        for attribute in &kind.attributes {
            let refers = reference(checker, &written, &attribute.ty, first);
            attributes.push(Attribute {
                name: attribute.name.text.clone(),
                ty: match refers {
                    // A key is a text, or a number that stands for it.
                    Some(_) => Type::Union(vec![Type::Text, Type::Integer]),
                    None => attribute_type(checker, &written, &attribute.ty),
                },
                refers,
            });
        }
        checker.bundle.resources.push(Resource {
            connector,
            name: one.name.text.clone(),
            kind: kind.name.text.clone(),
            keys: kind.keys.iter().map(|(name, _)| name.text.clone()).collect(),
            ignoring_case: kind.ignoring_case,
            attributes,
            source: kind.source.as_ref().map(|source| FactSource {
                address: source.address.value.clone(),
                fresh_seconds: source.fresh.map_or(FRESH_SECONDS, |fresh| fresh.seconds),
            }),
        });
    }
    (first..checker.bundle.resources.len())
        .map(ResourceId::at)
        .collect()
}

/// Says what is wrong with the types, where there is nothing to add them to.
pub(super) fn check_types(checker: &mut Checker<'_>, declared: &Declared<'_>) {
    let written = written(declared);
    for attribute in written.iter().flat_map(|resource| &resource.attributes) {
        if reference(checker, &written, &attribute.ty, 0).is_none() {
            let _ = attribute_type(checker, &written, &attribute.ty);
        }
    }
}

fn written<'a>(declared: &'a Declared<'_>) -> Vec<&'a ast::Resource> {
    let members = declared.connector.members.iter();
    members
        .filter_map(|member| {
            let ConnectorMember::Resource(resource) = member else {
                return None;
            };
            Some(resource)
        })
        .collect()
}

/// The declaration whose attributes `resource target is repo (…)` has; `None` where it has its own.
fn kind_of<'a>(
    checker: &mut Checker<'_>,
    written: &[&'a ast::Resource],
    one: &ast::Resource,
) -> Option<&'a ast::Resource> {
    let of = one.of.as_ref()?;
    let kind = written
        .iter()
        .copied()
        .find(|other| other.of.is_none() && other.name.text == of.text);
    let Some(kind) = kind else {
        let known = written
            .iter()
            .filter(|other| other.of.is_none())
            .map(|other| other.name.text.as_str());
        let diagnostic = Diagnostic::new(
            Code::E0406,
            format!("this connector has no resource `{}`", of.text),
            of.span,
            "declare it: `resource NAME (key: args.key) { … }`",
        );
        checker.report(match nearest(&of.text, known) {
            Some(near) => diagnostic.with_near(of.span, Some(near)),
            None => diagnostic,
        });
        return None;
    };
    let names = |resource: &ast::Resource| -> Vec<String> {
        resource.keys.iter().map(|(name, _)| name.text.clone()).collect()
    };
    if names(one) != names(kind) {
        checker.report(
            Diagnostic::new(
                Code::E0406,
                format!("`{}` is no key of a `{}`", names(one).join("`, `"), of.text),
                one.span,
                "it has to have the same parts, in the same order",
            )
            .with_help(format!("its key is made of `{}`", names(kind).join("`, `"))),
        );
    }
    Some(kind)
}

/// The resource that an attribute of this type refers to.
fn reference(
    checker: &mut Checker<'_>,
    written: &[&ast::Resource],
    ty: &AttributeType,
    first: usize,
) -> Option<ResourceId> {
    let AttributeType::Named(name) = ty else {
        return None;
    };
    let place = written.iter().position(|other| other.name.text == name.text)?;
    let target = written.get(place)?;
    let kind = match &target.of {
        Some(of) => written.iter().find(|other| other.name.text == of.text),
        None => Some(target),
    };
    if kind.is_none_or(|kind| kind.keys.len() != 1) {
        checker.report(
            Diagnostic::new(
                Code::E0406,
                format!("an attribute cannot refer to a `{}`", name.text),
                name.span,
                "its key has more than one part, and an attribute holds one value",
            )
            .with_help("only what is named by one value can be referred to; else write `string`"),
        );
        return None;
    }
    Some(ResourceId::at(first + place))
}

fn attribute_type(checker: &mut Checker<'_>, written: &[&ast::Resource], ty: &AttributeType) -> Type {
    match ty {
        AttributeType::Enum(words) => Type::Enum(words.iter().map(|word| word.text.clone()).collect()),
        AttributeType::List(element) => Type::List(Box::new(attribute_type(checker, written, element))),
        AttributeType::Named(name) => match name.text.as_str() {
            "bool" => Type::Bool,
            "string" => Type::Text,
            "integer" => Type::Integer,
            "decimal" => Type::Decimal,
            other if Exact::find(other).is_some() => Exact::find(other).map_or(Type::Text, Type::Spelling),
            // What is wrong with a reference has been said.
            other if written.iter().any(|resource| resource.name.text == other) => Type::Text,
            _ => {
                checker.report(
                    Diagnostic::new(
                        Code::E0406,
                        format!("no type is called `{}`", name.text),
                        name.span,
                        KNOWN_TYPES,
                    )
                    .with_help("an attribute of a few fixed words is written `public | private`"),
                );
                Type::Any
            }
        },
    }
}

/// The resources whose whole key is among the tool's arguments, and which the key names for sure.
pub(super) fn bindings(
    checker: &mut Checker<'_>,
    declared: &Declared<'_>,
    ids: &[ResourceId],
    reach: &Reach,
    schema: &Schema,
) -> Vec<Binding> {
    let mut bindings = Vec::new();
    for (id, resource) in ids.iter().zip(written(declared)) {
        if reach.without.contains(id) || reach.beyond.contains(id) {
            continue;
        }
        let keys: Option<Vec<_>> = resource
            .keys
            .iter()
            .map(|(_, path)| key_path(checker, path, schema))
            .collect();
        if let Some(keys) = keys.filter(|keys| !keys.is_empty()) {
            bindings.push(Binding { resource: *id, keys });
        }
    }
    bindings
}

/// `args.owner` where the tool has such an argument.
fn key_path(checker: &mut Checker<'_>, path: &ast::Path, schema: &Schema) -> Option<crate::ir::PathId> {
    let (first, rest) = path.segments.split_first()?;
    if first.text != "args" || rest.is_empty() {
        checker.report(bad_key(path.span));
        return None;
    }
    let mut ty = Type::Record(schema.arguments.clone());
    for name in rest {
        ty = ty.field(&name.text)?.ty;
    }
    Some(checker.path(Path::Argument(
        rest.iter().map(|name| name.text.clone()).collect(),
    )))
}

fn bad_key(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0406,
        "the key of a resource is made of arguments",
        span,
        "this is no argument",
    )
    .with_help("write `args.NAME`")
}
