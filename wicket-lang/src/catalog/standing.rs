//! How a live definition stands to the pinned one.
//!
//! The question is asked of what the upstream lists today, before a call is forwarded. Only [`Standing::Pinned`] lets
//! the call go on to the rules.

use super::{Digest, LockedConnector, LockedTool};

/// How a tool that an upstream lists stands to what the bundle accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It is what an owner accepted.
    Pinned,
    /// Its name or its schemas differ.
    ShapeChanged,
    /// Its description, annotations or another part differ.
    TextChanged,
    /// Nobody has pulled yet, so nobody has seen the text that a model reads.
    TextNotPinned,
    /// The bundle has never seen it.
    NotPinned,
    /// It was seen, and accepted into no tier.
    Unclassified,
}

impl Standing {
    /// The reason of the denial, from the closed list; `None` if the tool is as it was pinned.
    #[must_use]
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Self::Pinned => None,
            Self::ShapeChanged | Self::TextChanged | Self::TextNotPinned => Some("definition_changed"),
            Self::NotPinned | Self::Unclassified => Some("unclassified"),
        }
    }

    /// What is wrong and what an owner does about it, for the tool's connector `alias`.
    #[must_use]
    pub fn remedy(self, alias: &str) -> Option<String> {
        let what = match self {
            Self::Pinned => return None,
            Self::ShapeChanged => "its schema has changed since it was pinned",
            Self::TextChanged => "its description has changed since it was pinned",
            Self::TextNotPinned => "its description has not been pinned yet",
            Self::NotPinned => "it has not been pinned yet",
            Self::Unclassified => "it has not been accepted into a tier yet",
        };
        Some(format!("{what}; an owner can run `wicket catalog pull {alias}`"))
    }
}

/// How the tool `name` stands, given the digests of its live definition (see [`digests`](super::digests)).
#[must_use]
pub fn standing(pins: &LockedConnector, name: &str, live_shape: Digest, live_text: Digest) -> Standing {
    match pins.tools.get(name) {
        None => Standing::NotPinned,
        Some(tool) => tool.standing(live_shape, live_text),
    }
}

impl LockedTool {
    /// How a live definition with these digests stands to this pin.
    #[must_use]
    pub fn standing(&self, live_shape: Digest, live_text: Digest) -> Standing {
        if self.tier.is_none() {
            Standing::Unclassified
        } else if self.shape != live_shape {
            Standing::ShapeChanged
        } else {
            match self.text {
                None => Standing::TextNotPinned,
                Some(text) if text != live_text => Standing::TextChanged,
                Some(_) => Standing::Pinned,
            }
        }
    }
}
