//! Tracks, marks and limits.

use super::blocks::block;
use super::flat::{self, Strength};
use super::printer::{Gap, Printer};
use super::rules;
use crate::source::Span;
use crate::syntax::ast::{Bounded, Counted, Limit, Mark, Measure, Name, Track, Window};

pub(super) fn track(printer: &mut Printer<'_>, track: &Track, end: u32) {
    let counted = &track.counted;
    let lines = pieces(printer, counted, String::new());
    item(printer, ("track", &track.name), counted.span, &lines, end, |_| {});
}

pub(super) fn mark(printer: &mut Printer<'_>, mark: &Mark, end: u32) {
    let mut lines = vec![flat::selector(printer, &mark.of)];
    if let Some(when) = &mark.when {
        lines.push(format!("when {}", flat::expr(printer, when, Strength::Joined)));
    }
    if let Some(on) = &mark.on {
        lines.push(format!("on {}", on.text));
    }
    if let Some(lasts) = &mark.lasts {
        lines.push(format!("for {}", printer.source(lasts.span)));
    }
    item(printer, ("mark", &mark.name), mark.span, &lines, end, |_| {});
}

pub(super) fn limit(printer: &mut Printer<'_>, limit: &Limit, end: u32) {
    let bound = &limit.bound;
    let most = &bound.most.digits;
    let lines = match &bound.what {
        Bounded::Calls(counted) => pieces(printer, counted, format!("at most {most} ")),
        Bounded::Track(track) => vec![format!("{} at most {most}", flat::name(printer, track))],
    };
    item(
        printer,
        ("limit", &limit.name),
        bound.span,
        &lines,
        end,
        |printer| {
            if let Some(message) = &limit.message {
                rules::message(printer, message);
            }
        },
    );
}

/// What is counted, and the clauses behind it.
pub(super) fn pieces(printer: &Printer<'_>, counted: &Counted, lead: String) -> Vec<String> {
    let of = flat::selector(printer, &counted.of);
    let first = match &counted.measure {
        Measure::Calls(event) => format!("{} of {of}", event.text),
        Measure::Sum { signed, value } => {
            let signed = if *signed { "signed " } else { "" };
            let value = flat::expr(printer, value, Strength::Sum);
            format!("{signed}sum of {value} in {of}")
        }
        Measure::Values(value) => {
            let value = flat::expr(printer, value, Strength::Sum);
            format!("values of {value} in {of}")
        }
    };
    let mut lines = vec![lead + &first];
    if let Some(when) = &counted.when {
        lines.push(format!("when {}", flat::expr(printer, when, Strength::Joined)));
    }
    if let Some(on) = &counted.on {
        lines.push(format!("on {}", on.text));
    }
    if let Some(by) = &counted.by {
        lines.push(format!("by {}", flat::expr(printer, by, Strength::Sum)));
    }
    if let Some(per) = &counted.per {
        lines.push(format!("per {}", per.text));
    }
    lines.extend(counted.window.as_ref().map(|window| match window {
        Window::Within(length) => format!("within {}", printer.source(length.span)),
        Window::For(length) => format!("for {}", printer.source(length.span)),
        Window::Each(period) => format!("each {}", period.text),
    }));
    lines
}

/// One statement in a block: on a line, or its clauses one below the other.
fn item(
    printer: &mut Printer<'_>,
    (keyword, name): (&str, &Name),
    span: Span,
    pieces: &[String],
    end: u32,
    rest: impl FnOnce(&mut Printer<'_>),
) {
    let head = format!("{keyword} {}", flat::name(printer, name));
    block(printer, &head, name.span.end, end, false, |printer| {
        printer.begin(span.start, Gap::Keep);
        statement(printer, pieces, span.end);
        printer.end(span.end);
        rest(printer);
    });
}

/// The pieces on one line where they fit; else what follows the first stands below it, indented.
pub(super) fn statement(printer: &mut Printer<'_>, pieces: &[String], end: u32) {
    let line = pieces.join(" ");
    let Some((first, rest)) = pieces.split_first().filter(|_| !printer.fits(&line)) else {
        printer.write(&line);
        return;
    };
    printer.write(first);
    printer.indent();
    for piece in rest {
        printer.begin_close(end);
        printer.write(piece);
    }
    printer.dedent();
}
