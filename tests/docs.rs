//! The documents do not lie: every fence of policy text is executed, and so is every example folder.
//!
//! | fence | what must hold |
//! |---|---|
//! | `wkt` | it is a whole bundle: it checks without error, and its own tests pass |
//! | `wkt failing` | it is a whole bundle that checks without error, and its own tests fail |
//! | `wkt fragment` | it parses; names that stand elsewhere are not looked up |
//! | `wkt wrong CODE` | it is a mistake that is reported under that code |
//! | `json request` | `wicket decide` reads it |

#![expect(clippy::panic, reason = "tests")]

use std::path::{Path, PathBuf};

use anyhow::Result;
use wicket_lang::api::{self, BundleFiles, DecideRequest};
use wicket_lang::diagnostic::Diagnostic;
use wicket_lang::diagnostic::render::{Style, render};
use wicket_lang::source::Sources;
use wicket_tests::bundle::{Judge, findings, read_folder};
use wicket_tests::files;
use wicket_tests::markdown::{Document, Fence};

fn repository() -> PathBuf {
    files::root().parent().map(Path::to_owned).unwrap_or_default()
}

/// Pages that somebody wrote. Those of `docs/errors` and the one of all lints are generated from pages whose examples have
/// a test of their own.
fn pages() -> Result<Vec<PathBuf>> {
    let root = repository();
    let mut pages = files::walk(&root.join("docs"), "md")?;
    pages.retain(|page| !page.starts_with(root.join("docs/errors")));
    pages.retain(|page| *page != root.join("docs/reference/lints.md"));
    pages.extend(files::walk(&root.join("examples"), "md")?);
    pages.extend(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].map(|name| root.join(name)));
    Ok(pages)
}

#[test]
fn every_fence_holds() {
    let mut problems = Vec::new();
    let mut executed = 0;
    for page in pages().unwrap_or_else(|error| panic!("{error:#}")) {
        let text =
            std::fs::read_to_string(&page).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
        let fences = Document::parse(&text)
            .sections
            .into_iter()
            .flat_map(|section| section.fences);
        for fence in fences {
            let Some(held) = hold(&fence) else { continue };
            executed += 1;
            if let Err(error) = held {
                problems.push(format!("{}:{}: {error:#}", page.display(), fence.lines.0));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
    assert!(executed > 0, "no page has a fence that is executed");
}

/// Nothing for a fence that is only read.
fn hold(fence: &Fence) -> Option<Result<()>> {
    let words: Vec<&str> = fence.info.split(' ').collect();
    match words.as_slice() {
        ["wkt"] => Some(whole(&BundleFiles::single("fence.wkt", &fence.text))),
        ["wkt", "failing"] => Some(fails(&fence.text)),
        ["wkt", "fragment"] => Some(parses(&fence.text)),
        ["wkt", "wrong", code] => Some(is_reported(&fence.text, code)),
        ["json", "request"] => Some(
            DecideRequest::read(fence.text.as_bytes())
                .map(drop)
                .map_err(Into::into),
        ),
        ["wkt", ..] => Some(Err(anyhow::anyhow!(
            "no kind of fence is called `{}`",
            fence.info
        ))),
        _ => None,
    }
}

fn whole(files: &BundleFiles) -> Result<()> {
    let analysis = api::analyze(files);
    anyhow::ensure!(
        !analysis.has_errors(),
        "it has errors\n{}",
        findings(files, &analysis)
    );
    let judge = Judge::new(files, &analysis)?;
    let (mut failures, found) = judge.run_tests(files, &analysis);
    failures.extend(judge.quarrels());
    failures.extend((!found.is_empty()).then(|| render(&found, &files.sources, Style::Plain)));
    anyhow::ensure!(
        failures.is_empty(),
        "its tests do not pass\n{}",
        failures.join("\n")
    );
    Ok(())
}

fn fails(text: &str) -> Result<()> {
    let files = BundleFiles::single("fence.wkt", text);
    let analysis = api::analyze(&files);
    let (failures, _) = Judge::new(&files, &analysis)?.run_tests(&files, &analysis);
    anyhow::ensure!(!failures.is_empty(), "its tests are to fail, and pass");
    Ok(())
}

fn parses(text: &str) -> Result<()> {
    let sources = Sources::single("fence.wkt", text);
    for (id, file) in sources.iter() {
        let found = wicket_lang::syntax::parse(id, &file.text).diagnostics;
        let is_clean = !found.iter().any(Diagnostic::is_error);
        anyhow::ensure!(
            is_clean,
            "it does not parse\n{}",
            render(&found, &sources, Style::Plain)
        );
    }
    Ok(())
}

fn is_reported(text: &str, code: &str) -> Result<()> {
    let files = BundleFiles::single("fence.wkt", text);
    let analysis = api::analyze(&files);
    let found: Vec<&str> = analysis
        .diagnostics
        .iter()
        .map(|found| found.code.name())
        .collect();
    anyhow::ensure!(
        found.contains(&code),
        "it is to be reported as {code}, and is as {found:?}"
    );
    Ok(())
}

#[test]
fn every_example_folder_passes_its_own_tests() {
    let sources = files::walk(&repository().join("examples"), api::EXTENSION);
    let sources = sources.unwrap_or_else(|error| panic!("{error:#}"));
    let mut folders: Vec<&Path> = sources.iter().filter_map(|path| path.parent()).collect();
    folders.dedup();
    assert!(!folders.is_empty(), "no example has a policy");
    for folder in folders {
        let held = read_folder(folder).and_then(|files| {
            let tests = files
                .sources
                .iter()
                .filter(|(_, file)| file.text.contains("\ntest \""));
            anyhow::ensure!(tests.count() > 0, "no policy of it is tested");
            whole(&files)
        });
        held.unwrap_or_else(|error| panic!("{}: {error:#}", folder.display()));
    }
}
