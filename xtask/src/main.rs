//! The project's own commands: `cargo xtask ci`, `tidy`, `bless`, `codegen`, `e2e`, `fuzz`.
//!
//! It depends on `wicket-lang` alone. What it needs from the proxy (the references of the command line and of the
//! configuration) it asks of the `wicket` program itself, so that `tidy` works while the proxy does not compile.

#![expect(
    clippy::print_stdout,
    reason = "these commands talk to the person who typed them"
)]

mod project;
mod rust_text;
mod tidy;
mod codegen;
mod bless;
mod e2e;
mod fuzz;
mod ci;
mod pin;

use std::process::ExitCode;

use clap::Parser;

use crate::project::Project;

/// The project's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Command {
    /// Everything CI runs, the same way.
    Ci(ci::Arguments),
    /// Rewrite golden files, then read the diff.
    Bless(bless::Arguments),
    /// Module order, walls, sizes, codes and pages, decision numbers.
    Tidy,
    /// Write the generated references, or check that they are current.
    Codegen(codegen::Arguments),
    /// End to end with real peers: other people's clients and servers.
    E2e(e2e::Arguments),
    /// Tries every fuzzing target for a while.
    Fuzz(fuzz::Arguments),
    /// A `tools/list` result to the pinned catalog of a shipped connector.
    Pin(pin::Arguments),
}

fn main() -> ExitCode {
    let result = Project::find().and_then(|project| match Command::parse() {
        Command::Ci(arguments) => ci::run(&project, &arguments),
        Command::Bless(arguments) => bless::run(&project, &arguments),
        Command::Tidy => tidy::run(&project),
        Command::Codegen(arguments) => codegen::run(&project, &arguments),
        Command::E2e(arguments) => e2e::run(&project, &arguments),
        Command::Fuzz(arguments) => fuzz::run(&project, &arguments),
        Command::Pin(arguments) => pin::run(&arguments),
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
