//! Whether an argument can be what all tests of it want.
//!
//! A test that wants an argument to be one of a few values leaves only those, and each is tried on all of its tests.
//! Bounds leave the numbers at, between and beyond them. What passes the tests must not be what another rule restricts
//! in turn. Where nothing says which values are left, we do not know of a contradiction, and the tests are told as they
//! are.

use std::collections::BTreeSet;

use super::left::{Clock, Left, restrictions, ways};
use crate::decimal::Decimal;
use crate::interpret;
use crate::ir::{Constant, Node, NodeId, Path, PathId};
use crate::json::{Json, Object};
use crate::request::{Environment, Request, Switches};
use crate::value::{CompareOp, Truth};

/// More values than this are not tried: a denial has to be told soon.
const MAX_TRIED: usize = 256;

/// More values than this are not tried on all rules; the arguments are copied for each.
const MAX_JUDGED: usize = 16;

/// Whether what is left wants of an argument what it cannot be. Where another way out was passed over, it may: `false`.
pub(super) fn stands_in(env: &Environment<'_>, switches: &Switches, left: &Left) -> bool {
    !left.has_alternatives
        && arguments(env, left)
            .into_iter()
            .any(|path| has_no_value(env, switches, left, path))
}

/// The arguments that are read by tests which read nothing else.
fn arguments(env: &Environment<'_>, left: &Left) -> BTreeSet<PathId> {
    left.tests
        .iter()
        .filter_map(|(node, _)| only_read(env, *node))
        .collect()
}

fn only_read(env: &Environment<'_>, node: NodeId) -> Option<PathId> {
    // What hangs on history or on the clock may come out otherwise later.
    let may_turn = !env.bundle.tracks_read(node).is_empty() || env.bundle.reads_now(node);
    match env.bundle.reads(node).as_slice() {
        [path] if !may_turn => matches!(env.bundle.path(*path), Some(Path::Argument(_))).then_some(*path),
        _ => None,
    }
}

fn has_no_value(env: &Environment<'_>, switches: &Switches, left: &Left, path: PathId) -> bool {
    let tests: Vec<(NodeId, bool)> = left
        .tests
        .iter()
        .copied()
        .filter(|(node, _)| only_read(env, *node) == Some(path))
        .collect();
    let named = tests
        .iter()
        .find_map(|(node, wanted)| values(env, *node, *wanted, path));
    let Some(values) = named.or_else(|| between_bounds(env, &tests, path)) else {
        return false;
    };
    if values.len() > MAX_TRIED {
        return false;
    }
    let mut fitting = values
        .into_iter()
        .filter(|value| satisfies(env, &tests, path, value.clone()));
    let judged: Vec<Json> = fitting.by_ref().take(MAX_JUDGED).collect();
    fitting.next().is_none()
        && judged
            .into_iter()
            .all(|value| is_refused(env, switches, path, value))
}

/// Whether, if the argument is this, a rule restricts the call, or each permit stays away, and nothing but another value
/// of this argument, or nothing at all, would change that.
fn is_refused(env: &Environment<'_>, switches: &Switches, path: PathId, value: Json) -> bool {
    let Some(Path::Argument(names)) = env.bundle.path(path) else {
        return false;
    };
    let mut args = env.request.args.clone();
    put(&mut args, names, value);
    let request = Request {
        args: &args,
        ..*env.request
    };
    let tried = Environment {
        request: &request,
        ..*env
    };
    let of_this = |(node, _): &(NodeId, bool)| only_read(env, *node) == Some(path);
    let is_closed = |left: &Left| !left.has_alternatives && (left.never || left.tests.iter().any(of_this));
    is_closed(&restrictions(&tried, switches, Clock::Moves))
        || ways(&tried, switches).iter().all(|(_, way)| is_closed(way))
}

/// Sets what stands under these names.
fn put(args: &mut Object, names: &[String], value: Json) {
    let Some((name, rest)) = names.split_first() else {
        return;
    };
    match args.get_mut(name) {
        Some(Json::Object(inner)) if !rest.is_empty() => put(inner, rest, value),
        _ if rest.is_empty() => {
            args.insert(name.clone(), value);
        }
        _ => {
            args.insert(name.clone(), Json::Object(alone(rest, value)));
        }
    }
}

/// The values that the test leaves to the argument; `None` where it names none.
fn values(env: &Environment<'_>, node: NodeId, wanted: bool, path: PathId) -> Option<Vec<Json>> {
    let is_read = |id: NodeId| env.bundle.arena.get(id) == Some(Node::Load(path));
    match (env.bundle.arena.get(node)?, wanted) {
        (Node::IsTrue(value), _) if is_read(value) => Some(vec![Json::Bool(wanted)]),
        (Node::InSet { value, set, .. }, true) if is_read(value) => {
            let set = env.bundle.sets.get(set.index())?;
            (set.elements.len() <= MAX_TRIED).then(|| set.elements.iter().map(json).collect())
        }
        (Node::Compare { op, left, right, .. }, _) => {
            let op = if wanted { op } else { op.negated() };
            let other = [(left, right), (right, left)]
                .into_iter()
                .find(|(own, _)| is_read(*own))?
                .1;
            let constant = constant(env, other)?;
            (op == CompareOp::Equal).then(|| vec![json(constant)])
        }
        _ => None,
    }
}

/// Where every test compares the argument with a number: those numbers, one between each two, and one beyond each end.
fn between_bounds(env: &Environment<'_>, tests: &[(NodeId, bool)], path: PathId) -> Option<Vec<Json>> {
    let mut bounds = BTreeSet::new();
    for (node, _) in tests {
        let Node::Compare { left, right, .. } = env.bundle.arena.get(*node)? else {
            return None;
        };
        let is_read = |id: NodeId| env.bundle.arena.get(id) == Some(Node::Load(path));
        let other = [(left, right), (right, left)]
            .into_iter()
            .find(|(own, _)| is_read(*own))?
            .1;
        let Constant::Number(bound) = constant(env, other)? else {
            return None;
        };
        bounds.insert(*bound);
    }
    let (one, half) = (Decimal::from_i64(1), Decimal::parse("0.5").ok()?);
    let bounds: Vec<Decimal> = bounds.into_iter().collect();
    let mut points = bounds.clone();
    points.extend(bounds.first()?.checked_sub(one));
    points.extend(bounds.last()?.checked_add(one));
    for pair in bounds.array_windows::<2>() {
        let [low, high] = *pair;
        points.push(low.checked_add(high)?.checked_mul(half)?);
    }
    Some(
        points
            .into_iter()
            .map(|point| Json::Number(point.into()))
            .collect(),
    )
}

fn constant<'a>(env: &Environment<'a>, id: NodeId) -> Option<&'a Constant> {
    let Node::Constant(constant) = env.bundle.arena.get(id)? else {
        return None;
    };
    env.bundle.constants.get(constant.index())
}

fn json(constant: &Constant) -> Json {
    match constant {
        Constant::Bool(value) => Json::Bool(*value),
        Constant::Number(value) => Json::Number((*value).into()),
        Constant::Text(value) => Json::String(value.clone()),
        // No argument is compared with these as it stands.
        Constant::Instant(_) | Constant::Duration(_) | Constant::Network(_) => Json::Null,
    }
}

/// Whether all tests come out as they are wanted if the argument is this.
fn satisfies(env: &Environment<'_>, tests: &[(NodeId, bool)], path: PathId, value: Json) -> bool {
    let Some(Path::Argument(names)) = env.bundle.path(path) else {
        return true;
    };
    // The tests read nothing else, and the arguments may be large.
    let args = alone(names, value);
    let request = Request {
        args: &args,
        ..*env.request
    };
    let tried = Environment {
        request: &request,
        ..*env
    };
    let mut tests = tests.iter();
    tests.all(|(node, wanted)| interpret::condition(&tried, *node) == Truth::from(*wanted))
}

/// Arguments of which there is only this one.
fn alone(names: &[String], value: Json) -> Object {
    let mut args = Object::new();
    if let Some((name, rest)) = names.split_first() {
        let value = if rest.is_empty() {
            value
        } else {
            Json::Object(alone(rest, value))
        };
        args.insert(name.clone(), value);
    }
    args
}
