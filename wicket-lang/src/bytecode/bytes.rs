//! Bytes of an artifact: whole numbers of variable length, as postcard writes them.
//!
//! Seven bits to a byte, the lowest first; the top bit says that more follow. A number has one spelling only: one that
//! is longer than it has to be is refused, so that the same content is always the same bytes.

use thiserror::Error;

/// Why bytes cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReadError {
    #[error("the bytes end in the middle of something")]
    Short,
    #[error("a number is too large or not in its shortest form")]
    Number,
    #[error("0x{0:02x} is no opcode")]
    Opcode(u8),
    #[error("an operand has the value {0}, which means nothing")]
    Operand(u32),
    #[error("{0} bytes are left over")]
    Left(usize),
    #[error("a tool has no program")]
    Program,
}

/// Bytes that are read from the front.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// How many bytes are left.
    #[must_use]
    pub fn left(&self) -> usize {
        self.rest.len()
    }

    pub fn byte(&mut self) -> Result<u8, ReadError> {
        let (first, rest) = self.rest.split_first().ok_or(ReadError::Short)?;
        self.rest = rest;
        Ok(*first)
    }

    pub fn bytes(&mut self, count: usize) -> Result<&'a [u8], ReadError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(ReadError::Short)?;
        self.rest = rest;
        Ok(taken)
    }

    pub fn number(&mut self) -> Result<u32, ReadError> {
        let mut number = 0_u64;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let is_shortest = byte != 0 || shift == 0;
                let number = u32::try_from(number).ok().filter(|_| is_shortest);
                return number.ok_or(ReadError::Number);
            }
        }
        Err(ReadError::Number)
    }

    /// A count of things that take at least one byte each: never more than there are bytes, so that whoever makes
    /// room for them is not fooled.
    pub fn count(&mut self) -> Result<usize, ReadError> {
        let count = self.number()? as usize;
        if count > self.left() {
            return Err(ReadError::Short);
        }
        Ok(count)
    }

    /// That nothing is left.
    pub fn end(self) -> Result<(), ReadError> {
        match self.left() {
            0 => Ok(()),
            left => Err(ReadError::Left(left)),
        }
    }
}

/// Writes a number in its shortest form.
pub fn write_number(bytes: &mut Vec<u8>, number: u32) {
    let mut rest = number;
    loop {
        let [lowest, ..] = rest.to_le_bytes();
        rest >>= 7;
        if rest == 0 {
            bytes.push(lowest & 0x7f);
            return;
        }
        bytes.push(lowest | 0x80);
    }
}
