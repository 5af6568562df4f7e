//! The loop.
//!
//! Programs are verified when they are loaded, so nothing is checked here; where Rust asks for an answer all the same
//! (an empty stack, a slot that is not there) it is *unknown*, which never helps the caller.

use std::ops::Range;

use super::elements::quantify;
use super::stack::Stack;
use crate::bytecode::{Instruction, Out, Program};
use crate::ir::TrackId;
use crate::request::Environment;
use crate::value::{self, ArithmeticOp, CompareOp, Missing, TextOp, Truth, Value};

/// Watches a run. What it does not ask for is not computed.
pub trait Trace {
    /// The instruction at `at` came to this truth; for a skip, only where it was taken.
    fn truth(&mut self, at: usize, truth: Truth);

    /// The instruction at `at` read this value.
    fn value(&mut self, at: usize, value: &Value<'_>);

    /// One more instruction was run.
    fn step(&mut self);
}

/// Watches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Trace for Silent {
    fn truth(&mut self, _: usize, _: Truth) {}

    fn value(&mut self, _: usize, _: &Value<'_>) {}

    fn step(&mut self) {}
}

/// A truth on a stack; one that is missing is unknown.
#[derive(Clone, Copy, Debug)]
struct Held(Truth);

impl Default for Held {
    fn default() -> Self {
        Self(Truth::Unknown)
    }
}

/// A value on a stack; one that is missing is unknown.
#[derive(Debug)]
struct Operand<'a>(Value<'a>);

impl Default for Operand<'_> {
    fn default() -> Self {
        Self(Value::Missing(Missing::Unknown))
    }
}

pub(super) struct Machine<'a> {
    values: Stack<Operand<'a>, 4>,
    truths: Stack<Held, 8>,
    slots: Stack<Held, 16>,
    /// What the bodies that are running are run for, the innermost last.
    pub(super) elements: Vec<Value<'a>>,
}

impl<'a> Machine<'a> {
    pub(super) fn truth(&mut self) -> Truth {
        self.truths.pop().0
    }

    fn element(&self, Out(out): Out) -> Value<'a> {
        let element = self.elements.iter().rev().nth(out as usize);
        element.cloned().unwrap_or(Value::Missing(Missing::Unknown))
    }

    pub(super) fn value(&mut self) -> Value<'a> {
        self.values.pop().0
    }

    /// The two topmost values, the lower one first.
    fn pair(&mut self) -> (Value<'a>, Value<'a>) {
        let right = self.value();
        (self.value(), right)
    }

    fn compare(&mut self, op: CompareOp, fold: bool) -> Truth {
        let (left, right) = self.pair();
        value::compare(op, &left, &right, fold)
    }

    fn text_test(&mut self, op: TextOp, fold: bool) -> Truth {
        let (text, pattern) = self.pair();
        value::text_test(op, &text, &pattern, fold)
    }

    /// Whether the topmost value, or with a key the one below it, is in the set of a track.
    fn in_track(&mut self, env: &Environment<'a>, track: TrackId, keyed: bool, fold: bool) -> Truth {
        let key = keyed.then(|| self.value());
        env.in_track(&self.value(), track, key.as_ref(), fold)
    }

    fn arithmetic(&mut self, op: ArithmeticOp) -> Value<'a> {
        let (left, right) = self.pair();
        value::arithmetic(op, &left, &right)
    }

    fn top(&self) -> Truth {
        self.truths.top().copied().unwrap_or_default().0
    }
}

/// What an instruction comes to.
enum Outcome<'a> {
    Value(Value<'a>),
    Truth(Truth),
    Nothing,
}

/// Runs a program. `report` is called for each rule, in order.
pub(super) fn run<'a>(
    program: &Program,
    env: &Environment<'a>,
    watch: &mut impl Trace,
    mut report: impl FnMut(Truth),
) {
    let mut machine: Machine<'a> = Machine {
        values: Stack::new(),
        truths: Stack::new(),
        slots: Stack::new(),
        elements: Vec::new(),
    };
    let code = program.code();
    steps(&mut machine, (code, 0..code.len()), env, watch, &mut report);
}

/// Runs a part of the code, and what it leads to within the part.
#[expect(clippy::too_many_lines, reason = "one arm for each instruction")]
pub(super) fn steps<'a>(
    machine: &mut Machine<'a>,
    (code, part): (&[Instruction], Range<usize>),
    env: &Environment<'a>,
    watch: &mut impl Trace,
    report: &mut dyn FnMut(Truth),
) {
    let mut at = part.start;
    while let Some(instruction) = code.get(at).filter(|_| at < part.end) {
        watch.step();
        let mut next = at + 1;
        let outcome = match *instruction {
            Instruction::Constant { constant } => Outcome::Value(env.constant(constant)),
            Instruction::Load { path } => {
                let value = env.load(path);
                watch.value(at, &value);
                Outcome::Value(value)
            }
            Instruction::Now {} => Outcome::Value(env.now()),
            Instruction::Read { reading } => Outcome::Value(value::read(reading, &machine.value())),
            Instruction::Date { zone } => Outcome::Value(env.first_instant(&machine.value(), zone)),
            Instruction::Lower {} => Outcome::Value(value::lower(&machine.value())),
            Instruction::Size {} => Outcome::Value(value::size(&machine.value())),
            Instruction::Else {} => {
                let fallback = machine.value();
                Outcome::Value(value::or_else(machine.value(), || fallback))
            }
            Instruction::Add {} => Outcome::Value(machine.arithmetic(ArithmeticOp::Add)),
            Instruction::Subtract {} => Outcome::Value(machine.arithmetic(ArithmeticOp::Subtract)),
            Instruction::Multiply {} => Outcome::Value(machine.arithmetic(ArithmeticOp::Multiply)),
            Instruction::True {} => Outcome::Truth(Truth::True),
            Instruction::False {} => Outcome::Truth(Truth::False),
            Instruction::Unknown {} => Outcome::Truth(Truth::Unknown),
            Instruction::IsTrue {} => Outcome::Truth(value::as_condition(&machine.value())),
            Instruction::Equal { fold } => Outcome::Truth(machine.compare(CompareOp::Equal, fold)),
            Instruction::NotEqual { fold } => Outcome::Truth(machine.compare(CompareOp::NotEqual, fold)),
            Instruction::Less {} => Outcome::Truth(machine.compare(CompareOp::Less, false)),
            Instruction::LessEqual {} => Outcome::Truth(machine.compare(CompareOp::LessEqual, false)),
            Instruction::Greater {} => Outcome::Truth(machine.compare(CompareOp::Greater, false)),
            Instruction::GreaterEqual {} => Outcome::Truth(machine.compare(CompareOp::GreaterEqual, false)),
            Instruction::InSet { set, fold } => Outcome::Truth(env.in_set(&machine.value(), set, fold)),
            Instruction::InList { fold } => {
                let (value, list) = machine.pair();
                Outcome::Truth(value::is_in_list(&value, &list, fold))
            }
            Instruction::Tracked { track } => Outcome::Value(env.tracked(track, None)),
            Instruction::TrackedBy { track } => Outcome::Value(env.tracked(track, Some(&machine.value()))),
            Instruction::InTrack { track, fold } => Outcome::Truth(machine.in_track(env, track, false, fold)),
            Instruction::InTrackBy { track, fold } => {
                Outcome::Truth(machine.in_track(env, track, true, fold))
            }
            Instruction::StartsWith { fold } => Outcome::Truth(machine.text_test(TextOp::StartsWith, fold)),
            Instruction::EndsWith { fold } => Outcome::Truth(machine.text_test(TextOp::EndsWith, fold)),
            Instruction::Contains { fold } => Outcome::Truth(machine.text_test(TextOp::Contains, fold)),
            Instruction::Like { fold } => Outcome::Truth(machine.text_test(TextOp::Like, fold)),
            Instruction::Under { fold } => Outcome::Truth(machine.text_test(TextOp::Under, fold)),
            Instruction::Matches { pattern } => Outcome::Truth(env.fits(&machine.value(), pattern)),
            Instruction::InSchedule { schedule } => Outcome::Truth(env.in_schedule(schedule)),
            Instruction::IsWritten { exact } => Outcome::Truth(exact.test(&machine.value())),
            Instruction::Moment { zone } => Outcome::Value(env.moment(&machine.value(), zone)),
            Instruction::InScheduleOf { schedule } => {
                Outcome::Truth(env.in_schedule_of(schedule, &machine.value()))
            }
            Instruction::Has { path } => {
                let value = env.load(path);
                watch.value(at, &value);
                Outcome::Truth(value::has(&value))
            }
            Instruction::IsKind { kind } => Outcome::Truth(value::is_type(&machine.value(), kind)),
            Instruction::Not {} => Outcome::Truth(machine.truth().not()),
            Instruction::And {} => Outcome::Truth(machine.truth().and(machine.truth())),
            Instruction::Or {} => Outcome::Truth(machine.truth().or(machine.truth())),
            Instruction::SkipIfFalse { skip } => {
                if machine.top().is_false() {
                    watch.truth(at, Truth::False);
                    next += skip.0 as usize;
                }
                Outcome::Nothing
            }
            Instruction::SkipIfTrue { skip } => {
                if machine.top().is_true() {
                    watch.truth(at, Truth::True);
                    next += skip.0 as usize;
                }
                Outcome::Nothing
            }
            Instruction::Keep {} => {
                let kept = machine.truths.pop();
                machine.slots.push(kept);
                Outcome::Nothing
            }
            Instruction::Recall { slot } => {
                let kept = machine.slots.get(slot.0 as usize).copied().unwrap_or_default();
                Outcome::Truth(kept.0)
            }
            Instruction::AnyElement { body }
            | Instruction::AllElements { body }
            | Instruction::AnyMember { body, .. }
            | Instruction::AllMembers { body, .. }
            | Instruction::AnyText { body }
            | Instruction::AllTexts { body }
            | Instruction::AnyTracked { body, .. }
            | Instruction::AllTracked { body, .. }
            | Instruction::AnyTrackedBy { body, .. }
            | Instruction::AllTrackedBy { body, .. } => {
                next += body.0 as usize;
                Outcome::Truth(quantify(machine, (code, at, next), *instruction, env, watch))
            }
            Instruction::Element { out } => Outcome::Value(machine.element(out)),
            Instruction::Field { name } => Outcome::Value(env.field(&machine.value(), name)),
            Instruction::HasValue {} => Outcome::Truth(value::has(&machine.value())),
            Instruction::Report {} => {
                report(machine.truth());
                Outcome::Nothing
            }
        };
        match outcome {
            Outcome::Value(value) => machine.values.push(Operand(value)),
            Outcome::Truth(truth) => {
                watch.truth(at, truth);
                machine.truths.push(Held(truth));
            }
            Outcome::Nothing => {}
        }
        at = next;
    }
}
