//! The table of opcodes: byte, mnemonic, operands, what is taken from the stacks and what is left there, meaning.
//!
//! Everything that has to know the instructions as a whole is made from this one table: the type [`Instruction`],
//! writing and reading it, printing, verification and the reference page. Only what an instruction *does* is
//! elsewhere, in `vm/run.rs`. A byte is never given another meaning; a new opcode gets a new byte and the format
//! another version.

use super::bytes::{ReadError, Reader};
use super::operand::{Body, Operand, OperandKind, Out, Skip, Slot};
use crate::ir::{Bundle, ConstantId, PathId, PatternId, ScheduleId, SetId, TrackId, ZoneId};
use crate::types::Exact;
use crate::value::{Kind, Reading};

/// The two sorts of what a program computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    Value,
    Truth,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Opcode {
    pub byte: u8,
    pub mnemonic: &'static str,
    /// Name and kind of each operand, in order.
    pub operands: &'static [(&'static str, OperandKind)],
    /// What it takes, the topmost last.
    pub takes: &'static [Sort],
    /// What it leaves.
    pub leaves: &'static [Sort],
    pub meaning: &'static str,
}

macro_rules! opcodes {
    ($(
        $byte:literal $name:ident $mnemonic:literal { $($operand:ident: $kind:ident),* }
        ($($takes:ident)*) -> ($($leaves:ident)*) $meaning:literal
    )*) => {
        /// One step of a program.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Instruction {
            $( #[doc = $meaning] $name { $($operand: $kind),* }, )*
        }

        /// Every opcode, in the order of its byte.
        pub const TABLE: &[Opcode] = &[$(
            Opcode {
                byte: $byte,
                mnemonic: $mnemonic,
                operands: &[$((stringify!($operand), <$kind as Operand>::KIND)),*],
                takes: &[$(Sort::$takes),*],
                leaves: &[$(Sort::$leaves),*],
                meaning: $meaning,
            },
        )*];

        impl Instruction {
            #[must_use]
            pub fn mnemonic(self) -> &'static str {
                match self { $( Self::$name { .. } => $mnemonic, )* }
            }

            /// What it takes from the stacks and what it leaves there.
            #[must_use]
            pub fn effect(self) -> (&'static [Sort], &'static [Sort]) {
                match self {
                    $( Self::$name { .. } => (const { &[$(Sort::$takes),*] }, const { &[$(Sort::$leaves),*] }), )*
                }
            }

            pub(super) fn write(self, bytes: &mut Vec<u8>) {
                match self {
                    $( Self::$name { $($operand),* } => {
                        bytes.push($byte);
                        $( $operand.write(bytes); )*
                    } )*
                }
            }

            pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, ReadError> {
                match reader.byte()? {
                    $( $byte => Ok(Self::$name { $($operand: Operand::read(reader)?),* }), )*
                    other => Err(ReadError::Opcode(other)),
                }
            }

            /// Whether what its operands refer to is in the tables; slots and jumps are the verifier's to follow.
            pub(super) fn is_valid(self, bundle: &Bundle) -> bool {
                match self {
                    $( Self::$name { $($operand),* } => [true, $( $operand.is_valid(bundle) ),*].iter().all(|valid| *valid), )*
                }
            }

            /// Its operands as the disassembler prints them.
            pub(super) fn show_operands(self, bundle: &Bundle) -> Vec<String> {
                match self {
                    $( Self::$name { $($operand),* } => vec![$( $operand.show(bundle) ),*], )*
                }
            }
        }
    };
}

impl Instruction {
    /// How much of what follows it runs for each element, where it is a quantifier.
    pub(crate) fn body(self) -> Option<Body> {
        let (Self::AnyElement { body }
        | Self::AllElements { body }
        | Self::AnyMember { body, .. }
        | Self::AllMembers { body, .. }
        | Self::AnyText { body }
        | Self::AllTexts { body }
        | Self::AnyTracked { body, .. }
        | Self::AllTracked { body, .. }
        | Self::AnyTrackedBy { body, .. }
        | Self::AllTrackedBy { body, .. }) = self
        else {
            return None;
        };
        Some(body)
    }
}

opcodes! {
    0x01 Constant "constant" { constant: ConstantId } () -> (Value)
        "Pushes a constant."
    0x02 Load "load" { path: PathId } () -> (Value)
        "Pushes the value at a path, or why it is missing."
    0x03 Lower "lower" {} (Value) -> (Value)
        "Turns the ASCII letters of a text to lower case."
    0x04 Size "size" {} (Value) -> (Value)
        "The characters of a text, or the elements of a list."
    0x05 Add "add" {} (Value Value) -> (Value)
        "The exact sum."
    0x06 Subtract "subtract" {} (Value Value) -> (Value)
        "The exact difference."
    0x07 Multiply "multiply" {} (Value Value) -> (Value)
        "The exact product."
    0x08 Else "else" {} (Value Value) -> (Value)
        "The lower of the two entries, or the upper one where the lower is known to be absent."
    0x09 Tracked "tracked" { track: TrackId } () -> (Value)
        "What a track has counted, or the size of its set."
    0x0a TrackedBy "tracked_by" { track: TrackId } (Value) -> (Value)
        "The same under a key."
    0x0b Now "now" {} () -> (Value)
        "Pushes the instant of the call."
    0x0c Read "read" { reading: Reading } (Value) -> (Value)
        "What a text means: an instant, a path, an address."
    0x0d Date "date" { zone: ZoneId } (Value) -> (Value)
        "The first instant of the date that a text says."
    0x10 True "true" {} () -> (Truth)
        "Pushes true."
    0x11 False "false" {} () -> (Truth)
        "Pushes false."
    0x12 Unknown "unknown" {} () -> (Truth)
        "Pushes unknown: the tool does not name what is asked about."
    0x13 IsTrue "is_true" {} (Value) -> (Truth)
        "Takes a truth value as a condition."
    0x14 Equal "equal" { fold: bool } (Value Value) -> (Truth)
        "Whether two values are equal."
    0x15 NotEqual "not_equal" { fold: bool } (Value Value) -> (Truth)
        "Whether two values differ."
    0x16 Less "less" {} (Value Value) -> (Truth)
        "Whether the lower of the two entries is less than the upper."
    0x17 LessEqual "less_equal" {} (Value Value) -> (Truth)
        "The same for less or equal."
    0x18 Greater "greater" {} (Value Value) -> (Truth)
        "The same for greater."
    0x19 GreaterEqual "greater_equal" {} (Value Value) -> (Truth)
        "The same for greater or equal."
    0x1a InSet "in_set" { set: SetId, fold: bool } (Value) -> (Truth)
        "Whether a value is an element of a set."
    0x1b InList "in_list" { fold: bool } (Value Value) -> (Truth)
        "Whether a value is an element of the list above it."
    0x1c StartsWith "starts_with" { fold: bool } (Value Value) -> (Truth)
        "Whether a text starts with the one above it."
    0x1d EndsWith "ends_with" { fold: bool } (Value Value) -> (Truth)
        "Whether a text ends with the one above it."
    0x1e Contains "contains" { fold: bool } (Value Value) -> (Truth)
        "Whether a text contains the one above it."
    0x1f Like "like" { fold: bool } (Value Value) -> (Truth)
        "Whether the glob above it takes the whole text."
    0x20 InSchedule "in_schedule" { schedule: ScheduleId } () -> (Truth)
        "Whether a schedule is open now."
    0x21 Has "has" { path: PathId } () -> (Truth)
        "Whether there is a value at a path."
    0x22 IsKind "is_kind" { kind: Kind } (Value) -> (Truth)
        "Whether a value is of a kind."
    0x23 Matches "matches" { pattern: PatternId } (Value) -> (Truth)
        "Whether a text fits a pattern."
    0x24 InTrack "in_track" { track: TrackId, fold: bool } (Value) -> (Truth)
        "Whether a value is in the set that a track keeps."
    0x25 InTrackBy "in_track_by" { track: TrackId, fold: bool } (Value Value) -> (Truth)
        "The same under the key above it."
    0x26 Under "under" { fold: bool } (Value Value) -> (Truth)
        "Whether a path is the folder above it or lies below that."
    0x30 Not "not" {} (Truth) -> (Truth)
        "The opposite; unknown and pending stay what they are."
    0x31 And "and" {} (Truth Truth) -> (Truth)
        "Both."
    0x32 Or "or" {} (Truth Truth) -> (Truth)
        "At least one."
    0x38 SkipIfFalse "skip_if_false" { skip: Skip } (Truth) -> (Truth)
        "Jumps forward where the topmost truth is false, and leaves it there."
    0x39 SkipIfTrue "skip_if_true" { skip: Skip } (Truth) -> (Truth)
        "Jumps forward where the topmost truth is true, and leaves it there."
    0x40 Keep "keep" {} (Truth) -> ()
        "Keeps a truth in the next slot: the first one in slot 0. No jump leads over it."
    0x41 Recall "recall" { slot: Slot } () -> (Truth)
        "Pushes the truth that a slot keeps."
    0x42 Report "report" {} (Truth) -> ()
        "Reports a truth as the finding of the tool's next rule. No jump leads over it."
    0x50 AnyElement "any_element" { body: Body } (Value) -> (Truth)
        "Runs its body for each element of a list, and says whether it holds for at least one."
    0x51 AllElements "all_elements" { body: Body } (Value) -> (Truth)
        "The same for every element."
    0x52 AnyMember "any_member" { set: SetId, body: Body } () -> (Truth)
        "Runs its body for each element of a set, and says whether it holds for at least one."
    0x53 AllMembers "all_members" { set: SetId, body: Body } () -> (Truth)
        "The same for every element."
    0x54 AnyText "any_text" { body: Body } (Value) -> (Truth)
        "Runs its body for each text in a record, at any depth, and says whether it holds for at least one."
    0x55 AllTexts "all_texts" { body: Body } (Value) -> (Truth)
        "The same for every text."
    0x56 Element "element" { out: Out } () -> (Value)
        "Pushes the element that a body around it is run for."
    0x57 Field "field" { name: ConstantId } (Value) -> (Value)
        "What stands under a name of a record."
    0x58 HasValue "has_value" {} (Value) -> (Truth)
        "Whether there is a value."
    0x70 InScheduleOf "in_schedule_of" { schedule: ScheduleId } (Value) -> (Truth)
        "Whether a schedule is open now, in the zone that a text names."
    0x71 IsWritten "is_written" { exact: Exact } (Value) -> (Truth)
        "Whether a value is a text that is exactly a date, an instant, a length of time."
    0x72 Moment "moment" { zone: ZoneId } (Value) -> (Value)
        "The instant that a text says, or the first one of the date that it says."
    0x80 AnyTracked "any_tracked" { track: TrackId, body: Body } () -> (Truth)
        "Runs its body for each element of the set that a track keeps, and says whether it holds for at least one."
    0x81 AllTracked "all_tracked" { track: TrackId, body: Body } () -> (Truth)
        "The same for every element."
    0x82 AnyTrackedBy "any_tracked_by" { track: TrackId, body: Body } (Value) -> (Truth)
        "Runs its body for each element of the set that a track keeps under a key, and says whether it holds for at least one."
    0x83 AllTrackedBy "all_tracked_by" { track: TrackId, body: Body } (Value) -> (Truth)
        "The same for every element."
}
