//! What is pinned of a tool's annotations.

use super::{json, pinned};
use crate::catalog::{Annotation, Annotations, Lock, LockError, Stated};

fn of(annotations: &str) -> Annotations {
    let definition = format!(r#"{{"name":"a","inputSchema":{{"type":"object"}}{annotations}}}"#);
    pinned(&[&definition]).annotations.get("a").unwrap().clone()
}

/// What is not said and what cannot be read are two things, and both outlast the lock.
#[test]
fn point_53_annotations_are_pinned_as_they_are_said() {
    let said = of(
        r#","annotations":{"readOnlyHint":true,"destructiveHint":"no","idempotentHint":null,"title":"A"}"#,
    );
    assert_eq!(said.get(Annotation::ReadOnly), Stated::Said(true));
    assert_eq!(said.get(Annotation::Destructive), Stated::Unreadable);
    assert_eq!(said.get(Annotation::Idempotent), Stated::Silent);
    assert_eq!(said.get(Annotation::OpenWorld), Stated::Silent);
    for annotations in [
        said,
        of(""),
        of(r#","annotations":null"#),
        of(r#","annotations":{}"#),
    ] {
        assert_eq!(Annotations::read(&annotations.write()), Some(annotations));
    }
    assert_eq!(of(""), Annotations::default());
    let odd = of(r#","annotations":[true]"#);
    assert_eq!(odd.get(Annotation::ReadOnly), Stated::Unreadable);
    for wrong in [r#"{"readOnlyHint":"yes"}"#, r#"{"title":"A"}"#, "true"] {
        assert_eq!(Annotations::read(&json(wrong)), None, "{wrong}");
    }
}

/// Annotations are of a definition whose texts are pinned: a lock that has the one without the other was edited by hand.
#[test]
fn annotations_stand_beside_the_digest_of_the_texts() {
    let lock = |tool: &str| {
        let digest = format!("sha256:{}", "0".repeat(64));
        let tool = tool.replace('#', &digest);
        format!(
            r#"{{"version":1,"connectors":{{"c":{{"name":"c","connector":"{digest}","catalog":"{digest}","tools":{{"a":{tool}}}}}}}}}"#
        )
    };
    let whole = lock(r##"{"tier":"read","shape":"#","text":"#","annotations":{"readOnlyHint":true}}"##);
    let read = Lock::read(whole.as_bytes()).unwrap();
    assert_eq!(Lock::read(read.write().as_bytes()), Ok(read));
    let alone = lock(r##"{"tier":"read","shape":"#","annotations":{}}"##);
    let refused = Lock::read(alone.as_bytes());
    assert!(matches!(refused, Err(LockError::Tool { .. })), "{refused:?}");
}
