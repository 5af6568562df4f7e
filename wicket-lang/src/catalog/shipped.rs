//! The connectors that ship with Wicket, inside the program.
//!
//! `connectors/README.md` tells where each catalog comes from, its version and its licence.

/// The source of a connector and its catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// As in `use NAME`: `github`.
    pub name: &'static str,
    /// The text of `NAME.wkt`.
    pub source: &'static str,
    /// The text of `NAME.tools.json`.
    pub tools: &'static str,
}

macro_rules! shipped {
    ($($name:literal)*) => {
        /// The names of the connectors that ship with Wicket, in order.
        pub const SHIPPED: &[&str] = &[$($name),*];

        const ALL: &[Shipped] = &[$(Shipped {
            name: $name,
            source: include_str!(concat!("../../connectors/", $name, ".wkt")),
            tools: include_str!(concat!("../../connectors/", $name, ".tools.json")),
        }),*];
    };
}

shipped! {
    "atlassian"
    "everything"
    "fetch"
    "filesystem"
    "git"
    "github"
    "gitlab"
    "kubernetes"
    "linear"
    "memory"
    "notion"
    "playwright"
    "postgres"
    "slack"
    "sqlite"
    "stripe"
    "time"
}

/// The connector `name`, if it ships with Wicket.
#[must_use]
pub fn shipped(name: &str) -> Option<Shipped> {
    ALL.iter().find(|connector| connector.name == name).copied()
}
