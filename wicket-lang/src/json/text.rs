//! The body of a string literal: escapes, surrogates, control characters.

use super::read::{Problem, ReadError};

/// Reads a literal whose opening quote stands before `start`. Returns its text and the position after the closing quote.
pub(super) fn read_text(source: &str, start: usize) -> Result<(String, usize), ReadError> {
    let mut text = String::new();
    let mut position = start;
    loop {
        let rest = source.get(position..).unwrap_or_default();
        let plain = rest
            .bytes()
            .position(|byte| byte == b'"' || byte == b'\\' || byte < 0x20)
            .ok_or(ReadError::at(source.len(), Problem::Unfinished))?;
        text.push_str(rest.get(..plain).unwrap_or_default());
        position += plain;
        match source.as_bytes().get(position) {
            Some(b'"') => return Ok((text, position + 1)),
            Some(b'\\') => {
                let (character, length) = read_escape(source, position)?;
                text.push(character);
                position += length;
            }
            Some(_) => return Err(ReadError::at(position, Problem::ControlCharacter)),
            None => return Err(ReadError::at(position, Problem::Unfinished)),
        }
    }
}

/// Reads the escape whose backslash stands at `start`: its character, and how many bytes it has.
fn read_escape(source: &str, start: usize) -> Result<(char, usize), ReadError> {
    let character = match source.as_bytes().get(start + 1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return read_unicode_escape(source, start),
        Some(_) => return Err(ReadError::at(start, Problem::BadEscape)),
        None => return Err(ReadError::at(start, Problem::Unfinished)),
    };
    Ok((character, 2))
}

fn read_unicode_escape(source: &str, start: usize) -> Result<(char, usize), ReadError> {
    let bad = ReadError::at(start, Problem::BadEscape);
    let lone = ReadError::at(start, Problem::LoneSurrogate);
    let first = read_unit(source, start).ok_or(bad)?;
    let mut units = vec![first];
    // Only the first half of a pair may have a second; the decoder below refuses every half that stands alone.
    if (0xd800..0xdc00).contains(&first) {
        units.push(read_unit(source, start + 6).ok_or(lone)?);
    }
    let length = units.len() * 6;
    match char::decode_utf16(units).next() {
        Some(Ok(character)) => Ok((character, length)),
        Some(Err(_)) | None => Err(lone),
    }
}

/// The unit of `\uXXXX` at `start`, if there is one.
fn read_unit(source: &str, start: usize) -> Option<u16> {
    let digits = source.get(start..start + 6)?.strip_prefix("\\u")?;
    // `from_str_radix` would take a sign.
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u16::from_str_radix(digits, 16).ok()
}
