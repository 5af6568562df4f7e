//! `wicket build` and `wicket disasm`, and how an artifact is refused.

use super::folder::{Folder, GOOD};

const REQUEST: &str = r#"{"tool":"slack.conversations_add_message","args":{"channel_id":"C1","text":"x"}}"#;

#[test]
fn the_same_sources_give_the_same_bytes() {
    let (one, other) = (Folder::new(), Folder::new());
    let files = [
        ("a.wkt", GOOD),
        ("b.wkt", "policy b { permit github.get_me }\n"),
        ("c/d.wkt", "// none\n"),
    ];
    for (name, text) in files {
        one.write(&format!("policies/{name}"), text);
    }
    for (name, text) in files.iter().rev() {
        other.write(&format!("policies/{name}"), text);
    }
    other.write("policies/.hidden/x.wkt", "policy {");
    for folder in [&one, &other] {
        let ran = folder.run(&["build", "policies", "-o", "agent.wkb", "--cost"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(
            ran.out.contains("sha256:") && ran.out.contains("github.get_me"),
            "{}",
            ran.out
        );
    }
    assert_eq!(one.read("agent.wkb"), other.read("agent.wkb"));
    let made = one
        .run(&["build", "policies", "-o", "again.wkb", "--format", "json"])
        .json();
    assert_eq!(made["bytes"], one.read("agent.wkb").len());
    assert_eq!(made["policies"][0]["name"], "b");
}

#[test]
fn nothing_is_written_of_what_is_wrong() {
    let folder = Folder::with(&GOOD.replace("expect deny by posting", "expect permit"));
    let ran = folder.run(&["build", "policies", "-o", "agent.wkb"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("nothing was written"));
    assert!(!folder.path("agent.wkb").exists());
    let ran = folder.run(&["build", "policies", "-o", "no/such/agent.wkb"]);
    assert_eq!(ran.code, 1);
    folder.write("policies/agent.wkt", GOOD);
    let ran = folder.run(&["build", "policies", "-o", "no/such/agent.wkb"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("no/such/agent.wkb"), "{}", ran.err);
}

#[test]
fn an_artifact_and_its_sources_have_the_same_programs() {
    let folder = Folder::with(GOOD);
    folder.run(&["build", "policies", "-o", "agent.wkb"]);
    let ran = folder.run(&["disasm", "agent.wkb"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("permit by posting"), "{}", ran.out);
    assert_eq!(ran.out, folder.run(&["disasm", "policies"]).out);
    assert_eq!(ran.out, folder.run(&["check", "policies", "--emit", "asm"]).out);
}

#[test]
fn a_damaged_artifact_is_refused_with_its_cause() {
    let folder = Folder::with(GOOD);
    folder.run(&["build", "policies", "-o", "agent.wkb"]);
    folder.write("call.json", REQUEST);
    let sound = folder.read("agent.wkb");
    let refused = |bytes: &[u8], cause: &str, code: &str| {
        folder.write("agent.wkb", bytes);
        for arguments in [
            vec!["decide", "agent.wkb", "--request", "call.json"],
            vec!["disasm", "agent.wkb"],
        ] {
            let ran = folder.run(&arguments);
            assert_eq!(ran.code, 2, "{ran:?}");
            assert!(ran.out.is_empty());
            assert!(
                ran.err.contains(cause) && ran.err.contains(code),
                "{cause}: {}",
                ran.err
            );
            assert!(
                ran.err.contains("agent.wkb") && ran.err.contains("help:"),
                "{}",
                ran.err
            );
        }
    };
    let mut flipped = sound.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    refused(&flipped, "damaged", "E0603");
    refused(&sound[..sound.len() - 7], "cut short", "E0602");
    refused(b"policy p {}", "not a Wicket artifact", "E0601");
    refused(b"", "not a Wicket artifact", "E0601");
    folder.write("agent.wkb", &sound);
    assert_eq!(
        folder
            .run(&["decide", "agent.wkb", "--request", "call.json"])
            .code,
        0
    );
}
