//! Decisions, loading and compiling. Ends with a table of all figures; see `README.md` beside this crate.

mod table;

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use criterion::{Criterion, SamplingMode};
use table::Row;
use wicket_benches::workload::{Workload, compile};
use wicket_benches::{five, many};
use wicket_lang::api::BundleFiles;
use wicket_lang::artifact::Artifact;
use wicket_lang::decide::{self, Answer};
use wicket_lang::vm;

/// Where criterion keeps what it measured, for the next run to compare with.
const RESULTS: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/criterion");

/// How many policies the larger bundles have.
const MANY: &[usize] = &[100, 1000, 10_000];

fn main() -> Result<()> {
    let mut criterion = Criterion::default()
        .output_directory(Path::new(RESULTS))
        .without_plots()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(800))
        .sample_size(20)
        .nresamples(2000)
        .configure_from_args();
    let mut bench = Bench {
        criterion: &mut criterion,
        rows: Vec::new(),
    };
    let five = five::workload()?;
    bench.decisions(&five, "");
    bench.explanations(&five);
    bench.parts(&five);
    bench.load(&five);
    bench.compile(&five.name, &five.files);
    for count in MANY {
        for about in many::About::ALL {
            let workload = many::workload(*count, *about)?;
            bench.decisions(&workload, about.name());
            if about == &many::About::Tool {
                bench.load(&workload);
                bench.compile(&workload.name, &workload.files);
            }
        }
    }
    let rows = bench.rows;
    criterion.final_summary();
    table::print(Path::new(RESULTS), &rows);
    Ok(())
}

struct Bench<'a> {
    criterion: &'a mut Criterion,
    rows: Vec<Row>,
}

impl Bench<'_> {
    /// Measures `run`, which does what is measured `count` times.
    fn measure<T>(&mut self, group: &str, name: &str, count: usize, mut run: impl FnMut() -> T) {
        let mut criterion = self.criterion.benchmark_group(group);
        criterion.sampling_mode(SamplingMode::Flat);
        criterion.bench_function(name, |bencher| bencher.iter(&mut run));
        criterion.finish();
        self.rows.push(Row {
            group: group.to_owned(),
            name: name.to_owned(),
            count,
        });
    }

    /// A decision, everything it is made from built before.
    fn decisions(&mut self, workload: &Workload, about: &str) {
        let name = format!("decide {about}");
        self.measure(&workload.name, name.trim_end(), workload.cases.len(), || {
            for case in &workload.cases {
                black_box(workload.decide(black_box(case)));
            }
        });
    }

    /// A denial with its class and message: what an agent is told.
    fn explanations(&mut self, workload: &Workload) {
        let denied =
            |case: &&_| matches!(workload.decide(case), Answer::Decided(decision) if !decision.is_permit());
        let denials: Vec<_> = workload.cases.iter().filter(denied).collect();
        self.measure(
            &workload.name,
            "decide and explain a denial",
            denials.len(),
            || {
                for case in &denials {
                    let (request, state) = (case.request(), case.state());
                    let answer = workload.artifact.decide(&workload.switches, &request, state);
                    if let Answer::Decided(decision) = answer {
                        black_box(decide::explain(
                            &workload.artifact.bundle,
                            &workload.switches,
                            &request,
                            state,
                            &decision,
                        ));
                    }
                }
            },
        );
    }

    /// The machine alone, and the specification that it equals.
    fn parts(&mut self, workload: &Workload) {
        let known: Vec<_> = workload.of_known_tools().collect();
        self.measure(
            &workload.name,
            "the machine's findings alone",
            known.len(),
            || {
                for case in &known {
                    black_box(
                        workload.in_environment(case, |env| vm::findings(&workload.artifact.programs, env)),
                    );
                }
            },
        );
        self.measure(
            &workload.name,
            "decide by the interpreter",
            workload.cases.len(),
            || {
                for case in &workload.cases {
                    black_box(workload.interpret(black_box(case)));
                }
            },
        );
    }

    /// From bytes to a verified artifact.
    fn load(&mut self, workload: &Workload) {
        self.measure(&workload.name, "load", 1, || {
            Artifact::load(black_box(&workload.bytes))
        });
    }

    /// From sources to bytes: parse, check, lint, emit, encode.
    fn compile(&mut self, name: &str, files: &BundleFiles) {
        self.measure(name, "compile", 1, || compile(black_box(files)));
    }
}
