//! Tiers: what a tool does to the world, as the owner of the connector sees it.
//!
//! A connector lists patterns under each tier. A name beats a glob, and among equals the more dangerous tier wins, so
//! that a slip in a list makes a tool harder to reach and never easier.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A class of tools. The order is that of danger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Changes nothing.
    Read,
    /// Adds or edits what the same people can take back.
    Write,
    /// Deletes, merges, closes off, executes, spends, sends outside, or changes access and settings.
    Destructive,
}

impl Tier {
    /// Every tier, the harmless one first.
    pub const ALL: &'static [Self] = &[Self::Read, Self::Write, Self::Destructive];

    /// The word of the language for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Destructive => "destructive",
        }
    }

    /// The tier of this name, in lower case.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|tier| tier.name() == name)
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// One entry of a connector's lists: `get_*` under `read`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierPattern {
    /// The list in which it stands.
    pub tier: Tier,
    /// A tool's name, or a glob with `*`.
    pub pattern: String,
}

impl TierPattern {
    /// `pattern` in the list of `tier`.
    #[must_use]
    pub fn new(tier: Tier, pattern: impl Into<String>) -> Self {
        Self {
            tier,
            pattern: pattern.into(),
        }
    }

    /// Whether it names one tool.
    #[must_use]
    pub fn is_name(&self) -> bool {
        !self.pattern.contains('*')
    }
}

/// The tier of each tool that has one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tiers {
    /// By the name of the tool; a tool that no pattern matches is not in it.
    pub of_tool: BTreeMap<String, Tier>,
    /// Places in the list of patterns of those that match no tool: each is an error of the connector.
    pub unmatched: Vec<usize>,
}

impl Tiers {
    /// Finds the tier of each of `tools`. A tool that no pattern matches is in no tier.
    pub fn resolve<'a>(patterns: &[TierPattern], tools: impl IntoIterator<Item = &'a str>) -> Self {
        let mut matched = vec![false; patterns.len()];
        let mut of_tool = BTreeMap::new();
        for tool in tools {
            // The greater of two pairs is a name before a glob, then the more dangerous tier.
            let mut best: Option<(bool, Tier)> = None;
            for (pattern, matched) in patterns.iter().zip(&mut matched) {
                if matches_glob(&pattern.pattern, tool) {
                    *matched = true;
                    best = best.max(Some((pattern.is_name(), pattern.tier)));
                }
            }
            if let Some((_, tier)) = best {
                of_tool.insert(tool.to_owned(), tier);
            }
        }
        let unmatched = matched
            .iter()
            .enumerate()
            .filter_map(|(place, matched)| (!matched).then_some(place))
            .collect();
        Self { of_tool, unmatched }
    }

    /// The tier of the tool of this name; `None`: it is in none, and denied.
    #[must_use]
    pub fn get(&self, tool: &str) -> Option<Tier> {
        self.of_tool.get(tool).copied()
    }
}

/// Whether `pattern`, in which `*` stands for any text, matches the whole of `name`.
#[must_use]
pub fn matches_glob(pattern: &str, name: &str) -> bool {
    // Most patterns are names of other tools.
    let begins = pattern.as_bytes().first().filter(|byte| **byte != b'*');
    if begins.is_some() && begins != name.as_bytes().first() {
        return false;
    }
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut left) = name.strip_prefix(first) else {
        return false;
    };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    // What follows the last `*` must stand at the end; the pieces between are taken as early as possible.
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some((_, after)) = left.split_once(piece) else {
            return false;
        };
        left = after;
    }
    left.ends_with(last)
}
