//! `wicket reload`: publish what the configured folder holds now.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use wicket_lang::artifact::Artifact;
use wicket_lang::calendar;

use super::place::{AUTHOR, Place};
use super::{Console, Exit};
use crate::clock::Clock;
use crate::publishing::{self, NotPublishable};
use crate::store::Store;

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
    /// The items that remember something else than before, and start anew.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    anew: Vec<String>,
    /// The schedules that newer zone data moves, with the first instant at which they differ.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    moved: Vec<MovedSchedule>,
}

#[derive(Clone, serde::Serialize)]
struct MovedSchedule {
    schedule: String,
    /// As an instant.
    from: String,
}

/// What changes for an agent beside the rules.
#[derive(Default)]
struct Changes {
    anew: Vec<String>,
    moved: Vec<MovedSchedule>,
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
    let mut changes = changes(&store, &prepared.artifact)?;
    let published = publishing::publish(&store, prepared, AUTHOR, &arguments.reason).wait()?;
    let in_force: Vec<InForce> = published
        .into_iter()
        .map(|one| {
            let Changes { anew, moved } = changes.remove(&one.agent_name).unwrap_or_default();
            InForce {
                agent: one.agent_name,
                epoch: one.epoch.to_string(),
                artifact: one.artifact.to_string(),
                new: one.is_new,
                anew,
                moved,
            }
        })
        .collect();
    let mut human = String::new();
    for one in &in_force {
        let new = if one.new { "" } else { " (as before)" };
        writeln!(human, "{}: epoch {}{new}  {}", one.agent, one.epoch, one.artifact)?;
        if !one.anew.is_empty() {
            writeln!(
                human,
                "  starting anew, because they remember something else now: {}",
                one.anew.join(", ")
            )?;
        }
        for MovedSchedule { schedule, from } in &one.moved {
            writeln!(human, "  moved by newer zone data: {schedule}, from {from} on")?;
        }
    }
    if in_force.is_empty() {
        human.push_str("published; there is no agent yet (wicket agent create NAME)\n");
    }
    console.result(&in_force, &human)?;
    Ok(Exit::Done)
}

/// What each agent has in force remembers under the same names, and the artifact otherwise; and the schedules that it
/// reads in older zone tables.
fn changes(store: &Store, artifact: &Artifact) -> anyhow::Result<BTreeMap<String, Changes>> {
    let now = Clock::System.now();
    let mut changes = BTreeMap::new();
    for agent in store.agents().wait()? {
        let Some(publication) = store.current(agent.id, None).wait()? else {
            continue;
        };
        // One that this program no longer loads decides nothing, and nothing can be said of it.
        let Ok(before) = Artifact::load(&store.artifact(publication.artifact).wait()?) else {
            continue;
        };
        let names = artifact.bundle.starts_anew(&before.bundle);
        let calendar = &artifact.bundle.calendar;
        let moved = calendar::moved(&before.bundle.calendar, calendar, now).into_iter();
        let of_agent = Changes {
            anew: names.into_iter().map(str::to_owned).collect(),
            moved: moved
                .map(|moved| MovedSchedule {
                    schedule: calendar
                        .schedule(moved.schedule)
                        .and_then(|schedule| schedule.name.clone())
                        .unwrap_or_else(|| calendar::describe(calendar, moved.schedule)),
                    from: moved.at.to_string(),
                })
                .collect(),
        };
        changes.insert(agent.name, of_agent);
    }
    Ok(changes)
}
