//! `wicket reload`: publish what the configured folder holds now.

use std::fmt::Write as _;

use super::place::{AUTHOR, Place};
use super::{Console, Exit};
use crate::publishing::{self, NotPublishable};

const EXAMPLES: &str = "Examples:\n  \
    wicket reload                       publish the policies of this folder's wicket.toml\n  \
    wicket reload --reason \"open Fridays\"";

/// Publish what the policies' folder holds now; returns when it is in force.
///
/// Every call that begins after this command has ended is judged by what it published. Broken policies are not
/// published: the last good ones stay in force, and the exit code is 1.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Why, for the record.
    #[arg(long, default_value = "reload")]
    reason: String,
}

#[derive(serde::Serialize)]
struct InForce {
    agent: String,
    epoch: String,
    artifact: String,
    new: bool,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    let config = arguments.place.config()?;
    let prepared = match publishing::prepare(&config.policies) {
        Ok(prepared) => prepared,
        Err(error @ (NotPublishable::Findings { .. } | NotPublishable::Tests { .. })) => {
            console.error(&anyhow::Error::new(error).context("nothing was published"));
            return Ok(Exit::Findings);
        }
        Err(error) => return Err(error.into()),
    };
    let store = arguments.place.store()?;
    let published = publishing::publish(&store, prepared, AUTHOR, &arguments.reason).wait()?;
    let in_force: Vec<InForce> = published
        .into_iter()
        .map(|one| InForce {
            agent: one.agent_name,
            epoch: one.epoch.to_string(),
            artifact: one.artifact.to_string(),
            new: one.is_new,
        })
        .collect();
    let mut human = String::new();
    for one in &in_force {
        let new = if one.new { "" } else { " (as before)" };
        writeln!(human, "{}: epoch {}{new}  {}", one.agent, one.epoch, one.artifact)?;
    }
    if in_force.is_empty() {
        human.push_str("published; there is no agent yet (wicket agent create NAME)\n");
    }
    console.result(&in_force, &human)?;
    Ok(Exit::Done)
}
