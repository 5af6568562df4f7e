//! The steps of a test.
//!
//! A step that the author put on the line of the step before stays there, unless that was an `expect`.

use super::flat;
use super::printer::{Gap, Printer};
use super::times;
use crate::source::Span;
use crate::syntax::ast::{Cell, Each, Expect, Literal, Name, Outcome, Past, Row, Step};

pub(super) fn steps(printer: &mut Printer<'_>, steps: &[Step]) {
    let mut before: Option<&Step> = None;
    for step in steps {
        let span = span(step);
        if let Step::Each(each) = step {
            printer.begin(span.start, Gap::Keep);
            table(printer, each);
            printer.end(span.end);
            before = Some(step);
            continue;
        }
        let line = line(printer, step);
        let joins = before.is_some_and(|before| {
            !matches!(before, Step::Expect(_) | Step::Each(_))
                && same_line(printer.text, self::span(before), span)
        });
        // The keyword `at` stands before its moment, so a step is looked for from the end of the one before.
        if joins
            && printer.fits(&line)
            && printer.fits(&format!("  {line}"))
            && !printer.has_comment_before(span.end)
        {
            printer.write("  ");
            printer.write(&line);
        } else {
            printer.begin(span.start, Gap::Keep);
            if printer.fits(&line) && !printer.has_comment_before(span.end) {
                printer.write(&line);
            } else {
                broken(printer, step, &line);
            }
        }
        printer.end(span.end);
        before = Some(step);
    }
}

fn span(step: &Step) -> Span {
    match step {
        Step::At(moment) => moment.span,
        Step::AtColumn(name) | Step::Fixture(name) => name.span,
        Step::After(length) => length.span,
        Step::Each(each) => each.span,
        Step::Given { span, .. } => *span,
        Step::Remembered(remembered) => remembered.span,
        Step::Call(call) => call.span,
        Step::Expect(expect) => expect.span,
    }
}

fn same_line(text: &str, before: Span, next: Span) -> bool {
    text.get(before.end as usize..next.start as usize)
        .is_some_and(|between| !between.contains('\n'))
}

/// What stands before the record of a step.
fn head(printer: &Printer<'_>, step: &Step) -> String {
    match step {
        Step::At(_)
        | Step::AtColumn(_)
        | Step::After(_)
        | Step::Fixture(_)
        | Step::Remembered(_)
        | Step::Each(_)
        | Step::Expect(_) => String::new(),
        Step::Given { subject, .. } => format!("given {} ", flat::name(printer, subject)),
        Step::Call(call) => {
            let then = if call.then { "then " } else { "" };
            let connector = flat::name(printer, &call.connector);
            format!("{then}call {connector}.{} ", flat::name(printer, &call.tool))
        }
    }
}

fn fields(step: &Step) -> &[(Name, Literal)] {
    match step {
        Step::At(_)
        | Step::AtColumn(_)
        | Step::After(_)
        | Step::Fixture(_)
        | Step::Remembered(_)
        | Step::Each(_)
        | Step::Expect(_) => &[],
        Step::Given { fields, .. } => fields,
        Step::Call(call) => &call.arguments,
    }
}

/// How a call ends, where it is told.
fn ending(printer: &Printer<'_>, step: &Step) -> String {
    match step {
        Step::Call(call) => call.ending.as_ref().map_or_else(String::new, |ending| {
            let result = call.result.as_ref();
            let result = result.map_or_else(String::new, |result| {
                format!(" {}", flat::record(printer, result))
            });
            format!(" {}{result}", ending.text)
        }),
        Step::At(_)
        | Step::AtColumn(_)
        | Step::After(_)
        | Step::Fixture(_)
        | Step::Remembered(_)
        | Step::Each(_)
        | Step::Given { .. }
        | Step::Expect(_) => String::new(),
    }
}

fn line(printer: &Printer<'_>, step: &Step) -> String {
    match step {
        Step::At(at) => format!("at {}", times::moment(at)),
        Step::AtColumn(column) => format!("at {}", flat::name(printer, column)),
        Step::After(length) => format!("after {}", printer.source(length.span)),
        Step::Fixture(name) => format!("given {}", flat::name(printer, name)),
        Step::Remembered(one) => remembered(printer, &one.what),
        // A table never stands on one line.
        Step::Each(_) => String::new(),
        Step::Expect(one) => expect(printer, one),
        Step::Given { .. } | Step::Call(_) => {
            head(printer, step) + &flat::record(printer, fields(step)) + &ending(printer, step)
        }
    }
}

fn remembered(printer: &Printer<'_>, what: &Past) -> String {
    let by = |by: &Option<Literal>| {
        by.as_ref()
            .map_or_else(String::new, |by| format!(" by {}", flat::literal(printer, by)))
    };
    match what {
        Past::Marks(names) => {
            let names = flat::join(names, ", ", |name| flat::name(printer, name));
            format!("given marks {names}")
        }
        Past::Track { name, by: key, value } => {
            let value = flat::literal(printer, value);
            format!("given track {}{} {value}", flat::name(printer, name), by(key))
        }
        Past::Open { name, by: key } => {
            format!("given breaker {} open{}", flat::name(printer, name), by(key))
        }
    }
}

/// The rows one a line, and the steps below them.
fn table(printer: &mut Printer<'_>, each: &Each) {
    let columns = flat::join(&each.columns, ", ", |name| flat::name(printer, name));
    let head = match each.columns.as_slice() {
        [_] => format!("for each {columns} in ["),
        _ => format!("for each ({columns}) in ["),
    };
    printer.write(&head);
    let rows = flat::join(&each.rows, ", ", |row| self::row(printer, row));
    let short = format!("{rows}] {{");
    let one_column = each.columns.len() == 1;
    if each.rows.is_empty()
        || one_column && printer.fits(&short) && !printer.has_comment_before(each.head.end)
    {
        printer.write(&short);
    } else {
        let columns_end = each.columns.last().map_or(each.head.start, |name| name.span.end);
        printer.open(columns_end);
        for row in &each.rows {
            printer.begin(row.span.start, Gap::Keep);
            let line = self::row(printer, row) + ",";
            printer.write(&line);
            printer.end(row.span.end);
        }
        printer.close(each.head.end, "]");
        printer.write(" {");
    }
    printer.open(each.head.end);
    steps(printer, &each.steps);
    printer.close(each.span.end, "}");
}

fn row(printer: &Printer<'_>, row: &Row) -> String {
    let cells = flat::join(&row.cells, ", ", |cell| match cell {
        Cell::Value(value) => flat::literal(printer, value),
        Cell::Moment(at) => times::moment(at),
    });
    match row.cells.as_slice() {
        [_] => cells,
        _ => format!("({cells})"),
    }
}

/// A step over several lines: its record is opened.
fn broken(printer: &mut Printer<'_>, step: &Step, line: &str) {
    let fields = fields(step);
    let Some((first, _)) = fields.first() else {
        printer.write(line);
        return;
    };
    let head = head(printer, step);
    printer.write(&head);
    open_record(printer, fields, first.span.start, span(step).end);
}

fn open_record(printer: &mut Printer<'_>, fields: &[(Name, Literal)], start: u32, end: u32) {
    printer.write("{");
    // A comment behind the brace stands before the first field.
    printer.open(start);
    for (key, value) in fields {
        printer.begin(key.span.start, Gap::Keep);
        let lead = format!("{}: ", flat::name(printer, key));
        printer.write(&lead);
        self::value(printer, value);
        printer.write(",");
        printer.end(literal_span(value).end);
    }
    printer.close(end, "}");
}

fn value(printer: &mut Printer<'_>, value: &Literal) {
    let line = flat::literal(printer, value);
    let span = literal_span(value);
    let short = printer.fits(&line) && !printer.has_comment_before(span.end);
    match value {
        Literal::Record(fields, _) if !short => {
            if let Some((first, _)) = fields.first() {
                open_record(printer, fields, first.span.start, span.end);
                return;
            }
        }
        Literal::List(elements, _) if !short && !elements.is_empty() => {
            printer.write("[");
            printer.indent();
            for element in elements {
                let place = literal_span(element);
                printer.begin(place.start, Gap::Keep);
                self::value(printer, element);
                printer.write(",");
                printer.end(place.end);
            }
            printer.close(span.end, "]");
            return;
        }
        Literal::Record(..)
        | Literal::List(..)
        | Literal::String(_)
        | Literal::Number(_)
        | Literal::Bool(..)
        | Literal::Null(_)
        | Literal::Word(_) => {}
    }
    printer.write(&line);
}

fn literal_span(value: &Literal) -> Span {
    match value {
        Literal::String(text) => text.span,
        Literal::Number(number) => number.span,
        Literal::Word(word) => word.span,
        Literal::Bool(_, span) | Literal::Null(span) | Literal::List(_, span) | Literal::Record(_, span) => {
            *span
        }
    }
}

fn expect(printer: &Printer<'_>, expect: &Expect) -> String {
    let outcome = match (&expect.column, expect.outcome) {
        (Some(column), _) => flat::name(printer, column),
        (None, Outcome::Permit) => "permit".to_owned(),
        (None, Outcome::Deny) => "deny".to_owned(),
        (None, Outcome::Ask) => "ask".to_owned(),
        (None, Outcome::Expired) => "expired".to_owned(),
    };
    let mut line = format!("expect {outcome}");
    if !expect.by.is_empty() {
        line.push_str(" by ");
        line.push_str(&flat::join(&expect.by, ", ", |one| flat::name(printer, one)));
    }
    if let Some((class, at)) = &expect.class {
        line.push_str("  class ");
        line.push_str(&flat::name(printer, class));
        if let Some(at) = at {
            line.push(' ');
            line.push_str(&times::moment(at));
        }
    }
    if let Some(at) = &expect.next {
        line.push_str("  next ");
        line.push_str(&times::moment(at));
    }
    if let Some(message) = &expect.message {
        line.push_str("  message contains ");
        line.push_str(printer.source(message.span));
    }
    line
}
