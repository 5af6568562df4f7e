//! The names that records, requests and the database share.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::clock::{Chance, ChanceError};
use crate::secret::base62;

/// The text is no such identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not an identifier of that kind")]
pub struct MalformedId;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// The identifier with that number.
            #[must_use]
            pub const fn new(number: i64) -> Self {
                Self(number)
            }

            /// The number.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }
    };
}

number! {
    /// An agent.
    AgentId
}
number! {
    /// A person.
    PersonId
}
number! {
    /// A member key. This is its public number, by which an owner revokes it; it opens nothing.
    KeyId
}
number! {
    /// The number of a publication; it rises with each publication of an agent.
    Epoch
}
number! {
    /// The place of a record in the order of all records. The first is 1, and there is no gap.
    Seq
}

impl FromStr for KeyId {
    type Err = MalformedId;

    fn from_str(text: &str) -> Result<Self, MalformedId> {
        text.parse().map(Self).map_err(|_| MalformedId)
    }
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// A new identifier: 128 random bits.
            pub fn draw(chance: &Chance) -> Result<Self, ChanceError> {
                Ok(Self(format!("{}{}", $prefix, base62(&chance.bytes::<16>()?, 22))))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = MalformedId;

            fn from_str(text: &str) -> Result<Self, MalformedId> {
                let body = text.strip_prefix($prefix).ok_or(MalformedId)?;
                if body.len() == 22 && body.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(MalformedId)
                }
            }
        }
    };
}

text! {
    /// One call: it links an intent with its outcome, and names the decision to the agent.
    CallId, "call_"
}
text! {
    /// One session: the calls of one key lineage until the language says that it is over.
    SessionId, "ses_"
}
