//! Tests of constants, which are settled when a bundle is checked: `tool.name starts_with "get_"` is true of a tool or
//! it is not, so the machine never asks.

use super::Checker;
use crate::ir::{Constant, Node, NodeId};
use crate::value::{self, CompareOp, Truth, Value};

/// The node, or what it always comes to, where all that it reads is written out.
pub(super) fn settle(checker: &mut Checker<'_>, node: Node) -> NodeId {
    if let Node::Lower(inner) | Node::Size(inner) = node {
        return value_of(checker, node, inner);
    }
    let settled = match truth(checker, node) {
        Some(Truth::True) => Node::Always(true),
        Some(Truth::False) => Node::Always(false),
        Some(Truth::Unknown | Truth::Pending) | None => node,
    };
    checker.bundle.arena.add(settled)
}

fn truth(checker: &Checker<'_>, node: Node) -> Option<Truth> {
    if let Node::IsTrue(inner) = node {
        return Some(value::as_condition(&constant(checker, inner)?));
    }
    if let Node::Compare {
        op,
        left,
        right,
        fold: false,
    } = node
    {
        let (left, right) = (constant(checker, left)?, constant(checker, right)?);
        return Some(value::compare(op, &left, &right, false));
    }
    if let Node::Text {
        op,
        text,
        pattern,
        fold: false,
    } = node
    {
        let (text, pattern) = (constant(checker, text)?, constant(checker, pattern)?);
        return Some(value::text_test(op, &text, &pattern, false));
    }
    if let Node::Pattern { text, pattern } = node {
        let text = constant(checker, text)?;
        return Some(checker.bundle.patterns.get(pattern)?.test(&text));
    }
    if let Node::IsKind { value: inner, kind } = node {
        return Some(value::is_type(&constant(checker, inner)?, kind));
    }
    if let Node::InSet {
        value: inner,
        set,
        fold: false,
    } = node
    {
        let inner = constant(checker, inner)?;
        let elements = checker.bundle.sets.get(set.index())?.elements.iter().map(of);
        let each = elements.map(|element| value::compare(CompareOp::Equal, &inner, &element, false));
        return Some(each.fold(Truth::False, Truth::or));
    }
    None
}

/// The constant that a function makes of one.
fn value_of(checker: &mut Checker<'_>, node: Node, inner: NodeId) -> NodeId {
    let is_size = matches!(node, Node::Size(_));
    let made = constant(checker, inner).map(|inner| {
        if is_size {
            value::size(&inner)
        } else {
            value::lower(&inner)
        }
    });
    let made = made.and_then(|made| match made {
        Value::Text(text) => Some(Constant::Text(text.into_owned())),
        Value::Number(number) => Some(Constant::Number(number)),
        Value::Bool(_)
        | Value::List(_)
        | Value::Record(_)
        | Value::Between(_)
        | Value::Instant(_)
        | Value::Duration(_)
        | Value::Address(_)
        | Value::Missing(_) => None,
    });
    let node = made.map_or(node, |made| Node::Constant(checker.constant(made)));
    checker.bundle.arena.add(node)
}

fn constant<'c>(checker: &'c Checker<'_>, node: NodeId) -> Option<Value<'c>> {
    let Some(Node::Constant(id)) = checker.bundle.arena.get(node) else {
        return None;
    };
    let constant = checker.bundle.constants.get(id.index())?;
    let value = of(constant);
    value.missing().is_none().then_some(value)
}

fn of(constant: &Constant) -> Value<'_> {
    match constant {
        Constant::Bool(value) => Value::Bool(*value),
        Constant::Number(value) => Value::Number(*value),
        Constant::Text(value) => Value::text(value),
        Constant::Instant(value) => Value::Instant(*value),
        Constant::Duration(value) => Value::Duration(*value),
        // A network is no value.
        Constant::Network(_) => Value::Missing(value::Missing::Unknown),
    }
}
