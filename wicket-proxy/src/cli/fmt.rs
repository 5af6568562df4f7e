//! `wicket fmt [PATH…] [--check]`: one layout for every policy.

use std::path::{Path, PathBuf};

use serde::Serialize;
use similar::TextDiff;
use wicket_lang::diagnostic::Diagnostic;
use wicket_lang::diagnostic::render::{Style, render};
use wicket_lang::format::format;
use wicket_lang::source::{MAX_SOURCE_BYTES, Sources};

use super::subject::{counted, default_path, is_artifact};
use super::{Console, Exit, Format, write};
use crate::bundle;

const EXAMPLES: &str = "Examples:\n  \
    wicket fmt                      every .wkt file of the policies that wicket.toml names, or else of this folder\n  \
    wicket fmt policies a.wkt       these\n  \
    wicket fmt --check              change nothing, show the difference, and end with exit code 1 where there is one";

/// Lay policies out in the one way.
///
/// Every comment is kept. A file with a mistake in its grammar is left as it is, and told.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Folders and files; without one, `policies` of the wicket.toml in this folder, or else this folder.
    paths: Vec<PathBuf>,
    /// Change nothing, and show what would change.
    #[arg(long)]
    check: bool,
}

#[derive(Serialize)]
struct Formatted {
    ok: bool,
    /// Written, or with `--check`: to be written.
    changed: Vec<String>,
    unchanged: usize,
    refused: Vec<Refused>,
}

/// A file that cannot be read as a policy.
#[derive(Serialize)]
struct Refused {
    file: String,
    errors: Vec<String>,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    let mut paths = arguments.paths.clone();
    if paths.is_empty() {
        paths.push(default_path()?);
    }
    let mut files = Vec::new();
    for path in &paths {
        if is_artifact(path) {
            anyhow::bail!("{} is an artifact; name policy files", path.display());
        }
        files.extend(bundle::source_paths(path)?);
    }
    files.sort();
    files.dedup();
    let mut result = Formatted {
        ok: true,
        changed: Vec::new(),
        unchanged: 0,
        refused: Vec::new(),
    };
    for file in &files {
        one(file, arguments.check, console, &mut result)?;
    }
    result.ok = result.refused.is_empty() && (!arguments.check || result.changed.is_empty());
    let verb = if arguments.check { "to change" } else { "changed" };
    let summary = format!(
        "{} {verb}, {} in order, {} with errors\n",
        counted(result.changed.len(), "file"),
        result.unchanged,
        result.refused.len()
    );
    console.result(&result, &summary)?;
    Ok(if result.ok { Exit::Done } else { Exit::Findings })
}

fn one(path: &Path, check: bool, console: &mut Console<'_>, result: &mut Formatted) -> anyhow::Result<()> {
    let name = path.display().to_string();
    let before = bundle::text(path, MAX_SOURCE_BYTES)?;
    let after = match format(&before) {
        Ok(after) => after,
        Err(diagnostics) => {
            let errors: Vec<Diagnostic> = diagnostics.into_iter().filter(Diagnostic::is_error).collect();
            if console.format == Format::Human {
                let sources = Sources::single(&name, &before);
                write!(console.err, "{}", render(&errors, &sources, Style::Ansi))?;
            }
            let errors = errors.into_iter().map(|error| error.message).collect();
            result.refused.push(Refused { file: name, errors });
            return Ok(());
        }
    };
    if after == before {
        result.unchanged += 1;
        return Ok(());
    }
    if !check {
        write::atomically(path, after.as_bytes())?;
    } else if console.format == Format::Human {
        let diff = TextDiff::from_lines(&before, &after);
        let shown = diff.unified_diff().header(&name, &name).to_string();
        write!(console.out, "{shown}")?;
    }
    result.changed.push(name);
    Ok(())
}
