//! What is in the digest of a policy, and so makes another version of it.

use std::collections::BTreeSet;

use super::{CONNECTOR, checked, files_of};

/// The digest of the policy `p` of a bundle.
fn digest(texts: &[&str]) -> String {
    let analysis = checked(&files_of(texts));
    let policy = analysis.checked.bundle.policies.iter().find(|p| p.name == "p");
    policy.unwrap().digest.to_string()
}

/// A policy's digest covers what it says and all that it reaches; comments, spacing and order are not in it.
#[test]
fn point_44_a_digest_covers_all_that_a_policy_reaches() {
    let zone = "zone \"UTC\"\nschedule days { mon..fri }\nschedule open { days except 12-24 }\nset ours = [\"red\"]\n";
    let rules = "policy p {
      permit store:read when args.box in ours and now in open and box.open  otherwise \"Only {ours}.\"
      forbid store.ping message \"No.\"
    }";
    let first = digest(&[CONNECTOR, zone, rules]);

    let same = [
        digest(&[rules, CONNECTOR, zone]),
        digest(&[
            CONNECTOR,
            zone,
            &format!("// Said of boxes.\n{}", rules.replace("      ", " ")),
        ]),
        digest(&[
            CONNECTOR,
            zone,
            rules,
            "policy other { permit store.ping }\nset unused = [\"x\"]",
        ]),
        digest(&[
            CONNECTOR,
            zone,
            "policy p {
          forbid store.ping message \"No.\"
          permit store:read when args.box in ours and now in open and box.open  otherwise \"Only {ours}.\"
        }",
        ]),
    ];
    for digest in same {
        assert_eq!(digest, first);
    }

    let connector = |from: &str, to: &str| {
        assert!(CONNECTOR.contains(from));
        digest(&[&CONNECTOR.replace(from, to), zone, rules])
    };
    let about = |from: &str, to: &str| {
        assert!(zone.contains(from));
        digest(&[CONNECTOR, &zone.replace(from, to), rules])
    };
    let rule = |from: &str, to: &str| {
        assert!(rules.contains(from));
        digest(&[CONNECTOR, zone, &rules.replace(from, to)])
    };
    let others = [
        about("[\"red\"]", "[\"red\", \"blue\"]"),
        about("mon..fri", "mon..sat"),
        about("12-24", "12-25"),
        about("\"UTC\"", "\"Europe/Berlin\""),
        connector("write ping", "destructive ping"),
        connector("args.box", "args.shelf"),
        connector("(name: args.box)", "(name: args.box) ignoring case"),
        connector("read look", "read look\n open look"),
        rule("\"No.\"", "\"Never.\""),
        rule("Only {ours}", "Just {ours}"),
        rule("box.open ", "not box.open "),
    ];
    let different: BTreeSet<&String> = others.iter().collect();
    assert_eq!(
        different.len(),
        others.len(),
        "each is a version of its own: {others:#?}"
    );
    assert!(!different.contains(&first));
}

/// What an agent is told of a denial depends on it, so it is another policy.
#[test]
fn point_44_a_set_that_is_told_to_nobody_is_another_set() {
    let rules = "policy p { permit store:read when args.box in ours }";
    let told = digest(&[CONNECTOR, "set ours = [\"red\"]", rules]);
    let private = digest(&[CONNECTOR, "private set ours = [\"red\"]", rules]);
    assert_ne!(told, private);
}

/// Another group of the directory's delivers the value then, and the policy means another thing.
#[test]
fn point_44_the_name_under_which_an_attribute_is_delivered_is_in_the_digest() {
    let rules = "policy p { permit store:read when member.level > 2 }";
    let plain = digest(&[CONNECTOR, "directory { member { level: integer } }", rules]);
    let from = digest(&[
        CONNECTOR,
        "directory { member { level: integer from \"lvl\" } }",
        rules,
    ]);
    assert_ne!(plain, from);
}
