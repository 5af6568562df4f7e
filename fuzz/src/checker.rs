//! Text to decision: checking, lints, the artifact, and the text's own tests.

use std::collections::BTreeMap;

use wicket_lang::api::{self, BundleFiles};
use wicket_lang::artifact::Artifact;
use wicket_lang::diagnostic::render::{Style, render};
use wicket_lang::source::Sources;

use crate::catalog::{CATALOG, few_tools};

/// More files than this are not given.
const CATALOGS: usize = 4;

pub(crate) fn check(text: &str) {
    let files = BundleFiles {
        sources: Sources::single("fuzz.wkt", text),
        catalogs: catalogs(text),
        lock: None,
    };
    let analysis = api::analyze(&files);
    let _ = render(&analysis.diagnostics, &files.sources, Style::Plain);
    if analysis.has_errors() {
        return;
    }
    let Ok(compiled) = api::compile(&files, &analysis) else {
        return;
    };
    let artifact = match Artifact::load(&compiled.encode()) {
        Ok(artifact) => artifact,
        Err(error) => panic!("what was compiled does not load: {error}"),
    };
    assert_eq!(artifact.bundle, compiled.bundle);
    let _ = api::run_tests(&analysis, &artifact);
}

/// The catalogs that the text names: each word in quotes with the ending of one, and those of the connectors that ship
/// with Wicket.
fn catalogs(text: &str) -> BTreeMap<String, String> {
    text.split('"')
        .filter(|name| name.ends_with(".tools.json") && name.len() < 100)
        .take(CATALOGS)
        .map(|name| (name.to_owned(), CATALOG.clone()))
        .chain(few_tools(text))
        .collect()
}
