//! Bytes to a JSON value, or the reason why not.
//!
//! The reader keeps its own stack, so that no input makes the program's stack grow. It stops at the first problem and
//! says where it is, in words, without repeating the input.

use super::text::read_text;
use super::{Json, Number, Object};
use crate::decimal::{DecimalError, MAX_LENGTH};

/// The most levels of nesting that are ever accepted, whatever the caller's limits say.
pub const MAX_DEPTH: usize = 64;

/// How large a text may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole text.
    pub bytes: usize,
    /// Levels of arrays and objects; never more than [`MAX_DEPTH`].
    pub depth: usize,
    /// Values in the whole text, keys not counted.
    pub nodes: usize,
}

impl Default for Limits {
    /// 4 MiB, 64 levels, 200,000 values.
    fn default() -> Self {
        Self {
            bytes: 4 * 1024 * 1024,
            depth: MAX_DEPTH,
            nodes: 200_000,
        }
    }
}

/// Where a text is refused, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at byte {offset}: {problem}")]
pub struct ReadError {
    /// The position in bytes from the start of the text.
    pub offset: usize,
    /// What is wrong there.
    pub problem: Problem,
}

impl ReadError {
    pub(super) fn at(offset: usize, problem: Problem) -> Self {
        Self { offset, problem }
    }
}

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Problem {
    /// It has more bytes than [`Limits::bytes`].
    #[error("the text is longer than allowed")]
    TooLong,
    /// Some byte is no part of UTF-8.
    #[error("the text is not valid UTF-8")]
    NotUtf8,
    /// It starts with U+FEFF, which RFC 8259 (section 8.1) lets a reader refuse.
    #[error("the text starts with a byte order mark")]
    ByteOrderMark,
    /// It ends within a value.
    #[error("the text ends before the value does")]
    Unfinished,
    /// Something else stands where a value has to.
    #[error("a value is expected here")]
    ExpectedValue,
    /// Something else than a string stands where an object wants a key.
    #[error("a key in quotes is expected here")]
    ExpectedKey,
    /// No `:` follows a key.
    #[error("a colon is expected here")]
    ExpectedColon,
    /// An element or a pair is followed by neither `,` nor the closing bracket.
    #[error("a comma or the closing bracket is expected here")]
    ExpectedComma,
    /// Something follows the value that is no white space.
    #[error("there is more text after the value")]
    Trailing,
    /// A key stands twice in one object, once its escapes are resolved; the offset is that of the second.
    #[error("this object has the same key before")]
    DuplicateKey,
    /// A `\` is followed by something else than RFC 8259 (section 7) allows.
    #[error("this escape does not exist")]
    BadEscape,
    /// A `\u` escape is half of a surrogate pair without its other half.
    #[error("half of a surrogate pair stands alone")]
    LoneSurrogate,
    /// A character below U+0020 stands in a string as it is.
    #[error("a control character in a string must be escaped")]
    ControlCharacter,
    /// A number cannot be kept exactly.
    #[error("{0}")]
    Number(DecimalError),
    /// Arrays and objects nest deeper than [`Limits::depth`].
    #[error("the value is nested too deeply")]
    TooDeep,
    /// It has more values than [`Limits::nodes`].
    #[error("the text has more values than allowed")]
    TooManyNodes,
}

/// Reads one JSON value (RFC 8259) that fills the whole text. An error is the first problem, and where it is.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Json, ReadError> {
    if bytes.len() > limits.bytes {
        return Err(ReadError::at(limits.bytes, Problem::TooLong));
    }
    let source =
        std::str::from_utf8(bytes).map_err(|error| ReadError::at(error.valid_up_to(), Problem::NotUtf8))?;
    if source.starts_with('\u{feff}') {
        return Err(ReadError::at(0, Problem::ByteOrderMark));
    }
    let mut reader = Reader {
        source,
        position: 0,
        depth: limits.depth.min(MAX_DEPTH),
        nodes: limits.nodes,
        open: Vec::new(),
    };
    let value = reader.read_document()?;
    reader.skip_space();
    if reader.position < source.len() {
        return Err(reader.refuse(Problem::Trailing));
    }
    Ok(value)
}

struct Reader<'a> {
    source: &'a str,
    position: usize,
    depth: usize,
    /// Values that may still follow.
    nodes: usize,
    /// The arrays and objects around the position, the innermost last.
    open: Vec<Open>,
}

/// An array or object that is not finished.
enum Open {
    Array(Vec<Json>),
    Object {
        pairs: Vec<(String, Json)>,
        /// Where each key starts, that of the value to come included.
        offsets: Vec<usize>,
        /// The key of the value to come.
        key: String,
    },
}

impl Reader<'_> {
    fn read_document(&mut self) -> Result<Json, ReadError> {
        loop {
            // One turn reads the start of a value, then closes everything that ends with it.
            let Some(mut value) = self.read_start()? else {
                continue;
            };
            loop {
                let Some(mut open) = self.open.pop() else {
                    return Ok(value);
                };
                open.put(value);
                self.skip_space();
                match (self.peek(), &mut open) {
                    (Some(b','), Open::Array(_)) => {
                        self.position += 1;
                        self.open.push(open);
                        break;
                    }
                    (Some(b','), Open::Object { key, offsets, .. }) => {
                        self.position += 1;
                        self.read_key(key, offsets)?;
                        self.open.push(open);
                        break;
                    }
                    (Some(b']'), Open::Array(_)) | (Some(b'}'), Open::Object { .. }) => {
                        self.position += 1;
                        value = open.close()?;
                    }
                    (Some(_), _) => return Err(self.refuse(Problem::ExpectedComma)),
                    (None, _) => return Err(self.refuse(Problem::Unfinished)),
                }
            }
        }
    }

    /// Reads a scalar or an empty array or object; opens one that is not empty and returns nothing.
    fn read_start(&mut self) -> Result<Option<Json>, ReadError> {
        self.skip_space();
        self.nodes = self
            .nodes
            .checked_sub(1)
            .ok_or(ReadError::at(self.position, Problem::TooManyNodes))?;
        match self.peek() {
            Some(b'{') => {
                self.enter()?;
                if self.peek() == Some(b'}') {
                    self.position += 1;
                    return Ok(Some(Json::Object(Object::new())));
                }
                let (mut key, mut offsets) = (String::new(), Vec::new());
                self.read_key(&mut key, &mut offsets)?;
                let pairs = Vec::new();
                self.open.push(Open::Object { pairs, offsets, key });
                Ok(None)
            }
            Some(b'[') => {
                self.enter()?;
                if self.peek() == Some(b']') {
                    self.position += 1;
                    return Ok(Some(Json::Array(Vec::new())));
                }
                self.open.push(Open::Array(Vec::new()));
                Ok(None)
            }
            Some(b'"') => {
                let (text, end) = read_text(self.source, self.position + 1)?;
                self.position = end;
                Ok(Some(Json::String(text)))
            }
            Some(b'-' | b'0'..=b'9') => self.read_number().map(Some),
            Some(_) => self.read_word().map(Some),
            None => Err(self.refuse(Problem::Unfinished)),
        }
    }

    /// Steps over an opening bracket and the space after it.
    fn enter(&mut self) -> Result<(), ReadError> {
        if self.open.len() >= self.depth {
            return Err(self.refuse(Problem::TooDeep));
        }
        self.position += 1;
        self.skip_space();
        Ok(())
    }

    fn read_key(&mut self, key: &mut String, offsets: &mut Vec<usize>) -> Result<(), ReadError> {
        self.skip_space();
        match self.peek() {
            Some(b'"') => {}
            Some(_) => return Err(self.refuse(Problem::ExpectedKey)),
            None => return Err(self.refuse(Problem::Unfinished)),
        }
        offsets.push(self.position);
        (*key, self.position) = read_text(self.source, self.position + 1)?;
        self.skip_space();
        match self.peek() {
            Some(b':') => self.position += 1,
            Some(_) => return Err(self.refuse(Problem::ExpectedColon)),
            None => return Err(self.refuse(Problem::Unfinished)),
        }
        Ok(())
    }

    fn read_number(&mut self) -> Result<Json, ReadError> {
        let rest = self.rest();
        let length = rest
            .bytes()
            .take(MAX_LENGTH + 1)
            .take_while(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))
            .count();
        let number = Number::parse(rest.get(..length).unwrap_or_default())
            .map_err(|error| self.refuse(Problem::Number(error)))?;
        self.position += length;
        Ok(Json::Number(number))
    }

    fn read_word(&mut self) -> Result<Json, ReadError> {
        for (word, value) in [
            ("null", Json::Null),
            ("true", Json::Bool(true)),
            ("false", Json::Bool(false)),
        ] {
            if self.rest().starts_with(word) {
                self.position += word.len();
                return Ok(value);
            }
        }
        Err(self.refuse(Problem::ExpectedValue))
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.position += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.source.as_bytes().get(self.position).copied()
    }

    fn rest(&self) -> &str {
        self.source.get(self.position..).unwrap_or_default()
    }

    fn refuse(&self, problem: Problem) -> ReadError {
        ReadError::at(self.position, problem)
    }
}

impl Open {
    fn put(&mut self, value: Json) {
        match self {
            Self::Array(elements) => elements.push(value),
            Self::Object { pairs, key, .. } => pairs.push((std::mem::take(key), value)),
        }
    }

    fn close(self) -> Result<Json, ReadError> {
        match self {
            Self::Array(elements) => Ok(Json::Array(elements)),
            Self::Object { pairs, offsets, .. } => match second_of_a_pair(&pairs, &offsets) {
                Some(offset) => Err(ReadError::at(offset, Problem::DuplicateKey)),
                None => Ok(Json::Object(Object::from_distinct(pairs))),
            },
        }
    }
}

/// Where the first key stands that occurs before in the same object. Few keys are compared each with each, and more are
/// sorted, which keeps this cheap for large objects.
fn second_of_a_pair(pairs: &[(String, Json)], offsets: &[usize]) -> Option<usize> {
    const FEW: usize = 12;
    if pairs.len() <= FEW {
        let mut keys = pairs.iter().map(|(key, _)| key).enumerate();
        let (second, _) =
            keys.find(|(index, key)| pairs.iter().take(*index).any(|(before, _)| before == *key))?;
        return offsets.get(second).copied();
    }
    let mut keys: Vec<(&str, usize)> = pairs
        .iter()
        .map(|(key, _)| key.as_str())
        .zip(offsets.iter().copied())
        .collect();
    keys.sort_unstable();
    keys.iter()
        .zip(keys.iter().skip(1))
        .filter(|(left, right)| left.0 == right.0)
        .map(|(_, right)| right.1)
        .min()
}
