//! Member keys: the only credential that an MCP client holds.
//!
//! A key is `wk_`, 43 base62 characters (256 random bits) and 6 characters of checksum. The checksum lets a secret
//! scanner tell a key from noise, and lets us refuse a mistyped key without a look into the database; it is no secret
//! and proves nothing.

use std::fmt;

use super::derive::{Label, derive};
use super::sealing::SealingPair;
use super::{Secret, base62};
use crate::clock::{Chance, ChanceError};

const PREFIX: &str = "wk_";
const RANDOM_CHARACTERS: usize = 43;
const CHECKSUM_CHARACTERS: usize = 6;

/// A member key in plain. It is shown once, when it is made, and otherwise lives only while a request carries it.
#[derive(Debug, Clone)]
pub struct MemberKey(Secret<[u8; 32]>);

/// The text is no member key. Why it is none is not said: the text may be somebody's mistyped key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a member key: one starts with `wk_` and has 52 characters; copy it again in full")]
pub struct MalformedKey;

impl MemberKey {
    /// A new key.
    pub fn generate(chance: &Chance) -> Result<Self, ChanceError> {
        Ok(Self(Secret::new(chance.bytes()?)))
    }

    /// Reads a key that a client sent.
    pub fn parse(text: &str) -> Result<Self, MalformedKey> {
        let body = text.strip_prefix(PREFIX).ok_or(MalformedKey)?;
        if body.len() != RANDOM_CHARACTERS + CHECKSUM_CHARACTERS {
            return Err(MalformedKey);
        }
        let (random, sum) = body.split_at_checked(RANDOM_CHARACTERS).ok_or(MalformedKey)?;
        if checksum(random) != sum {
            return Err(MalformedKey);
        }
        base62::decode(random)
            .map(Secret::new)
            .map(Self)
            .ok_or(MalformedKey)
    }

    /// The key as its owner pastes it into a client.
    #[must_use]
    pub fn expose(&self) -> Secret<String> {
        let random = Secret::new(base62::encode(self.0.reveal(), RANDOM_CHARACTERS));
        Secret::new(format!(
            "{PREFIX}{}{}",
            random.reveal(),
            checksum(random.reveal())
        ))
    }

    /// What is sent through the server's keyed digest to find this key.
    pub(super) fn lookup(&self) -> Secret<[u8; 32]> {
        derive(&self.0, Label::MemberKeyLookup)
    }

    /// The key pair to which this member's connections are sealed: the same for the same key, always.
    #[must_use]
    pub fn sealing_pair(&self) -> SealingPair {
        SealingPair::from_seed(&derive(&self.0, Label::MemberKeySealing))
    }
}

/// The digest by which the store finds a member key: an HMAC under a key derived from the server's own.
///
/// Neither the database alone nor the server key alone tells whether a guessed key exists.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyDigest([u8; 32]);

impl KeyDigest {
    pub(super) const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes that the database holds.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for KeyDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("KeyDigest(redacted)")
    }
}

/// CRC-32 (the reflected polynomial of IEEE 802.3) of the characters, in base62.
fn checksum(characters: &str) -> String {
    let mut crc = u32::MAX;
    for byte in characters.bytes() {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            };
        }
    }
    base62::encode(&(!crc).to_be_bytes(), CHECKSUM_CHARACTERS)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::{MalformedKey, MemberKey};
    use crate::clock::Chance;

    #[test]
    fn a_key_reads_back_and_has_the_promised_shape() {
        let key = MemberKey::generate(&Chance::seeded(1)).unwrap();
        let text = key.expose();
        assert!(text.reveal().starts_with("wk_"));
        assert_eq!(text.reveal().len(), 52);
        let read = MemberKey::parse(text.reveal()).unwrap();
        assert_eq!(read.expose().reveal(), text.reveal());
        assert_eq!(read.sealing_pair().public(), key.sealing_pair().public());
    }

    #[test]
    fn every_single_wrong_character_is_noticed() {
        let text = MemberKey::generate(&Chance::seeded(2)).unwrap().expose();
        for position in 0..text.reveal().len() {
            let mut wrong = text.reveal().clone().into_bytes();
            let byte = wrong.get_mut(position).unwrap();
            *byte = if *byte == b'x' { b'y' } else { b'x' };
            assert_eq!(
                MemberKey::parse(&String::from_utf8(wrong).unwrap()).unwrap_err(),
                MalformedKey
            );
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in [
            "",
            "wk_",
            "wk_é",
            "sk_0000000000000000000000000000000000000000000000000",
            &"é".repeat(26),
        ] {
            assert!(MemberKey::parse(text).is_err());
        }
    }

    #[test]
    fn two_keys_differ_in_everything() {
        let chance = Chance::seeded(3);
        let (one, other) = (
            MemberKey::generate(&chance).unwrap(),
            MemberKey::generate(&chance).unwrap(),
        );
        assert_ne!(one.expose().reveal(), other.expose().reveal());
        assert_ne!(one.sealing_pair().public(), other.sealing_pair().public());
        assert_ne!(one.lookup().reveal(), other.lookup().reveal());
    }

    #[test]
    fn a_key_does_not_print_itself() {
        let key = MemberKey::generate(&Chance::seeded(4)).unwrap();
        assert_eq!(format!("{key:?}"), "MemberKey(Secret(redacted))");
    }
}
