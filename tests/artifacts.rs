//! Artifacts of earlier versions, in `lang/artifact/`: they load for ever, and decide as on the day they were made.
//!
//! An owner's running system holds artifacts that no source stands beside any more. So the files here are never
//! rewritten and no command does it: their digests stand below. A new version of the format adds a file and a line.
//!
//! Nothing has been released yet, so versions 1 and 2 are not read any more: what they held is refused by name.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::fs;

use wicket_lang::api::{self, BundleFiles, DecideRequest};
use wicket_lang::artifact::{Artifact, LoadError};
use wicket_lang::request::{Request, State, Switches};
use wicket_lang::source::Sources;
use wicket_tests::answer::show;
use wicket_tests::bundle::catalog;
use wicket_tests::files;

/// Each artifact, with the digest that it has had since it was made.
const ARTIFACTS: &[(&str, &str)] = &[(
    "five-v3.wkb",
    "sha256:b027f4eaf0b823f847d7f66cbb3819b1dac217e7793eeaf635a7707b833bf43c",
)];

/// Those of versions before the first release.
const BEFORE: &[(&str, u16)] = &[("five-v1.wkb", 1), ("five-v2.wkb", 2)];

/// A request, and parts of the answer to it.
const CALLS: &[(&str, &[&str])] = &[
    (
        r#"{"tool": "github.issue_write", "at": "2026-03-02T12:00:00+01:00",
            "args": {"method": "create", "owner": "acme", "repo": "site", "title": "x"},
            "facts": {"repo": {"visibility": "public", "archived": false}}}"#,
        &[r#""decision": "permit""#, r#""name": "writes_in_office_hours""#],
    ),
    (
        r#"{"tool": "github.issue_write", "at": "2026-03-02T17:00:00+01:00",
            "args": {"method": "create", "owner": "acme", "repo": "site", "title": "x"},
            "facts": {"repo": {"visibility": "public", "archived": false}}}"#,
        &[
            r#""decision": "deny""#,
            r#""reason": "policy""#,
            r#""name": "writes_in_office_hours""#,
            "Next: Tue 3 Mar 09:00",
        ],
    ),
    (
        r#"{"tool": "github.merge_pull_request", "args": {"owner": "acme", "repo": "site", "pullNumber": 7}}"#,
        &[
            r#""decision": "deny""#,
            r#""name": "no_merges""#,
            r#""name": "public_only""#,
            "Ask a maintainer.",
            r#""repo.visibility""#,
        ],
    ),
    (
        r#"{"tool": "slack.conversations_add_message", "args": {"channel_id": "C99EXEC", "text": "hi"}}"#,
        &[
            r#""decision": "deny""#,
            "Only C01GENERAL, C02DEV, C03OPS may be posted to.",
        ],
    ),
];

fn load(name: &str) -> Artifact {
    let path = files::root().join("lang/artifact").join(name);
    let bytes = std::fs::read(&path).unwrap();
    Artifact::load(&bytes).unwrap_or_else(|error| panic!("{name} has to load for ever: {error}"))
}

#[test]
fn every_artifact_is_the_one_that_was_made() {
    let found = files::walk(&files::root().join("lang/artifact"), "wkb").unwrap();
    assert_eq!(
        found.len(),
        ARTIFACTS.len() + BEFORE.len(),
        "each artifact has its digest here"
    );
    for (name, digest) in ARTIFACTS {
        assert_eq!(
            load(name).digest().to_string(),
            *digest,
            "{name} was rewritten; put the old one back and add a newer one beside it"
        );
    }
}

#[test]
fn an_artifact_of_a_version_before_the_first_release_is_refused_by_name() {
    for (name, version) in BEFORE {
        let bytes = std::fs::read(files::root().join("lang/artifact").join(name)).unwrap();
        assert_eq!(Artifact::load(&bytes).unwrap_err(), LoadError::Older(*version));
    }
}

#[test]
fn every_artifact_decides_as_on_the_day_it_was_made() {
    for (name, _) in ARTIFACTS {
        let artifact = load(name);
        for (text, parts) in CALLS {
            let call = DecideRequest::read(text.as_bytes()).unwrap();
            let decide = |switches: &Switches, request: &Request<'_>, state: &State| {
                artifact.decide(switches, request, state)
            };
            let judged = call.judge(&artifact.bundle, &State::default(), &decide).unwrap();
            let answer = show(&artifact.bundle, &call.switches, &judged);
            for part in *parts {
                assert!(answer.contains(part), "{name}: {part} is not in {answer}");
            }
        }
    }
}

#[test]
fn the_bundle_that_is_fuzzed_from_is_sound() {
    let folder = files::root().join("../fuzz");
    let files = BundleFiles {
        sources: Sources::single("base.wkt", &fs::read_to_string(folder.join("base.wkt")).unwrap()),
        catalogs: [(
            "store.tools.json".to_owned(),
            catalog(&fs::read_to_string(folder.join("catalog.tools.json")).unwrap()).unwrap(),
        )]
        .into(),
        lock: None,
    };
    if let Err(error) = api::build(&files) {
        panic!("fuzz/base.wkt is wrong:\n{error}");
    }
}
