//! Breakers.

use super::{Node, atom, expr, list, message, name, option, selector};
use crate::syntax::ast::{Breaker, Hold, Name, Narrowed, Trip, Tripping};

pub(super) fn breaker(breaker: &Breaker) -> Node {
    let mut nodes = vec![name(&breaker.name)];
    nodes.extend(breaker.trip.as_ref().map(trip));
    nodes.extend(breaker.message.as_ref().map(message));
    list("breaker", nodes)
}

fn trip(trip: &Trip) -> Node {
    let mut nodes = match &trip.on {
        Tripping::Count {
            after,
            event,
            in_a_row,
            cause,
            of,
        } => {
            let mut nodes = vec![atom(&after.digits), name(event)];
            nodes.extend(in_a_row.map(|_| atom("in-a-row")));
            narrowed(&mut nodes, cause.as_ref(), of);
            nodes
        }
        Tripping::Share {
            percent,
            event,
            among,
            of,
        } => {
            let percent = atom(format!("{}%", percent.digits));
            let mut nodes = vec![percent, name(event), list("among", [atom(&among.digits)])];
            narrowed(&mut nodes, None, of);
            nodes
        }
        Tripping::Track { what, op, bound, .. } => vec![list(op.symbol(), [expr(what), expr(bound)])],
    };
    nodes.push(match trip.hold {
        Hold::UntilReset => atom("until-reset"),
        Hold::For(length) => list("for", [seconds(length.seconds)]),
    });
    nodes.extend(option("stop", trip.stop.as_ref().map(selector)));
    list("trip", nodes)
}

fn narrowed(nodes: &mut Vec<Node>, cause: Option<&Name>, of: &Narrowed) {
    nodes.extend(option("by", cause.map(name)));
    nodes.extend(option("of", of.of.as_ref().map(selector)));
    nodes.extend(option("when", of.when.as_ref().map(expr)));
    nodes.extend(option("on", of.on.as_ref().map(name)));
    nodes.extend(option("by-key", of.by.as_ref().map(expr)));
    nodes.push(list("per", [name(&of.per)]));
    nodes.extend(option("within", of.within.map(|one| seconds(one.seconds))));
}

fn seconds(seconds: u64) -> Node {
    atom(format!("{seconds}s"))
}
