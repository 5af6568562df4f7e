//! `wicket completions SHELL`: a completion script.

use clap_complete::Shell;
use serde::Serialize;

use super::{Console, Exit, definition};

const EXAMPLES: &str = "Examples:\n  \
    wicket completions bash > ~/.local/share/bash-completion/completions/wicket\n  \
    wicket completions zsh > \"${fpath[1]}/_wicket\"\n  \
    wicket completions fish > ~/.config/fish/completions/wicket.fish";

/// Print a completion script for a shell.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The shell that reads the script.
    shell: Shell,
}

#[derive(Serialize)]
struct Script {
    shell: String,
    script: String,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    let mut bytes = Vec::new();
    clap_complete::generate(arguments.shell, &mut definition(), "wicket", &mut bytes);
    let result = Script {
        shell: arguments.shell.to_string(),
        script: String::from_utf8(bytes)?,
    };
    console.result(&result, &result.script)?;
    Ok(Exit::Done)
}
