//! `wicket session list|reset`.

use wicket_lang::request::{Phase, State};

use super::place::{AUTHOR, Place, table};
use super::{Console, Exit};
use crate::audit::SessionId;
use crate::pipeline::reset;
use crate::store::SessionEntry;

const EXAMPLES: &str = "Examples:\n  \
    wicket session list --agent coder\n  \
    wicket session reset ses_4fG…                       close its breakers and clear its counts\n  \
    wicket session reset ses_4fG… --item three_strikes  only this breaker";

/// List sessions, and reset one.
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
    /// Sessions, the latest first.
    List {
        #[arg(long)]
        agent: Option<String>,
    },
    /// Close the breakers of a session and set their counts to nothing.
    Reset {
        session: SessionId,
        /// Only this item.
        #[arg(long)]
        item: Option<String>,
    },
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    let store = arguments.place.store()?;
    let sessions = match &arguments.act {
        Act::List { agent } => store.sessions(agent.as_deref()).wait()?,
        Act::Reset { session, item } => {
            vec![
                store
                    .reset_session(session, item.as_deref(), AUTHOR, reset)
                    .wait()?,
            ]
        }
    };
    let values = sessions.iter().map(value).collect::<Result<Vec<_>, _>>()?;
    let rows = sessions
        .iter()
        .map(|entry| {
            let state = state(entry)?;
            Ok([
                entry.session.id.to_string(),
                entry.agent.clone(),
                entry.member.clone(),
                state.denials.to_string(),
                open(&state).join(", "),
                entry.session.last_call.to_string(),
            ])
        })
        .collect::<Result<Vec<_>, serde_json::Error>>()?;
    let headings = [
        "SESSION",
        "AGENT",
        "MEMBER",
        "DENIALS",
        "OPEN BREAKERS",
        "LAST CALL",
    ];
    console.result(&values, &table(headings, &rows))?;
    Ok(Exit::Done)
}

fn state(entry: &SessionEntry) -> Result<State, serde_json::Error> {
    serde_json::from_str(&entry.session.state)
}

/// The names of the breakers that are not closed.
fn open(state: &State) -> Vec<String> {
    state
        .session
        .breakers
        .iter()
        .filter(|(_, breaker)| breaker.phase != Phase::Closed)
        .map(|(name, _)| name.clone())
        .collect()
}

fn value(entry: &SessionEntry) -> Result<serde_json::Value, serde_json::Error> {
    let state = state(entry)?;
    Ok(serde_json::json!({
        "id": entry.session.id.to_string(), "agent": entry.agent, "member": entry.member,
        "key": entry.key.to_string(), "lineage": entry.lineage.to_string(),
        "started": entry.session.started.to_string(), "last_call": entry.session.last_call.to_string(),
        "open": open(&state), "state": state,
    }))
}
