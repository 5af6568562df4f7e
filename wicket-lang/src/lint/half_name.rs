//! W1022: a test of how an address begins or ends stops in the middle of a name, so another name fits as well.

use super::context::Context;
use super::opening::{Edge, edge, tests};
use crate::diagnostic::{Code, Diagnostic, Edit, Safety};
use crate::syntax::ast::Path;

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for test in tests(context).into_iter().filter(|test| test.opens) {
        let Some(edge) = edge(test.expr) else { continue };
        let quoted = context.text(edge.pattern.span);
        let (other, meant) = if edge.begins {
            let Some(host) = whole_host(edge.text) else {
                continue;
            };
            let other = format!("{host}.example.org");
            if let Some(read) = read_by_parts(edge.text, context.text(edge.path.span)) {
                found.push(diagnostic(&edge, &other).with_fix(
                    format!("read the address by its parts: `{read}`"),
                    vec![Edit::replace(test.expr.span, format!("({read})"))],
                    Safety::Guess,
                ));
                continue;
            }
            (other, quoted.replacen(host, &format!("{host}/"), 1))
        } else {
            if !is_mail_or_host(edge.path) || !is_domain(edge.text) {
                continue;
            }
            let sign = if is_mail(edge.path) { "@" } else { "." };
            let other = format!("not-{}", edge.text);
            (
                other,
                quoted.replacen(edge.text, &format!("{sign}{}", edge.text), 1),
            )
        };
        found.push(diagnostic(&edge, &other).with_fix(
            format!("write {meant}"),
            vec![Edit::replace(edge.pattern.span, meant.clone())],
            Safety::Guess,
        ));
    }
    found
}

fn diagnostic(edge: &Edge<'_>, other: &str) -> Diagnostic {
    Diagnostic::new(
        Code::W1022,
        "a name that is not whole fits more than is meant",
        edge.pattern.span,
        format!("`{other}` fits as well"),
    )
}

/// The same address, asked by its parts: a text that begins so may still hold a user, or a host that goes on.
fn read_by_parts(text: &str, path: &str) -> Option<String> {
    let (scheme, host) = text.split_once("://")?;
    let is_host = host
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-'));
    (matches!(scheme, "http" | "https") && is_host)
        .then(|| format!("url({path}).scheme is {scheme} and url({path}).host is \"{host}\""))
}

/// The host of an address that ends with it.
fn whole_host(text: &str) -> Option<&str> {
    let (_, host) = text.split_once("://")?;
    let ends_in_name = host.ends_with(|c: char| c.is_ascii_alphanumeric());
    (ends_in_name && host.contains('.') && !host.contains(['/', '?', '#'])).then_some(host)
}

fn is_domain(text: &str) -> bool {
    let mut labels = text.split('.');
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    labels.clone().count() > 1 && labels.all(is_label)
}

fn last(path: &Path) -> &str {
    path.segments.last().map_or("", |name| name.text.as_str())
}

fn is_mail(path: &Path) -> bool {
    super::opening::words(last(path))
        .iter()
        .any(|word| word == "email" || word == "mail")
}

fn is_mail_or_host(path: &Path) -> bool {
    is_mail(path)
        || super::opening::words(last(path))
            .iter()
            .any(|word| word == "host" || word == "hostname" || word == "domain")
}
