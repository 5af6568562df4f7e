//! Bytes as letters and digits, of a fixed length.

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Writes `bytes`, read as one big-endian number, with exactly `length` characters.
///
/// What does not fit in the length is cut off at the front, so the caller chooses a length that holds the number.
#[must_use]
pub(crate) fn encode(bytes: &[u8], length: usize) -> String {
    let mut number = bytes.to_vec();
    let mut characters = Vec::with_capacity(length);
    for _ in 0..length {
        let mut rest: u32 = 0;
        for byte in &mut number {
            let value = (rest << 8) | u32::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or(u8::MAX);
            rest = value % 62;
        }
        let character = ALPHABET.get(rest as usize).copied().unwrap_or(b'0');
        characters.push(char::from(character));
    }
    zeroize::Zeroize::zeroize(&mut number);
    characters.iter().rev().collect()
}

/// Reads what [`encode`] wrote into `N` bytes; `None` for another character or a number that does not fit.
#[must_use]
pub(super) fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut number = [0_u8; N];
    for character in text.bytes() {
        let digit = ALPHABET.iter().position(|known| *known == character)?;
        let mut carry = u32::try_from(digit).ok()?;
        for byte in number.iter_mut().rev() {
            let value = u32::from(*byte) * 62 + carry;
            *byte = u8::try_from(value & 0xff).ok()?;
            carry = value >> 8;
        }
        if carry != 0 {
            return None;
        }
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{decode, encode};

    proptest! {
        #[test]
        fn decode_undoes_encode(bytes: [u8; 32]) {
            let text = encode(&bytes, 43);
            prop_assert_eq!(text.len(), 43);
            prop_assert_eq!(decode::<32>(&text), Some(bytes));
        }
    }

    #[test]
    fn a_number_that_does_not_fit_and_a_foreign_character_are_refused() {
        assert_eq!(decode::<32>(&"z".repeat(43)), None);
        assert_eq!(decode::<32>("abc-def"), None);
    }
}
