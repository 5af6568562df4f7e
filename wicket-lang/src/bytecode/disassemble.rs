//! Programs as text, for `--emit asm`, `wicket disasm` and goldens.

use std::fmt::Write as _;

use super::{Program, Programs};
use crate::ir::{Bundle, Guard, Tool, ToolId};

/// Every program with the tools that run it. The same programs give the same text.
#[must_use]
pub fn disassemble(programs: &Programs, bundle: &Bundle) -> String {
    let mut text = String::new();
    for (place, program) in programs.programs().iter().enumerate() {
        let tools: Vec<ToolId> = (0..bundle.tools.len())
            .map(ToolId::at)
            .filter(|tool| programs.place(*tool) == Some(place))
            .collect();
        if place > 0 {
            text.push('\n');
        }
        for tool in &tools {
            let _ = writeln!(text, "tool {}", bundle.tool_name(*tool));
        }
        let _ = writeln!(text, "  ; cost {}", program.cost());
        let guards: Vec<&[Guard]> = tools
            .iter()
            .filter_map(|tool| bundle.tool(*tool))
            .map(|tool: &Tool| tool.guards.as_slice())
            .collect();
        write_code(&mut text, program, bundle, &guards);
    }
    text
}

fn write_code(text: &mut String, program: &Program, bundle: &Bundle, guards: &[&[Guard]]) {
    let mut reported = 0;
    for (at, instruction) in program.code().iter().enumerate() {
        let mut line = format!("  {at:4}  {:<14}", instruction.mnemonic());
        for operand in instruction.show_operands(bundle) {
            if !operand.is_empty() {
                line.push(' ');
                line.push_str(&operand);
            }
        }
        if let super::Instruction::Report {} = instruction {
            let mut rules: Vec<String> = guards
                .iter()
                .filter_map(|guards| rule_name(bundle, *guards.get(reported)?))
                .collect();
            rules.dedup();
            reported += 1;
            let _ = write!(line, " ; {}", rules.join(", "));
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
}

fn rule_name(bundle: &Bundle, guard: Guard) -> Option<String> {
    let rule = bundle.rule(guard.rule)?;
    let policy = bundle.policy(rule.policy)?;
    Some(format!("{} by {}", rule.effect.name(), policy.name))
}
