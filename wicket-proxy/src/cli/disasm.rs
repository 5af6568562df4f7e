//! `wicket disasm FILE`: what the machine runs, as text.

use std::path::PathBuf;

use serde::Serialize;
use wicket_lang::bytecode::disassemble;

use super::subject::artifact_of;
use super::{Console, Exit};

const EXAMPLES: &str = "Examples:\n  \
    wicket disasm agent.wkb         an artifact, verified first\n  \
    wicket disasm policies          what the sources would become";

/// Print the programs of an artifact.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// An artifact NAME.wkb, or the folder or file of its sources.
    file: PathBuf,
}

#[derive(Serialize)]
struct Disassembled {
    digest: String,
    compiler: String,
    text: String,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    let artifact = artifact_of(&arguments.file, console.err)?;
    let text = disassemble(&artifact.programs, &artifact.bundle);
    let result = Disassembled {
        digest: artifact.digest().to_string(),
        compiler: artifact.compiler.clone(),
        text,
    };
    console.result(&result, &result.text)?;
    Ok(Exit::Done)
}
