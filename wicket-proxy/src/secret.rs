//! Member keys and their digests, sealing keys, the server's key, redaction.
//!
//! A plain key and a digested key are different types: [`MemberKey`] lives only while a request carries it, and what
//! the database holds ([`KeyDigest`], [`SealingPublic`]) opens nothing. Every use of a key goes through HKDF with a
//! label of its own ([`derive`]), so that no two uses can be played against each other.

mod base62;
mod derive;
mod member_key;
mod sealing;
mod server_key;

use std::fmt;

pub use derive::Label;
pub use member_key::{KeyDigest, MalformedKey, MemberKey};
pub use sealing::{SealingPair, SealingPublic};
pub use server_key::{ServerKey, ServerKeyError};
use zeroize::Zeroize;

pub(crate) use base62::encode as base62;

/// A value that must not be printed. It is wiped when it is dropped.
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Puts a value under the seal.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Each use of this is a place to look at when asking where a secret can go.
    pub const fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize + Clone> Clone for Secret<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(redacted)")
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn a_secret_does_not_print_itself() {
        let secret = Secret::new(String::from("hunter2"));
        assert_eq!(format!("{secret:?}"), "Secret(redacted)");
        assert_eq!(secret.reveal(), "hunter2");
    }
}
