//! The cookbook holds what it says: each recipe is clean and tested, and its tests notice the mutation that it declares.
//!
//! The first comment of a recipe has lines of the form ``// mutation: `A` -> `B` ``. A stands once in the policies; with B
//! in its place the bundle still compiles, and its tests fail. A test that passes with the policy taken apart has
//! tested nothing, and this is the cheapest way to see it.

#![expect(clippy::panic, reason = "tests")]

use std::path::Path;

use anyhow::{Context, Result, ensure};
use wicket_lang::api::{self, BundleFiles};
use wicket_lang::format::format;
use wicket_lang::source::{SourceFile, Sources};
use wicket_tests::bundle::{Judge, findings, read_folder};
use wicket_tests::files;

/// How many recipes there are at least.
const RECIPES: usize = 30;

/// The one file of a recipe.
const FILE: &str = "agent.wkt";

#[test]
fn every_recipe_is_clean_and_its_tests_notice_its_mutation() {
    let folder = files::root().join("../examples/cookbook");
    let mut problems = Vec::new();
    let mut recipes = 0;
    for entry in std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{error}")) {
        let path = entry.unwrap_or_else(|error| panic!("{error}")).path();
        recipes += 1;
        if let Err(error) = hold(&path) {
            problems.push(format!("{}: {error:#}", path.display()));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
    assert!(recipes >= RECIPES, "only {recipes} recipes");
}

#[test]
fn the_page_has_every_recipe() {
    let root = files::root().join("..");
    let page = std::fs::read_to_string(root.join("docs/guide/cookbook.md"));
    let page = page.unwrap_or_else(|error| panic!("{error}"));
    for entry in std::fs::read_dir(root.join("examples/cookbook")).unwrap_or_else(|error| panic!("{error}")) {
        let name = entry.unwrap_or_else(|error| panic!("{error}")).file_name();
        let link = format!("(../../examples/cookbook/{}/{FILE})", name.to_string_lossy());
        assert!(
            page.contains(&link),
            "no heading links to {link}; run `cargo xtask codegen`"
        );
    }
}

fn hold(folder: &Path) -> Result<()> {
    let files = read_folder(folder)?;
    let text = files
        .sources
        .iter()
        .map(|(_, file)| file.text.clone())
        .next()
        .context("it has no policy")?;
    ensure!(
        files.sources.iter().count() == 1,
        "it is to have one file, {FILE}"
    );
    ensure!(
        format(&text).as_deref() == Ok(text.as_str()),
        "it is not laid out as `wicket fmt` does it"
    );
    for outcome in ["permit", "deny"] {
        ensure!(
            text.contains(&format!("expect {outcome}")) || text.contains(&format!(", {outcome})")),
            "no test of it expects {outcome}"
        );
    }

    let failures = failures(&files)?;
    ensure!(failures.is_empty(), "its tests fail\n{}", failures.join("\n"));

    let mutations = mutations(&text)?;
    ensure!(!mutations.is_empty(), "it declares no mutation");
    for (from, to) in mutations {
        let mutant = mutate(&text, &from, &to)?;
        let files = BundleFiles {
            sources: Sources::new(vec![SourceFile {
                name: FILE.to_owned(),
                text: mutant,
            }]),
            ..files.clone()
        };
        let analysis = api::analyze(&files);
        ensure!(
            !analysis.has_errors(),
            "with `{to}` for `{from}` it does not compile\n{}",
            findings(&files, &analysis)
        );
        let (failures, _) = Judge::new(&files, &analysis)?.run_tests(&files, &analysis);
        ensure!(!failures.is_empty(), "no test of it notices `{to}` for `{from}`");
    }
    Ok(())
}

/// The failed tests of a bundle of which nothing is said, notes aside.
fn failures(files: &BundleFiles) -> Result<Vec<String>> {
    let analysis = api::analyze(files);
    let said = analysis
        .diagnostics
        .iter()
        .filter(|found| !found.code.name().starts_with('N'));
    ensure!(
        said.count() == 0,
        "there is something to say of it\n{}",
        findings(files, &analysis)
    );
    let judge = Judge::new(files, &analysis)?;
    let (mut failures, found) = judge.run_tests(files, &analysis);
    ensure!(found.is_empty(), "its tests cannot be run\n{found:?}");
    failures.extend(judge.quarrels());
    Ok(failures)
}

/// The first comment, line by line.
fn head(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map_while(|line| line.strip_prefix("//"))
        .map(str::trim)
}

fn mutations(text: &str) -> Result<Vec<(String, String)>> {
    head(text)
        .filter_map(|line| line.strip_prefix("mutation: "))
        .map(|said| {
            said.strip_prefix('`')
                .and_then(|said| said.strip_suffix('`'))
                .and_then(|said| said.split_once("` -> `"))
                .map(|(from, to)| (from.to_owned(), to.to_owned()))
                .with_context(|| format!("a mutation is written `A` -> `B`, each in backticks: {said}"))
        })
        .collect()
}

/// The text with the one place of `from` behind the first comment edited.
fn mutate(text: &str, from: &str, to: &str) -> Result<String> {
    let length: usize = text
        .split_inclusive('\n')
        .take_while(|line| line.starts_with("//"))
        .map(str::len)
        .sum();
    let (head, rest) = text.split_at(length);
    let places = rest.matches(from).count();
    ensure!(
        places == 1,
        "`{from}` stands {places} times in it, and a mutation edits one place"
    );
    Ok(format!("{head}{}", rest.replacen(from, to, 1)))
}
