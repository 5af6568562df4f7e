//! Proves of programs that they cannot go wrong, once, when they are loaded.
//!
//! One pass in the order of the instructions is enough, because nothing jumps back. For each instruction the depth of
//! both stacks must be the same on every way to it. What may not be left out (keeping a slot, reporting a rule) must
//! stand where no jump leads over it; so a slot that was kept before is kept on every way, and every rule is reported
//! exactly once.
//!
//! The body of a quantifier is a part with borders: no jump leads into it or out of it, it takes nothing from the stacks
//! that was there before, it leaves one truth, and it keeps and reports nothing. As it leaves what the quantifier
//! leaves, the same pass goes through it.

use thiserror::Error;

use super::{Body, Instruction, MAX_COST, MAX_STACK, Out, Program, Programs, Skip, Slot, Sort};
use crate::ir::{Bundle, ToolId};

/// Why programs are refused. Places are numbers of a program and of an instruction in it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VerifyError {
    #[error("{programs} tools have programs, and the bundle has {tools} tools")]
    Tools { programs: usize, tools: usize },
    #[error("no tool runs program {program}")]
    Unused { program: usize },
    #[error("program {program} takes more than {MAX_COST} steps")]
    TooCostly { program: usize },
    #[error("program {program}, instruction {at}: an operand refers to nothing")]
    Operand { program: usize, at: usize },
    #[error("program {program}, instruction {at}: a stack is empty or too full")]
    Stack { program: usize, at: usize },
    #[error("program {program}, instruction {at}: two ways lead here with stacks of different depth")]
    Join { program: usize, at: usize },
    #[error("program {program}, instruction {at}: jumps over the end")]
    Jump { program: usize, at: usize },
    #[error("program {program}, instruction {at}: a jump leads over it")]
    Skipped { program: usize, at: usize },
    #[error("program {program}, instruction {at}: the slot is not kept yet")]
    Slot { program: usize, at: usize },
    #[error(
        "program {program}, instruction {at}: a body does not lie within the one around it, or a jump leads into it"
    )]
    Body { program: usize, at: usize },
    #[error("program {program}, instruction {at}: so many bodies do not stand around it")]
    Element { program: usize, at: usize },
    #[error("program {program} leaves something on a stack")]
    Left { program: usize },
    #[error("program {program} reports {reports} rules, and a tool that runs it has {guards}")]
    Reports {
        program: usize,
        reports: usize,
        guards: usize,
    },
}

/// Checks programs against the tables that they refer to.
pub fn verify(programs: &Programs, bundle: &Bundle) -> Result<(), VerifyError> {
    if programs.of_tool.len() != bundle.tools.len() {
        return Err(VerifyError::Tools {
            programs: programs.of_tool.len(),
            tools: bundle.tools.len(),
        });
    }
    let mut reports = Vec::with_capacity(programs.programs.len());
    for (number, program) in programs.programs.iter().enumerate() {
        reports.push(verify_program(number, program, bundle)?);
    }
    let mut used = vec![false; programs.programs.len()];
    for (index, tool) in bundle.tools.iter().enumerate() {
        let tools = VerifyError::Tools {
            programs: programs.of_tool.len(),
            tools: bundle.tools.len(),
        };
        let program = programs.place(ToolId::at(index)).ok_or(tools.clone())?;
        let reports = *reports.get(program).ok_or(tools)?;
        if let Some(used) = used.get_mut(program) {
            *used = true;
        }
        let guards = tool.guards.len();
        if reports != guards {
            return Err(VerifyError::Reports {
                program,
                reports,
                guards,
            });
        }
    }
    match used.iter().position(|used| !used) {
        Some(program) => Err(VerifyError::Unused { program }),
        None => Ok(()),
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Default)]
struct Depth {
    values: usize,
    truths: usize,
}

impl Depth {
    /// After an instruction that leaves what lies below `floor` where it is.
    fn after(self, floor: Self, takes: &[Sort], leaves: &[Sort]) -> Option<Self> {
        let count = |sorts: &[Sort], sort: Sort| sorts.iter().filter(|other| **other == sort).count();
        let rest = Self {
            values: self.values.checked_sub(count(takes, Sort::Value))?,
            truths: self.truths.checked_sub(count(takes, Sort::Truth))?,
        };
        if rest.values < floor.values || rest.truths < floor.truths {
            return None;
        }
        let next = Self {
            values: rest.values + count(leaves, Sort::Value),
            truths: rest.truths + count(leaves, Sort::Truth),
        };
        (next.values <= MAX_STACK && next.truths <= MAX_STACK).then_some(next)
    }
}

/// The body of a quantifier.
struct Inside {
    /// The place behind its last instruction.
    end: usize,
    /// What was on the stacks before it.
    floor: Depth,
}

/// Checks one program and returns how many rules it reports.
fn verify_program(number: usize, program: &Program, bundle: &Bundle) -> Result<usize, VerifyError> {
    let code = &program.code;
    // Bodies within bodies multiply, so they are few as well.
    if code.len() > MAX_COST || program.cost() > MAX_COST {
        return Err(VerifyError::TooCostly { program: number });
    }
    // What a jump to an instruction found; the entry behind the last one is the end of the program.
    let mut joins: Vec<Option<Depth>> = vec![None; code.len() + 1];
    // The furthest target of a jump so far: before it, an instruction may be left out.
    let mut horizon = 0;
    let mut kept = 0;
    let mut depth = Depth::default();
    let mut reports = 0;
    let mut bodies: Vec<Inside> = Vec::new();
    for (at, instruction) in code.iter().enumerate() {
        leave(number, &mut bodies, at, depth)?;
        if joins.get(at).copied().flatten().is_some_and(|join| join != depth) {
            return Err(VerifyError::Join { program: number, at });
        }
        if !instruction.is_valid(bundle) {
            return Err(VerifyError::Operand { program: number, at });
        }
        let (takes, leaves) = instruction.effect();
        depth = depth
            .after(
                bodies.last().map_or(Depth::default(), |body| body.floor),
                takes,
                leaves,
            )
            .ok_or(VerifyError::Stack { program: number, at })?;
        match effect_on_flow(*instruction) {
            Flow::On => {}
            Flow::Skip(Skip(skip)) => {
                let target = at + 1 + skip as usize;
                let is_inside = bodies.last().is_none_or(|body| target <= body.end);
                let join = joins
                    .get_mut(target)
                    .filter(|_| is_inside)
                    .ok_or(VerifyError::Jump { program: number, at })?;
                if join.is_some_and(|join| join != depth) {
                    return Err(VerifyError::Join {
                        program: number,
                        at: target,
                    });
                }
                *join = Some(depth);
                horizon = horizon.max(target);
            }
            Flow::Body(Body(length)) => {
                let end = at + 1 + length as usize;
                let fits = bodies.last().map_or(code.len(), |body| body.end) >= end;
                let jumps = joins.get(at + 1..end).into_iter().flatten();
                if !fits || jumps.flatten().next().is_some() {
                    return Err(VerifyError::Body { program: number, at });
                }
                let floor = Depth {
                    truths: depth.truths.saturating_sub(1),
                    ..depth
                };
                bodies.push(Inside { end, floor });
                depth = floor;
            }
            Flow::Element(Out(out)) => {
                if bodies.len() <= out as usize {
                    return Err(VerifyError::Element { program: number, at });
                }
            }
            Flow::Keep => {
                must_run(number, at, horizon, &bodies)?;
                kept += 1;
            }
            Flow::Recall(slot) => {
                if slot.0 >= kept {
                    return Err(VerifyError::Slot { program: number, at });
                }
            }
            Flow::Report => {
                must_run(number, at, horizon, &bodies)?;
                reports += 1;
            }
        }
    }
    leave(number, &mut bodies, code.len(), depth)?;
    // A jump to the end found the stacks as they were there, so this covers it too: it would lead over the report
    // that empties them.
    let at_end = joins.last().copied().flatten();
    if depth != Depth::default() || at_end.is_some_and(|join| join != depth) {
        return Err(VerifyError::Left { program: number });
    }
    Ok(reports)
}

/// Leaves the bodies that end before the instruction at `at`: each has left one truth.
fn leave(program: usize, bodies: &mut Vec<Inside>, at: usize, depth: Depth) -> Result<(), VerifyError> {
    while let Some(body) = bodies.pop_if(|body| body.end == at) {
        let left = Depth {
            truths: body.floor.truths + 1,
            ..body.floor
        };
        if depth != left {
            return Err(VerifyError::Stack { program, at });
        }
    }
    Ok(())
}

fn must_run(program: usize, at: usize, horizon: usize, bodies: &[Inside]) -> Result<(), VerifyError> {
    if at < horizon || !bodies.is_empty() {
        return Err(VerifyError::Skipped { program, at });
    }
    Ok(())
}

enum Flow {
    On,
    Skip(Skip),
    Keep,
    Recall(Slot),
    Report,
    Body(Body),
    Element(Out),
}

fn effect_on_flow(instruction: Instruction) -> Flow {
    match instruction {
        Instruction::SkipIfFalse { skip } | Instruction::SkipIfTrue { skip } => Flow::Skip(skip),
        Instruction::Keep {} => Flow::Keep,
        Instruction::Recall { slot } => Flow::Recall(slot),
        Instruction::Report {} => Flow::Report,
        Instruction::AnyElement { body }
        | Instruction::AllElements { body }
        | Instruction::AnyMember { body, .. }
        | Instruction::AllMembers { body, .. }
        | Instruction::AnyText { body }
        | Instruction::AllTexts { body }
        | Instruction::AnyTracked { body, .. }
        | Instruction::AllTracked { body, .. }
        | Instruction::AnyTrackedBy { body, .. }
        | Instruction::AllTrackedBy { body, .. } => Flow::Body(body),
        Instruction::Element { out } => Flow::Element(out),
        Instruction::Constant { .. }
        | Instruction::Load { .. }
        | Instruction::Now {}
        | Instruction::Read { .. }
        | Instruction::Date { .. }
        | Instruction::Under { .. }
        | Instruction::Lower {}
        | Instruction::Size {}
        | Instruction::Else {}
        | Instruction::Add {}
        | Instruction::Subtract {}
        | Instruction::Multiply {}
        | Instruction::True {}
        | Instruction::False {}
        | Instruction::Unknown {}
        | Instruction::IsTrue {}
        | Instruction::Equal { .. }
        | Instruction::NotEqual { .. }
        | Instruction::Less {}
        | Instruction::LessEqual {}
        | Instruction::Greater {}
        | Instruction::GreaterEqual {}
        | Instruction::InSet { .. }
        | Instruction::InList { .. }
        | Instruction::StartsWith { .. }
        | Instruction::EndsWith { .. }
        | Instruction::Contains { .. }
        | Instruction::Like { .. }
        | Instruction::Matches { .. }
        | Instruction::InSchedule { .. }
        | Instruction::InScheduleOf { .. }
        | Instruction::IsWritten { .. }
        | Instruction::Moment { .. }
        | Instruction::Has { .. }
        | Instruction::IsKind { .. }
        | Instruction::Tracked { .. }
        | Instruction::TrackedBy { .. }
        | Instruction::InTrack { .. }
        | Instruction::InTrackBy { .. }
        | Instruction::Field { .. }
        | Instruction::HasValue {}
        | Instruction::Not {}
        | Instruction::And {}
        | Instruction::Or {} => Flow::On,
    }
}
