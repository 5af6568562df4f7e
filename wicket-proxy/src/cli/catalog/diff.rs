//! `wicket catalog diff OLD NEW`: what another list of tools changes.

use std::fmt::Write as _;
use std::path::PathBuf;

use wicket_lang::catalog::diff;

use super::changes::Changes;
use super::listing::catalog;
use crate::cli::{Console, Exit};

const EXAMPLES: &str = "Examples:\n  \
    wicket catalog diff github.tools.json new.json     a pinned catalog, and what a server answered to tools/list";

/// Show what changed between two lists of tools.
///
/// Exit code 0: nothing. 1: something. Names, types and constraints are compared; a catalog holds no descriptions.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// A pinned catalog, or the result of `tools/list` as JSON.
    old: PathBuf,
    /// Likewise.
    new: PathBuf,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    let changes = diff(&catalog(&arguments.old)?, &catalog(&arguments.new)?);
    let mut text = String::new();
    // Writing to a String does not fail, here and below.
    for tool in &changes.added {
        let _ = writeln!(text, "+ {tool}");
    }
    for tool in &changes.removed {
        let _ = writeln!(text, "- {tool}");
    }
    for change in &changes.shape_changed {
        let _ = writeln!(text, "~ {}", change.tool);
        for input in &change.input {
            let _ = writeln!(text, "    {input}");
        }
        if change.output_changed {
            let _ = writeln!(text, "    the output schema changed");
        }
    }
    if changes.is_empty() {
        text.push_str("the same tools\n");
    }
    console.result(&Changes::from(&changes), &text)?;
    Ok(if changes.is_empty() {
        Exit::Done
    } else {
        Exit::Findings
    })
}
