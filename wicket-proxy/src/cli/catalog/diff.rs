//! `wicket catalog diff SERVER`: what another list of tools changes, and what that means to the policies.
//!
//! It is a pull that writes nothing and ends with 1 where there is something to look at, so that it can watch a server.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::bail;
use serde::Serialize;
use wicket_lang::catalog::{Pull, Tier, diff};

use super::before::{Accept, Before, Touched};
use super::changes::Changes;
use super::listing::{self, catalog};
use super::server::ServerArguments;
use crate::cli::{Console, Exit};

const EXAMPLES: &str = "Examples:\n  \
    wicket catalog diff github                         what the server lists now, against what is pinned\n  \
    wicket catalog diff github --from tools.json       the same, from a file\n  \
    wicket catalog diff --as github https://api.githubcopilot.com/mcp/\n                                                     \
    the same, from an address\n  \
    wicket catalog diff --as notes -- uvx notes-server --folder notes\n                                                     \
    the same, from a child process\n  \
    wicket catalog diff old.json new.json              two files: pinned catalogs, or answers to tools/list";

/// Show what changed between what is pinned and what a server lists.
///
/// Exit code 0: nothing. 1: something. Names, arguments, types and constraints are compared, and descriptions by their
/// digests once they have been pinned. For each tool that changed, the rules that touch it are named; for each new one,
/// the tier and the permits that it would enter if it were accepted. Two files are compared with each other alone.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(flatten)]
    server: ServerArguments,
    /// Take the tools from a file, which holds the result of `tools/list` as JSON.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    if let [old, new] = arguments.server.server.as_slice()
        && [old, new].iter().all(|file| is_listing(file))
    {
        return files(Path::new(old), Path::new(new), console);
    }
    let from = match arguments.server.server.as_slice() {
        [file] if is_listing(file) => Some(PathBuf::from(file)),
        _ => arguments.from.clone(),
    };
    let alias = match (arguments.server.alias(), &from) {
        (Ok(alias), _) => alias,
        // A catalog has the name of its connector.
        (Err(_), Some(file)) => name_of(file)?,
        (Err(error), None) => return Err(error),
    };
    let policies = arguments.server.policies(from.is_none())?;
    let before = Before::read_or_shipped(&policies, &alias)?;
    let listed = match &from {
        Some(file) => listing::as_listed(file)?,
        None => arguments.server.tools(&alias, console)?,
    };
    let pulled = before.pull(&Accept::These(&[]), &listed)?;
    let mut changed = pulled.changes.clone();
    if from.as_deref().is_some_and(listing::is_catalog) {
        // A catalog holds no descriptions, so their digests say nothing.
        changed.text_changed.clear();
    }
    let pulled = Pull {
        changes: changed,
        ..pulled
    };
    let touched = before.touched(&pulled);
    let permits = before.permits(&pulled);
    let new = pulled.waiting.iter().map(|waiting| NewTool {
        tool: waiting.tool.clone(),
        tier: waiting.tier,
        permits: permits.get(&waiting.tool).cloned().unwrap_or_default(),
    });
    let refused = pulled.refused.iter().map(|refused| Refused {
        tool: refused.tool.clone(),
        why: refused.why.to_string(),
    });
    let is_same = pulled.changes.is_empty() && pulled.refused.is_empty();
    let mut text = pulled.report(&alias, &permits);
    meaning(&mut text, &touched);
    if is_same {
        text.push_str("\nas it is pinned\n");
    }
    let result = Difference {
        connector: alias,
        same: is_same,
        changes: Changes::from(&pulled.changes),
        touched,
        waiting: new.collect(),
        refused: refused.collect(),
    };
    console.result(&result, &text)?;
    Ok(exit(is_same))
}

/// What differs, and what that means.
#[derive(Serialize)]
struct Difference {
    connector: String,
    same: bool,
    #[serde(flatten)]
    changes: Changes,
    /// Tools that changed, with the rules that touch them.
    touched: Vec<Touched>,
    /// Tools that a pull would pin by name only, with what they would enter once accepted.
    waiting: Vec<NewTool>,
    refused: Vec<Refused>,
}

#[derive(Serialize)]
struct NewTool {
    tool: String,
    tier: Option<Tier>,
    permits: Vec<String>,
}

#[derive(Serialize)]
struct Refused {
    tool: String,
    why: String,
}

fn meaning(text: &mut String, touched: &[Touched]) {
    if touched.is_empty() {
        return;
    }
    // Writing to a String does not fail, here and below.
    text.push_str("\nrules that touch what changed:\n");
    for tool in touched {
        let tier = tool.tier.map_or("no tier", Tier::name);
        let rules: Vec<String> = tool
            .rules
            .iter()
            .map(|rule| format!("{} ({})", rule.policy, rule.effect.name()))
            .collect();
        let rules = if rules.is_empty() {
            "no rule".to_owned()
        } else {
            rules.join(", ")
        };
        let _ = writeln!(text, "  {} ({tier}, {}): {rules}", tool.tool, tool.change);
    }
}

fn is_listing(word: &str) -> bool {
    Path::new(word).extension().is_some_and(|ending| ending == "json")
}

fn name_of(file: &Path) -> anyhow::Result<String> {
    let name = file
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    match name.split_once('.') {
        Some((name, _)) if !name.is_empty() => Ok(name.to_owned()),
        Some(_) | None => bail!("say which connector this is the list of: add `--as NAME`"),
    }
}

fn exit(is_same: bool) -> Exit {
    if is_same { Exit::Done } else { Exit::Findings }
}

fn files(old: &Path, new: &Path, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    let changes = diff(&catalog(old)?, &catalog(new)?);
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
    Ok(exit(changes.is_empty()))
}
