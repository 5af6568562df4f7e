//! The names under which tools are offered: `service__tool`.
//!
//! A service has no `__` in its name (the configuration sees to that), so a name is taken apart at its first `__` and
//! can be read in one way only, whatever a tool is called.

/// The longest name that clients accept.
pub const LONGEST: usize = 64;

/// Stands between the service and the tool.
const BETWEEN: &str = "__";

/// The name under which a tool is offered.
#[must_use]
pub fn offered(service: &str, tool: &str) -> String {
    format!("{service}{BETWEEN}{tool}")
}

/// The service and the tool that a name means.
#[must_use]
pub fn target(offered: &str) -> Option<(&str, &str)> {
    offered.split_once(BETWEEN)
}

/// Whether clients accept the name: at most 64 characters, of letters, digits, `_`, `-`, `.` and `/`.
#[must_use]
pub fn is_offerable(offered: &str) -> bool {
    offered.len() <= LONGEST
        && offered
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-./".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_tools() {
        assert_eq!(target(&offered("github", "merge")), Some(("github", "merge")));
        assert_eq!(target(&offered("a", "b__c")), Some(("a", "b__c")));
        assert_eq!(target("merge"), None);
    }

    #[test]
    fn long_and_odd_names_are_not_offered() {
        assert!(is_offerable(&offered("a", &"x".repeat(61))));
        assert!(!is_offerable(&offered("a", &"x".repeat(62))));
        assert!(!is_offerable(&offered("a", "é")));
        assert!(!is_offerable(&offered("a", "b c")));
    }
}
