//! A shared folder has a lock of its own, and a tool stands in no other tier where the folder is used.

#![expect(clippy::unwrap_used, clippy::option_option, reason = "tests")]

use wicket_lang::api::{Analysis, BundleFiles, analyze};
use wicket_lang::catalog::{Lock, Tier};
use wicket_lang::diagnostic::Code;
use wicket_lang::source::{SourceFile, Sources};

fn file(name: &str, text: &str) -> SourceFile {
    SourceFile {
        name: name.to_owned(),
        text: text.to_owned(),
    }
}

const SHARED: &str =
    "use fetch\npolicy nothing_sent { forbid fetch:destructive message \"Nothing is sent.\" }\n";

/// The bundle with `fetch.fetch` in these tiers: in its own lock, and in that of the shared folder; `None` is no lock.
fn bundle(own: Option<Option<Tier>>, shared: Option<Option<Tier>>) -> Analysis {
    let plain = BundleFiles::single("base.wkt", SHARED);
    let pinned = analyze(&plain).checked.pins.lock;
    let lock = |tier: Option<Tier>| -> String {
        let mut lock: Lock = pinned.clone();
        let fetch = lock.connectors.get_mut("fetch").unwrap();
        fetch.tools.get_mut("fetch").unwrap().tier = tier;
        lock.write()
    };
    let sources = vec![
        file(
            "agent.wkt",
            "use fetch\nuse \"../guardrails\"\npolicy reading { permit fetch.fetch }\n",
        ),
        file("../guardrails/base.wkt", SHARED),
    ];
    let theirs = shared.map(|tier| ("../guardrails/wicket.lock".to_owned(), lock(tier)));
    analyze(&BundleFiles {
        sources: Sources::new(sources),
        catalogs: theirs.into_iter().collect(),
        lock: own.map(lock),
    })
}

/// What is said of the tier; that a selector then matches nothing is another matter.
fn said(analysis: &Analysis) -> Vec<String> {
    let found = analysis
        .diagnostics
        .iter()
        .filter(|found| found.code == Code::E0410);
    found.map(|found| found.message.clone()).collect()
}

/// Whoever uses the folder could otherwise put a tool into a tier of which the folder's rules do not speak.
#[test]
fn point_45_a_tool_is_in_no_other_tier_than_the_shared_folder_knows() {
    let differs = |here: &str, there: &str| {
        vec![format!(
            "`fetch.fetch` is `{here}` here and {there} to `../guardrails`"
        )]
    };
    let (read, destructive) = (Some(Tier::Read), Some(Tier::Destructive));
    // The connector itself says `destructive`, and that is what a folder without a lock knows.
    assert_eq!(said(&bundle(Some(read), None)), differs("read", "destructive"));
    assert_eq!(
        said(&bundle(Some(read), Some(destructive))),
        differs("read", "destructive")
    );
    assert_eq!(
        said(&bundle(Some(destructive), Some(None))),
        differs("destructive", "in no tier")
    );
    // The same in both, by whichever lock, is no difference, nor is a tool that nobody has accepted here.
    for (own, shared) in [
        (None, None),
        (Some(destructive), None),
        (Some(destructive), Some(destructive)),
        (Some(read), Some(read)),
        (Some(None), Some(destructive)),
    ] {
        assert_eq!(
            said(&bundle(own, shared)),
            Vec::<String>::new(),
            "{own:?} {shared:?}"
        );
    }
}
