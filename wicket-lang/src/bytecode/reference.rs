//! The reference page of the instructions, made from the table.

use std::fmt::Write as _;

use super::{MAX_COST, MAX_STACK, Opcode, OperandKind, Sort, TABLE};
use crate::request::MAX_ELEMENTS;

/// `docs/reference/bytecode.md` without its first line.
#[must_use]
pub fn reference() -> String {
    let mut text = String::from(
        "# Bytecode\n\n\
         Each tool of a bundle has one small program.\n\
         It finds for each rule that touches the tool whether the rule matches, in the order of the tool's rules.\n\
         A program works on two stacks, one of values and one of truths, and on slots that keep truths.\n\
         It never jumps back, and only the body of a quantifier runs more than once; so the number of steps that a run can take is known, and is the program's cost.\n",
    );
    let _ = write!(
        text,
        "The body of a quantifier are the instructions behind it, which leave one truth; they run for at most {MAX_ELEMENTS} elements, count so often, and keep and report nothing.\n\
         A cost above {MAX_COST}, or a stack deeper than {MAX_STACK}, is refused.\n\n\
         In an artifact an instruction is the byte of its opcode, followed by its operands, each a whole number of variable length (see [artifact](artifact.md)).\n\n\
         ## Instructions\n\n\
         `v` is a value and `t` a truth; the topmost stands last.\n\n\
         | byte | instruction | operands | takes | leaves | meaning |\n|---|---|---|---|---|---|\n"
    );
    for opcode in TABLE {
        let Opcode {
            byte,
            mnemonic,
            meaning,
            ..
        } = opcode;
        let operands: Vec<&str> = opcode.operands.iter().map(|(_, kind)| kind.name()).collect();
        let _ = writeln!(
            text,
            "| `{byte:02x}` | `{mnemonic}` | {} | {} | {} | {meaning} |",
            operands.join(", "),
            sorts(opcode.takes),
            sorts(opcode.leaves)
        );
    }
    text.push_str("\n## Operands\n\n| operand | what it is |\n|---|---|\n");
    for kind in OperandKind::ALL {
        let _ = writeln!(text, "| {} | {} |", kind.name(), kind.meaning());
    }
    text
}

fn sorts(sorts: &[Sort]) -> String {
    let letters: Vec<&str> = sorts
        .iter()
        .map(|sort| match sort {
            Sort::Value => "v",
            Sort::Truth => "t",
        })
        .collect();
    letters.join(" ")
}
