//! `wicket catalog pull SERVER`: the tools of a server, looked at and pinned.
//!
//! What is decided here is decided in [`wicket_lang::catalog::pull`]; this file asks the server and writes two files, and
//! a third for a connector that nobody has declared. A tool that is new is pinned by name only, until the owner accepts
//! it with `--accept`.

mod told;

use std::path::PathBuf;

use anyhow::Context as _;
use wicket_lang::api::{self, BundleFiles, LOCK};
use wicket_lang::diagnostic::Diagnostic;

use super::before::{Accept, Before};
use super::listing;
use super::server::{Server, ServerArguments};
use crate::bundle;
use crate::cli::{Console, Exit, write};

const EXAMPLES: &str = "Examples:\n  \
    wicket catalog pull github                              ask the server that wicket.toml names\n  \
    wicket catalog pull github --dry-run                    only show what would change\n  \
    wicket catalog pull github --accept get_gist            let this new tool into its tier\n  \
    wicket catalog pull github --from tools.json --policies policies\n                                                          \
    no server: what it answered to tools/list\n  \
    wicket catalog pull --as tracker https://tracker.example/mcp\n                                                          \
    a server that no configuration names yet\n  \
    wicket catalog pull --as notes -- uvx notes-server --folder notes\n                                                          \
    the same, as a child process";

/// Pin the tools that a server lists now.
///
/// Writes the connector's catalog and wicket.lock beside the policies, and shows what changed. A tool that was not
/// there before is pinned by name only and stays denied, until the connector names it or you accept it. On a first
/// pull the tools that the catalog in use so far holds keep their tiers.
///
/// SERVER is a connector that the configuration says how to reach, an address, or a command line. Where the policies
/// know no connector of the name, a declaration is written as well, with each tool in no tier.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(flatten)]
    server: ServerArguments,
    /// Take the tools from a file, which holds the result of `tools/list` as JSON.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Let new tools into the tiers that the connector's patterns give them.
    #[arg(long, value_name = "TOOL", num_args = 1..)]
    accept: Vec<String>,
    /// Let every new tool that the connector's patterns cover into its tier.
    #[arg(long, conflicts_with = "accept")]
    accept_all: bool,
    /// Write nothing.
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    let alias = arguments.server.alias()?;
    let policies = arguments.server.policies(arguments.from.is_none())?;
    let listed = || {
        let listed = match &arguments.from {
            Some(file) => listing::of_a_server(file)?,
            None => arguments.server.tools(&alias, console)?,
        };
        listing::check_tools(&listed).map(|()| listed)
    };
    let (before, listed) = match arguments.server.server() {
        // What is wrong with the policies is told before anybody is asked.
        Server::Named(_) => (Before::read(&policies, &alias)?, listed()?),
        Server::Address(_) | Server::Command(_) => {
            let listed = listed()?;
            (Before::read_or_declare(&policies, &alias, &listed)?, listed)
        }
    };
    let accept = if arguments.accept_all {
        Accept::All
    } else {
        Accept::These(&arguments.accept)
    };
    let pulled = before.pull(&accept, &listed)?;
    let after = before.with(&pulled.catalog, &before.lock_with(pulled.locked.clone()));
    let permits = before.permits(&pulled);
    let errors = errors(&after);
    let mut written = Vec::new();
    if !arguments.dry_run {
        // Between them the lock does not fit the catalog, which is an error of the check and never a permit.
        if before.stub.is_some() {
            std::fs::create_dir_all(&policies)
                .with_context(|| format!("{} cannot be made", policies.display()))?;
        }
        let folder = bundle::folder(&policies);
        let catalog = after.catalogs.get(&before.catalog);
        let stub = before.stub.as_ref();
        for (name, text) in [
            (before.catalog.as_str(), catalog),
            (stub.map_or("", |stub| &stub.name), stub.map(|stub| &stub.text)),
            (LOCK, after.lock.as_ref()),
        ] {
            if let Some(text) = text {
                let path = folder.join(name);
                write::atomically(&path, text.as_bytes())?;
                written.push(path);
            }
        }
    }
    let text = told::human(&pulled, &alias, &permits, errors, &written);
    let result = told::result(&pulled, &alias, &permits, errors, written);
    console.result(&result, &text)?;
    Ok(Exit::Done)
}

fn errors(files: &BundleFiles) -> usize {
    let analysis = api::analyze(files);
    analysis
        .diagnostics
        .iter()
        .filter(|found| Diagnostic::is_error(found))
        .count()
}
