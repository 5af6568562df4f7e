//! `wicket key create|list|revoke`.

use wicket_lang::value::Instant;

use super::place::{AUTHOR, Place, table};
use super::{Console, Exit};
use crate::audit::KeyId;
use crate::store::{KeyEntry, NewKey};

const EXAMPLES: &str = "Examples:\n  \
    wicket key create --agent coder --member ada@example.com --name laptop\n  \
    wicket key create --agent coder --member ada@example.com --expires 2027-01-01T00:00:00Z\n  \
    wicket key create --agent coder --member ada@example.com --replaces 3    goes on in the session of key 3\n  \
    wicket key list --agent coder\n  \
    wicket key revoke 3";

/// Make, list and revoke member keys.
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
    /// Make a key. It is printed once, and kept nowhere.
    Create {
        #[arg(long)]
        agent: String,
        #[arg(long)]
        member: String,
        /// What you call it.
        #[arg(long, default_value = "key")]
        name: String,
        /// When it lapses, as in 2027-01-01T00:00:00Z.
        #[arg(long, value_parser = instant)]
        expires: Option<Instant>,
        /// The key that it replaces: it goes on in that key's session.
        #[arg(long, value_name = "ID")]
        replaces: Option<KeyId>,
    },
    /// Keys, without what opens anything.
    List {
        #[arg(long)]
        agent: Option<String>,
    },
    /// End a key: the very next request with it is refused.
    Revoke { id: KeyId },
}

fn instant(text: &str) -> Result<Instant, String> {
    Instant::parse(text)
        .map_err(|_| "write an instant with its offset, as in 2027-01-01T00:00:00Z".to_owned())
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    let store = arguments.place.store()?;
    let keys = match &arguments.act {
        Act::Create {
            agent,
            member,
            name,
            expires,
            replaces,
        } => {
            let new = NewKey {
                agent: agent.clone(),
                member: member.clone(),
                name: name.clone(),
                expires: *expires,
                replaces: *replaces,
            };
            let created = store.create_key(new, AUTHOR).wait()?;
            let text = created.key.expose();
            let value = serde_json::json!({ "id": created.id.to_string(), "key": text.reveal() });
            let human = format!(
                "{}\n\nThis is key {} of {member} for the agent {agent}. It is shown once: paste it into the MCP client now.\n",
                text.reveal(),
                created.id
            );
            console.result(&value, &human)?;
            return Ok(Exit::Done);
        }
        Act::List { agent } => store.keys(agent.as_deref()).wait()?,
        Act::Revoke { id } => vec![store.revoke_key(*id, AUTHOR).wait()?],
    };
    let values: Vec<_> = keys.iter().map(value).collect();
    let shown =
        |instant: Option<Instant>| instant.map_or_else(|| "-".to_owned(), |instant| instant.to_string());
    let rows: Vec<_> = keys
        .iter()
        .map(|key| {
            [
                key.id.to_string(),
                key.agent.clone(),
                key.member.clone(),
                key.name.clone(),
                shown(key.last_used),
                shown(key.expires),
                shown(key.revoked),
            ]
        })
        .collect();
    let headings = ["ID", "AGENT", "MEMBER", "NAME", "LAST USED", "EXPIRES", "REVOKED"];
    console.result(&values, &table(headings, &rows))?;
    Ok(Exit::Done)
}

fn value(key: &KeyEntry) -> serde_json::Value {
    let shown = |instant: Option<Instant>| instant.map(|instant| instant.to_string());
    serde_json::json!({
        "id": key.id.to_string(), "lineage": key.lineage.to_string(), "agent": key.agent, "member": key.member,
        "name": key.name, "created": key.created.to_string(), "expires": shown(key.expires),
        "last_used": shown(key.last_used), "revoked": shown(key.revoked),
    })
}
