//! `wicket audit tail|query`.

use std::fmt::Write as _;
use std::time::Duration;

use wicket_lang::decide::Verdict;
use wicket_lang::value::Instant;

use super::place::Place;
use super::{Console, Exit, Format};
use crate::audit::{CallId, Kind, Seq, SessionId, StoredRecord};
use crate::store::{Filter, Store};

/// How often a follower looks for more.
const LOOK: Duration = Duration::from_millis(250);

const EXAMPLES: &str = "Examples:\n  \
    wicket audit tail --follow\n  \
    wicket audit query --decision deny --since 2026-03-02T00:00:00Z\n  \
    wicket audit query --tool merge_pull_request --format json";

/// Read the record of calls.
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
    /// The newest records.
    Tail {
        /// How many.
        #[arg(short = 'n', long, default_value_t = 20)]
        lines: u32,
        /// Go on with what comes.
        #[arg(short, long)]
        follow: bool,
    },
    /// Records that fit all that is said; in the order of the log.
    Query {
        #[arg(long)]
        agent: Option<String>,
        #[arg(long)]
        member: Option<String>,
        #[arg(long)]
        service: Option<String>,
        #[arg(long)]
        tool: Option<String>,
        #[arg(long, value_enum)]
        decision: Option<Decision>,
        /// intent, denied, outcome, admin, publication
        #[arg(long, value_parser = kind)]
        kind: Option<Kind>,
        #[arg(long)]
        session: Option<SessionId>,
        #[arg(long)]
        call: Option<CallId>,
        /// From this instant on, as in 2026-03-02T00:00:00Z.
        #[arg(long, value_parser = instant)]
        since: Option<Instant>,
        /// Before this instant.
        #[arg(long, value_parser = instant)]
        until: Option<Instant>,
        /// At most so many, the newest of them.
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Decision {
    Permit,
    Deny,
}

fn instant(text: &str) -> Result<Instant, String> {
    Instant::parse(text)
        .map_err(|_| "write an instant with its offset, as in 2026-03-02T00:00:00Z".to_owned())
}

fn kind(text: &str) -> Result<Kind, String> {
    Kind::from_word(text)
        .ok_or_else(|| "the kinds are intent, denied, outcome, admin and publication".to_owned())
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    let store = arguments.place.store()?;
    match &arguments.act {
        Act::Query {
            agent,
            member,
            service,
            tool,
            decision,
            kind,
            session,
            call,
            since,
            until,
            limit,
        } => {
            let filter = Filter {
                agent: agent.clone(),
                member: member.clone(),
                service: service.clone(),
                tool: tool.clone(),
                decision: decision.map(|decision| match decision {
                    Decision::Permit => Verdict::Permit,
                    Decision::Deny => Verdict::Deny,
                }),
                kind: *kind,
                session: session.clone(),
                call: call.clone(),
                since: *since,
                until: *until,
                after: None,
                limit: Some(*limit),
            };
            print(console, &store.records(filter).wait()?)?;
        }
        Act::Tail { lines, follow } => {
            let records = store
                .records(Filter {
                    limit: Some(*lines),
                    ..Filter::default()
                })
                .wait()?;
            let last = records.last().map(|record| record.seq);
            print_lines(console, &records, *follow)?;
            if *follow {
                self::follow(console, &store, last)?;
            }
        }
    }
    Ok(Exit::Done)
}

/// Prints what comes, until nobody reads it any more.
#[expect(
    clippy::disallowed_methods,
    reason = "this process does nothing but wait for records"
)]
fn follow(console: &mut Console<'_>, store: &Store, mut last: Option<Seq>) -> anyhow::Result<()> {
    loop {
        std::thread::sleep(LOOK);
        let filter = Filter {
            after: last.or(Some(Seq::new(0))),
            limit: Some(1000),
            ..Filter::default()
        };
        let records = store.records(filter).wait()?;
        last = records.last().map(|record| record.seq).or(last);
        print_lines(console, &records, true)?;
    }
}

/// All records as one result.
fn print(console: &mut Console<'_>, records: &[StoredRecord]) -> anyhow::Result<()> {
    let values = records.iter().map(value).collect::<anyhow::Result<Vec<_>>>()?;
    let mut human = String::new();
    for record in records {
        writeln!(human, "{}", line(record)?)?;
    }
    console.result(&values, &human)
}

/// One line a record: a follower reads JSON lines.
fn print_lines(console: &mut Console<'_>, records: &[StoredRecord], lines: bool) -> anyhow::Result<()> {
    if !lines {
        return print(console, records);
    }
    for record in records {
        match console.format {
            Format::Human => writeln!(console.out, "{}", line(record)?)?,
            Format::Json => writeln!(console.out, "{}", value(record)?)?,
        }
    }
    console.flush()
}

fn value(record: &StoredRecord) -> anyhow::Result<serde_json::Value> {
    Ok(serde_json::json!({
        "seq": record.seq, "kind": record.kind.as_str(), "call": record.call,
        "body": serde_json::from_str::<serde_json::Value>(&record.body)?,
        "digest": record.digest.to_string(), "intact": record.is_intact(),
    }))
}

/// The breakers and the limits that decided.
pub(super) fn breakers(body: &serde_json::Value) -> Vec<String> {
    let lists = ["breakers", "limits"]
        .into_iter()
        .filter_map(|key| body.get(key)?.as_array());
    let names = lists.flatten().filter_map(serde_json::Value::as_str);
    names.map(str::to_owned).collect()
}

/// A record for a person: when, what, who, which tool, and why.
fn line(record: &StoredRecord) -> anyhow::Result<String> {
    let body: serde_json::Value = serde_json::from_str(&record.body)?;
    let text = |key: &str| {
        body.get(key)
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let time = body
        .get("time")
        .and_then(serde_json::Value::as_i64)
        .map_or_else(String::new, |at| Instant(at).to_string());
    let target = match (text("service"), text("tool")) {
        (service, tool) if service.is_empty() => tool,
        (service, tool) => format!("{service}.{tool}"),
    };
    let what = match record.kind {
        Kind::Intent | Kind::Denied => {
            let mut names: Vec<String> = body
                .get("policies")
                .and_then(serde_json::Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(|policy| {
                    let name = policy.get("name")?.as_str()?;
                    Some(format!("{name} v{}", policy.get("version")?.as_u64()?))
                })
                .collect();
            names.extend(breakers(&body));
            format!(
                "{:<6} {target}  {}  {}  {}",
                text("decision"),
                text("reason"),
                names.join(", "),
                text("message")
            )
        }
        Kind::Outcome => format!("{:<6} {target}  {}", text("outcome"), text("detail")),
        Kind::Admin => text("act"),
        Kind::Publication => {
            let epoch = body.get("epoch").map_or_else(String::new, ToString::to_string);
            format!("epoch {epoch} {}  {}", text("artifact"), text("reason"))
        }
    };
    let mark = if record.is_intact() { "" } else { "  DAMAGED" };
    Ok(one_line(&format!(
        "{:>6} {time} {:<11} {} {}  {}{mark}",
        record.seq,
        record.kind.as_str(),
        text("agent"),
        text("member"),
        what.trim_end()
    )))
}

/// The text as one line that does nothing to a terminal. The name of a tool that does not exist is whatever an agent
/// made up, and must not look like a record of its own.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        let turns = matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
        if character.is_control() || turns {
            line.extend(character.escape_unicode());
        } else {
            line.push(character);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn what_an_agent_makes_up_is_no_line_of_its_own_and_no_command_to_a_terminal() {
        let name = "nope\n     7 2026-03-02 intent\u{1b}[2K\u{202e}é";
        assert_eq!(
            one_line(name),
            "nope\\u{a}     7 2026-03-02 intent\\u{1b}[2K\\u{202e}é"
        );
    }
}
