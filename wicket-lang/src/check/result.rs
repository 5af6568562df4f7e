//! `result.NAME`: what a call answered, which is known once it has ended.
//!
//! Only what is remembered of calls may read it: a rule judges a call before there is a result.

use std::collections::BTreeMap;

use super::values::{Found, Site, plain};
use super::{Checker, walk};
use crate::catalog::Catalog;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::ir::{Bundle, Path, ToolId};
use crate::source::{Sources, Span};
use crate::syntax::ast::{Expr, ExprKind, Name};
use crate::types::{Schema, Type};

/// What each tool answers by its pinned definition, where that says it; nothing where no text speaks of results, for to
/// read what all tools answer is a good part of checking a small bundle.
pub(super) fn types(
    sources: &Sources,
    bundle: &Bundle,
    catalogs: &BTreeMap<String, Catalog>,
) -> BTreeMap<ToolId, Type> {
    if !sources.iter().any(|(_, file)| file.text.contains("result")) {
        return BTreeMap::new();
    }
    let tools = bundle.tools.iter().enumerate();
    let typed = tools.filter_map(|(index, tool)| {
        let connector = bundle.connectors.get(tool.connector.index())?;
        let output = catalogs.get(&connector.name)?.get(&tool.name)?.output.as_ref()?;
        let schema = Schema::from_json_schema(output).ok()?;
        Some((ToolId::at(index), Type::Record(schema.arguments)))
    });
    typed.collect()
}

/// What `result.names` is of the tool of this place.
pub(super) fn find(checker: &mut Checker<'_>, site: &Site<'_>, names: &[Name], span: Span) -> Option<Found> {
    if !site.remembers {
        report(
            checker,
            span,
            "a result is not there yet",
            "this is asked before the call is made",
            "a track remembers it: `track NAME { values of result.id in ci.build within 1h }`, and a rule reads the track",
        );
        return None;
    }
    let Some(mut ty) = checker.results.get(&site.tool).cloned() else {
        let tool = checker.bundle.tool_name(site.tool);
        report(
            checker,
            span,
            &format!("nothing is known of what `{tool}` answers"),
            "its pinned definition has no output schema",
            "name only tools whose definition says what they answer",
        );
        return None;
    };
    for name in names {
        let Some(field) = ty.field(&name.text) else {
            return no_field(checker, site, &ty, name);
        };
        ty = field.ty;
    }
    let texts = names.iter().map(|name| name.text.clone()).collect();
    Some(plain(checker, Path::Result(texts), ty))
}

fn no_field(checker: &mut Checker<'_>, site: &Site<'_>, ty: &Type, name: &Name) -> Option<Found> {
    if checker.found_at(name.span).any(|found| found.code == Code::E0274) {
        return None;
    }
    let records = ty.alternatives().iter().filter_map(|ty| {
        if let Type::Record(record) = ty {
            Some(record)
        } else {
            None
        }
    });
    let known: Vec<&str> = records
        .flat_map(|record| record.fields.iter().map(|field| field.name.as_str()))
        .collect();
    let tool = checker.bundle.tool_name(site.tool);
    let diagnostic = Diagnostic::new(
        Code::E0274,
        format!("what `{tool}` answers has no `{}`", name.text),
        name.span,
        "the pinned output schema does not name it",
    );
    checker.report(match nearest(&name.text, known.iter().copied()) {
        Some(near) => diagnostic.with_near(name.span, Some(near)),
        None => diagnostic.with_help(format!("it has `{}`", known.join("`, `"))),
    });
    None
}

pub(super) fn report(checker: &mut Checker<'_>, span: Span, message: &str, label: &str, help: &str) {
    checker.report(Diagnostic::new(Code::E0274, message, span, label).with_help(help));
}

/// Where an expression reads a result, if it does.
pub(super) fn read_in(expr: &Expr) -> Option<Span> {
    let mut found = None;
    walk(expr, &mut |expr| {
        if let ExprKind::Path(path) | ExprKind::Has(path) | ExprKind::Else { path, .. } = &expr.kind
            && path.segments.first().is_some_and(|first| first.text == "result")
        {
            found.get_or_insert(path.span);
        }
    });
    found
}
