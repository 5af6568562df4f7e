//! The report of a pull, for a person and for a program.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use serde::Serialize;
use wicket_lang::catalog::{Pull, Tier, shipped};

use crate::cli::catalog::changes::Changes;
use crate::cli::subject::counted;

#[derive(Serialize)]
pub(super) struct Result {
    connector: String,
    tools: usize,
    #[serde(flatten)]
    changes: Changes,
    waiting: Vec<Waiting>,
    retiered: Vec<Retiered>,
    refused: Vec<Refused>,
    unmatched: Vec<String>,
    /// What is wrong with the policies once this is in force.
    errors: usize,
    written: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Waiting {
    tool: String,
    tier: Option<Tier>,
    permits: Vec<String>,
}

#[derive(Serialize)]
struct Retiered {
    tool: String,
    from: Tier,
    to: Option<Tier>,
}

#[derive(Serialize)]
struct Refused {
    tool: String,
    why: String,
}

pub(super) fn human(
    pulled: &Pull,
    alias: &str,
    permits: &BTreeMap<String, Vec<String>>,
    errors: usize,
    written: &[PathBuf],
) -> String {
    let mut text = pulled.report(alias, permits);
    // Writing to a String does not fail, here and below.
    text.push('\n');
    if pulled.waiting.iter().any(|waiting| waiting.tier.is_some()) {
        let _ = writeln!(
            text,
            "accept a new tool with: wicket catalog pull {alias} --accept TOOL"
        );
    }
    if shipped(alias).is_none() && pulled.waiting.iter().any(|waiting| waiting.tier.is_none()) {
        text.push_str("a tool that is in no tier gets one in the connector's declaration\n");
    }
    if errors > 0 {
        let _ = writeln!(
            text,
            "the policies have {} with it: see wicket check",
            counted(errors, "error")
        );
    }
    if written.is_empty() {
        text.push_str("nothing was written\n");
    }
    for path in written {
        let _ = writeln!(text, "wrote {}", path.display());
    }
    text
}

pub(super) fn result(
    pulled: &Pull,
    alias: &str,
    permits: &BTreeMap<String, Vec<String>>,
    errors: usize,
    written: Vec<PathBuf>,
) -> Result {
    let waiting = pulled.waiting.iter().map(|waiting| Waiting {
        tool: waiting.tool.clone(),
        tier: waiting.tier,
        permits: permits.get(&waiting.tool).cloned().unwrap_or_default(),
    });
    let retiered = pulled.retiered.iter().map(|moved| Retiered {
        tool: moved.tool.clone(),
        from: moved.from,
        to: moved.to,
    });
    let refused = pulled.refused.iter().map(|refused| Refused {
        tool: refused.tool.clone(),
        why: refused.why.to_string(),
    });
    let unmatched = pulled
        .unmatched
        .iter()
        .map(|pattern| format!("{} {}", pattern.tier, pattern.pattern));
    Result {
        connector: alias.to_owned(),
        tools: pulled.catalog.tools().len(),
        changes: Changes::from(&pulled.changes),
        waiting: waiting.collect(),
        retiered: retiered.collect(),
        refused: refused.collect(),
        unmatched: unmatched.collect(),
        errors,
        written,
    }
}
