//! `cargo xtask ci`: everything CI runs, the same way, in one table of phases.
//!
//! A phase that fails stops the run. The last line counts the tests, because that is what a reader looks for first.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};

use crate::project::Project;
use crate::{codegen, e2e, fuzz, tidy};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Run only the phase of this name.
    #[arg(long)]
    only: Option<String>,
}

/// What a phase does.
enum Work {
    Cargo(&'static [&'static str]),
    Tests(&'static [&'static str]),
    /// A command of our own that ends with `N passed, N failed`.
    Checks(fn(&Project) -> Result<Command>),
    Inside(fn(&Project) -> Result<()>),
}

const PHASES: &[(&str, Work)] = &[
    // Packages outside the workspace have a lock of their own, which nothing else holds up to date.
    (
        "locks",
        Work::Cargo(&[
            "fetch",
            "--locked",
            "--quiet",
            "--manifest-path",
            "fuzz/Cargo.toml",
        ]),
    ),
    ("format", Work::Cargo(&["fmt", "--all", "--check"])),
    ("tidy", Work::Inside(tidy::run)),
    (
        "clippy",
        Work::Cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ]),
    ),
    // A link in the documentation of the public interface that leads nowhere is a mistake.
    (
        "doc",
        Work::Cargo(&[
            "rustdoc",
            "-p",
            "wicket-lang",
            "--lib",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ]),
    ),
    ("codegen", Work::Inside(codegen::check)),
    ("tests", Work::Tests(&["test", "--workspace", "--no-fail-fast"])),
    (
        "demo",
        Work::Cargo(&["run", "--release", "--quiet", "--", "demo", "--once"]),
    ),
    ("e2e", Work::Checks(e2e::all)),
    ("fuzz", Work::Inside(fuzz::smoke)),
];

pub(crate) fn run(project: &Project, arguments: &Arguments) -> Result<()> {
    let begin = Instant::now();
    let mut count = TestCount::default();
    let mut ran = 0;
    for (name, work) in PHASES {
        if arguments.only.as_deref().is_some_and(|only| only != *name) {
            continue;
        }
        println!("== {name}");
        let phase_begin = Instant::now();
        let result = match work {
            Work::Cargo(arguments) => succeed(&mut project.cargo(arguments)),
            Work::Tests(arguments) => run_tests(&mut project.cargo(arguments), &mut count),
            Work::Checks(command) => {
                command(project).and_then(|mut command| run_tests(&mut command, &mut count))
            }
            Work::Inside(function) => function(project),
        };
        let seconds = phase_begin.elapsed().as_secs_f64();
        if let Err(error) = result {
            println!("== {name}: FAILED after {seconds:.1} s");
            println!("{} passed, {} failed", count.passed, count.failed);
            bail!("{name}: {error:#}");
        }
        println!("== {name}: ok in {seconds:.1} s");
        ran += 1;
    }
    ensure!(ran > 0, "there is no phase of that name");
    println!("All phases ok in {:.1} s", begin.elapsed().as_secs_f64());
    println!("{} passed, {} failed", count.passed, count.failed);
    Ok(())
}

fn succeed(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("{} does not start", command.get_program().display()))?;
    ensure!(status.success(), "the command ended with {status}");
    Ok(())
}

#[derive(Default)]
struct TestCount {
    passed: u64,
    failed: u64,
}

/// Runs the tests, shows their output as it comes, and adds up the lines that say how many passed and failed.
fn run_tests(command: &mut Command, count: &mut TestCount) -> Result<()> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take().context("the output of the tests")?;
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        if let Some(result) = summary(&line) {
            count.passed += number_before(result, "passed");
            count.failed += number_before(result, "failed");
        }
    }
    let status = child.wait()?;
    ensure!(status.success(), "the tests ended with {status}");
    Ok(())
}

/// The part of a line with the numbers: cargo's `test result: …`, or `N passed, N failed` by itself.
fn summary(line: &str) -> Option<&str> {
    line.strip_prefix("test result:").or_else(|| {
        let words: Vec<&str> = line.split(' ').collect();
        matches!(words.as_slice(), [_, "passed,", _, "failed"]).then_some(line)
    })
}

fn number_before(text: &str, word: &str) -> u64 {
    text.find(word)
        .and_then(|at| text.get(..at))
        .and_then(|before| before.split_whitespace().next_back())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_line_is_counted() {
        let line = " FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(number_before(line, "passed"), 12);
        assert_eq!(number_before(line, "failed"), 3);
        assert_eq!(summary("70 passed, 2 failed"), Some("70 passed, 2 failed"));
        assert_eq!(number_before("70 passed, 2 failed", "failed"), 2);
        assert_eq!(summary("it passed, or it failed"), None);
    }
}
