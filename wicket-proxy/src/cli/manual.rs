//! The reference of the command line as Markdown, from the same definitions as `--help`.

use std::fmt::Write as _;

use clap::{Arg, Command};

use super::exit;

/// Every command with its arguments, options and examples.
pub(super) fn reference(mut program: Command) -> String {
    program.build();
    let mut out = String::from("# Command line\n\n");
    // Writing to a String does not fail, here and below.
    let _ = writeln!(out, "{}\n", one_sentence_a_line(&about(&program)));
    let _ = writeln!(out, "```text\n{}\n```\n", exit::HELP);
    let _ = writeln!(out, "Every command takes these:\n");
    for arg in program.get_arguments().filter(|arg| arg.is_global_set()) {
        push_argument(&mut out, arg);
    }
    let _ = writeln!(
        out,
        "\nColour is left out where output is no terminal or `NO_COLOR` is set."
    );
    for command in program
        .get_subcommands()
        .filter(|command| command.get_name() != "help")
    {
        push_command(&mut out, "wicket", command);
    }
    out
}

fn push_command(out: &mut String, parent: &str, command: &Command) {
    let path = format!("{parent} {}", command.get_name());
    let _ = writeln!(out, "\n## `{path}`\n\n{}", one_sentence_a_line(&about(command)));
    let usage = command.clone().render_usage().to_string();
    let _ = writeln!(out, "\n```text\n{}\n```", usage.trim_start_matches("Usage: "));
    let arguments: Vec<&Arg> = command
        .get_arguments()
        .filter(|arg| !arg.is_global_set() && arg.get_id() != "help" && !arg.is_hide_set())
        .collect();
    if !arguments.is_empty() {
        out.push('\n');
        for arg in arguments {
            push_argument(out, arg);
        }
    }
    if let Some(examples) = command.get_after_help() {
        let _ = writeln!(out, "\n```text\n{examples}\n```");
    }
    for inner in command
        .get_subcommands()
        .filter(|inner| inner.get_name() != "help")
    {
        push_command(out, &path, inner);
    }
}

fn push_argument(out: &mut String, arg: &Arg) {
    let help = arg.get_long_help().or(arg.get_help()).map(ToString::to_string);
    let _ = write!(
        out,
        "- `{}`: {}",
        arg.to_string().trim(),
        help.unwrap_or_default()
    );
    let values: Vec<String> = arg
        .get_possible_values()
        .iter()
        .filter(|value| !value.is_hide_set())
        .map(|value| match value.get_help() {
            Some(help) => format!(
                "`{}` ({})",
                value.get_name(),
                help.to_string().trim_end_matches('.')
            ),
            None => format!("`{}`", value.get_name()),
        })
        .collect();
    if !values.is_empty() && arg.get_action().takes_values() {
        let _ = write!(out, " One of {}.", values.join(", "));
    }
    let defaults: Vec<String> = arg
        .get_default_values()
        .iter()
        .map(|value| format!("`{}`", value.to_string_lossy()))
        .collect();
    if !defaults.is_empty() && arg.get_action().takes_values() {
        let _ = write!(out, " Default {}.", defaults.join(", "));
    }
    out.push('\n');
}

fn about(command: &Command) -> String {
    command
        .get_long_about()
        .or(command.get_about())
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn one_sentence_a_line(text: &str) -> String {
    one_sentence(&text.replace(". ", ".\n"))
}

/// With the period that clap takes away from help texts.
fn one_sentence(text: &str) -> String {
    let text = text.trim().to_owned();
    if text.is_empty() || text.ends_with(['.', ':', '?']) {
        text
    } else {
        text + "."
    }
}
