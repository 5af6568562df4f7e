//! What a decision was made from, for the record: each value that a condition read.
//!
//! A long value is cut to its digest. Whoever replays the record cannot test it anew, so the tests that were made on it
//! stand beside it with what came out; a draft that asks something else of it asks what was not recorded.

use serde::{Deserialize, Serialize};

use super::Decision;
use crate::interpret;
use crate::ir::{self, Bundle, Digest, Node, NodeId, PathId, RuleId};
use crate::json::{self, Json};
use crate::request::{Environment, Request, Scope, State};
use crate::value::{Missing, Truth, Value};

/// The longest value that a record keeps whole, in bytes of its JSON; a longer one is kept as its digest.
pub const MAX_INPUT: usize = 256;

/// A value that a condition read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// `args.owner`.
    pub path: String,
    /// The value as JSON text, cut to its digest where it is longer than [`MAX_INPUT`]; `None` where it was missing.
    pub value: Option<String>,
    /// Whether `value` is a digest.
    #[serde(skip)]
    pub is_cut: bool,
    /// `absent`, `unknown`, `pending` where it was missing.
    pub missing: Option<String>,
    /// Of a value that was cut: the tests that were made on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<Tested>,
}

/// A test that was made on a value, and what came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tested {
    /// As the typed tree is printed, `(args.text starts_with "x")`, cut to its digest where it is longer than
    /// [`MAX_INPUT`].
    pub test: String,
    /// `true`, `false`, `unknown` or `pending`.
    pub truth: String,
}

/// Each value that the conditions of the tool's rules read, each once, as JSON text.
#[must_use]
pub fn inputs(bundle: &Bundle, request: &Request<'_>, state: &State, decision: &Decision) -> Vec<Input> {
    let Some(id) = decision.tool else {
        return Vec::new();
    };
    let Some(tool) = bundle.tool(id) else {
        return Vec::new();
    };
    let env = Environment {
        bundle,
        tool: id,
        request,
        state,
        scope: Scope::Call,
    };
    let findings = decision.findings.rules.iter();
    let evaluated: Vec<RuleId> = findings.map(|finding| finding.rule).collect();
    let conditions: Vec<NodeId> = tool
        .guards
        .iter()
        .filter(|guard| evaluated.contains(&guard.rule))
        .map(|guard| guard.condition)
        .collect();
    let mut paths: Vec<PathId> = conditions
        .iter()
        .flat_map(|condition| bundle.reads_through(tool, *condition))
        .collect();
    paths.sort();
    paths.dedup();
    paths
        .into_iter()
        .map(|path| input(&env, path, &conditions))
        .collect()
}

fn input(env: &Environment<'_>, path: PathId, conditions: &[NodeId]) -> Input {
    let mut input = Input::of(env.bundle, path, env.load(path));
    if input.is_cut {
        input.tests = tests(env, path, conditions);
    }
    input
}

impl Input {
    /// The value that was read at `path`, without the tests that were made on it.
    #[must_use]
    pub fn of(bundle: &Bundle, path: PathId, value: Value<'_>) -> Self {
        let value = match value {
            Value::Bool(value) => Ok(Json::Bool(value)),
            Value::Number(value) => Ok(Json::Number(value.into())),
            Value::Text(value) => Ok(Json::String(value.into_owned())),
            Value::List(value) => Ok(Json::Array(value.into_owned())),
            Value::Record(value) => Ok(Json::Object(value.clone())),
            // No path reads a count of which only bounds are known, or what is made of a text.
            Value::Between(_) | Value::Instant(_) | Value::Duration(_) | Value::Address(_) => {
                Err(Missing::Unknown)
            }
            Value::Missing(missing) => Err(missing),
        };
        let text = value.as_ref().ok().map(json::canonical);
        Self {
            path: bundle.path_name(path),
            is_cut: text.as_ref().is_some_and(|text| text.len() > MAX_INPUT),
            value: text.map(cut),
            missing: value.err().map(|missing| match missing {
                Missing::Absent => "absent".to_owned(),
                Missing::Unknown => "unknown".to_owned(),
                Missing::Pending => "pending".to_owned(),
            }),
            tests: Vec::new(),
        }
    }
}

fn cut(text: String) -> String {
    if text.len() > MAX_INPUT {
        Digest::of(text.as_bytes()).to_string()
    } else {
        text
    }
}

/// The innermost conditions that read `path`, each once.
fn tests(env: &Environment<'_>, path: PathId, conditions: &[NodeId]) -> Vec<Tested> {
    let mut open = conditions.to_vec();
    let mut found = Vec::new();
    while let Some(id) = open.pop() {
        let Some(node) = env.bundle.arena.get(id) else {
            continue;
        };
        // What a quantifier asks of each element has no answer of its own.
        let inner: Vec<NodeId> = node
            .children()
            .filter(|child| node.body() != Some(*child))
            .filter(|child| env.bundle.arena.get(*child).is_some_and(Node::is_condition))
            .collect();
        if !inner.is_empty() {
            open.extend(inner);
        } else if env.bundle.reads(id).contains(&path) {
            found.push(id);
        }
    }
    found.sort();
    found.dedup();
    let tested = found.into_iter().map(|id| Tested {
        test: cut(ir::print_told(env.bundle, id)),
        truth: match interpret::condition(env, id) {
            Truth::True => "true".to_owned(),
            Truth::False => "false".to_owned(),
            Truth::Unknown => "unknown".to_owned(),
            Truth::Pending => "pending".to_owned(),
        },
    });
    tested.collect()
}
