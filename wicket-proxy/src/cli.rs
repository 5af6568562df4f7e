//! The command line: one command per file of this folder.
//!
//! A new command is one file with `Arguments` and `run`, one `mod` line, and one line in the `commands!` table. A
//! command writes to the [`Console`] that it is given and to nothing else, so a test can run it in process.

mod colour;
mod working;
mod console;
mod exit;
mod manual;
mod page;
mod write;
mod subject;
mod coverage;
mod report;
mod check;
mod fmt;
mod build;
mod disasm;
mod place;
mod remembered;
mod decide;
mod catalog;
mod completions;
mod explain;
mod init;
mod man;
mod agent;
mod demo;
mod audit;
mod key;
mod member;
mod policy;
mod reload;
mod serve;
mod session;

use std::ffi::OsString;
use std::io::{IsTerminal as _, Read, Write};
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};

use clap::{CommandFactory as _, Parser, Subcommand};

pub use console::{Console, Form, Format, Terminal};
pub use exit::Exit;

/// The commands, in the order in which `wicket --help` lists them.
macro_rules! commands {
    ($($name:ident => $module:ident,)*) => {
        #[derive(Debug, Subcommand)]
        enum Command {
            $($name($module::Arguments),)*
        }

        impl Command {
            fn run(&self, console: &mut Console<'_>) -> anyhow::Result<Exit> {
                match self {
                    $(Self::$name(arguments) => $module::run(arguments, console),)*
                }
            }
        }
    };
}

commands! {
    Init => init,
    Check => check,
    Fmt => fmt,
    Build => build,
    Disasm => disasm,
    Decide => decide,
    Catalog => catalog,
    Explain => explain,
    Completions => completions,
    Demo => demo,
    Serve => serve,
    Reload => reload,
    Policy => policy,
    Agent => agent,
    Member => member,
    Key => key,
    Session => session,
    Audit => audit,
    Man => man,
}

/// Runtime authorization for AI agents: judges each MCP tool call by policies that you write.
#[derive(Debug, Parser)]
#[command(name = "wicket", version, max_term_width = 100, after_help = exit::HELP)]
struct CommandLine {
    /// How the result is printed.
    #[arg(long, global = true, value_enum, default_value_t = Form::Human)]
    format: Form,
    /// Whether there are colours; NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE and TERM are heard where this is `auto`.
    #[arg(long, global = true, value_enum, default_value_t = colour::When::Auto, value_name = "WHEN")]
    color: colour::When,
    #[command(subcommand)]
    command: Command,
}

/// Runs the program with its own arguments and streams.
#[must_use]
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let asked = colour::asked(&arguments);
    #[expect(
        clippy::disallowed_methods,
        reason = "colours are told to every program in this way; no credential is among them"
    )]
    let variable = |name: &str| std::env::var_os(name);
    let choice = |is_terminal| {
        if colour::wanted(asked, variable, is_terminal) {
            ColorChoice::Always
        } else {
            ColorChoice::Never
        }
    };
    let terminal = Terminal {
        out: std::io::stdout().is_terminal(),
        err: std::io::stderr().is_terminal(),
        rubs_out: std::io::stderr().is_terminal() && variable("TERM").is_some_and(|name| name != "dumb"),
    };
    // None is locked: the log of a server is written to the same stream from other threads.
    let mut input = std::io::stdin();
    let mut out = AutoStream::new(std::io::stdout(), choice(terminal.out));
    let mut err = AutoStream::new(std::io::stderr(), choice(terminal.err));
    run_on(arguments, terminal, &mut input, &mut out, &mut err).into()
}

/// Runs one command, and nobody looks on. A test hands in its own arguments and streams.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    input: &mut dyn Read,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Exit {
    run_on(arguments, Terminal::default(), input, out, err)
}

fn run_on(
    arguments: impl IntoIterator<Item = OsString>,
    terminal: Terminal,
    input: &mut dyn Read,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Exit {
    let line = match CommandLine::try_parse_from(arguments) {
        Ok(line) => line,
        Err(error) => {
            let text = error.render();
            // Help and version are what was asked for; the rest is a mistake. Nobody is left to tell when the stream
            // is closed.
            return if error.use_stderr() {
                let _ = write!(err, "{}", text.ansi());
                Exit::CouldNotRun
            } else {
                let _ = write!(out, "{}", text.ansi());
                Exit::Done
            };
        }
    };
    let mut console = Console::new(line.format, terminal, input, out, err);
    let result = if console.form.is_of_check() && !matches!(line.command, Command::Check(_)) {
        Err(anyhow::anyhow!(
            "only `wicket check` writes sarif, junit and github; use --format human or json"
        ))
    } else {
        line.command.run(&mut console)
    };
    match result.and_then(|exit| console.flush().map(|()| exit)) {
        Ok(exit) => exit,
        // `wicket … | head` ends like this.
        Err(error) if console::is_closed_pipe(&error) => Exit::Done,
        Err(error) => {
            console.error(&error);
            Exit::CouldNotRun
        }
    }
}

/// The whole command line as data, for manual pages and completions.
fn definition() -> clap::Command {
    CommandLine::command()
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        reason = "a test fails by panicking"
    )]

    use super::*;

    fn wicket(arguments: &[&str]) -> (Exit, String, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let arguments = std::iter::once("wicket").chain(arguments.iter().copied());
        let exit = run(
            arguments.map(OsString::from),
            &mut std::io::empty(),
            &mut out,
            &mut err,
        );
        (
            exit,
            String::from_utf8(out).unwrap(),
            String::from_utf8(err).unwrap(),
        )
    }

    #[test]
    fn the_definition_is_sound() {
        definition().debug_assert();
    }

    #[test]
    fn every_command_has_help_with_an_example() {
        for command in definition().get_subcommands() {
            let name = command.get_name();
            let (exit, out, _) = wicket(&[name, "--help"]);
            assert_eq!(exit, Exit::Done);
            assert!(out.contains("Example"), "{name} shows no example");
        }
    }

    #[test]
    fn a_mistake_in_the_arguments_could_not_run() {
        let (exit, out, err) = wicket(&["no-such-command"]);
        assert_eq!(exit, Exit::CouldNotRun);
        assert!(out.is_empty());
        assert!(err.contains("no-such-command"));
    }

    #[test]
    fn a_code_is_explained() {
        let (exit, out, _) = wicket(&["explain", "e0101"]);
        assert_eq!(exit, Exit::Done);
        assert!(out.contains("something else was expected"));
        let (_, out, _) = wicket(&["explain", "E0101", "--format", "json"]);
        let value: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(value["code"], "E0101");
    }

    #[test]
    fn an_unknown_code_gets_the_nearest() {
        let (exit, _, err) = wicket(&["explain", "E01O1"]);
        assert_eq!(exit, Exit::CouldNotRun);
        assert!(err.contains("did you mean `E0101`?"), "{err}");
        let (exit, out, _) = wicket(&["explain", "zzz", "--format", "json"]);
        assert_eq!(exit, Exit::CouldNotRun);
        let value: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert!(value["error"].as_str().unwrap().contains("zzz"));
    }

    #[test]
    fn completions_and_manual_pages_are_made() {
        assert!(wicket(&["completions", "bash"]).1.contains("wicket"));
        assert!(wicket(&["man"]).1.contains(".TH wicket"));
        assert!(wicket(&["man", "explain"]).1.contains("wicket-explain"));
        assert!(
            wicket(&["man", "--reference", "cli"])
                .1
                .contains("## `wicket explain`")
        );
        assert!(
            wicket(&["man", "--reference", "configuration"])
                .1
                .contains("# Configuration")
        );
    }
}
