//! What can be read of those who call.

use super::Checker;
use super::values::{Found, plain, unknown_field};
use crate::ir::{CallerAttribute, Path};
use crate::syntax::ast::Name;
use crate::types::Type;

/// `member.email`, `member.groups`, or an attribute that the directory declares.
pub(super) fn member(checker: &mut Checker<'_>, first: &Name, field: &Name) -> Option<Found> {
    match field.text.as_str() {
        // How somebody is written in capitals is no difference between people, but it may be one of records.
        "email" => Some(Found::Path {
            path: checker.path(Path::MemberEmail),
            ty: Type::Text,
            fold: true,
        }),
        "groups" => {
            let groups = checker.bundle.directory.groups.clone();
            let group = if groups.is_empty() {
                Type::Text
            } else {
                Type::Enum(groups)
            };
            Some(plain(checker, Path::MemberGroups, Type::List(Box::new(group))))
        }
        _ => {
            let declared = checker.bundle.directory.member.clone();
            attribute(
                checker,
                first,
                field,
                &declared,
                &["email", "groups"],
                Path::MemberAttribute,
            )
        }
    }
}

/// `agent.name`, or an attribute that the directory declares.
pub(super) fn agent(checker: &mut Checker<'_>, first: &Name, field: &Name) -> Option<Found> {
    if field.text == "name" {
        return Some(plain(checker, Path::AgentName, Type::Text));
    }
    let declared = checker.bundle.directory.agent.clone();
    attribute(checker, first, field, &declared, &["name"], Path::AgentAttribute)
}

/// `client.name` and `client.version`, which the client says of itself, and `client.address`, which it does not.
pub(super) fn client(checker: &mut Checker<'_>, first: &Name, field: &Name) -> Option<Found> {
    let path = match field.text.as_str() {
        "name" => Path::ClientName,
        "version" => Path::ClientVersion,
        "address" => Path::ClientAddress,
        _ => return unknown_field(checker, first, field, &["name", "version", "address"]),
    };
    Some(plain(checker, path, Type::Text))
}

fn attribute(
    checker: &mut Checker<'_>,
    first: &Name,
    field: &Name,
    declared: &[CallerAttribute],
    always: &[&str],
    path: impl FnOnce(u32) -> Path,
) -> Option<Found> {
    let numbered = (0u32..).zip(declared);
    if let Some((index, attribute)) = numbered.into_iter().find(|(_, one)| one.name == field.text) {
        return Some(plain(checker, path(index), attribute.ty.clone()));
    }
    let names = declared.iter().map(|attribute| attribute.name.as_str());
    let known: Vec<&str> = always.iter().copied().chain(names).collect();
    unknown_field(checker, first, field, &known)
}
