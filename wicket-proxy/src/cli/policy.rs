//! `wicket policy on|off|shadow NAME`: the switch of an item.

use std::fmt::Write as _;

use anyhow::bail;
use wicket_lang::artifact::Artifact;
use wicket_lang::diagnostic::nearest;
use wicket_lang::request::Setting;

use super::place::{AUTHOR, Place};
use super::{Console, Exit};
use crate::store::{ArtifactSource, Audience, Publish, Store, SwitchChange};

const EXAMPLES: &str = "Examples:\n  \
    wicket policy off three_channels          off for every agent\n  \
    wicket policy shadow public_only          evaluated and recorded, not enforced\n  \
    wicket policy on three_channels --agent coder";

/// Switch a policy, a breaker or a limit on, off, or to shadow.
///
/// The change is a publication of its own, in force for the very next call.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// `on` enforces it, `off` leaves it out, `shadow` evaluates and records it without enforcing it.
    #[arg(value_enum)]
    setting: Switch,
    /// The policy, breaker or limit.
    name: String,
    /// Only for this agent.
    #[arg(long)]
    agent: Option<String>,
    /// Why, for the record.
    #[arg(long, default_value = "policy switch")]
    reason: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Switch {
    On,
    Off,
    Shadow,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    let store = arguments.place.store()?;
    check_name(&store, arguments)?;
    let audience = match &arguments.agent {
        Some(agent) => Audience::Agents(vec![agent.clone()]),
        // Those that are made later too.
        None => Audience::EveryAgent,
    };
    let setting = match arguments.setting {
        Switch::On => Setting::Enforce,
        Switch::Off => Setting::Off,
        Switch::Shadow => Setting::Shadow,
    };
    let published = store
        .publish(Publish {
            audience,
            artifact: ArtifactSource::Current,
            switches: SwitchChange::Set {
                item: arguments.name.clone(),
                setting,
            },
            author: AUTHOR.to_owned(),
            reason: arguments.reason.clone(),
        })
        .wait()?;
    let mut human = String::new();
    let mut values = Vec::new();
    for one in published {
        writeln!(human, "{}: epoch {}", one.agent_name, one.epoch)?;
        values.push(serde_json::json!({
            "agent": one.agent_name, "epoch": one.epoch.to_string(), "new": one.is_new,
            "item": arguments.name, "setting": setting,
        }));
    }
    console.result(&values, &human)?;
    Ok(Exit::Done)
}

/// An item that no artifact in force has cannot be switched: a misspelt name would look like a switch that worked.
fn check_name(store: &Store, arguments: &Arguments) -> anyhow::Result<()> {
    let agents = store.agents().wait()?;
    if agents.is_empty() {
        bail!("there is no agent yet; make one with `wicket agent create NAME`");
    }
    let mut known: Vec<String> = Vec::new();
    for agent in agents {
        if arguments.agent.as_ref().is_some_and(|name| *name != agent.name) {
            continue;
        }
        if let Some(publication) = store.current(agent.id, None).wait()? {
            let artifact = Artifact::load(&store.artifact(publication.artifact).wait()?)?;
            let turned_on = matches!(arguments.setting, Switch::On);
            if !turned_on && artifact.shared_items().contains(arguments.name.as_str()) {
                bail!(
                    "`{}` comes from a folder that the policies share with others, and is always enforced; change it there",
                    arguments.name
                );
            }
            known.extend(artifact.bundle.switchable().map(str::to_owned));
        }
    }
    if known.contains(&arguments.name) {
        return Ok(());
    }
    match nearest(&arguments.name, known.iter().map(String::as_str)) {
        Some(near) => bail!(
            "nothing in force is called `{}`; did you mean `{near}`?",
            arguments.name
        ),
        None => bail!("nothing in force is called `{}`", arguments.name),
    }
}
