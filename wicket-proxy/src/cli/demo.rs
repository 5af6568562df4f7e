//! `wicket demo`: everything at once, on this machine alone.
//!
//! A small upstream stands in for GitHub, Slack and Linear, with their real tool definitions; the proxy, the policies,
//! the store and the calls are the real ones. The demo alone sets the clock, because two of the policies speak of
//! office hours. Each story has a member key of its own, and so a session of its own.

mod client;
mod stories;
mod world;

use anyhow::Context as _;

use super::serve::stopped;
use super::{Console, Exit, Format};
use client::Client;
use stories::{Outcome, STORIES, Story};
use world::World;

const EXAMPLES: &str = "Examples:\n  \
    wicket demo           tell the stories, then stay up for your own MCP client\n  \
    wicket demo --once    tell them, check each decision, and end";

/// See an MCP client being allowed, denied with the owner's words, and recorded.
///
/// Needs nothing but this program: no network beyond this machine, no account.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// End after the stories; the exit code is 1 if any call was answered otherwise than told.
    #[arg(long)]
    once: bool,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    // Another provider may have been installed before by a test; there is only one that could be.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let world = World::build().await?;
        let told = tell(&world, console).await?;
        let exit = if told.iter().all(|outcome| outcome.as_told) {
            Exit::Done
        } else {
            Exit::Findings
        };
        let wrong = told.iter().filter(|outcome| !outcome.as_told).count();
        summary(console, &world, &told, wrong)?;
        if !arguments.once {
            stay(&world, console).await?;
        }
        world.end().await?;
        Ok(exit)
    })
}

/// Tells every story and checks every answer.
async fn tell(world: &World, console: &mut Console<'_>) -> anyhow::Result<Vec<Outcome>> {
    let mut told = Vec::new();
    for story in STORIES {
        world.set_clock(story.at).context("the clock of the demo")?;
        let key = world.key(story.title).await?;
        let client = Client::new(world.endpoint(), &key)?;
        say(console, &format!("\n{}\n  at {}\n", story.title, story.when))?;
        for call in story.calls {
            let answer = client.call(call.tool, call.arguments).await?;
            let outcome = stories::check(story, call, &answer);
            say(console, &outcome.lines)?;
            told.push(outcome);
        }
        say(console, &world.record_of_last().await?)?;
    }
    Ok(told)
}

fn say(console: &mut Console<'_>, text: &str) -> anyhow::Result<()> {
    if console.format == Format::Human {
        write!(console.out, "{text}")?;
        console.flush()?;
    }
    Ok(())
}

fn summary(console: &mut Console<'_>, world: &World, told: &[Outcome], wrong: usize) -> anyhow::Result<()> {
    let arrived = world.arrived();
    let permitted = told.iter().filter(|outcome| outcome.permitted).count();
    let as_told = told.len() - wrong;
    let human = format!(
        "\n{as_told} of {} calls were answered as told. {permitted} were permitted, and {arrived} reached an upstream.\n",
        told.len()
    );
    let value = serde_json::json!({
        "calls": told.len(), "as_told": as_told, "permitted": permitted, "arrived": arrived,
        "endpoint": world.endpoint(), "outcomes": told,
    });
    console.result(&value, &human)?;
    anyhow::ensure!(
        arrived == permitted,
        "{permitted} calls were permitted and {arrived} reached an upstream"
    );
    Ok(())
}

/// Prints what a person needs to try it, and waits for the end.
async fn stay(world: &World, console: &mut Console<'_>) -> anyhow::Result<()> {
    let key = world.key("your own client").await?;
    let first = STORIES.first().map(|story: &Story| story.at).unwrap_or_default();
    world.set_clock(first)?;
    let endpoint = world.endpoint();
    say(
        console,
        &format!(
            "\nThe demo stays up; its clock stands at Mon 2 Mar 2026 12:00 in Berlin. Ctrl-C ends it and leaves nothing.\n\n\
             endpoint  {endpoint}\n\
             key       {key}\n\
             records   wicket audit tail --config {config}\n\n\
             Claude Code:\n  \
             claude mcp add --transport http wicket {endpoint} --header \"Authorization: Bearer {key}\"\n",
            config = world.config_file().display(),
        ),
    )?;
    stopped().await;
    Ok(())
}
