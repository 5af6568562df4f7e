//! `wicket session list|show|reset`.

use anyhow::Context;
use wicket_lang::catalog::Digest;
use wicket_lang::request::{History, State};

use super::place::{AUTHOR, Place, table};
use super::{Console, Exit, remembered};
use crate::audit::SessionId;
use crate::pipeline::reset;
use crate::store::SessionEntry;

const EXAMPLES: &str = "Examples:\n  \
    wicket session list --agent coder\n  \
    wicket session show ses_4fG…                        what it remembers, and what its member, agent and connectors do\n  \
    wicket session reset ses_4fG…                       close its breakers and clear its counts\n  \
    wicket session reset ses_4fG… --item three_strikes  only this breaker";

/// List sessions, show what one remembers, and reset one.
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
    /// What a session remembers: breakers, limits, tracks and marks, with those of its member, agent and connectors.
    Show { session: SessionId },
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
        Act::Show { session } => return show(arguments, session, console),
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
                remembered::open(&state.session).join(", "),
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

fn value(entry: &SessionEntry) -> Result<serde_json::Value, serde_json::Error> {
    let state = state(entry)?;
    Ok(serde_json::json!({
        "id": entry.session.id.to_string(), "agent": entry.agent, "member": entry.member,
        "key": entry.key.to_string(), "lineage": entry.lineage.to_string(),
        "started": entry.session.started.to_string(), "last_call": entry.session.last_call.to_string(),
        "open": remembered::open(&state.session), "state": state,
    }))
}

fn show(arguments: &Arguments, id: &SessionId, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    let found = arguments.place.store()?.session(id).wait()?;
    let (entry, scopes) = found.with_context(|| format!("there is no session {id}"))?;
    let config = arguments.place.config()?;
    let state = state(&entry)?;
    let mut rows = remembered::rows("session", &state.session);
    let mut shared = Vec::new();
    for scope in &scopes {
        let history: History = serde_json::from_str(&scope.state)?;
        // Connectors are kept by the digest of their name.
        let named = config
            .connectors
            .keys()
            .find(|name| scope.kind == "connector" && Digest::of(name.as_bytes()).to_string() == scope.key);
        let name = named.map_or(scope.key.as_str(), |name| name.as_str());
        let title = format!("{} {name}", scope.kind);
        rows.extend(remembered::rows(title.trim_end(), &history));
        shared.push(serde_json::json!({
            "scope": scope.kind, "name": name, "open": remembered::open(&history), "state": history,
        }));
    }
    let mut value = value(&entry)?;
    if let Some(object) = value.as_object_mut() {
        object.insert("shared".to_owned(), shared.into());
    }
    let text = if rows.is_empty() {
        "It remembers nothing.\n".to_owned()
    } else {
        table(remembered::HEADINGS, &rows)
    };
    console.result(&value, &text)?;
    Ok(Exit::Done)
}
