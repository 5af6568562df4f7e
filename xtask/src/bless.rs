//! `cargo xtask bless [FILTER]`: rewrites golden files with what the program says today.
//!
//! It only sets the switch and runs the golden tests; they know where each file lies. Read the diff afterwards: that
//! is the review.

use anyhow::{Result, ensure};

use crate::project::Project;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Rewrite only the cases whose name contains this.
    filter: Option<String>,
}

pub(crate) fn run(project: &Project, arguments: &Arguments) -> Result<()> {
    let mut command = project.cargo(&["test", "-p", "wicket-tests"]);
    command.env("WICKET_BLESS", "1");
    if let Some(filter) = &arguments.filter {
        command.env("WICKET_BLESS_FILTER", filter);
    }
    ensure!(command.status()?.success(), "the golden tests failed");
    println!("Golden files are rewritten; read `git diff` before you commit.");
    Ok(())
}
