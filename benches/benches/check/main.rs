//! What `wicket check` does to a bundle, step by step and as a whole.
//!
//! The program reads the files besides, parses on two threads, and lints while the tests run; here each step has one.

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on ends")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::Criterion;
use wicket_benches::{checked, five};
use wicket_lang::api::{self, BundleFiles};
use wicket_lang::artifact::Artifact;
use wicket_lang::source::FileId;
use wicket_lang::syntax::{self, Parsed};

/// Where criterion keeps what it measured, for the next run to compare with.
const RESULTS: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/criterion");

fn parse(files: &BundleFiles) -> BTreeMap<FileId, Parsed> {
    let sources = files.sources.iter();
    sources
        .map(|(id, file)| (id, syntax::parse(id, &file.text)))
        .collect()
}

fn artifact(files: &BundleFiles, analysis: &api::Analysis) -> Artifact {
    let compiled = api::compile(files, analysis).expect("the bundle has no error");
    Artifact::load(&compiled.encode()).expect("what was written is read")
}

fn measure(criterion: &mut Criterion, name: &str, files: &BundleFiles) {
    let analysis = api::analyze(files);
    assert!(!analysis.has_errors(), "{:#?}", analysis.diagnostics);
    let built = artifact(files, &analysis);
    let (results, found) = api::run_tests(&analysis, &built);
    assert!(found.is_empty() && results.iter().all(|result| result.ok));
    let mut group = criterion.benchmark_group(format!("{name}/check"));
    group.bench_function("parse", |bench| bench.iter(|| parse(black_box(files))));
    group.bench_function("parse and check", |bench| {
        bench.iter(|| api::check_parsed(files, parse(black_box(files))));
    });
    group.bench_function("lint", |bench| {
        bench.iter(|| api::lints(files, black_box(&analysis), None));
    });
    group.bench_function("compile and load", |bench| {
        bench.iter(|| artifact(files, black_box(&analysis)));
    });
    group.bench_function("test", |bench| {
        bench.iter(|| api::run_tests(black_box(&analysis), &built));
    });
    group.bench_function("whole", |bench| {
        bench.iter(|| {
            let analysis = api::analyze(black_box(files));
            api::run_tests(&analysis, &artifact(files, &analysis))
        });
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default()
        .output_directory(Path::new(RESULTS))
        .without_plots()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2))
        .sample_size(10)
        .nresamples(2000)
        .configure_from_args();
    measure(&mut criterion, "five", &five::files());
    measure(&mut criterion, "p1000", &checked::files(1000));
    criterion.final_summary();
}
