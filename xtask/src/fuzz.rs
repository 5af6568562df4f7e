//! `cargo xtask fuzz`: every target of `fuzz/` for a while, guided by coverage where a C++ compiler is there.
//!
//! Coverage needs no nightly toolchain: the instrumentation is LLVM's own, and libFuzzer is built by its crate. Without
//! a C++ compiler the corpus is walked and changed blindly, by the same functions. What a run finds stays out of the
//! repository until somebody puts it into `fuzz/corpus`.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use crate::project::Project;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How long each target is tried.
    #[arg(long, default_value_t = SMOKE_SECONDS)]
    seconds: u64,
    /// Only these: parser, checker, formatter, artifact, decide.
    targets: Vec<String>,
}

/// How long CI tries each target.
const SMOKE_SECONDS: u64 = 20;

const TARGETS: &[&str] = &["parser", "checker", "formatter", "artifact", "decide"];

/// So many run at a time; CI has two cores.
const AT_A_TIME: usize = 2;

/// What `cargo fuzz` gives to LLVM, without a sanitizer.
const COVERAGE: &[&str] = &[
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// The limits of one input; memory is limited by the targets themselves.
const LIMITS: &[&str] = &[
    "-timeout=5",
    "-rss_limit_mb=1024",
    "-max_len=16384",
    "-print_final_stats=1",
];

pub(crate) fn smoke(project: &Project) -> Result<()> {
    run(
        project,
        &Arguments {
            seconds: SMOKE_SECONDS,
            targets: Vec::new(),
        },
    )
}

pub(crate) fn run(project: &Project, arguments: &Arguments) -> Result<()> {
    for target in &arguments.targets {
        ensure!(
            TARGETS.contains(&target.as_str()),
            "there is no target `{target}`: {}",
            TARGETS.join(", ")
        );
    }
    let wanted: Vec<&str> = TARGETS
        .iter()
        .copied()
        .filter(|target| arguments.targets.is_empty() || arguments.targets.iter().any(|one| one == target))
        .collect();
    let programs = Programs::build(project, &wanted)?;
    for together in wanted.chunks(AT_A_TIME) {
        let mut children = Vec::new();
        for target in together {
            children.push((*target, programs.start(project, target, arguments.seconds)?));
        }
        for (target, child) in children {
            finish(target, child, programs.guided)?;
        }
    }
    Ok(())
}

/// The built targets.
struct Programs {
    folder: PathBuf,
    /// Whether coverage guides them.
    guided: bool,
}

impl Programs {
    fn build(project: &Project, targets: &[&str]) -> Result<Self> {
        let host = host()?;
        let guided = Command::new("c++")
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        let target_folder = project.root.join("target").join("fuzz");
        let mut build = project.cargo(&["build", "--release", "--locked", "--quiet", "--target", &host]);
        build.current_dir(project.root.join("fuzz"));
        build.env("CARGO_TARGET_DIR", &target_folder);
        if guided {
            println!("fuzzing is guided by coverage");
            build
                .args(["--features", "libfuzzer"])
                .env("RUSTFLAGS", COVERAGE.join(" "));
            for target in targets {
                build.args(["--bin", target]);
            }
        } else {
            println!("there is no C++ compiler, so the corpus is changed blindly");
            build.args(["--bin", "walk"]);
        }
        ensure!(build.status()?.success(), "the targets do not build");
        Ok(Self {
            folder: target_folder.join(host).join("release"),
            guided,
        })
    }

    fn start(&self, project: &Project, target: &str, seconds: u64) -> Result<Child> {
        let fuzz = project.root.join("fuzz");
        let corpus = format!("corpus/{target}");
        let mut command;
        if self.guided {
            // libFuzzer puts what is new into the first folder.
            let found = format!("found/{target}");
            fs::create_dir_all(fuzz.join(&found))?;
            command = Command::new(self.folder.join(target));
            command
                .arg(format!("-max_total_time={seconds}"))
                .arg(format!("-artifact_prefix=found/{target}-"))
                .args(LIMITS)
                .args([&found, &corpus]);
            if !matches!(target, "artifact" | "decide") {
                command.arg("-dict=wicket.dict");
            }
        } else {
            command = Command::new(self.folder.join("walk"));
            command.args([target, &seconds.to_string(), &corpus, "wicket.dict"]);
        }
        command
            .current_dir(fuzz)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("starting the target {target}"))
    }
}

/// Waits for a target, and shows its last words: all of them if it found something.
fn finish(target: &str, child: Child, guided: bool) -> Result<()> {
    let output = child.wait_with_output()?;
    let words = if guided { &output.stderr } else { &output.stdout };
    let words = String::from_utf8_lossy(words);
    if !output.status.success() {
        let lines: Vec<&str> = words.lines().collect();
        let last = lines.get(lines.len().saturating_sub(60)..).unwrap_or_default();
        println!("{}", last.join("\n"));
        println!(
            "{}",
            String::from_utf8_lossy(if guided { &output.stdout } else { &output.stderr })
        );
    }
    ensure!(
        output.status.success(),
        "the target {target} found something; the input is in fuzz/found"
    );
    let covered = words.lines().rfind(|line| line.contains(" cov: "));
    let runs = words
        .lines()
        .find(|line| line.starts_with("Done ") || line.contains(" inputs in "));
    for line in covered.into_iter().chain(runs) {
        println!("{target}: {line}");
    }
    Ok(())
}

/// The machine's own target: naming it keeps the instrumentation out of build scripts and macros.
fn host() -> Result<String> {
    let output = Command::new("rustc")
        .arg("-vV")
        .output()
        .context("asking rustc")?;
    let text = String::from_utf8(output.stdout)?;
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .context("rustc does not name its host")
}
