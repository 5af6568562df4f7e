//! `wicket build PATH -o FILE`: one verified file of all policies.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde::Serialize;
use wicket_lang::artifact::Artifact;
use wicket_lang::diagnostic::Severity;
use wicket_lang::ir::ToolId;

use super::report::{Report, human};
use super::subject::{Subject, counted};
use super::{Console, Exit, Format, write};
use crate::clock::Clock;

const EXAMPLES: &str = "Examples:\n  \
    wicket build policies -o agent.wkb            then: policies = \"agent.wkb\" in wicket.toml\n  \
    wicket build policies -o agent.wkb --cost     how many steps judging a call of each tool takes at most";

/// Build an artifact: all policies of a bundle in one verified file.
///
/// The bundle is checked and its tests are run first; where something is wrong, nothing is written. The same sources
/// give the same bytes.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// A folder or a file.
    path: PathBuf,
    /// The file to write, NAME.wkb.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Show how many steps judging a call of each tool takes at most.
    #[arg(long)]
    cost: bool,
}

#[derive(Serialize)]
struct Made {
    ok: bool,
    file: PathBuf,
    digest: String,
    bytes: usize,
    tzdata: String,
    policies: Vec<Policy>,
    tests: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost: Option<Vec<Cost>>,
}

#[derive(Serialize)]
struct Policy {
    name: String,
    digest: String,
}

#[derive(Serialize)]
struct Cost {
    tool: String,
    steps: usize,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    let working = console.working("reading the policies");
    let examined = Subject::read(Some(&arguments.path))?.examine(Clock::System.now(), &working)?;
    drop(working);
    let built = examined.built.as_ref().filter(|_| examined.is_clean());
    let Some(built) = built else {
        let report = Report::of(&examined, false);
        let text = format!("{}nothing was written\n", human(&examined, false));
        console.result(&report, &text)?;
        return Ok(Exit::Findings);
    };
    if console.format == Format::Human && examined.count(Severity::Warning) > 0 {
        write!(console.err, "{}", examined.drawn(false))?;
    }
    write::atomically(&arguments.output, &built.bytes)?;
    let artifact = &built.artifact;
    let made = Made {
        ok: true,
        file: arguments.output.clone(),
        digest: artifact.digest().to_string(),
        bytes: built.bytes.len(),
        tzdata: artifact.tzdata().to_owned(),
        policies: artifact
            .bundle
            .policies
            .iter()
            .map(|policy| Policy {
                name: policy.name.clone(),
                digest: policy.digest.to_string(),
            })
            .collect(),
        tests: examined.tests.len(),
        cost: arguments.cost.then(|| costs(artifact)),
    };
    console.result(&made, &describe(&made))?;
    Ok(Exit::Done)
}

fn describe(made: &Made) -> String {
    let policies = match made.policies.len() {
        1 => "1 policy".to_owned(),
        count => format!("{count} policies"),
    };
    let mut text = String::new();
    // Writing to a String does not fail, here and below.
    let _ = writeln!(
        text,
        "{}: {policies}, {} passed",
        made.file.display(),
        counted(made.tests, "test")
    );
    let _ = writeln!(text, "  digest  {}", made.digest);
    let _ = writeln!(text, "  size    {}", counted(made.bytes, "byte"));
    let _ = writeln!(text, "  zones   {}", made.tzdata);
    for cost in made.cost.iter().flatten() {
        let _ = writeln!(text, "  {:>7}  {}", cost.steps, cost.tool);
    }
    text
}

/// The dearest tools first.
fn costs(artifact: &Artifact) -> Vec<Cost> {
    let mut costs: Vec<Cost> = (0..artifact.bundle.tools.len())
        .map(ToolId::at)
        .map(|tool| Cost {
            tool: artifact.bundle.tool_name(tool),
            steps: artifact.programs.cost(tool),
        })
        .collect();
    costs.sort_by(|a, b| b.steps.cmp(&a.steps).then_with(|| a.tool.cmp(&b.tool)));
    costs
}
