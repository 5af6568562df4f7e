//! Programs as bytes: the section `CODE` of an artifact.

use super::bytes::{ReadError, Reader, write_number};
use super::{Instruction, Program, Programs};

/// The bytes of programs.
#[must_use]
pub fn encode(programs: &Programs) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_count(&mut bytes, programs.programs.len());
    for program in &programs.programs {
        write_count(&mut bytes, program.code.len());
        for instruction in &program.code {
            instruction.write(&mut bytes);
        }
    }
    write_count(&mut bytes, programs.of_tool.len());
    for place in &programs.of_tool {
        write_number(&mut bytes, *place);
    }
    bytes
}

/// Reads programs. What they do still has to be verified.
pub fn decode(bytes: &[u8]) -> Result<Programs, ReadError> {
    let mut reader = Reader::new(bytes);
    let mut programs = Vec::new();
    for _ in 0..reader.count()? {
        let count = reader.count()?;
        let mut code = Vec::with_capacity(count);
        for _ in 0..count {
            code.push(Instruction::read(&mut reader)?);
        }
        programs.push(Program { code });
    }
    let mut of_tool = Vec::new();
    for _ in 0..reader.count()? {
        let place = reader.number()?;
        if place as usize >= programs.len() {
            return Err(ReadError::Program);
        }
        of_tool.push(place);
    }
    reader.end()?;
    Ok(Programs { programs, of_tool })
}

fn write_count(bytes: &mut Vec<u8>, count: usize) {
    // INVARIANT: the cost of a program is bounded, and ids are 32 bits, so every count fits.
    write_number(bytes, u32::try_from(count).unwrap_or(u32::MAX));
}
