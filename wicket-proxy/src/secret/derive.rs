//! Derived keys: HKDF-SHA256 with a label for each use.

use ring::hkdf;

use super::Secret;

/// What a derived key is for. Two uses never share a key, because they never share a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// What is looked up when a request presents a member key.
    MemberKeyLookup,
    /// The seed of the key pair to which a member's connections are sealed.
    MemberKeySealing,
    /// The server's key for digests of member keys.
    ServerKeyDigests,
    /// Recognises the server key that a database belongs to.
    ServerKeyCheck,
    /// Seals the ids of MCP sessions.
    ServerKeyMcpSessions,
}

impl Label {
    const fn bytes(self) -> &'static [u8] {
        match self {
            Self::MemberKeyLookup => b"wicket/v1/member-key/lookup",
            Self::MemberKeySealing => b"wicket/v1/member-key/sealing",
            Self::ServerKeyDigests => b"wicket/v1/server-key/digests",
            Self::ServerKeyCheck => b"wicket/v1/server-key/check",
            Self::ServerKeyMcpSessions => b"wicket/v1/server-key/mcp-sessions",
        }
    }
}

/// The 256-bit key for `label` below `key`.
pub(super) fn derive(key: &Secret<[u8; 32]>, label: Label) -> Secret<[u8; 32]> {
    let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, &[]).extract(key.reveal());
    let mut derived = [0_u8; 32];
    let info = [label.bytes()];
    let filled = extracted
        .expand(&info, hkdf::HKDF_SHA256)
        .and_then(|material| material.fill(&mut derived));
    // INVARIANT: HKDF refuses only more than 255 blocks, or a buffer of another length; this is one block of 32.
    debug_assert!(filled.is_ok(), "one block of HKDF-SHA256 is always granted");
    Secret::new(derived)
}
