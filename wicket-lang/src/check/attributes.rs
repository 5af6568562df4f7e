//! Attributes of resources, and of those that they refer to: `repo.visibility`, `issue.project.archived`.
//!
//! What an attribute refers to becomes a resource of its own, `issue.project`, the first time that a rule reads through
//! it; the tools whose rules do so bind it by that attribute.

use super::Checker;
use super::names::Meaning;
use super::values::{Found, Site};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::ir::{Binding, Path, Resource, ResourceId};
use crate::syntax::ast::Name;

/// How many references a path may follow. Each is one more record to fetch before the call is judged.
pub(crate) const MOST_REFERENCES: usize = 3;

/// `first.rest`, where `first` is a resource of the tool's connector.
pub(super) fn lower(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    first: &Name,
    rest: &[Name],
) -> Option<Found> {
    let connector = checker.bundle.tool(site.tool)?.connector;
    let resource = checker
        .bundle
        .resources
        .iter()
        .position(|resource| resource.connector == connector && resource.name == first.text)
        .map(ResourceId::at);
    let Some(mut resource) = resource else {
        return no_resource(checker, site, first);
    };
    let mut steps = rest.iter().enumerate();
    loop {
        let (followed, name) = steps.next()?;
        let index = attribute(checker, resource, name)?;
        let path = Path::Attribute {
            resource,
            attribute: u32::try_from(index).ok()?,
        };
        let Some(deeper) = rest.get(followed + 1) else {
            return read(checker, site, resource, index, path);
        };
        let declared = checker.bundle.resources.get(resource.index())?;
        let found = declared.attributes.get(index)?;
        let Some(target) = found.refers else {
            let (shown, ty) = (format!("{}.{}", declared.name, name.text), &found.ty);
            checker.report(Diagnostic::new(
                Code::E0207,
                format!("`{shown}` is {ty} and has no parts"),
                deeper.span,
                "nothing can be read from it",
            ));
            return None;
        };
        if followed == MOST_REFERENCES {
            checker.report(
                Diagnostic::new(
                    Code::E0207,
                    format!("this follows more than {MOST_REFERENCES} references"),
                    deeper.span,
                    "each is one more record to fetch before the call is judged",
                )
                .with_help("let the connector declare what is needed as an attribute nearer to the call"),
            );
            return None;
        }
        resource = follow(checker, site, resource, path, target, &name.text)?;
    }
}

/// The place of an attribute among those of its resource.
fn attribute(checker: &mut Checker<'_>, resource: ResourceId, name: &Name) -> Option<usize> {
    let declared = checker.bundle.resources.get(resource.index())?;
    let names: Vec<&str> = declared.attributes.iter().map(|one| one.name.as_str()).collect();
    if let Some(index) = names.iter().position(|one| *one == name.text) {
        return Some(index);
    }
    let near = nearest(&name.text, names.iter().copied());
    let diagnostic = Diagnostic::new(
        Code::E0207,
        format!("`{}` has no attribute `{}`", declared.name, name.text),
        name.span,
        "the connector does not declare it",
    );
    let diagnostic = match near {
        Some(near) => diagnostic.with_near(name.span, Some(near)),
        None => diagnostic.with_help(format!("it has `{}`", names.join("`, `"))),
    };
    checker.report(diagnostic);
    None
}

fn read(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    resource: ResourceId,
    index: usize,
    path: Path,
) -> Option<Found> {
    let resources = &checker.bundle.resources;
    let attribute = resources.get(resource.index())?.attributes.get(index)?;
    let ty = attribute.ty.clone();
    // A key means the same in capitals wherever it stands.
    let target = attribute.refers.and_then(|target| resources.get(target.index()));
    let fold = target.is_some_and(|target| target.ignoring_case);
    let path = checker.path(path);
    let tool = checker.bundle.tool(site.tool)?;
    if tool.bindings.iter().any(|binding| binding.resource == resource) {
        Some(Found::Path { path, ty, fold })
    } else {
        Some(Found::Missing(path))
    }
}

/// The resource that the attribute at `path` refers to, bound by the tool where the attribute's own resource is.
fn follow(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    from: ResourceId,
    path: Path,
    target: ResourceId,
    attribute: &str,
) -> Option<ResourceId> {
    let target = checker.bundle.resources.get(target.index())?.clone();
    let name = format!("{}.{attribute}", checker.bundle.resources.get(from.index())?.name);
    let known = checker
        .bundle
        .resources
        .iter()
        .position(|resource| resource.connector == target.connector && resource.name == name);
    let resource = known.map_or_else(|| ResourceId::at(checker.bundle.resources.len()), ResourceId::at);
    if known.is_none() {
        checker.bundle.resources.push(Resource { name, ..target });
    }
    let key = checker.path(path);
    let tool = checker.bundle.tools.get_mut(site.tool.index())?;
    let binds = |id: ResourceId| tool.bindings.iter().any(|binding| binding.resource == id);
    if binds(from) && !binds(resource) {
        tool.bindings.push(Binding {
            resource,
            keys: vec![key],
        });
    }
    Some(resource)
}

fn no_resource(checker: &mut Checker<'_>, site: &Site<'_>, name: &Name) -> Option<Found> {
    let tool = checker.bundle.tool_name(site.tool);
    if checker
        .bundle
        .resources
        .iter()
        .any(|resource| resource.name == name.text)
    {
        let already = checker.found_at(name.span).any(|found| found.code == Code::E0309);
        if !already {
            checker.report(
                Diagnostic::new(
                    Code::E0309,
                    format!("`{tool}` has nothing to do with `{}`", name.text),
                    name.span,
                    "this resource belongs to another connector",
                )
                .with_help("write a rule of its own for each connector"),
            );
        }
        return None;
    }
    let near = checker
        .names
        .nearest(&name.text, |meaning| meaning == Meaning::Resource)
        .map(str::to_owned);
    let groups = ["args", "member", "agent", "client", "session", "tool"];
    // What other languages call the same.
    let other = match name.text.as_str() {
        "user" | "principal" | "caller" | "subject" => Some("member"),
        "arg" | "arguments" | "params" | "parameters" | "input" | "request" => Some("args"),
        _ => None,
    };
    let near = near
        .or_else(|| other.map(str::to_owned))
        .or_else(|| nearest(&name.text, groups).map(str::to_owned));
    let diagnostic = Diagnostic::new(
        Code::E0207,
        format!("`{}` is not known here", name.text),
        name.span,
        "nothing has this name",
    );
    checker.report(match near {
        Some(near) => diagnostic.with_near(name.span, Some(near.as_str())),
        None => diagnostic.with_help(
            "values are `args`, `member`, `agent`, `client`, `session`, `tool`, and the connector's resources",
        ),
    });
    None
}
