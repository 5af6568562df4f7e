//! `@allow "W1010"` before an item: its author means what the lint finds there. Several codes are parted by commas.
//!
//! A code that does not exist is an error: a lint that somebody believes to be silenced would else speak up one day.

use super::context::Context;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::syntax::ast::{Annotation, Item};

const NAME: &str = "allow";

/// Takes out what authors mean, and adds what is wrong with how they say so.
pub(super) fn silence(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let allowed: Vec<(&Item, Vec<&str>)> = context
        .items()
        .filter_map(|item| {
            let codes: Vec<&str> = annotations(item).flat_map(codes).collect();
            (!codes.is_empty()).then_some((item, codes))
        })
        .collect();
    found.retain(|finding| {
        let place = finding.primary.span;
        !allowed.iter().any(|(item, codes)| {
            let inside =
                item.span.file == place.file && item.span.start <= place.start && place.end <= item.span.end;
            inside
                && codes
                    .iter()
                    .any(|code| code.eq_ignore_ascii_case(finding.code.name()))
        })
    });
    for annotation in context.items().flat_map(annotations) {
        for code in codes(annotation) {
            found.extend(unknown(annotation, code));
        }
    }
}

fn annotations(item: &Item) -> impl Iterator<Item = &Annotation> {
    item.annotations
        .iter()
        .filter(|annotation| annotation.name.text == NAME)
}

fn codes(annotation: &Annotation) -> impl Iterator<Item = &str> {
    annotation.value.value.split(',').map(str::trim)
}

fn is_lint(code: Code) -> bool {
    code.name().starts_with('W')
}

fn unknown(annotation: &Annotation, code: &str) -> Option<Diagnostic> {
    if Code::find(code).is_some_and(is_lint) {
        return None;
    }
    let span = annotation.value.span;
    let known = Code::ALL.iter().copied().filter(|code| is_lint(*code));
    let diagnostic = Diagnostic::new(
        Code::E0207,
        format!("`{code}` is the code of no warning"),
        span,
        "`@allow` names the warning that is meant to be silent",
    );
    Some(match nearest(code, known.map(Code::name)) {
        Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")),
        None => diagnostic.with_help("write the code as the warning shows it, `@allow \"W1001\"`"),
    })
}
