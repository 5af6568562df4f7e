//! `wicket decide PATH|ARTIFACT --request FILE|-`: one request, judged.

mod trace;
mod told;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde_json::{Value, json};
use wicket_lang::api::{DecideRequest, Judged, answer};
use wicket_lang::artifact::Artifact;
use wicket_lang::decide::{self, Answer};
use wicket_lang::json::Json;
use wicket_lang::request::{FactRef, Facts, Request, State};

use super::place::table;
use super::subject::artifact_of;
use super::{Console, Exit, remembered};

/// The most bytes of a request.
const MAX_REQUEST_BYTES: u64 = 4 * 1024 * 1024;

const EXAMPLES: &str = r#"Examples:
  wicket decide policies --request call.json             judge the call in call.json
  wicket decide agent.wkb --request - --trace < call.json
                                                         with every clause and its value
  echo '{"tool":"github.get_me","args":{}}' | wicket decide policies --request - --format json

A request:
  {"tool": "github.merge_pull_request",
   "args": {"owner": "acme", "repo": "site", "pullNumber": 7},
   "member": {"email": "ana@acme.example", "groups": ["platform"]},
   "agent": {"name": "coding"},
   "at": "2026-03-02T12:00:00+01:00",
   "facts": {"repo": {"visibility": "public", "archived": false}},
   "session": {"denials": {"total": 2, "by_policy": {"public_only": 2}}},
   "history": [{"at": "2026-03-02T11:59:00+01:00", "tool": "github.get_me", "args": {},
                "decision": "deny", "by": "public_only", "outcome": null}]}
Everything but `tool` and `args` may be left out. What is left out is unknown: without `at` every schedule is. Only a
session of which nothing is said has seen nothing.
A fact that is null could not be had; "failed" could not be fetched just now.
The state before the call is made of `session`, and then of `history`, entry by entry: a denial counts for breakers at
its instant, by the policy, breaker or reason that `by` names; a permitted call may be the probe of a breaker whose
time is over, and its `outcome` ("success", "error", "failure", "unknown") then closes or opens that breaker; an entry
without `decision` is judged as this bundle judges it. A permitted call enters the limits, tracks, marks and breakers
that take it, and a failure counts for the breakers that count failures. Half an hour without an entry ends the session.
With --trace the answer tells what all of them held before the call."#;

/// Judge one request, as the proxy would.
///
/// Prints the decision, the policies that decided, and what the agent reads. Of a tool that is hidden from the caller
/// (`"hidden": true`) the agent reads that it is unknown, and an owner why. Exit code 0 for a permit and for a
/// denial, 2 where nothing could be decided.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// An artifact NAME.wkb, or the folder or file of its sources.
    #[arg(value_name = "PATH|ARTIFACT")]
    path: PathBuf,
    /// A file with the request as JSON; `-` reads it from the input.
    #[arg(long, value_name = "FILE|-")]
    request: PathBuf,
    /// Show each clause of the rules that touch the tool, and what it came to.
    #[arg(long)]
    trace: bool,
    /// Where the decision depends on a fact that the request does not give, ask for it instead of taking it as unknown.
    #[arg(long)]
    needs: bool,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    let bytes = read(&arguments.request, console.input)?;
    let mut request = DecideRequest::read(&bytes)?;
    let artifact = artifact_of(&arguments.path, console.err)?;
    request.switches = artifact.binding(&request.switches);
    let bundle = &artifact.bundle;
    request.check(bundle)?;
    let machine =
        |switches: &_, request: &Request<'_>, state: &State| artifact.decide(switches, request, state);
    let state = request.state(bundle, &machine)?;
    let facts = if arguments.needs {
        request.facts_so_far(bundle)?
    } else {
        request.facts(bundle)?
    };
    let (result, text) = judge(&artifact, &request, &facts, &state, arguments.trace)?;
    console.result(&result, &text)?;
    Ok(Exit::Done)
}

/// The answer for a program and for a person.
fn judge(
    artifact: &Artifact,
    asked: &DecideRequest,
    facts: &Facts,
    state: &State,
    with_trace: bool,
) -> anyhow::Result<(Value, String)> {
    let approvals = asked.approvals(&artifact.bundle);
    let request = Request {
        connector: &asked.tool.connector,
        tool: &asked.tool.tool,
        args: &asked.args,
        caller: &asked.caller,
        facts,
        definition: asked.definition,
        approvals: &approvals,
        now: asked.now,
    };
    let bundle = &artifact.bundle;
    let (mut result, mut text, reached_rules) = match artifact.decide(&asked.switches, &request, state) {
        Answer::Needs(needs) => (
            json!({ "needs": told::needs(&needs) }),
            told::needed(&needs),
            true,
        ),
        Answer::Decided(decision) => {
            let judged = Judged {
                explanation: decide::explain(bundle, &asked.switches, &request, state, &decision),
                state: decide::settle(bundle, &asked.switches, &request, state, &decision),
                decision,
            };
            let reached_rules = !judged.decision.findings.rules.is_empty();
            let mut answer = answer(bundle, &asked.switches, &judged);
            if judged.decision.hidden {
                answer.insert("hidden", Json::Bool(true));
            }
            let answer = Value::from(&Json::Object(answer));
            let text = told::human(&answer);
            (answer, text, reached_rules)
        }
    };
    if with_trace {
        // Nothing that stands before the rules has clauses: an open breaker, an unknown tool, arguments that do not fit.
        let clauses = if reached_rules {
            trace::clauses(artifact, &request, state)
        } else {
            Vec::new()
        };
        text.push_str(&trace::human(&clauses));
        let Value::Object(object) = &mut result else {
            bail!("the answer is no object");
        };
        object.insert("trace".to_owned(), serde_json::to_value(&clauses)?);
        // What breakers, limits, tracks and marks held before the call, in each scope.
        if *state != State::default() {
            object.insert("state".to_owned(), serde_json::to_value(state)?);
            let shared = state.shared.iter().map(|(per, history)| (per.name(), history));
            let scopes = std::iter::once(("session", &state.session)).chain(shared);
            let rows: Vec<remembered::Row> = scopes
                .flat_map(|(scope, history)| remembered::rows(scope, history))
                .collect();
            if !rows.is_empty() {
                text.push('\n');
                text.push_str(&table(remembered::HEADINGS, &rows));
            }
        }
    }
    Ok((result, text))
}

fn read(path: &Path, input: &mut dyn Read) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = MAX_REQUEST_BYTES + 1;
    if path == Path::new("-") {
        input
            .take(limit)
            .read_to_end(&mut bytes)
            .context("the request cannot be read from the input")?;
    } else {
        File::open(path)
            .and_then(|file| file.take(limit).read_to_end(&mut bytes))
            .with_context(|| format!("the request {} cannot be read", path.display()))?;
    }
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_REQUEST_BYTES {
        bail!("the request is longer than {MAX_REQUEST_BYTES} bytes");
    }
    Ok(bytes)
}

/// The records that a decision waits for, as in the answer.
#[derive(Debug, serde::Serialize)]
struct Needed<'a> {
    connector: &'a str,
    resource: &'a str,
    key: serde_json::Map<String, Value>,
    fresh_seconds: Option<u64>,
}

impl<'a> Needed<'a> {
    fn of(fact: &'a FactRef) -> Self {
        Self {
            connector: &fact.connector,
            resource: &fact.name,
            key: fact
                .key
                .iter()
                .map(|(name, part)| (name.clone(), Value::String(part.clone())))
                .collect(),
            fresh_seconds: fact.fresh_seconds,
        }
    }
}
