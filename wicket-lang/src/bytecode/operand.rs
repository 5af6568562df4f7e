//! What stands behind an opcode: how each kind of operand is written, read, shown and bounded.

mod exact;

use super::bytes::{ReadError, Reader, write_number};
use crate::calendar;
use crate::ir::{Bundle, Constant, ConstantId, PathId, PatternId, ScheduleId, SetId, TrackId};
use crate::value::{Kind, Pattern};

/// A place in which a program keeps the truth of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub u32);

/// How many instructions are jumped over; at least one. It counts instructions, not bytes, so there is no target
/// inside of one, and it cannot point back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Skip(pub u32);

/// How many of the instructions behind a quantifier are its body; at least one. They leave one truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Body(pub u32);

/// Which body's element is meant: the nearest is 0, the one around that 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Out(pub u32);

/// The kinds of operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OperandKind {
    Constant,
    Path,
    Set,
    Pattern,
    Schedule,
    Track,
    Kind,
    Reading,
    Zone,
    Exact,
    Fold,
    Slot,
    Skip,
    Body,
    Out,
}

impl OperandKind {
    pub const ALL: &'static [Self] = &[
        Self::Constant,
        Self::Path,
        Self::Set,
        Self::Pattern,
        Self::Schedule,
        Self::Track,
        Self::Kind,
        Self::Reading,
        Self::Zone,
        Self::Exact,
        Self::Fold,
        Self::Slot,
        Self::Skip,
        Self::Body,
        Self::Out,
    ];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Path => "path",
            Self::Set => "set",
            Self::Pattern => "pattern",
            Self::Schedule => "schedule",
            Self::Track => "track",
            Self::Kind => "kind",
            Self::Reading => "reading",
            Self::Zone => "zone",
            Self::Exact => "exact",
            Self::Fold => "fold",
            Self::Slot => "slot",
            Self::Skip => "skip",
            Self::Body => "body",
            Self::Out => "out",
        }
    }

    /// For the reference.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Constant => "a place in the table of constants",
            Self::Path => "a place in the table of paths",
            Self::Set => "a place in the table of sets",
            Self::Pattern => "a place in the table of patterns",
            Self::Schedule => "a place in the calendar's table of schedules",
            Self::Track => "a place in the table of tracks",
            Self::Kind => {
                "the kind that is asked for: 0 bool, 1 integer, 2 decimal, 3 string, 4 list, 5 record"
            }
            Self::Reading => {
                "what is read: 0 instant, 1 duration, 2 path, 3 scheme, 4 host, 5 port, 6 path of a url, 7 address"
            }
            Self::Zone => "a place in the calendar's table of zones",
            Self::Exact => "what a text says: 0 an instant, 1 a date, 2 a duration, 3 an address",
            Self::Fold => "1 where the connector says that case does not matter, otherwise 0",
            Self::Slot => "a slot of the program",
            Self::Body => "how many of the following instructions are run for each element, at least 1",
            Self::Out => "how many bodies further out: 0 is the nearest",
            Self::Skip => "how many of the following instructions are jumped over, at least 1",
        }
    }
}

pub(super) trait Operand: Copy {
    const KIND: OperandKind;

    fn number(self) -> u32;

    fn from_number(number: u32) -> Option<Self>;

    /// Whether what it refers to is in the tables of the bundle.
    fn is_valid(self, _: &Bundle) -> bool {
        true
    }

    /// As the disassembler prints it; empty where nothing is to be said.
    fn show(self, bundle: &Bundle) -> String;

    fn write(self, bytes: &mut Vec<u8>) {
        write_number(bytes, self.number());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, ReadError> {
        let number = reader.number()?;
        Self::from_number(number).ok_or(ReadError::Operand(number))
    }
}

impl Operand for ConstantId {
    const KIND: OperandKind = OperandKind::Constant;

    fn number(self) -> u32 {
        self.0
    }

    fn from_number(number: u32) -> Option<Self> {
        Some(Self(number))
    }

    fn is_valid(self, bundle: &Bundle) -> bool {
        self.index() < bundle.constants.len()
    }

    fn show(self, bundle: &Bundle) -> String {
        match bundle.constants.get(self.index()) {
            None => "?".to_owned(),
            Some(Constant::Bool(value)) => value.to_string(),
            Some(Constant::Number(value)) => value.to_string(),
            Some(Constant::Text(value)) => format!("{value:?}"),
            Some(Constant::Instant(value)) => value.to_string(),
            Some(Constant::Duration(value)) => value.to_string(),
            Some(Constant::Network(value)) => value.to_string(),
        }
    }
}

impl Operand for PathId {
    const KIND: OperandKind = OperandKind::Path;

    fn number(self) -> u32 {
        self.0
    }

    fn from_number(number: u32) -> Option<Self> {
        Some(Self(number))
    }

    fn is_valid(self, bundle: &Bundle) -> bool {
        self.index() < bundle.paths.len()
    }

    fn show(self, bundle: &Bundle) -> String {
        bundle.path_name(self)
    }
}

impl Operand for SetId {
    const KIND: OperandKind = OperandKind::Set;

    fn number(self) -> u32 {
        self.0
    }

    fn from_number(number: u32) -> Option<Self> {
        Some(Self(number))
    }

    fn is_valid(self, bundle: &Bundle) -> bool {
        self.index() < bundle.sets.len()
    }

    fn show(self, bundle: &Bundle) -> String {
        let set = bundle.sets.get(self.index());
        match set.and_then(|set| set.name.as_deref()) {
            Some(name) => name.to_owned(),
            None => format!("set {} of {}", self.0, set.map_or(0, |set| set.elements.len())),
        }
    }
}

impl Operand for PatternId {
    const KIND: OperandKind = OperandKind::Pattern;

    fn number(self) -> u32 {
        self.0
    }

    fn from_number(number: u32) -> Option<Self> {
        Some(Self(number))
    }

    fn is_valid(self, bundle: &Bundle) -> bool {
        bundle.patterns.get(self).is_some()
    }

    fn show(self, bundle: &Bundle) -> String {
        match bundle.patterns.get(self).map(Pattern::text) {
            None => "?".to_owned(),
            Some(text) if text.whole => format!("/{}/", text.source),
            Some(text) => format!("anywhere /{}/", text.source),
        }
    }
}

impl Operand for ScheduleId {
    const KIND: OperandKind = OperandKind::Schedule;

    fn number(self) -> u32 {
        self.0
    }

    fn from_number(number: u32) -> Option<Self> {
        Some(Self(number))
    }

    fn is_valid(self, bundle: &Bundle) -> bool {
        bundle.calendar.schedule(self).is_some()
    }

    fn show(self, bundle: &Bundle) -> String {
        let schedule = bundle.calendar.schedule(self);
        match schedule.and_then(|schedule| schedule.name.as_deref()) {
            Some(name) => name.to_owned(),
            None => format!("{{{}}}", calendar::describe(&bundle.calendar, self)),
        }
    }
}

impl Operand for TrackId {
    const KIND: OperandKind = OperandKind::Track;

    fn number(self) -> u32 {
        self.0
    }

    fn from_number(number: u32) -> Option<Self> {
        Some(Self(number))
    }

    fn is_valid(self, bundle: &Bundle) -> bool {
        bundle.track(self).is_some()
    }

    fn show(self, bundle: &Bundle) -> String {
        bundle
            .track(self)
            .map_or_else(String::new, |track| track.name.clone())
    }
}

impl Operand for Kind {
    const KIND: OperandKind = OperandKind::Kind;

    fn number(self) -> u32 {
        match self {
            Self::Bool => 0,
            Self::Integer => 1,
            Self::Decimal => 2,
            Self::Text => 3,
            Self::List => 4,
            Self::Record => 5,
        }
    }

    fn from_number(number: u32) -> Option<Self> {
        match number {
            0 => Some(Self::Bool),
            1 => Some(Self::Integer),
            2 => Some(Self::Decimal),
            3 => Some(Self::Text),
            4 => Some(Self::List),
            5 => Some(Self::Record),
            _ => None,
        }
    }

    fn show(self, _: &Bundle) -> String {
        self.name().to_owned()
    }
}

impl Operand for bool {
    const KIND: OperandKind = OperandKind::Fold;

    fn number(self) -> u32 {
        u32::from(self)
    }

    fn from_number(number: u32) -> Option<Self> {
        match number {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn show(self, _: &Bundle) -> String {
        if self { "ignoring case" } else { "" }.to_owned()
    }
}

impl Operand for Slot {
    const KIND: OperandKind = OperandKind::Slot;

    fn number(self) -> u32 {
        self.0
    }

    fn from_number(number: u32) -> Option<Self> {
        Some(Self(number))
    }

    fn show(self, _: &Bundle) -> String {
        format!("${}", self.0)
    }
}

impl Operand for Skip {
    const KIND: OperandKind = OperandKind::Skip;

    fn number(self) -> u32 {
        self.0
    }

    fn from_number(number: u32) -> Option<Self> {
        (number > 0).then_some(Self(number))
    }

    fn show(self, _: &Bundle) -> String {
        format!("+{}", self.0)
    }
}

impl Operand for Body {
    const KIND: OperandKind = OperandKind::Body;

    fn number(self) -> u32 {
        self.0
    }

    fn from_number(number: u32) -> Option<Self> {
        (number > 0).then_some(Self(number))
    }

    fn show(self, _: &Bundle) -> String {
        format!("({})", self.0)
    }
}

impl Operand for Out {
    const KIND: OperandKind = OperandKind::Out;

    fn number(self) -> u32 {
        self.0
    }

    fn from_number(number: u32) -> Option<Self> {
        Some(Self(number))
    }

    fn show(self, _: &Bundle) -> String {
        format!("^{}", self.0)
    }
}
