//! Patterns, and which tier wins.

use crate::catalog::{Tier, TierPattern, Tiers, matches_glob};

fn resolve(patterns: &[(Tier, &str)], tools: &[&str]) -> Tiers {
    let patterns: Vec<_> = patterns
        .iter()
        .map(|(tier, pattern)| TierPattern::new(*tier, *pattern))
        .collect();
    Tiers::resolve(&patterns, tools.iter().copied())
}

/// Tiers: a name beats a glob, and among equals the more dangerous tier wins.
#[test]
fn test_point_42() {
    let tiers = resolve(
        &[
            (Tier::Read, "get_*"),
            (Tier::Destructive, "*_all"),
            (Tier::Read, "drop_all"),
            (Tier::Write, "both"),
            (Tier::Destructive, "both"),
            (Tier::Read, "both"),
        ],
        &["get_one", "get_all", "drop_all", "both", "other"],
    );
    assert_eq!(tiers.get("get_one"), Some(Tier::Read));
    // Two globs: the more dangerous one.
    assert_eq!(tiers.get("get_all"), Some(Tier::Destructive));
    // A name against a glob: the name, even where it is the milder one.
    assert_eq!(tiers.get("drop_all"), Some(Tier::Read));
    // Three names: the most dangerous one.
    assert_eq!(tiers.get("both"), Some(Tier::Destructive));
    assert_eq!(tiers.get("other"), None);
    assert!(tiers.unmatched.is_empty());
    assert_eq!(
        Tier::ALL.iter().map(|tier| tier.name()).collect::<Vec<_>>(),
        ["read", "write", "destructive"]
    );
    assert_eq!(Tier::find("admin"), None);
}

#[test]
fn the_order_of_the_patterns_does_not_matter() {
    let mut patterns = vec![
        (Tier::Write, "a*"),
        (Tier::Read, "ab"),
        (Tier::Destructive, "*b"),
        (Tier::Write, "ab"),
    ];
    let first = resolve(&patterns, &["ab", "a", "b"]);
    patterns.reverse();
    assert_eq!(resolve(&patterns, &["ab", "a", "b"]).of_tool, first.of_tool);
}

#[test]
fn a_pattern_that_matches_nothing_is_told() {
    let tiers = resolve(
        &[
            (Tier::Read, "get_*"),
            (Tier::Read, "gte_me"),
            (Tier::Write, "put_*"),
        ],
        &["get_me"],
    );
    assert_eq!(tiers.unmatched, [1, 2]);
}

#[test]
fn a_star_stands_for_any_text() {
    for (pattern, name, expected) in [
        ("get_*", "get_", true),
        ("get_*", "get", false),
        ("*", "", true),
        ("*", "x", true),
        ("a*b*c", "abc", true),
        ("a*b*c", "a-b-b-c", true),
        ("a*b*c", "acb", false),
        ("*a*", "bab", true),
        ("ab*ba", "aba", false),
        ("**", "x", true),
        ("a*a", "a", false),
        ("a.b", "axb", false),
        ("*_get", "x_get_get", true),
    ] {
        assert_eq!(matches_glob(pattern, name), expected, "{pattern} {name}");
    }
}
