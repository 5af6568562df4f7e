//! The key pair to which a member's connections are sealed (HPKE, X25519 with HKDF-SHA256).
//!
//! The store holds the public half only, so a later connection can be sealed without the member key and opened only
//! while a request carries it.

use std::fmt;

use hpke::kem::X25519HkdfSha256;
use hpke::{Kem, Serializable};

use super::Secret;

/// Both halves. The private one wipes itself when it is dropped.
pub struct SealingPair {
    private: <X25519HkdfSha256 as Kem>::PrivateKey,
    public: SealingPublic,
}

impl SealingPair {
    pub(super) fn from_seed(seed: &Secret<[u8; 32]>) -> Self {
        let (private, public) = X25519HkdfSha256::derive_keypair(seed.reveal());
        Self {
            private,
            public: SealingPublic(public.to_bytes().into()),
        }
    }

    /// The half that the store holds.
    #[must_use]
    pub const fn public(&self) -> SealingPublic {
        self.public
    }

    /// The half that opens what was sealed to this pair.
    #[must_use]
    pub const fn private(&self) -> &<X25519HkdfSha256 as Kem>::PrivateKey {
        &self.private
    }
}

impl fmt::Debug for SealingPair {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SealingPair")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

/// The public half of a [`SealingPair`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealingPublic([u8; 32]);

impl SealingPublic {
    /// The 32 bytes of the public key.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}
