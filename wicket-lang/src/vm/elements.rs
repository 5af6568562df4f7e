//! Quantifiers: the one part of a program that runs more than once.

use super::run::{Machine, Trace, steps};
use crate::bytecode::Instruction;
use crate::request::{Elements, Environment};
use crate::value::Truth;

/// Runs the body of the quantifier at `at`, which ends before `end`, for each element until one decides.
pub(super) fn quantify<'a>(
    machine: &mut Machine<'a>,
    (code, at, end): (&[Instruction], usize, usize),
    quantifier: Instruction,
    env: &Environment<'a>,
    watch: &mut impl Trace,
) -> Truth {
    let is_any = matches!(
        quantifier,
        Instruction::AnyElement { .. }
            | Instruction::AnyMember { .. }
            | Instruction::AnyText { .. }
            | Instruction::AnyTracked { .. }
            | Instruction::AnyTrackedBy { .. }
    );
    let elements = match elements(machine, quantifier, env) {
        Ok(elements) => elements,
        Err(truth) => return truth,
    };
    let mut truth = Truth::from(!is_any);
    for (place, element) in elements.iter().enumerate() {
        machine.elements.push(element);
        steps(machine, (code, at + 1..end), env, watch, &mut |_| {});
        machine.elements.pop();
        let found = elements.weighed(place, is_any, machine.truth());
        truth = if is_any { truth.or(found) } else { truth.and(found) };
        if truth == Truth::from(is_any) {
            break;
        }
    }
    elements.concluded(is_any, truth)
}

fn elements<'a>(
    machine: &mut Machine<'a>,
    quantifier: Instruction,
    env: &Environment<'a>,
) -> Result<Elements<'a>, Truth> {
    if let Instruction::AnyMember { set, .. } | Instruction::AllMembers { set, .. } = quantifier {
        env.members(set)
    } else if let Instruction::AnyText { .. } | Instruction::AllTexts { .. } = quantifier {
        Elements::texts(&machine.value())
    } else if let Instruction::AnyTracked { track, .. } | Instruction::AllTracked { track, .. } = quantifier {
        env.tracked_members(track, None)
    } else if let Instruction::AnyTrackedBy { track, .. } | Instruction::AllTrackedBy { track, .. } =
        quantifier
    {
        env.tracked_members(track, Some(&machine.value()))
    } else {
        Elements::of(machine.value())
    }
}
