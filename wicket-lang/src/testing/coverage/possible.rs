//! What a test can come to for one tool.
//!
//! *Unknown* is asked of the author only where a call can bring it about: a fact that cannot be had, an argument that
//! may be left out or that may be of several kinds. Who calls and what time it is are known of every call that is
//! judged, and a sum that does not fit is no case that a test has to look for.

use super::Outcome;
use crate::ir::{Bundle, Constant, ConstantId, Measure, Node, NodeId, Over, Path, PathId, ToolId, TrackId};
use crate::types::Type;
use crate::value::Kind;

/// The truths that a condition can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Possible {
    is_true: bool,
    is_false: bool,
    is_unknown: bool,
}

impl Possible {
    /// What `node`, a condition, can come to where `tool` is called.
    pub(super) fn of(bundle: &Bundle, tool: ToolId, node: NodeId) -> Self {
        match bundle.arena.get(node) {
            Some(Node::Always(truth)) => Self {
                is_true: truth,
                is_false: !truth,
                is_unknown: false,
            },
            Some(Node::Unknowable(_)) | None => Self {
                is_true: false,
                is_false: false,
                is_unknown: true,
            },
            Some(_) => Self {
                is_true: true,
                is_false: true,
                is_unknown: Looking {
                    bundle,
                    tool,
                    around: Vec::new(),
                }
                .may_be_unknown(node),
            },
        }
    }

    pub(super) fn outcomes(self) -> impl Iterator<Item = Outcome> {
        let outcomes = [
            (self.is_true, Outcome::True),
            (self.is_false, Outcome::False),
            (self.is_unknown, Outcome::Unknown),
        ];
        outcomes
            .into_iter()
            .filter_map(|(can_be, outcome)| can_be.then_some(outcome))
    }
}

/// The tool that is called, and the types of the elements that the quantifiers around a node look at, the nearest last.
/// `None` is an element of which no schema says what it is.
struct Looking<'a> {
    bundle: &'a Bundle,
    tool: ToolId,
    around: Vec<Option<Type>>,
}

impl Looking<'_> {
    fn may_be_unknown(&mut self, id: NodeId) -> bool {
        let Some(node) = self.bundle.arena.get(id) else {
            return true;
        };
        match node {
            Node::Load(_) | Node::Element(_) | Node::Field { .. } => {
                let reading = self.reading(id);
                reading.absent || reading.unknown
            }
            Node::Has(path) => Reading::of(self.bundle, self.tool, path).unknown,
            Node::HasValue(value) => self.reading(value).unknown,
            Node::Else { value, fallback } => {
                let reading = self.reading(value);
                reading.unknown || (reading.absent && self.may_be_unknown(fallback))
            }
            // Which kind it is can be told of every value.
            Node::IsKind { value, .. } | Node::IsWritten { value, .. } => {
                match self.bundle.arena.get(value) {
                    Some(Node::Load(_) | Node::Element(_) | Node::Field { .. }) => self.reading(value).absent,
                    _ => self.may_be_unknown(value),
                }
            }
            // That a list is longer than a quantifier looks through is no case that a test has to look for.
            Node::Any { over, body } | Node::All { over, body } => self.of_elements(over, body),
            // Whether a text means anything is seen in the call.
            Node::Unknowable(_) | Node::Read { .. } | Node::Date { .. } | Node::Moment { .. } => true,
            Node::Tracked { track, .. } | Node::InTrack { track, .. } if !is_exact(self.bundle, track) => {
                true
            }
            Node::Constant(_)
            | Node::Now
            | Node::Always(_)
            | Node::InSchedule(_)
            | Node::InScheduleOf { .. }
            | Node::Lower(_)
            | Node::Size(_)
            | Node::Arithmetic { .. }
            | Node::Tracked { .. }
            | Node::InTrack { .. }
            | Node::IsTrue(_)
            | Node::Compare { .. }
            | Node::InSet { .. }
            | Node::InList { .. }
            | Node::Text { .. }
            | Node::Pattern { .. }
            | Node::Not(_)
            | Node::And(..)
            | Node::Or(..) => node.children().any(|child| self.may_be_unknown(child)),
        }
    }

    fn of_elements(&mut self, over: Over, body: NodeId) -> bool {
        if let Over::Tracked { track, .. } = over
            && !is_exact(self.bundle, track)
        {
            return true;
        }
        if over.needs().is_some_and(|value| self.may_be_unknown(value)) {
            return true;
        }
        let element = match over {
            Over::List(list) => self.type_of(list).and_then(|ty| ty.element()),
            Over::Set(_) | Over::Texts(_) | Over::Tracked { .. } => None,
        };
        self.around.push(element);
        let found = self.may_be_unknown(body);
        self.around.pop();
        found
    }

    /// How what is read here can be missing.
    fn reading(&mut self, id: NodeId) -> Reading {
        match self.bundle.arena.get(id) {
            Some(Node::Load(path)) => Reading::of(self.bundle, self.tool, path),
            Some(Node::Element(_)) => Reading {
                absent: self.type_of(id).is_some_and(|ty| ty.allows_null()),
                unknown: self.type_of(id).is_some_and(|ty| !has_one_kind(&ty)),
            },
            Some(Node::Field { value, name }) => {
                let outer = self.reading(value);
                let record = self.type_of(value);
                let field = record.as_ref().and_then(|record| record.field(&self.text(name)?));
                Reading {
                    absent: outer.absent
                        || (record.is_some() && field.as_ref().is_none_or(|field| !field.always)),
                    unknown: outer.unknown || field.is_some_and(|field| !has_one_kind(&field.ty)),
                }
            }
            Some(_) | None => Reading {
                absent: true,
                unknown: self.may_be_unknown(id),
            },
        }
    }

    /// What the schema of the tool says of a value, where it says anything.
    fn type_of(&self, id: NodeId) -> Option<Type> {
        let node = self.bundle.arena.get(id)?;
        if let Node::Element(out) = node {
            return self.around.iter().rev().nth(out as usize)?.clone();
        }
        if let Node::Field { value, name } = node {
            return Some(self.type_of(value)?.field(&self.text(name)?)?.ty);
        }
        let Node::Load(path) = node else {
            return None;
        };
        let Path::Argument(names) = self.bundle.path(path)? else {
            return None;
        };
        let tool = self.bundle.tool(self.tool)?;
        let arguments = Type::Record(tool.schema.arguments.clone());
        let mut names = names.iter();
        names.try_fold(arguments, |ty, name| Some(ty.field(name)?.ty))
    }

    fn text(&self, name: ConstantId) -> Option<String> {
        if let Some(Constant::Text(text)) = self.bundle.constants.get(name.index()) {
            Some(text.clone())
        } else {
            None
        }
    }
}

/// Whether it is always known what a track holds: every call enters it, whatever becomes of the call.
fn is_exact(bundle: &Bundle, id: TrackId) -> bool {
    let Some(track) = bundle.track(id) else {
        return false;
    };
    let tallies = bundle.tools.iter().flat_map(|tool| &tool.tallies);
    let always = tallies
        .filter(|tally| tally.track == id)
        .all(|tally| bundle.arena.get(tally.condition) == Some(Node::Always(true)));
    always && track.on.is_none() && !track.keyed && track.measure == Measure::Calls
}

/// How a value can be missing.
struct Reading {
    /// It may be left out.
    absent: bool,
    /// It may be impossible to have, or of another kind than the test wants.
    unknown: bool,
}

impl Reading {
    fn of(bundle: &Bundle, tool: ToolId, path: PathId) -> Self {
        match bundle.path(path) {
            Some(Path::Argument(names)) => Self::of_argument(bundle, tool, names),
            Some(Path::Attribute { .. } | Path::Annotation(_) | Path::Result(_)) | None => Self {
                absent: true,
                unknown: true,
            },
            // It may not be delivered.
            Some(
                Path::MemberAttribute(_) | Path::AgentAttribute(_) | Path::ClientName | Path::ClientVersion,
            ) => Self {
                absent: false,
                unknown: true,
            },
            Some(
                Path::MemberEmail
                | Path::MemberGroups
                | Path::AgentName
                | Path::ClientAddress
                | Path::SessionDenials
                | Path::Arguments
                | Path::Call,
            ) => Self {
                absent: false,
                unknown: false,
            },
        }
    }

    fn of_argument(bundle: &Bundle, tool: ToolId, names: &[String]) -> Self {
        let mut reading = Self {
            absent: false,
            unknown: false,
        };
        let Some(tool) = bundle.tool(tool) else {
            return reading;
        };
        let mut ty = Type::Record(tool.schema.arguments.clone());
        for (depth, name) in names.iter().enumerate() {
            // A step into what may be no record.
            reading.unknown |= depth > 0 && !has_one_kind(&ty);
            let Some(field) = ty.field(name) else {
                reading.absent = true;
                return reading;
            };
            reading.absent |= !field.always;
            ty = field.ty;
        }
        reading.unknown |= !has_one_kind(&ty);
        reading
    }
}

fn has_one_kind(ty: &Type) -> bool {
    let kinds = [Kind::Bool, Kind::Decimal, Kind::Text, Kind::List, Kind::Record];
    kinds.into_iter().any(|kind| ty.must_be(kind))
}
