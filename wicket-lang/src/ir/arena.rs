//! Expressions, each node once.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{ConstantId, NodeId, PathId, PatternId, ScheduleId, SetId, TrackId, ZoneId};
use crate::types::Exact;
use crate::value::{ArithmeticOp, CompareOp, Kind, Reading, TextOp};

/// A value, or a condition. A value node yields a [`crate::value::Value`], a condition node a
/// [`crate::value::Truth`]; the checker never puts one where the other is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Node {
    // ---- values
    Constant(ConstantId),
    Load(PathId),
    Lower(NodeId),
    Size(NodeId),
    /// The value, or the fallback where it is known to be absent.
    Else {
        value: NodeId,
        fallback: NodeId,
    },
    Arithmetic {
        op: ArithmeticOp,
        left: NodeId,
        right: NodeId,
    },
    /// What a track counted before this call: a number; of a set its size.
    Tracked {
        track: TrackId,
        /// The key of this call, where the track has keys.
        key: Option<NodeId>,
    },
    // ---- conditions
    Always(bool),
    /// Can never be known here: the tool binds no such resource.
    Unknowable(PathId),
    /// A truth value that was read.
    IsTrue(NodeId),
    Compare {
        op: CompareOp,
        left: NodeId,
        right: NodeId,
        fold: bool,
    },
    InSet {
        value: NodeId,
        set: SetId,
        fold: bool,
    },
    InList {
        value: NodeId,
        list: NodeId,
        fold: bool,
    },
    /// Whether a value is in the set that a track keeps.
    InTrack {
        value: NodeId,
        track: TrackId,
        key: Option<NodeId>,
        fold: bool,
    },
    Text {
        op: TextOp,
        text: NodeId,
        pattern: NodeId,
        fold: bool,
    },
    Pattern {
        text: NodeId,
        pattern: PatternId,
    },
    InSchedule(ScheduleId),
    Has(PathId),
    IsKind {
        value: NodeId,
        kind: Kind,
    },
    Not(NodeId),
    And(NodeId, NodeId),
    Or(NodeId, NodeId),
    // ---- what is asked of each element
    /// A value: the element that a quantifier around it looks at. The nearest is 0, the one around that 1.
    Element(u32),
    /// A value: what stands under a name of a record.
    Field {
        value: NodeId,
        name: ConstantId,
    },
    /// Whether there is a value: what [`Node::Has`] is for a path.
    HasValue(NodeId),
    /// Whether the body holds for at least one element.
    Any {
        over: Over,
        body: NodeId,
    },
    /// Whether the body holds for every element.
    All {
        over: Over,
        body: NodeId,
    },
    // ---- more values: what is new stands behind, because artifacts keep the place of each
    /// The instant of the call.
    Now,
    /// What a text means.
    Read {
        text: NodeId,
        reading: Reading,
    },
    /// The first instant, in a zone, of the date that a text says.
    Date {
        text: NodeId,
        zone: ZoneId,
    },
    // ---- and more conditions
    /// Whether a schedule is open, in the zone that a value names.
    InScheduleOf {
        schedule: ScheduleId,
        zone: NodeId,
    },
    /// Whether a value is a text that is exactly a date, an instant, a length of time.
    IsWritten {
        value: NodeId,
        exact: Exact,
    },
    /// A value: the instant that a text says, or the first one, in a zone, of the date that it says.
    Moment {
        text: NodeId,
        zone: ZoneId,
    },
}

/// What a quantifier looks through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Over {
    /// A list that is read.
    List(NodeId),
    Set(SetId),
    /// Every text in a value that is read, at any depth.
    Texts(NodeId),
    /// The set that a track keeps.
    Tracked {
        track: TrackId,
        /// The key of this call, where the track has keys.
        key: Option<NodeId>,
    },
}

impl Over {
    /// The value whose elements they are, if it is one that is read.
    #[must_use]
    pub fn read(self) -> Option<NodeId> {
        match self {
            Self::List(value) | Self::Texts(value) => Some(value),
            Self::Set(_) | Self::Tracked { .. } => None,
        }
    }

    /// The value that has to be there before anything is looked through: what is read, or the key of a track.
    #[must_use]
    pub fn needs(self) -> Option<NodeId> {
        match self {
            Self::List(value) | Self::Texts(value) => Some(value),
            Self::Set(_) => None,
            Self::Tracked { key, .. } => key,
        }
    }
}

impl Node {
    /// The nodes that it reads, in order.
    pub fn children(self) -> impl Iterator<Item = NodeId> {
        let pair = match self {
            Self::Constant(_)
            | Self::Load(_)
            | Self::Now
            | Self::Always(_)
            | Self::Unknowable(_)
            | Self::InSchedule(_)
            | Self::Element(_)
            | Self::Has(_) => [None, None],
            Self::Lower(child)
            | Self::Size(child)
            | Self::Read { text: child, .. }
            | Self::Date { text: child, .. }
            | Self::IsTrue(child)
            | Self::HasValue(child)
            | Self::Field { value: child, .. }
            | Self::Not(child)
            | Self::InSet { value: child, .. }
            | Self::Pattern { text: child, .. }
            | Self::InScheduleOf { zone: child, .. }
            | Self::IsWritten { value: child, .. }
            | Self::Moment { text: child, .. }
            | Self::IsKind { value: child, .. } => [Some(child), None],
            Self::Arithmetic { left, right, .. }
            | Self::Compare { left, right, .. }
            | Self::And(left, right)
            | Self::Or(left, right) => [Some(left), Some(right)],
            Self::Tracked { key, .. } => [key, None],
            Self::InTrack { value, key, .. } => [Some(value), key],
            Self::Else { value, fallback } => [Some(value), Some(fallback)],
            Self::InList { value, list, .. } => [Some(value), Some(list)],
            Self::Text { text, pattern, .. } => [Some(text), Some(pattern)],
            Self::Any { over, body } | Self::All { over, body } => [over.needs(), Some(body)],
        };
        pair.into_iter().flatten()
    }

    /// Of a quantifier, what is asked of each element. It is a condition, and what is looked through is a value, so the
    /// two are never one node.
    #[must_use]
    pub fn body(self) -> Option<NodeId> {
        if let Self::Any { body, .. } | Self::All { body, .. } = self {
            Some(body)
        } else {
            None
        }
    }

    /// Whether it yields a truth rather than a value.
    #[must_use]
    pub fn is_condition(self) -> bool {
        match self {
            Self::Constant(_)
            | Self::Load(_)
            | Self::Now
            | Self::Read { .. }
            | Self::Date { .. }
            | Self::Moment { .. }
            | Self::Lower(_)
            | Self::Size(_)
            | Self::Else { .. }
            | Self::Arithmetic { .. }
            | Self::Element(_)
            | Self::Field { .. }
            | Self::Tracked { .. } => false,
            Self::Always(_)
            | Self::Unknowable(_)
            | Self::IsTrue(_)
            | Self::Compare { .. }
            | Self::InSet { .. }
            | Self::InList { .. }
            | Self::InTrack { .. }
            | Self::Text { .. }
            | Self::Pattern { .. }
            | Self::InSchedule(_)
            | Self::InScheduleOf { .. }
            | Self::IsWritten { .. }
            | Self::Has(_)
            | Self::IsKind { .. }
            | Self::Not(_)
            | Self::And(..)
            | Self::HasValue(_)
            | Self::Any { .. }
            | Self::All { .. }
            | Self::Or(..) => true,
        }
    }
}

/// Nodes, children before parents, no two alike.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Arena {
    nodes: Vec<Node>,
    /// Empty after loading: only the checker adds nodes.
    #[serde(skip)]
    known: HashMap<Node, NodeId>,
}

impl PartialEq for Arena {
    fn eq(&self, other: &Self) -> bool {
        self.nodes == other.nodes
    }
}

impl Arena {
    /// The node, new or the one that is there already.
    pub fn add(&mut self, node: Node) -> NodeId {
        if let Some(known) = self.known.get(&node) {
            return *known;
        }
        let id = NodeId::at(self.nodes.len());
        self.nodes.push(node);
        self.known.insert(node, id);
        id
    }

    #[must_use]
    pub fn get(&self, id: NodeId) -> Option<Node> {
        self.nodes.get(id.index()).copied()
    }

    /// The node and all below it, each once; the order depends on nothing but the tree.
    #[must_use]
    pub fn under(&self, root: NodeId) -> Vec<Node> {
        let (mut found, mut seen, mut open) = (Vec::new(), HashSet::new(), vec![root]);
        while let Some(id) = open.pop() {
            let Some(node) = self.get(id).filter(|_| seen.insert(id)) else {
                continue;
            };
            found.push(node);
            open.extend(node.children());
        }
        found
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (NodeId, Node)> {
        self.nodes
            .iter()
            .enumerate()
            .map(|(index, node)| (NodeId::at(index), *node))
    }
}
