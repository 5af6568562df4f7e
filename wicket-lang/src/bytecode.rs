//! Bytecode: one small program for each tool, which finds for each of the tool's rules whether it matches.
//!
//! A program is a straight run of instructions over two stacks, one of values and one of truths; the two sorts never
//! mix. It can skip forward and never back, and only the body of a quantifier runs more than once: for at most as many
//! elements as a list may have. So it ends after a number of steps that its instructions tell, and that number is its
//! stated cost. A skip is taken only where a truth decides alone (`false` under `and`, `true` under
//! `or`); unknown and pending never skip, so the order of operands can not matter.
//!
//! A condition that several rules ask, or one rule twice, is evaluated once: its truth is kept in a slot before the
//! first rule that asks for it. Tools whose programs are alike share one.
//!
//! `emit` makes programs of the typed tree, `verify` proves of programs from outside that they cannot go wrong,
//! `disassemble` prints them, and `reference` is the page about the instructions. All four read the one table in
//! `opcode.rs`.

mod bytes;
mod disassemble;
mod emit;
mod encode;
mod opcode;
mod operand;
mod reference;
mod sizes;
mod verify;

pub use bytes::{ReadError, Reader, write_number};
pub use disassemble::disassemble;
pub use emit::{EmitError, emit};
pub use encode::{decode, encode};
pub use opcode::{Instruction, Opcode, Sort, TABLE};
pub use operand::{Body, OperandKind, Out, Skip, Slot};
pub use reference::reference;
pub(crate) use sizes::sizes;
pub use verify::{VerifyError, verify};

use crate::ir::{NodeId, ToolId};
use crate::request::MAX_ELEMENTS;

/// The most steps that the program of one tool may take: its worst-case cost. It has no more instructions either.
pub const MAX_COST: usize = 200_000;

/// The most entries on either stack.
pub const MAX_STACK: usize = 1024;

/// How deep a condition may nest. The reference interpreter walks conditions by recursion, so this bounds its stack.
pub const MAX_DEPTH: usize = 512;

/// The most nodes of one condition, counted again wherever one is used again: what the reference interpreter walks.
pub const MAX_NODES: u64 = 20_000;

/// The programs of a bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Programs {
    /// Each different program once.
    programs: Vec<Program>,
    /// The program of each tool, by its place in `programs`.
    of_tool: Vec<u32>,
}

/// The instructions for one tool, or for several whose rules ask the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    code: Vec<Instruction>,
}

/// Which node of the typed tree each instruction computes: for each program, in the order of its instructions.
///
/// It stands beside the programs and not in them, because only traces need it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeMap(pub Vec<Vec<NodeId>>);

impl Programs {
    #[must_use]
    pub fn of(&self, tool: ToolId) -> Option<&Program> {
        self.programs.get(self.place(tool)?)
    }

    /// The place of a tool's program among the programs.
    #[must_use]
    pub fn place(&self, tool: ToolId) -> Option<usize> {
        self.of_tool.get(tool.index()).map(|place| *place as usize)
    }

    #[must_use]
    pub fn programs(&self) -> &[Program] {
        &self.programs
    }

    /// The program of each tool, by its place among the programs.
    #[must_use]
    pub fn of_tool(&self) -> &[u32] {
        &self.of_tool
    }

    /// The most steps that judging a call of `tool` can take.
    #[must_use]
    pub fn cost(&self, tool: ToolId) -> usize {
        self.of(tool).map_or(0, Program::cost)
    }
}

impl Program {
    #[must_use]
    pub fn code(&self) -> &[Instruction] {
        &self.code
    }

    /// The most steps that a run can take: every instruction runs at most once, and in the body of a quantifier at
    /// most once for each element that a list may have.
    #[must_use]
    pub fn cost(&self) -> usize {
        let mut cost = 0_usize;
        // The bodies around an instruction: where each ends, and how often it is run.
        let mut bodies: Vec<(usize, usize)> = Vec::new();
        for (at, instruction) in self.code.iter().enumerate() {
            while bodies.last().is_some_and(|(end, _)| *end <= at) {
                bodies.pop();
            }
            let times = bodies.last().map_or(1, |(_, times)| *times);
            cost = cost.saturating_add(times);
            if let Some(Body(length)) = instruction.body() {
                let end = at.saturating_add(1).saturating_add(length as usize);
                bodies.push((end, times.saturating_mul(MAX_ELEMENTS)));
            }
        }
        cost
    }

    /// For how many rules it reports.
    #[must_use]
    pub fn reports(&self) -> usize {
        self.code
            .iter()
            .filter(|instruction| matches!(instruction, Instruction::Report {}))
            .count()
    }
}

impl NodeMap {
    /// The node that the instruction at `at` of the program at `program` computes.
    #[must_use]
    pub fn node(&self, program: usize, at: usize) -> Option<NodeId> {
        self.0.get(program)?.get(at).copied()
    }
}
