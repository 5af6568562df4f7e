//! The lock file, and how a live definition stands to it.

use super::{catalog, json};
use crate::catalog::{
    Digest, Lock, LockError, LockedConnector, Stale, Standing, Tier, TierPattern, Tiers, digests, standing,
};

const A: &str = r#"{"name":"a","description":"one","inputSchema":{"type":"object"}}"#;
const B: &str = r#"{"name":"b","description":"two","inputSchema":{"type":"object"}}"#;

fn source() -> Digest {
    Digest::of_source("connector c { read a }")
}

fn expanded() -> LockedConnector {
    let catalog = catalog(&[A, B]);
    let tiers = Tiers::resolve(&[TierPattern::new(Tier::Read, "a")], catalog.names());
    LockedConnector::expand("c", source(), &catalog, &tiers)
}

fn lock() -> Lock {
    let mut connector = expanded();
    connector.tools.get_mut("a").unwrap().text = Some(Digest::of(b"text"));
    Lock {
        connectors: [("c".to_owned(), connector), ("c-two".to_owned(), expanded())].into(),
    }
}

/// A bundle has a lock with the digest of each connector and catalog that it uses, its tiers expanded.
#[test]
fn test_point_41() {
    let lock = lock();
    let text = lock.write();
    assert_eq!(Lock::read(text.as_bytes()), Ok(lock.clone()));
    // The alias is the key, the connector's own name stands inside; a tool is one line, with its tier.
    assert!(
        text.contains("\n    \"c-two\": {\n      \"name\": \"c\",\n"),
        "{text}"
    );
    let line = text
        .lines()
        .find(|line| line.trim_start().starts_with("\"a\""))
        .unwrap();
    assert!(
        line.contains("\"tier\": \"read\"") && line.contains("\"text\": \"sha256:"),
        "{line}"
    );
    // Another source or catalog under the same name does not fit: other bytes never come from the same sources.
    let both = catalog(&[A, B]);
    assert!(lock.fits("c", source(), &both).is_ok());
    assert_eq!(
        lock.fits("c", Digest::of_source("connector c { read b }"), &both),
        Err(Stale::Connector)
    );
    assert_eq!(lock.fits("c", source(), &catalog(&[A])), Err(Stale::Catalog));
    assert_eq!(lock.fits("d", source(), &both), Err(Stale::Absent));
    // A lock edited by hand does not fit its catalog.
    let mut edited = lock.clone();
    edited.connectors.get_mut("c").unwrap().tools.remove("b");
    assert_eq!(edited.fits("c", source(), &both), Err(Stale::Tools));
}

#[test]
fn what_a_lock_does_not_know_is_an_error() {
    let text = lock().write();
    let read = |text: String| Lock::read(text.as_bytes()).unwrap_err();
    let tool = LockError::Tool {
        connector: "c".to_owned(),
        tool: "a".to_owned(),
    };
    assert_eq!(read(text.replacen("\"text\"", "\"txet\"", 1)), tool);
    assert_eq!(read(text.replacen("\"read\"", "\"admin\"", 1)), tool);
    assert_eq!(read(text.replacen("\"tier\": \"read\", ", "", 1)), tool);
    assert_eq!(
        read(text.replacen("\"catalog\"", "\"catalogue\"", 1)),
        LockError::Connector("c".to_owned())
    );
    assert_eq!(
        read(text.replace("\"version\": 1", "\"version\": 7")),
        LockError::Version
    );
    assert_eq!(read(text.replace("connectors", "connections")), LockError::Form);
    assert!(matches!(
        read(text.replace("\"c-two\"", "\"c\"")),
        LockError::Json(_)
    ));
    let empty = Lock::default();
    assert_eq!(Lock::read(empty.write().as_bytes()), Ok(empty));
}

#[test]
fn a_live_definition_stands_to_its_pin() {
    let (shape, text) = digests(&json(A)).unwrap();
    let mut pins = expanded();
    assert_eq!(standing(&pins, "a", shape, text), Standing::TextNotPinned);
    pins.tools.get_mut("a").unwrap().text = Some(text);
    assert_eq!(standing(&pins, "a", shape, text), Standing::Pinned);
    let other = Digest::of(b"other");
    assert_eq!(standing(&pins, "a", other, text), Standing::ShapeChanged);
    assert_eq!(standing(&pins, "a", shape, other), Standing::TextChanged);
    assert_eq!(standing(&pins, "new", shape, text), Standing::NotPinned);
    let (shape, text) = digests(&json(B)).unwrap();
    pins.tools.get_mut("b").unwrap().text = Some(text);
    assert_eq!(standing(&pins, "b", shape, text), Standing::Unclassified);
}

#[test]
fn only_a_pinned_definition_is_no_denial() {
    for (standing, reason) in [
        (Standing::Pinned, None),
        (Standing::ShapeChanged, Some("definition_changed")),
        (Standing::TextChanged, Some("definition_changed")),
        (Standing::TextNotPinned, Some("definition_changed")),
        (Standing::NotPinned, Some("unclassified")),
        (Standing::Unclassified, Some("unclassified")),
    ] {
        assert_eq!(standing.reason(), reason);
        let remedy = standing.remedy("github");
        assert_eq!(remedy.is_some(), reason.is_some());
        assert!(remedy.is_none_or(|remedy| remedy.contains("`wicket catalog pull github`")));
    }
}
