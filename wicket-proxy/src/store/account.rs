//! The closed lists of words about agents and people.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
        #[serde(rename_all = "lowercase")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// The word in the database and on the command line.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// What is called `word`.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// Whether an agent may do anything at all.
    AgentStatus {
        /// It may.
        Active = "active",
        /// The kill switch: every call of every member is refused.
        Disabled = "disabled",
    }
}

words! {
    /// What a person is to an agent.
    Role {
        /// Administers it.
        Owner = "owner",
        /// Uses it.
        Member = "member",
    }
}

words! {
    /// How far a membership has come.
    MembershipStatus {
        /// Asked, not yet approved: calls are refused.
        Invited = "invited",
        /// May use the agent.
        Approved = "approved",
        /// May no longer.
        Removed = "removed",
    }
}
