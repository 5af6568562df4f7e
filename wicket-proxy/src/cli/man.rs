//! `wicket man`: manual pages, and the references of the documentation.
//!
//! `cargo xtask codegen` asks this command for `docs/reference`, so what is in the documentation is in the program.

use anyhow::{Context as _, bail};
use clap::ValueEnum;
use serde::Serialize;
use wicket_lang::diagnostic::nearest;

use super::{Console, Exit, definition, manual};

const EXAMPLES: &str = "Examples:\n  \
    wicket man > wicket.1                     the page of the program\n  \
    wicket man explain > wicket-explain.1     the page of one command\n  \
    wicket man --reference configuration      every key of the configuration file, as Markdown";

/// Print a manual page.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The command; without one, the page of the program.
    command: Option<String>,
    /// Print a reference as Markdown instead.
    #[arg(long, value_enum, conflicts_with = "command")]
    reference: Option<Reference>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Reference {
    /// Every command and option.
    Cli,
    /// Every section and key of the configuration file.
    Configuration,
}

#[derive(Serialize)]
struct Page {
    page: String,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    let page = match (&arguments.command, arguments.reference) {
        (_, Some(Reference::Cli)) => manual::reference(definition()),
        (_, Some(Reference::Configuration)) => crate::config::reference(),
        (name, None) => roff(name.as_deref())?,
    };
    let page = Page { page };
    console.result(&page, &page.page)?;
    Ok(Exit::Done)
}

fn roff(name: Option<&str>) -> anyhow::Result<String> {
    let mut program = definition();
    program.build();
    let (command, title) = match name {
        None => (program, "wicket".to_owned()),
        Some(name) => {
            let Some(command) = program.find_subcommand(name) else {
                let near = nearest(name, program.get_subcommands().map(clap::Command::get_name));
                match near {
                    Some(near) => bail!("there is no command `{name}`; did you mean `{near}`?"),
                    None => bail!("there is no command `{name}`; `wicket --help` lists them"),
                }
            };
            (command.clone(), format!("wicket-{name}"))
        }
    };
    let mut bytes = Vec::new();
    clap_mangen::Man::new(command)
        .title(title)
        .render(&mut bytes)
        .context("writing the page")?;
    Ok(String::from_utf8(bytes)?)
}
