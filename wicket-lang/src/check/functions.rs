//! What is called: `lower(x)`, `size(x)`, and what reads a text strictly, `path(x)`, `url(x).host`, `address(x)`.

use super::values::{Lowered, Site, expect, lower, report_word};
use super::{Checker, history, settled};
use crate::diagnostic::{Code, Diagnostic, Edit, Safety, nearest};
use crate::ir::{Constant, Node, NodeId};
use crate::source::Span;
use crate::syntax::ast::{Expr, Name};
use crate::types::{Exact, Type};
use crate::value::{Kind, Reading, read_path};

const KNOWN: [&str; 5] = ["lower", "size", "path", "url", "address"];

/// The parts that are read of `url(x)`.
const PARTS: [&str; 4] = ["scheme", "host", "port", "path"];

/// A call, and the part of what it gives that is wanted.
pub(super) fn lower_call(
    checker: &mut Checker<'_>,
    site: &Site<'_>,
    function: &Name,
    arguments: &[Expr],
    part: Option<&Name>,
    span: Span,
) -> Option<Lowered> {
    if !KNOWN.contains(&function.text.as_str()) {
        checker.report(unknown(function));
        return None;
    }
    let [argument] = arguments else {
        checker.report(Diagnostic::new(
            Code::E0208,
            format!("`{}` takes one value", function.text),
            span,
            format!("here are {}", arguments.len()),
        ));
        return None;
    };
    let url_part = url_part(checker, function, part).ok()?;
    if function.text == "size"
        && let Some(track) = history::named_set(checker, argument)
    {
        return history::size(checker, site, track);
    }
    let (node, ty, fold) = match lower(checker, site, argument)? {
        Lowered::Value { node, ty, fold } => (node, ty, fold),
        missing @ Lowered::Missing(_) => return Some(missing),
        Lowered::Word(name) => return report_word(checker, &name),
    };
    let takes = match function.text.as_str() {
        "size" => &[Kind::Text, Kind::List][..],
        _ => &[Kind::Text],
    };
    let message = match takes {
        [_, _] => format!("`{}` takes a text or a list", function.text),
        _ => format!("`{}` takes a text", function.text),
    };
    expect(checker, &ty, takes, argument.span, &message)?;
    let reading = |reading| Node::Read { text: node, reading };
    let (node, ty, fold) = match (function.text.as_str(), url_part) {
        ("lower", _) => (Node::Lower(node), Type::Text, fold),
        ("size", _) => (Node::Size(node), Type::Integer, false),
        ("path", _) => (reading(Reading::Path), Type::Text, fold),
        ("address", _) => (reading(Reading::Address), Type::Exact(Exact::Address), false),
        (_, Some(part)) => (reading(part), type_of(part), false),
        (_, None) => return None,
    };
    Some(Lowered::Value {
        node: settled::settle(checker, node),
        ty,
        fold,
    })
}

fn type_of(part: Reading) -> Type {
    match part {
        Reading::Scheme => Type::Enum(vec!["http".to_owned(), "https".to_owned()]),
        Reading::Port => Type::Integer,
        Reading::Instant
        | Reading::Duration
        | Reading::Path
        | Reading::Host
        | Reading::UrlPath
        | Reading::Address => Type::Text,
    }
}

fn unknown(function: &Name) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0208,
        format!("no function is called `{}`", function.text),
        function.span,
        "the functions are `lower`, `size`, `path`, `url` and `address`",
    );
    // What other languages call the same.
    let near = match function.text.as_str() {
        "len" | "length" | "count" | "strlen" => Some("size"),
        "lowercase" | "lower_case" | "tolower" | "toLowerCase" | "casefold" => Some("lower"),
        "ip" | "ipaddr" | "inet" | "cidr" => Some("address"),
        "uri" | "link" => Some("url"),
        other => nearest(other, KNOWN),
    };
    diagnostic.with_near(function.span, near)
}

/// The part of `url(x)` that is wanted; the other functions have no parts.
fn url_part(checker: &mut Checker<'_>, function: &Name, part: Option<&Name>) -> Result<Option<Reading>, ()> {
    let parts = "`url(x).scheme`, `url(x).host`, `url(x).port` and `url(x).path`";
    let diagnostic = match (function.text.as_str(), part) {
        ("url", Some(part)) => {
            if let Some(reading) = Reading::part(&part.text) {
                return Ok(Some(reading));
            }
            let near = match part.text.as_str() {
                "hostname" | "domain" | "authority" => Some("host"),
                "protocol" => Some("scheme"),
                "pathname" => Some("path"),
                other => nearest(other, PARTS),
            };
            Diagnostic::new(
                Code::E0262,
                format!("`url(x)` has no `{}`", part.text),
                part.span,
                format!("what can be read is {parts}"),
            )
            .with_near(part.span, near)
        }
        ("url", None) => Diagnostic::new(
            Code::E0262,
            "an address is read by its parts",
            function.span,
            "which part of it is meant?",
        )
        .with_help(format!("write {parts}")),
        (_, None) => return Ok(None),
        (_, Some(part)) => Diagnostic::new(
            Code::E0262,
            format!("`{}(x)` has no parts", function.text),
            part.span,
            "nothing can be read from it",
        ),
    };
    checker.report(diagnostic);
    Err(())
}

/// The two sides of `under`: a path that is read strictly, and a folder.
pub(super) fn under(
    checker: &mut Checker<'_>,
    (path, left): (NodeId, &Expr),
    (folder, right): (NodeId, &Expr),
) -> Option<NodeId> {
    let is_read = |node| {
        matches!(
            node,
            Some(Node::Read {
                reading: Reading::Path | Reading::UrlPath,
                ..
            })
        )
    };
    if !is_read(checker.bundle.arena.get(path)) {
        checker.report(
            Diagnostic::new(
                Code::E0261,
                "`under` asks of a path",
                left.span,
                "this is a text, in which `..` leads anywhere",
            )
            .with_fix(
                "read it strictly: `path(…)`",
                vec![Edit::before(left.span, "path("), Edit::after(left.span, ")")],
                Safety::Guess,
            ),
        );
        return None;
    }
    let Some(Node::Constant(id)) = checker.bundle.arena.get(folder) else {
        if is_read(checker.bundle.arena.get(folder)) {
            return Some(folder);
        }
        let reading = Reading::Path;
        return Some(checker.bundle.arena.add(Node::Read {
            text: folder,
            reading,
        }));
    };
    if let Some(Constant::Text(text)) = checker.bundle.constants.get(id.index())
        && read_path(text).is_none()
    {
        let shorter = text.trim_end_matches('/').to_owned();
        let diagnostic = Diagnostic::new(
            Code::E0260,
            format!("`{text}` is no exact path"),
            right.span,
            "a folder is absolute, without `.`, `..`, `//`, escapes or a slash at the end",
        );
        checker.report(if read_path(&shorter).is_some() {
            let text = format!("\"{shorter}\"");
            diagnostic.with_fix(
                format!("without the slash it is the same folder: {text}"),
                vec![Edit::replace(right.span, text)],
                Safety::Safe,
            )
        } else {
            diagnostic.with_help("write it as the tool sees it: `\"/srv/app\"`")
        });
        return None;
    }
    Some(folder)
}
