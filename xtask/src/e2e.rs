//! `cargo xtask e2e`: end to end with real peers, other people's clients and servers in exact versions.
//!
//! What is installed lies in `.e2e/` and stays there for the next run. The checks themselves are `tests/e2e/run.py`,
//! because one of the clients is in Python. Nothing is skipped: what is missing is an error with its remedy.

mod install;
mod schemas;

use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::project::Project;
use install::Installed;

#[derive(clap::Args, Default)]
pub(crate) struct Arguments {
    /// Only the checks whose group or name holds one of these words.
    words: Vec<String>,
    /// Print the names of the checks and run none.
    #[arg(long)]
    list: bool,
}

pub(crate) fn run(project: &Project, arguments: &Arguments) -> Result<()> {
    let status = checks(project, arguments)?
        .status()
        .context("the checks do not start")?;
    ensure!(status.success(), "the end-to-end checks failed");
    Ok(())
}

/// The command that runs all checks, for CI.
pub(crate) fn all(project: &Project) -> Result<Command> {
    checks(project, &Arguments::default())
}

/// Installs the peers, builds `wicket`, and names the command that runs the checks.
fn checks(project: &Project, arguments: &Arguments) -> Result<Command> {
    let installed = Installed::bring_about(project)?;
    let built = project
        .cargo(&["build", "--quiet", "--package", "wicket-proxy", "--bin", "wicket"])
        .status()
        .context("cargo does not start")?;
    ensure!(built.success(), "wicket does not build");
    let mut checks = installed.python();
    checks
        .arg(project.root.join("tests/e2e/run.py"))
        .arg("--wicket")
        .arg(project.built("wicket"))
        .arg("--node")
        .arg(installed.node())
        .arg("--node-folder")
        .arg(installed.node_folder())
        .arg("--schemas")
        .arg(installed.schemas())
        .arg("--folder")
        .arg(project.root.join(".e2e/run"))
        .args(arguments.list.then_some("--list"))
        .args(&arguments.words);
    Ok(checks)
}
