//! `wicket catalog`: what the tools of a connector are, as an owner accepted them.

mod listing;
mod changes;
mod server;
mod before;
mod pull;
mod diff;

use super::{Console, Exit};

const EXAMPLES: &str = "Examples:\n  \
    wicket catalog pull github                       ask the server, write github.tools.json and wicket.lock\n  \
    wicket catalog diff github                       what the server changed since, and which rules that touches";

/// Pin the tools of a connector, and show what changed.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    Pull(pull::Arguments),
    Diff(diff::Arguments),
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    match &arguments.action {
        Action::Pull(arguments) => pull::run(arguments, console),
        Action::Diff(arguments) => diff::run(arguments, console),
    }
}
