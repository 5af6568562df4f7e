//! `wicket agent create|list|enable|disable`.

use super::place::{AUTHOR, Place, table};
use super::{Console, Exit};
use crate::store::{Agent, AgentStatus, NewAgent};

const EXAMPLES: &str = "Examples:\n  \
    wicket agent create coder           an agent whose members all act under one set of policies\n  \
    wicket agent disable coder          the kill switch: every call is refused\n  \
    wicket agent list";

/// Make, list, enable and disable agents.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(subcommand)]
    act: Act,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Subcommand)]
enum Act {
    /// Make an agent.
    Create {
        name: String,
        /// Each member has a set of policies of its own; without one nothing is allowed.
        #[arg(long)]
        untrusted: bool,
        /// A word to find it by; may be given again.
        #[arg(long = "tag")]
        tags: Vec<String>,
    },
    /// All agents.
    List,
    /// Let its members call again.
    Enable { name: String },
    /// Refuse every call of every member.
    Disable { name: String },
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    let store = arguments.place.store()?;
    let agents = match &arguments.act {
        Act::Create {
            name,
            untrusted,
            tags,
        } => {
            let new = NewAgent {
                name: name.clone(),
                trusted: !untrusted,
                tags: tags.clone(),
            };
            vec![store.create_agent(new, AUTHOR).wait()?]
        }
        Act::List => store.agents().wait()?,
        Act::Enable { name } => vec![store.set_agent_status(name, AgentStatus::Active, AUTHOR).wait()?],
        Act::Disable { name } => vec![
            store
                .set_agent_status(name, AgentStatus::Disabled, AUTHOR)
                .wait()?,
        ],
    };
    let values: Vec<_> = agents.iter().map(value).collect();
    let rows: Vec<_> = agents
        .iter()
        .map(|agent| {
            let trusted = if agent.trusted { "trusted" } else { "untrusted" };
            [
                agent.name.clone(),
                agent.status.to_string(),
                trusted.to_owned(),
                agent.tags.join(", "),
                agent.created.to_string(),
            ]
        })
        .collect();
    console.result(
        &values,
        &table(["AGENT", "STATUS", "TRUST", "TAGS", "CREATED"], &rows),
    )?;
    Ok(Exit::Done)
}

fn value(agent: &Agent) -> serde_json::Value {
    serde_json::json!({
        "name": agent.name, "status": agent.status.to_string(), "trusted": agent.trusted, "tags": agent.tags,
        "created": agent.created.to_string(),
    })
}
