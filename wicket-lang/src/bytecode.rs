//! Opcodes, emission, verification, disassembly.
