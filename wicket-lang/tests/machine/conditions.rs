//! Conditions made at random, well typed for one tool.

use wicket_lang::ir::{
    Bundle, Effect, Measure, Node, NodeId, Over, Path, PathId, PatternId, Remembers, ScheduleId, SetId,
    ToolId, TrackId,
};
use wicket_lang::types::Type;
use wicket_lang::value::{ArithmeticOp, CompareOp, Kind, TextOp};

use crate::bundles::{
    ALL_ARGUMENTS, FIRST_ATTRIBUTE, FIRST_CALLER, NUMBERS, PATTERNS, TEXTS, ZONE_PATH, arguments, constant,
    schedule_of_a_zone,
};
use crate::dice::Dice;

const COMPARE: &[CompareOp] = &[
    CompareOp::Equal,
    CompareOp::NotEqual,
    CompareOp::Less,
    CompareOp::LessEqual,
    CompareOp::Greater,
    CompareOp::GreaterEqual,
];
const TEXT: &[TextOp] = &[
    TextOp::StartsWith,
    TextOp::EndsWith,
    TextOp::Contains,
    TextOp::Like,
    TextOp::Under,
];
const ARITHMETIC: &[ArithmeticOp] = &[ArithmeticOp::Add, ArithmeticOp::Subtract, ArithmeticOp::Multiply];
const KINDS: &[Kind] = &[
    Kind::Bool,
    Kind::Integer,
    Kind::Decimal,
    Kind::Text,
    Kind::List,
    Kind::Record,
];

pub(crate) struct Conditions<'a> {
    pub(crate) dice: &'a mut Dice,
    pub(crate) bundle: &'a mut Bundle,
    pub(crate) tool: ToolId,
    /// How many quantifiers stand around what is made.
    pub(crate) around: u32,
}

impl Conditions<'_> {
    /// The condition of a rule. Permits lean to hold and forbids not to, so that there are enough permitted calls.
    pub(crate) fn rule(&mut self, effect: Effect, depth: usize) -> NodeId {
        match effect {
            Effect::Permit if self.dice.chance(30) => self.add(Node::Always(true)),
            Effect::Permit => {
                let (left, right) = (self.condition(depth), self.condition(depth));
                self.add(Node::Or(left, right))
            }
            Effect::Forbid | Effect::Ask => {
                let (left, right) = (self.condition(depth), self.condition(depth));
                let both = self.add(Node::And(left, right));
                if self.dice.chance(50) {
                    let third = self.condition(1);
                    self.add(Node::And(third, both))
                } else {
                    both
                }
            }
        }
    }

    /// Whom a rule is for, mostly everyone, and its condition with that in front.
    pub(crate) fn with_callers(&mut self, own: NodeId) -> (NodeId, NodeId) {
        let everyone = self.add(Node::Always(true));
        if self.dice.chance(70) {
            return (everyone, own);
        }
        let text = constant(NUMBERS + u32::try_from(self.dice.below(6)).unwrap());
        let name = self.add(Node::Constant(text));
        let email = self.add(Node::Load(PathId(FIRST_CALLER)));
        let groups = self.add(Node::Load(PathId(FIRST_CALLER + 1)));
        let callers = if self.dice.chance(50) {
            self.add(Node::InList {
                value: name,
                list: groups,
                fold: false,
            })
        } else {
            self.add(Node::Compare {
                op: CompareOp::Equal,
                left: email,
                right: name,
                fold: true,
            })
        };
        let callers = if self.dice.chance(30) {
            self.add(Node::Not(callers))
        } else {
            callers
        };
        (callers, self.add(Node::And(callers, own)))
    }

    pub(crate) fn add(&mut self, node: Node) -> NodeId {
        self.bundle.arena.add(node)
    }

    pub(crate) fn condition(&mut self, depth: usize) -> NodeId {
        if self.around == 0
            && self.dice.chance(20)
            && let Some(shared) = self.shared()
        {
            return shared;
        }
        if depth == 0 {
            return self.test();
        }
        let node = match self.dice.below(7) {
            0 => Node::Not(self.condition(depth - 1)),
            1 | 2 => Node::And(self.condition(depth - 1), self.condition(depth - 1)),
            3 | 4 => Node::Or(self.condition(depth - 1), self.condition(depth - 1)),
            _ => return self.test(),
        };
        self.add(node)
    }

    /// A condition of an earlier rule of the same tool, or a part of one.
    fn shared(&mut self) -> Option<NodeId> {
        let guards = &self.bundle.tool(self.tool)?.guards;
        let root = guards.get(self.dice.below(guards.len()))?.condition;
        let mut at = root;
        while self.dice.chance(60) {
            let node = self.bundle.arena.get(at)?;
            let conditions: Vec<NodeId> = node
                .children()
                .filter(|child| node.body() != Some(*child))
                .filter(|child| self.bundle.arena.get(*child).is_some_and(Node::is_condition))
                .collect();
            if conditions.is_empty() {
                break;
            }
            at = *self.dice.pick(&conditions);
        }
        Some(at)
    }

    /// When a call enters a track.
    pub(crate) fn entering(&mut self) -> NodeId {
        if self.dice.chance(60) {
            self.add(Node::Always(true))
        } else {
            self.condition(1)
        }
    }

    /// What a track is kept by, or an element of its set.
    pub(crate) fn key(&mut self) -> NodeId {
        if self.dice.chance(5) {
            return self.add(Node::Load(PathId(ALL_ARGUMENTS + 1)));
        }
        if self.dice.chance(70) {
            self.text(1)
        } else {
            self.number(1)
        }
    }

    pub(crate) fn summand(&mut self) -> NodeId {
        self.number(1)
    }

    /// A track of this kind, with the key of the call where it has keys.
    fn track(&mut self, wanted: fn(Measure) -> bool) -> Option<(TrackId, Option<NodeId>)> {
        let tracks = self.bundle.tracks.iter().enumerate();
        let fitting: Vec<(TrackId, bool)> = tracks
            .filter(|(_, track)| track.of == Remembers::Track && wanted(track.measure))
            .map(|(index, track)| (TrackId::at(index), track.keyed))
            .collect();
        if fitting.is_empty() {
            return None;
        }
        let (track, keyed) = *self.dice.pick(&fitting);
        Some((track, keyed.then(|| self.text(1))))
    }

    fn test(&mut self) -> NodeId {
        let fold = self.dice.chance(25);
        // The cost of one within another is that of many pairs; one in a bundle is enough.
        let is_allowed = match self.around {
            0 => true,
            1 => !self.bundle.arena.iter().any(|(_, node)| node == Node::Element(1)),
            _ => false,
        };
        if is_allowed && self.dice.chance(12) {
            return self.quantifier();
        }
        let node = match self.dice.below(28) {
            24..=27 => return self.exact_test(),
            0 => Node::Always(self.dice.chance(50)),
            1 => match self.unbound() {
                Some(path) => Node::Unknowable(path),
                None => Node::Always(false),
            },
            2 | 3 => Node::IsTrue(self.truth()),
            4..=6 => {
                let op = if self.dice.chance(50) {
                    CompareOp::Equal
                } else {
                    CompareOp::NotEqual
                };
                Node::Compare {
                    op,
                    left: self.text(2),
                    right: self.text(1),
                    fold,
                }
            }
            7..=9 => {
                let op = *self.dice.pick(COMPARE);
                Node::Compare {
                    op,
                    left: self.number(2),
                    right: self.number(1),
                    fold,
                }
            }
            10 => Node::Compare {
                op: CompareOp::Equal,
                left: self.list(),
                right: self.list(),
                fold,
            },
            11 | 12 => Node::InSet {
                value: self.text(1),
                set: SetId(u32::from(self.dice.chance(50))),
                fold,
            },
            13 => Node::InSet {
                value: self.number(1),
                set: SetId(2),
                fold,
            },
            14 => Node::InSet {
                value: self.truth(),
                set: SetId(3),
                fold,
            },
            15 => Node::InList {
                value: self.text(1),
                list: self.list(),
                fold,
            },
            16 | 17 => {
                let op = *self.dice.pick(TEXT);
                Node::Text {
                    op,
                    text: self.text(1),
                    pattern: self.text(0),
                    fold,
                }
            }
            18 | 19 => Node::InSchedule(ScheduleId(u32::try_from(self.dice.below(3)).unwrap())),
            23 => self.in_schedule_of_a_zone(),
            22 => Node::Pattern {
                text: self.text(1),
                pattern: PatternId::at(self.dice.below(PATTERNS)),
            },
            20 if self.around > 0 && self.dice.chance(50) => {
                let element = self.element();
                Node::HasValue(element)
            }
            20 => Node::Has(self.any_path()),
            21 => match self.track(|measure| measure == Measure::Values) {
                Some((track, key)) => Node::InTrack {
                    value: self.text(1),
                    track,
                    key,
                    fold,
                },
                None => Node::Always(false),
            },
            _ => Node::IsKind {
                value: self.any_value(),
                kind: *self.dice.pick(KINDS),
            },
        };
        self.add(node)
    }

    fn in_schedule_of_a_zone(&mut self) -> Node {
        let zone = self.add(Node::Load(ZONE_PATH));
        Node::InScheduleOf {
            schedule: schedule_of_a_zone(self.dice),
            zone,
        }
    }

    /// Something that is asked of each element of a list, a set or the arguments.
    fn quantifier(&mut self) -> NodeId {
        let over = match self.dice.below(5) {
            4 => match self.track(|measure| measure == Measure::Values) {
                Some((track, key)) => Over::Tracked { track, key },
                None => Over::List(self.list()),
            },
            0 => Over::Set(SetId(u32::try_from(self.dice.below(4)).unwrap())),
            1 => {
                let arguments = self.add(Node::Load(PathId(ALL_ARGUMENTS)));
                Over::Texts(arguments)
            }
            _ => Over::List(self.list()),
        };
        self.around += 1;
        let body = if self.around == 1 {
            self.condition(1)
        } else {
            // What is asked within each other is asked of many pairs, and stays small.
            let (left, right) = (self.add(Node::Element(0)), self.add(Node::Element(1)));
            let op = *self.dice.pick(COMPARE);
            let fold = self.dice.chance(25);
            self.add(Node::Compare {
                op,
                left,
                right,
                fold,
            })
        };
        self.around -= 1;
        let node = if self.dice.chance(50) {
            Node::Any { over, body }
        } else {
            Node::All { over, body }
        };
        self.add(node)
    }

    /// An element, or a field of one that has none.
    fn element(&mut self) -> NodeId {
        let out = u32::try_from(self.dice.below(self.around as usize)).unwrap();
        let element = self.add(Node::Element(out));
        if self.dice.chance(90) {
            return element;
        }
        let name = constant(NUMBERS + u32::try_from(self.dice.below(TEXTS as usize)).unwrap());
        self.add(Node::Field { value: element, name })
    }

    pub(crate) fn text(&mut self, depth: usize) -> NodeId {
        if self.around > 0 && self.dice.chance(60) {
            return self.element();
        }
        let node = match self.dice.below(6) {
            0 | 1 => Node::Constant(constant(
                NUMBERS + u32::try_from(self.dice.below(TEXTS as usize)).unwrap(),
            )),
            2 if depth > 0 => Node::Lower(self.text(depth - 1)),
            3 if depth > 0 => Node::Else {
                value: self.text(0),
                fallback: self.text(depth - 1),
            },
            _ => {
                return self.load(|ty| matches!(ty, Type::Text | Type::Enum(_) | Type::Union(_) | Type::Any));
            }
        };
        self.add(node)
    }

    pub(crate) fn number(&mut self, depth: usize) -> NodeId {
        let node = match self.dice.below(9) {
            7 | 8 => match self.track(|_| true) {
                Some((track, key)) => Node::Tracked { track, key },
                None => Node::Constant(constant(0)),
            },
            0 | 1 => Node::Constant(constant(
                u32::try_from(self.dice.below(NUMBERS as usize)).unwrap(),
            )),
            2 if depth > 0 => {
                let op = *self.dice.pick(ARITHMETIC);
                Node::Arithmetic {
                    op,
                    left: self.number(depth - 1),
                    right: self.number(depth - 1),
                }
            }
            3 => Node::Size(if self.dice.chance(50) {
                self.text(0)
            } else {
                self.list()
            }),
            _ => {
                return self
                    .load(|ty| matches!(ty, Type::Integer | Type::Decimal | Type::Union(_) | Type::Any));
            }
        };
        self.add(node)
    }

    fn truth(&mut self) -> NodeId {
        if self.dice.chance(10) {
            let truth = u32::from(self.dice.chance(50));
            return self.add(Node::Constant(constant(NUMBERS + TEXTS + truth)));
        }
        self.load(|ty| matches!(ty, Type::Bool | Type::Any))
    }

    fn list(&mut self) -> NodeId {
        self.load(|ty| matches!(ty, Type::List(_)))
    }

    fn any_value(&mut self) -> NodeId {
        let path = self.any_path();
        self.add(Node::Load(path))
    }

    fn any_path(&mut self) -> PathId {
        let paths = self.paths(|_| true);
        *self.dice.pick(&paths)
    }

    fn load(&mut self, fits: fn(&Type) -> bool) -> NodeId {
        let paths = self.paths(fits);
        let path = *self.dice.pick(&paths);
        self.add(Node::Load(path))
    }

    /// What rules of this tool may read, of a type.
    fn paths(&self, fits: fn(&Type) -> bool) -> Vec<PathId> {
        let tool = self.bundle.tool(self.tool).unwrap();
        let mut paths = Vec::new();
        for (id, (names, ty)) in (0..).zip(arguments()) {
            let is_known = tool.schema.arguments.field(names.first().unwrap()).is_some();
            if is_known && fits(&ty) {
                paths.push(PathId(id));
            }
        }
        for id in FIRST_ATTRIBUTE..FIRST_CALLER {
            if let Some(Path::Attribute { resource, attribute }) = self.bundle.path(PathId(id)) {
                let declared = self.bundle.resources.get(resource.index()).unwrap();
                let ty = &declared.attributes.get(*attribute as usize).unwrap().ty;
                let is_bound = tool.bindings.iter().any(|binding| binding.resource == *resource);
                if is_bound && fits(ty) {
                    paths.push(PathId(id));
                }
            }
        }
        let caller = [
            Type::Text,
            Type::List(Box::new(Type::Text)),
            Type::Text,
            Type::Integer,
        ];
        for (id, ty) in (FIRST_CALLER..).zip(caller) {
            if fits(&ty) {
                paths.push(PathId(id));
            }
        }
        // Every tool may read nothing of a type; then its answer is unknown at run time.
        if paths.is_empty() {
            paths.push(PathId(0));
        }
        paths
    }

    /// An attribute of a resource that the tool does not name.
    fn unbound(&mut self) -> Option<PathId> {
        let tool = self.bundle.tool(self.tool).unwrap();
        let unbound: Vec<PathId> = (FIRST_ATTRIBUTE..FIRST_CALLER)
            .map(PathId)
            .filter(|path| match self.bundle.path(*path) {
                Some(Path::Attribute { resource, .. }) => {
                    tool.bindings.iter().all(|binding| binding.resource != *resource)
                }
                _ => false,
            })
            .collect();
        (!unbound.is_empty()).then(|| *self.dice.pick(&unbound))
    }
}
