//! `wicket member add|list|remove`.

use anyhow::Context as _;

use super::place::{AUTHOR, Place, table};
use super::{Console, Exit};
use crate::store::{Member, MemberRole, MembershipStatus, NewMember};

const EXAMPLES: &str = "Examples:\n  \
    wicket member add --agent coder ada@example.com --group maintainers\n  \
    wicket member list --agent coder\n  \
    wicket member remove --agent coder ada@example.com    refuses every call at once, and revokes the keys";

/// Add, list and remove the members of an agent.
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
    /// Add a person, or change the groups of one.
    Add {
        /// The person's address.
        name: String,
        #[arg(long)]
        agent: String,
        /// A group that policies speak of; may be given again.
        #[arg(long = "group")]
        groups: Vec<String>,
        /// The person administers the agent.
        #[arg(long)]
        owner: bool,
    },
    /// The members of an agent.
    List {
        #[arg(long)]
        agent: String,
    },
    /// Refuse every call of a member.
    Remove {
        name: String,
        #[arg(long)]
        agent: String,
    },
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    let store = arguments.place.store()?;
    let members = match &arguments.act {
        Act::Add {
            name,
            agent,
            groups,
            owner,
        } => {
            let new = NewMember {
                agent: agent.clone(),
                name: name.clone(),
                role: if *owner {
                    MemberRole::Owner
                } else {
                    MemberRole::Member
                },
                groups: groups.clone(),
                status: MembershipStatus::Approved,
            };
            vec![store.put_member(new, AUTHOR).wait()?]
        }
        Act::List { agent } => {
            let found = store.agent(agent).wait()?;
            let found = found
                .with_context(|| format!("there is no agent `{agent}`; `wicket agent list` lists all"))?;
            store.members(found.id).wait()?
        }
        Act::Remove { name, agent } => vec![store.remove_member(agent, name, AUTHOR).wait()?],
    };
    let values: Vec<_> = members.iter().map(value).collect();
    let rows: Vec<_> = members
        .iter()
        .map(|member| {
            [
                member.name.clone(),
                member.role.to_string(),
                member.status.to_string(),
                member.groups.join(", "),
                member.created.to_string(),
            ]
        })
        .collect();
    console.result(
        &values,
        &table(["MEMBER", "ROLE", "STATUS", "GROUPS", "SINCE"], &rows),
    )?;
    Ok(Exit::Done)
}

fn value(member: &Member) -> serde_json::Value {
    serde_json::json!({
        "name": member.name, "role": member.role.to_string(), "status": member.status.to_string(),
        "groups": member.groups, "created": member.created.to_string(),
    })
}
