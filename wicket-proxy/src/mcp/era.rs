//! The revisions of the protocol, and which are spoken here.
//!
//! Revisions are named by dates, so their order as text is their order in time.

/// The modern revision that is served: every request stands for itself.
pub const MODERN: &str = "2026-07-28";

/// The newest revision with a handshake and sessions.
const NEWEST_LEGACY: &str = "2025-11-25";

/// The key in `_meta` by which a request claims to be modern.
pub const VERSION_KEY: &str = "io.modelcontextprotocol/protocolVersion";
/// The key in `_meta` with the capabilities of a modern client.
pub const CAPABILITIES_KEY: &str = "io.modelcontextprotocol/clientCapabilities";
/// The key in `_meta` with the name and version of a modern client.
pub const CLIENT_KEY: &str = "io.modelcontextprotocol/clientInfo";
/// The key in the `_meta` of a result that names the server that made it.
pub const SERVER_KEY: &str = "io.modelcontextprotocol/serverInfo";

/// How a peer speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Era {
    /// With a handshake and sessions.
    Legacy(Revision),
    /// With all that is needed in each request.
    Modern,
}

impl Era {
    /// The revision's name.
    #[must_use]
    pub fn version(self) -> &'static str {
        match self {
            Era::Legacy(revision) => revision.version(),
            Era::Modern => MODERN,
        }
    }
}

/// A legacy revision that is served. Older ones want JSON-RPC batches, which are refused here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revision {
    /// 2025-06-18
    June2025,
    /// 2025-11-25
    November2025,
}

impl Revision {
    /// The revision's name.
    #[must_use]
    pub const fn version(self) -> &'static str {
        match self {
            Revision::June2025 => "2025-06-18",
            Revision::November2025 => NEWEST_LEGACY,
        }
    }

    /// The revision of this name, if it is served.
    #[must_use]
    pub fn named(version: &str) -> Option<Revision> {
        [Revision::June2025, Revision::November2025]
            .into_iter()
            .find(|revision| revision.version() == version)
    }

    /// What is agreed with a client that asks for `version`: that, or else the newest.
    #[must_use]
    pub fn negotiate(version: &str) -> Revision {
        Revision::named(version).unwrap_or(Revision::November2025)
    }
}

/// Whether a version that a header names is from after the end of handshakes, served or not.
#[must_use]
pub fn is_modern(version: &str) -> bool {
    version > NEWEST_LEGACY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negotiation_never_goes_below_the_oldest_or_above_the_newest_legacy_revision() {
        let agreed = [
            "2024-11-05",
            "2025-03-26",
            "2025-06-18",
            "2025-11-25",
            "2026-07-28",
            "nonsense",
        ]
        .map(|asked| Revision::negotiate(asked).version());
        assert_eq!(
            agreed,
            [
                "2025-11-25",
                "2025-11-25",
                "2025-06-18",
                "2025-11-25",
                "2025-11-25",
                "2025-11-25"
            ]
        );
    }
}
