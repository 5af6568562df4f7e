//! Whatever an author writes, the way from text to tests ends without a panic.
//!
//! The inputs are the policies of all scenarios with tokens taken out, doubled, swapped and put in from elsewhere, so
//! that many get far into checking and some through it.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::sync::LazyLock;

use proptest::prelude::*;
use wicket_lang::api::{BundleFiles, analyze, compile};
use wicket_lang::source::{FileId, SourceFile, Sources};
use wicket_lang::syntax::lexer::lex;
use wicket_tests::bundle::{Judge, findings};
use wicket_tests::{files, scenario};

/// The bundles of all scenarios that use no shipped connector: those are large, and add nothing here.
static BUNDLES: LazyLock<Vec<BundleFiles>> = LazyLock::new(|| {
    let paths = files::walk(&files::root().join("lang"), "md").unwrap();
    let bundles = paths.iter().flat_map(|path| scenario::bundles(path).unwrap());
    bundles
        .filter(|bundle| {
            let mut sources = bundle.sources.iter();
            bundle.sources.iter().next().is_some() && !sources.any(|(_, file)| file.text.contains("use "))
        })
        .collect()
});

/// Every piece of text that stands in them.
static POOL: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut pool: Vec<String> = BUNDLES.iter().flat_map(pieces).flatten().collect();
    pool.sort();
    pool.dedup();
    pool
});

/// The tokens of each file, blanks included.
fn pieces(bundle: &BundleFiles) -> Vec<Vec<String>> {
    let of = |text: &str| {
        lex(FileId(0), text)
            .into_iter()
            .map(|token| token.text(text).to_owned())
            .collect()
    };
    bundle.sources.iter().map(|(_, file)| of(&file.text)).collect()
}

#[derive(Clone, Copy, Debug)]
enum Edit {
    Remove,
    Double,
    SwapWithNext,
    Insert(usize),
    Replace(usize),
}

fn edits() -> impl Strategy<Value = Vec<(usize, Edit)>> {
    let edit = prop_oneof![
        Just(Edit::Remove),
        Just(Edit::Double),
        Just(Edit::SwapWithNext),
        any::<usize>().prop_map(Edit::Insert),
        any::<usize>().prop_map(Edit::Replace),
    ];
    proptest::collection::vec((any::<usize>(), edit), 0..5)
}

/// The bundle with its edits; each counts over the tokens of all files.
fn edited(bundle: &BundleFiles, edits: &[(usize, Edit)]) -> BundleFiles {
    let mut texts = pieces(bundle);
    for (place, edit) in edits {
        let file = place % texts.len();
        let tokens = &mut texts[file];
        if tokens.is_empty() {
            continue;
        }
        let at = (place / 7) % tokens.len();
        match edit {
            Edit::Remove => drop(tokens.remove(at)),
            Edit::Double => tokens.insert(at, tokens[at].clone()),
            Edit::SwapWithNext => {
                let next = (at + 1) % tokens.len();
                tokens.swap(at, next);
            }
            Edit::Insert(other) => tokens.insert(at, POOL[other % POOL.len()].clone()),
            Edit::Replace(other) => tokens[at].clone_from(&POOL[other % POOL.len()]),
        }
    }
    let sources = bundle
        .sources
        .iter()
        .zip(texts)
        .map(|((_, file), tokens)| SourceFile {
            name: file.name.clone(),
            text: tokens.concat(),
        });
    BundleFiles {
        sources: Sources::new(sources.collect()),
        ..bundle.clone()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_compiler_panic(which in any::<usize>(), edits in edits()) {
        let bundle = edited(&BUNDLES[which % BUNDLES.len()], &edits);
        let analysis = analyze(&bundle);
        // What was found is drawn as well: places lie inside of the text.
        let _ = findings(&bundle, &analysis);
        if !analysis.has_errors() {
            let judge = Judge::new(&bundle, &analysis).unwrap();
            let _ = judge.run_tests(&bundle, &analysis);
            prop_assert_eq!(judge.quarrels(), Vec::<String>::new());
        }
    }
}

/// The order in which files are read has no meaning: the same sources give the same bytes.
#[test]
fn the_order_of_files_does_not_reach_the_artifact() {
    let mut compared = 0;
    for bundle in BUNDLES.iter() {
        let analysis = analyze(bundle);
        if analysis.has_errors() {
            continue;
        }
        let mut files: Vec<SourceFile> = bundle.sources.iter().map(|(_, file)| file.clone()).collect();
        files.reverse();
        let other = BundleFiles {
            sources: Sources::new(files),
            ..bundle.clone()
        };
        let bytes = |files: &BundleFiles| {
            let analysis = analyze(files);
            compile(files, &analysis).unwrap().encode()
        };
        assert_eq!(bytes(bundle), bytes(&other));
        compared += usize::from(bundle.sources.iter().count() > 1);
    }
    assert!(compared > 20, "only {compared} bundles have several files");
}
