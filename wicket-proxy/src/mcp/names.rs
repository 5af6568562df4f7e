//! The names under which tools are offered: `service__tool`.
//!
//! A name is looked up in a table and never taken apart, so that a service or a tool with `__` in it cannot be read as
//! another. What does not fit or is not unique is found here, when tools are registered, and offered to nobody.

use std::collections::BTreeMap;

/// The longest name that clients accept.
pub const LONGEST: usize = 64;

/// A tool of a service, both by their own names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// The connector's name.
    pub service: String,
    /// The upstream's name of the tool.
    pub tool: String,
}

/// Why a tool is not offered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameProblem {
    /// Longer than clients accept.
    #[error("`{offered}` is longer than {LONGEST} characters")]
    TooLong {
        /// The name that the tool would have.
        offered: String,
    },
    /// A character that clients do not accept.
    #[error("`{offered}` has a character other than letters, digits, `_`, `-`, `.` and `/`")]
    Characters {
        /// The name that the tool would have.
        offered: String,
    },
    /// Several tools would have the same name; none of them is offered.
    #[error("`{offered}` would be the name of more than one tool")]
    Collision {
        /// The name that the tools would have.
        offered: String,
    },
}

/// The table of names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    targets: BTreeMap<String, Target>,
}

/// The name under which a tool is offered.
#[must_use]
pub fn offered(service: &str, tool: &str) -> String {
    format!("{service}__{tool}")
}

impl Names {
    /// Gives each tool its name, and tells which tools can have none.
    #[must_use]
    pub fn register(tools: impl IntoIterator<Item = Target>) -> (Names, Vec<NameProblem>) {
        let mut claims: BTreeMap<String, Vec<Target>> = BTreeMap::new();
        for target in tools {
            let claimants = claims.entry(offered(&target.service, &target.tool)).or_default();
            if !claimants.contains(&target) {
                claimants.push(target);
            }
        }
        let (mut names, mut problems) = (Names::default(), Vec::new());
        for (offered, mut claimants) in claims {
            if offered.chars().count() > LONGEST {
                problems.push(NameProblem::TooLong { offered });
            } else if !offered.bytes().all(is_name_byte) {
                problems.push(NameProblem::Characters { offered });
            } else if claimants.len() > 1 {
                problems.push(NameProblem::Collision { offered });
            } else {
                names
                    .targets
                    .extend(claimants.pop().map(|target| (offered, target)));
            }
        }
        (names, problems)
    }

    /// The tool that is offered under this name.
    #[must_use]
    pub fn target(&self, offered: &str) -> Option<&Target> {
        self.targets.get(offered)
    }

    /// All names and their tools, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Target)> {
        self.targets
            .iter()
            .map(|(offered, target)| (offered.as_str(), target))
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-./".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(service: &str, tool: &str) -> Target {
        Target {
            service: service.to_owned(),
            tool: tool.to_owned(),
        }
    }

    #[test]
    fn names_lead_back_to_tools() {
        let (names, problems) = Names::register([target("github", "merge"), target("slack", "post")]);
        assert_eq!(names.target("github__merge"), Some(&target("github", "merge")));
        assert_eq!(names.target("github__post"), None);
        assert!(problems.is_empty());
    }

    #[test]
    fn a_collision_leaves_out_both() {
        let (names, problems) = Names::register([target("a", "b__c"), target("a__b", "c"), target("a", "d")]);
        assert_eq!(
            problems,
            [NameProblem::Collision {
                offered: "a__b__c".to_owned()
            }]
        );
        assert_eq!(names.iter().count(), 1);
    }

    #[test]
    fn long_and_odd_names_are_left_out() {
        let (names, problems) =
            Names::register([target("a", &"x".repeat(62)), target("a", "é"), target("a", "b c")]);
        assert_eq!(names.iter().count(), 0);
        assert_eq!(problems.len(), 3);
        assert_eq!(
            Names::register([target("a", &"x".repeat(61))]).0.iter().count(),
            1
        );
    }
}
