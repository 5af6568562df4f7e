//! A schedule: which instants, as data.
//!
//! On the wire an expression is a flat list, children first, and not a tree: bytes can then not make the reader recurse
//! without bound.

use serde::{Deserialize, Serialize};

use super::window::{Days, Problem, Times};
use super::{ScheduleId, ZoneId};

/// How deep groups may nest, counted through the schedules that are referred to.
pub const MAX_DEPTH: usize = 64;

/// A named set of instants, or the set of a clause written in place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// None for one that is written in place.
    pub name: Option<String>,
    /// The zone in which its own windows are read; [`ZoneId::GIVEN`] where an attribute names it.
    pub zone: ZoneId,
    /// Which instants it has.
    pub expression: Expression,
}

/// A set of instants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Vec<Node>", try_from = "Vec<Node>")]
pub enum Expression {
    /// Days and the times of them. No days means every day, no times means from midnight to midnight.
    Windows {
        /// Any of these days; empty is every day.
        days: Vec<Days>,
        /// Any of these times of a day; empty is the whole day.
        times: Vec<Times>,
    },
    /// Another schedule, in its own zone.
    Schedule(ScheduleId),
    /// The instants that lie in any of these.
    Union(Vec<Expression>),
    /// The instants that lie in all of these; without parts, every instant.
    Intersection(Vec<Expression>),
    /// The instants of the first that do not lie in the second.
    Except(Box<Expression>, Box<Expression>),
}

impl Expression {
    /// What is wrong with windows of these days and times, if anything is.
    #[must_use]
    pub fn windows_problem(days: &[Days], times: &[Times]) -> Option<Problem> {
        if days.is_empty() && times.is_empty() {
            return Some(Problem::NothingSaid);
        }
        days.iter()
            .find_map(|days| days.problem())
            .or_else(|| times.iter().find_map(|times| times.problem()))
    }
}

/// One expression of the flat form. A number is the position of an earlier node; the last node is the whole.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Node {
    Windows { days: Vec<Days>, times: Vec<Times> },
    Schedule(ScheduleId),
    Union(Vec<u32>),
    Intersection(Vec<u32>),
    Except(u32, u32),
}

impl From<Expression> for Vec<Node> {
    fn from(expression: Expression) -> Self {
        let mut nodes = Vec::new();
        flatten(expression, &mut nodes);
        nodes
    }
}

fn flatten(expression: Expression, nodes: &mut Vec<Node>) -> u32 {
    let node = match expression {
        Expression::Windows { days, times } => Node::Windows { days, times },
        Expression::Schedule(id) => Node::Schedule(id),
        Expression::Union(parts) => Node::Union(parts.into_iter().map(|part| flatten(part, nodes)).collect()),
        Expression::Intersection(parts) => {
            Node::Intersection(parts.into_iter().map(|part| flatten(part, nodes)).collect())
        }
        Expression::Except(from, without) => {
            let from = flatten(*from, nodes);
            Node::Except(from, flatten(*without, nodes))
        }
    };
    nodes.push(node);
    u32::try_from(nodes.len() - 1).unwrap_or(u32::MAX)
}

impl TryFrom<Vec<Node>> for Expression {
    type Error = &'static str;

    fn try_from(nodes: Vec<Node>) -> Result<Self, Self::Error> {
        // Each node is taken once, so the tree is no larger than the bytes that it came from.
        let mut built: Vec<Option<(Expression, usize)>> = Vec::with_capacity(nodes.len());
        for node in nodes {
            let mut depth = 0;
            let mut take = |position: u32| {
                let slot = usize::try_from(position)
                    .ok()
                    .and_then(|position| built.get_mut(position));
                let (expression, below) = slot
                    .and_then(Option::take)
                    .ok_or("a schedule refers to no earlier part")?;
                depth = depth.max(below + 1);
                Ok::<_, &'static str>(expression)
            };
            let expression = match node {
                Node::Windows { days, times } => Expression::Windows { days, times },
                Node::Schedule(id) => Expression::Schedule(id),
                Node::Union(parts) => {
                    Expression::Union(parts.into_iter().map(take).collect::<Result<_, _>>()?)
                }
                Node::Intersection(parts) => {
                    Expression::Intersection(parts.into_iter().map(take).collect::<Result<_, _>>()?)
                }
                Node::Except(from, without) => {
                    Expression::Except(Box::new(take(from)?), Box::new(take(without)?))
                }
            };
            if depth > MAX_DEPTH {
                return Err("a schedule nests too deep");
            }
            built.push(Some((expression, depth)));
        }
        let whole = built.pop().flatten().ok_or("a schedule without parts")?;
        if built.iter().any(Option::is_some) {
            return Err("a part of a schedule belongs to nothing");
        }
        Ok(whole.0)
    }
}
