//! A bundle for `wicket check`: many policies, each with a test of its own, over the shipped connectors.
//!
//! Ten policies stand in a file with their ten tests, as an organization that gives a file to each team would have it.

use std::fmt::Write as _;

use wicket_lang::api::BundleFiles;
use wicket_lang::source::{SourceFile, Sources};

/// How many policies stand in a file.
const IN_A_FILE: usize = 10;

/// A bundle of `count` policies and as many tests.
#[must_use]
pub fn files(count: usize) -> BundleFiles {
    let mut files = vec![SourceFile {
        name: "a.wkt".to_owned(),
        text: "use github, slack, linear\n\nzone \"Europe/Berlin\"\n\n\
               schedule holidays { 12-24..12-26, 01-01 }\n\
               schedule office { mon..fri 09:00-17:00 except holidays }\n\n\
               policy reading { permit github:read, slack:read, linear:read }\n"
            .to_owned(),
    }];
    let numbers: Vec<usize> = (0..count).collect();
    for (file, numbers) in numbers.chunks(IN_A_FILE).enumerate() {
        let mut text = "zone \"Europe/Berlin\"\n\n".to_owned();
        for number in numbers {
            push(&mut text, *number);
        }
        files.push(SourceFile {
            name: format!("team_{file}/agent.wkt"),
            text,
        });
    }
    BundleFiles {
        sources: Sources::new(files),
        ..BundleFiles::default()
    }
}

/// A policy of one of four kinds, and its test.
fn push(text: &mut String, number: usize) {
    let rule = match number % 4 {
        0 => format!(
            "permit slack.conversations_add_message when args.channel_id is \"C{number}\" and now in office\n    \
             otherwise \"Not there.\""
        ),
        1 => format!(
            "forbid github.issue_write unless (args.owner is \"acme\" or args.repo is not \"r{number}\")\n    \
             message \"Only ours.\""
        ),
        2 => format!(
            "permit github.create_branch when args.repo is \"r{number}\" and args.branch starts_with \"agent/\""
        ),
        _ => format!(
            "forbid github.merge_pull_request when args.repo is \"r{number}\" and repo.visibility is private\n    \
             message \"A person merges this.\""
        ),
    };
    let steps = match number % 4 {
        0 => format!(
            "at 2026-03-02 12:00\n  \
             call slack.conversations_add_message {{ channel_id: \"C{number}\", text: \"hi\" }}  expect permit by policy_{number}"
        ),
        1 => format!(
            "call github.issue_write {{ method: \"create\", owner: \"other\", repo: \"r{number}\", title: \"x\" }}  \
             expect deny by policy_{number}"
        ),
        2 => format!(
            "call github.create_branch {{ owner: \"acme\", repo: \"r{number}\", branch: \"agent/x\" }}  \
             expect permit by policy_{number}"
        ),
        _ => format!(
            "given repo {{ visibility: private, archived: false }}\n  \
             call github.merge_pull_request {{ owner: \"acme\", repo: \"r{number}\", pullNumber: 7 }}  \
             expect deny by policy_{number}"
        ),
    };
    // Writing to a String does not fail.
    let _ = writeln!(
        text,
        "/// What team {number} has decided.\npolicy policy_{number} {{\n  {rule}\n}}\n\ntest \"policy {number}\" {{\n  {steps}\n}}\n"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use wicket_lang::api;

    #[test]
    fn its_tests_pass() -> anyhow::Result<()> {
        let files = files(40);
        let analysis = api::analyze(&files);
        assert!(!analysis.has_errors(), "{:#?}", analysis.diagnostics);
        let artifact = api::compile(&files, &analysis)?.into_artifact()?;
        let (results, found) = api::run_tests(&analysis, &artifact);
        assert_eq!(results.len(), 40);
        assert!(
            found.is_empty() && results.iter().all(|result| result.ok),
            "{results:#?}"
        );
        Ok(())
    }
}
