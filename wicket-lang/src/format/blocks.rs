//! What items of several kinds have in common: braces, lists that may take several lines, types.

use super::flat;
use super::printer::Printer;
use crate::syntax::ast::AttributeType;

/// Pieces with commas between them: on the line, or one a line.
pub(super) fn separated<T>(
    printer: &mut Printer<'_>,
    list: &[T],
    show: impl Fn(&Printer<'_>, &T) -> String,
    place: impl Fn(&T) -> (u32, u32),
) {
    let line = flat::join(list, ", ", |one| show(printer, one));
    let end = list.last().map_or(0, |last| place(last).1);
    if printer.fits(&line) && !printer.has_comment_before(end) {
        printer.write(&line);
        return;
    }
    printer.indent();
    for (number, one) in list.iter().enumerate() {
        let (start, end) = place(one);
        if number > 0 {
            printer.begin_close(start);
        }
        let text = show(printer, one);
        printer.write(&text);
        if number + 1 < list.len() {
            printer.write(",");
            printer.end(end);
        }
    }
    printer.dedent();
}

/// `HEAD {`, the content, `}`; or `HEAD {}`.
pub(super) fn block(
    printer: &mut Printer<'_>,
    head: &str,
    head_end: u32,
    end: u32,
    is_empty: bool,
    content: impl FnOnce(&mut Printer<'_>),
) {
    printer.write(head);
    if is_empty && !printer.has_comment_before(end) {
        printer.write(" {}");
        return;
    }
    printer.write(" {");
    printer.open(head_end);
    content(printer);
    printer.close(end, "}");
}

pub(super) fn ty(printer: &Printer<'_>, one: &AttributeType) -> String {
    match one {
        AttributeType::Named(name) => flat::name(printer, name),
        AttributeType::Enum(values) => flat::join(values, " | ", |value| flat::name(printer, value)),
        AttributeType::List(inner) => format!("[{}]", ty(printer, inner)),
    }
}

pub(super) fn ty_end(ty: &AttributeType) -> u32 {
    match ty {
        AttributeType::Named(name) => name.span.end,
        AttributeType::Enum(values) => values.last().map_or(0, |last| last.span.end),
        AttributeType::List(inner) => ty_end(inner),
    }
}
