//! The directory: a part a line, and an attribute a line.

use super::blocks::{block, separated, ty};
use super::flat;
use super::printer::{Gap, Printer};
use crate::syntax::ast::{CallerAttribute, Directory, DirectoryPart};

pub(super) fn directory(printer: &mut Printer<'_>, directory: &Directory, end: u32) {
    let is_empty = directory.parts.is_empty();
    block(
        printer,
        "directory",
        directory.head.end,
        end,
        is_empty,
        |printer| {
            for part in &directory.parts {
                self::part(printer, part);
            }
        },
    );
}

fn part(printer: &mut Printer<'_>, part: &DirectoryPart) {
    match part {
        DirectoryPart::Groups { word, names } => {
            printer.begin(word.span.start, Gap::Keep);
            printer.write(&word.text);
            printer.write(" ");
            separated(printer, names, flat::name, |name| {
                (name.span.start, name.span.end)
            });
            if let Some(last) = names.last() {
                printer.end(last.span.end);
            }
        }
        DirectoryPart::Attributes { of, attributes, span } => {
            printer.begin(span.start, Gap::Keep);
            let is_empty = attributes.is_empty();
            block(printer, &of.text, of.span.end, span.end, is_empty, |printer| {
                for attribute in attributes {
                    self::attribute(printer, attribute);
                }
            });
            printer.end(span.end);
        }
    }
}

fn attribute(printer: &mut Printer<'_>, attribute: &CallerAttribute) {
    printer.begin(attribute.span.start, Gap::Keep);
    let mut line = format!("{}: {}", attribute.name.text, ty(printer, &attribute.ty));
    if let Some(source) = &attribute.source {
        line.push_str(" from ");
        line.push_str(printer.source(source.span));
    }
    printer.write(&line);
    printer.end(attribute.span.end);
}
