//! What `wicket catalog pull` does, without the network and the disk: old pins and a new `tools/list` to new pins and a
//! report.
//!
//! A tool that was not there before is pinned by name only. Without that, an upstream could publish a `get_…` and be in
//! a tier, and in every permit that speaks of it, by the next pull. It enters its tier when the connector names it, or
//! when the owner accepts it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{
    Catalog, Changes, Digest, LockedConnector, LockedTool, PinError, PinnedTool, Refused, Tier, TierPattern,
    Tiers, diff, pin,
};
use crate::json::Json;

/// Everything that a pull depends on.
#[derive(Clone, Copy, Debug)]
pub struct Pulling<'a> {
    /// The connector's own name.
    pub name: &'a str,
    /// The digest of its source.
    pub source: Digest,
    /// Its lists of tiers.
    pub patterns: &'a [TierPattern],
    /// The catalog that the bundle used so far, shipped or pulled; `None` before the first pull of an own connector.
    pub before: Option<&'a Catalog>,
    /// What the lock held so far.
    pub locked: Option<&'a LockedConnector>,
    /// Tools that the owner accepts into the tier which the connector gives them.
    pub accept: &'a BTreeSet<String>,
}

/// The result of a pull, to be written if the owner agrees.
#[derive(Clone, Debug, PartialEq)]
pub struct Pull {
    /// The new catalog.
    pub catalog: Catalog,
    /// What the lock is to hold of the connector.
    pub locked: LockedConnector,
    /// What is new, gone or another since [`Pulling::before`].
    pub changes: Changes,
    /// Tools that are pinned by name only, and stay denied.
    pub waiting: Vec<Waiting>,
    /// Tools that the connector has moved since the lock was written.
    pub retiered: Vec<Retiered>,
    /// Tools of the list that cannot be pinned, and stay denied.
    pub refused: Vec<Refused>,
    /// Patterns of the connector that match no tool any more: its next check is an error.
    pub unmatched: Vec<TierPattern>,
}

/// A tool that is pinned by name only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The upstream's name of it.
    pub tool: String,
    /// The tier that the connector's patterns would give it.
    pub tier: Option<Tier>,
}

/// A tool whose tier is another than the lock had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retiered {
    /// The upstream's name of it.
    pub tool: String,
    /// The tier that the lock had.
    pub from: Tier,
    /// The tier that it has now; `None`: it is in none, and denied.
    pub to: Option<Tier>,
}

/// Why nothing is pulled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PullError {
    /// What the upstream sent is no whole list of tools.
    #[error(transparent)]
    Pin(#[from] PinError),
    /// The owner accepts a tool of this name, and the list has none that could be pinned.
    #[error("`{0}` is to be accepted, and the upstream lists no such tool")]
    NotListed(String),
    /// The owner accepts a tool of this name, and no pattern of the connector matches it.
    #[error("`{0}` is to be accepted, and the connector puts it into no tier")]
    NoTier(String),
}

/// Pins what an upstream lists now (all pages of `tools/list` in one result). It fails where that is no whole list, or
/// where a tool cannot be accepted as the owner wants it.
pub fn pull(pulling: &Pulling<'_>, tools_list: &Json) -> Result<Pull, PullError> {
    let pinned = pin(tools_list)?;
    let tiers = Tiers::resolve(pulling.patterns, pinned.catalog.names());
    for tool in pulling.accept {
        // An owner who misspells a name should not go away believing that the tool was accepted.
        if pinned.catalog.get(tool).is_none() {
            return Err(PullError::NotListed(tool.clone()));
        }
        if tiers.get(tool).is_none() {
            return Err(PullError::NoTier(tool.clone()));
        }
    }
    let named: BTreeSet<&str> = pulling
        .patterns
        .iter()
        .filter(|pattern| pattern.is_name())
        .map(|pattern| pattern.pattern.as_str())
        .collect();
    let lock_tool = |tool: &PinnedTool| {
        let entered = named.contains(tool.name.as_str())
            || pulling.accept.contains(&tool.name)
            || pulling.had_accepted(&tool.name);
        LockedTool {
            tier: tiers.get(&tool.name).filter(|_| entered),
            shape: tool.shape,
            text: pinned.texts.get(&tool.name).copied(),
            annotations: pinned.annotations.get(&tool.name).cloned(),
        }
    };
    let tools: BTreeMap<String, LockedTool> = pinned
        .catalog
        .tools()
        .iter()
        .map(|tool| (tool.name.clone(), lock_tool(tool)))
        .collect();
    let locked = LockedConnector {
        name: pulling.name.to_owned(),
        connector: pulling.source,
        catalog: pinned.catalog.digest(),
        tools,
    };
    Ok(Pull {
        changes: pulling.changes(&pinned.catalog, &locked),
        waiting: waiting(&locked, &tiers),
        retiered: retiered(pulling.locked, &locked),
        refused: pinned.refused,
        unmatched: tiers
            .unmatched
            .iter()
            .filter_map(|place| pulling.patterns.get(*place).cloned())
            .collect(),
        catalog: pinned.catalog,
        locked,
    })
}

impl Pulling<'_> {
    /// Whether a glob may speak for the tool, because the owner has already lived with it in a tier.
    fn had_accepted(&self, tool: &str) -> bool {
        match (self.locked, self.before) {
            (Some(locked), _) => locked.tools.get(tool).is_some_and(|tool| tool.tier.is_some()),
            (None, Some(before)) => before.get(tool).is_some(),
            // The first pull of a new connector: its globs have just been written, for these very tools.
            (None, None) => true,
        }
    }

    fn changes(&self, catalog: &Catalog, locked: &LockedConnector) -> Changes {
        let nothing = Catalog::from_tools(Vec::new());
        let mut changes = diff(self.before.unwrap_or(&nothing), catalog);
        if let Some(before) = self.locked {
            changes.text_changed = locked
                .tools
                .iter()
                .filter(|(name, after)| {
                    before.tools.get(*name).is_some_and(|before| {
                        before.shape == after.shape && before.text.is_some() && before.text != after.text
                    })
                })
                .map(|(name, _)| name.clone())
                .collect();
        }
        changes
    }
}

fn waiting(locked: &LockedConnector, tiers: &Tiers) -> Vec<Waiting> {
    locked
        .tools
        .iter()
        .filter(|(_, tool)| tool.tier.is_none())
        .map(|(name, _)| Waiting {
            tool: name.clone(),
            tier: tiers.get(name),
        })
        .collect()
}

fn retiered(before: Option<&LockedConnector>, after: &LockedConnector) -> Vec<Retiered> {
    let Some(before) = before else {
        return Vec::new();
    };
    after
        .tools
        .iter()
        .filter_map(|(name, tool)| {
            let from = before.tools.get(name)?.tier?;
            (tool.tier != Some(from)).then(|| Retiered {
                tool: name.clone(),
                from,
                to: tool.tier,
            })
        })
        .collect()
}

impl Pull {
    /// The report for the owner. `permits` names, for each waiting tool, the permits that it would enter.
    #[must_use]
    pub fn report(&self, alias: &str, permits: &BTreeMap<String, Vec<String>>) -> String {
        let changes = &self.changes;
        // Writing to a string cannot fail, so the results are dropped here and below.
        let mut out = String::new();
        let _ = writeln!(
            out,
            "{alias}: {} tools, {} new, {} gone, {} with another schema, {} with another description",
            self.catalog.tools().len(),
            changes.added.len(),
            changes.removed.len(),
            changes.shape_changed.len(),
            changes.text_changed.len()
        );
        self.report_waiting(&mut out, permits);
        list(&mut out, "gone", &changes.removed);
        if !changes.shape_changed.is_empty() {
            out.push_str("\nanother schema:\n");
        }
        for change in &changes.shape_changed {
            let _ = writeln!(out, "  {}", change.tool);
            for input in &change.input {
                let _ = writeln!(out, "    {input}");
            }
            if change.output_changed {
                out.push_str("    the output schema changed\n");
            }
        }
        list(
            &mut out,
            "another description, same schema",
            &changes.text_changed,
        );
        let moved = self.retiered.iter().map(|moved| {
            let to = moved.to.map_or("no tier", Tier::name);
            format!("{}: {} to {to}", moved.tool, moved.from)
        });
        list(&mut out, "moved to another tier", &moved.collect::<Vec<_>>());
        let refused = self
            .refused
            .iter()
            .map(|refused| format!("{}: {}", refused.tool, refused.why));
        list(&mut out, "cannot be pinned", &refused.collect::<Vec<_>>());
        let unmatched = self
            .unmatched
            .iter()
            .map(|pattern| format!("{} {}", pattern.tier, pattern.pattern));
        list(
            &mut out,
            "matches no tool any more",
            &unmatched.collect::<Vec<_>>(),
        );
        out
    }

    fn report_waiting(&self, out: &mut String, permits: &BTreeMap<String, Vec<String>>) {
        if !self.waiting.is_empty() {
            out.push_str("\npinned by name only, denied until accepted:\n");
        }
        for waiting in &self.waiting {
            let tier = match waiting.tier {
                Some(tier) => format!("would be {tier}"),
                None => "is in no tier of the connector".to_owned(),
            };
            let entered = match permits.get(&waiting.tool) {
                Some(names) if !names.is_empty() => format!("would enter {}", names.join(", ")),
                Some(_) | None => "would enter no permit".to_owned(),
            };
            let _ = writeln!(out, "  {}: {tier}, {entered}", waiting.tool);
        }
    }
}

fn list(out: &mut String, title: &str, lines: &[String]) {
    if !lines.is_empty() {
        let _ = writeln!(out, "\n{title}:");
    }
    for line in lines {
        let _ = writeln!(out, "  {line}");
    }
}
