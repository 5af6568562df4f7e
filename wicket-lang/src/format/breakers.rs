//! Breakers.

use super::blocks::block;
use super::flat::{self, Strength};
use super::history::statement;
use super::printer::{Gap, Printer};
use super::rules;
use crate::syntax::ast::{Breaker, Hold, Name, Narrowed, Trip, Tripping};

pub(super) fn breaker(printer: &mut Printer<'_>, breaker: &Breaker, end: u32) {
    let head = format!("breaker {}", flat::name(printer, &breaker.name));
    block(printer, &head, breaker.name.span.end, end, false, |printer| {
        if let Some(trip) = &breaker.trip {
            printer.begin(trip.span.start, Gap::Keep);
            let pieces = pieces(printer, trip);
            statement(printer, &pieces, trip.span.end);
            printer.end(trip.span.end);
        }
        if let Some(message) = &breaker.message {
            rules::message(printer, message);
        }
    });
}

/// What trips it and what narrows that; what follows from it stands behind a comma on the last line.
fn pieces(printer: &Printer<'_>, trip: &Trip) -> Vec<String> {
    let mut lines = match &trip.on {
        Tripping::Count {
            after,
            event,
            in_a_row,
            cause,
            of,
        } => {
            let row = if in_a_row.is_some() { " in a row" } else { "" };
            let first = format!("trip after {} {}{row}", after.digits, event.text);
            narrowed(printer, first, cause.as_ref(), of)
        }
        Tripping::Share {
            percent,
            event,
            among,
            of,
        } => {
            let first = format!(
                "trip at {}% {} among at least {} calls",
                percent.digits, event.text, among.digits
            );
            narrowed(printer, first, None, of)
        }
        Tripping::Track { what, op, bound, .. } => {
            let what = flat::expr(printer, what, Strength::Sum);
            let bound = flat::expr(printer, bound, Strength::Sum);
            vec![format!("trip when {what} {} {bound}", op.symbol())]
        }
    };
    if let Some(last) = lines.last_mut() {
        last.push_str(&held(printer, trip));
    }
    lines
}

fn narrowed(printer: &Printer<'_>, mut first: String, cause: Option<&Name>, of: &Narrowed) -> Vec<String> {
    if let Some(cause) = cause {
        first.push_str(" by ");
        first.push_str(&cause.text);
    }
    if let Some(of) = &of.of {
        first.push_str(" of ");
        first.push_str(&flat::selector(printer, of));
    }
    let mut lines = vec![first];
    if let Some(when) = &of.when {
        lines.push(format!("when {}", flat::expr(printer, when, Strength::Joined)));
    }
    if let Some(on) = &of.on {
        lines.push(format!("on {}", on.text));
    }
    if let Some(by) = &of.by {
        lines.push(format!("by {}", flat::expr(printer, by, Strength::Sum)));
    }
    let within = of.within.map_or_else(String::new, |within| {
        format!(" within {}", printer.source(within.span))
    });
    lines.push(format!("per {}{within}", of.per.text));
    lines
}

fn held(printer: &Printer<'_>, trip: &Trip) -> String {
    let stop = trip.stop.as_ref().map(|stop| flat::selector(printer, stop));
    match (trip.hold, stop) {
        (Hold::UntilReset, None) => ", until reset".to_owned(),
        (Hold::UntilReset, Some(stop)) => format!(", until reset, stop {stop}"),
        (Hold::For(length), None) => format!(", for {}", printer.source(length.span)),
        (Hold::For(length), Some(stop)) => {
            format!(", stop {stop} for {}", printer.source(length.span))
        }
    }
}
