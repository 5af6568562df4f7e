//! Whether what is printed has colours.
//!
//! What is said on the command line decides, then what the environment says, then whether a person looks at it: colour
//! in a file or behind a pipe is noise.

use std::ffi::{OsStr, OsString};

use clap::ValueEnum;

/// `--color`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    /// On a terminal, unless the environment says otherwise.
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// Whether a stream gets colours, by `when` and the variables of the environment.
pub(super) fn wanted(when: When, variable: impl Fn(&str) -> Option<OsString>, is_terminal: bool) -> bool {
    match when {
        When::Always => return true,
        When::Never => return false,
        When::Auto => {}
    }
    let says = |name: &str| variable(name).filter(|value| !value.is_empty());
    let forces = |name: &str| says(name).is_some_and(|value| value != "0");
    // https://no-color.org: it wins over what forces colour, whatever its value is.
    if says("NO_COLOR").is_some() {
        return false;
    }
    if forces("FORCE_COLOR") || forces("CLICOLOR_FORCE") {
        return true;
    }
    let refuses = says("FORCE_COLOR").is_some_and(|value| value == "0")
        || says("CLICOLOR").is_some_and(|value| value == "0")
        || says("TERM").is_some_and(|value| value == "dumb");
    is_terminal && !refuses
}

/// What `--color` says, looked for before the arguments are parsed: what is wrong with them is printed in colour, too.
pub(super) fn asked(arguments: &[OsString]) -> When {
    let mut asked = When::Auto;
    let mut arguments = arguments.iter().map(OsString::as_os_str);
    while let Some(argument) = arguments.next() {
        let value = if argument == "--" {
            break;
        } else if argument == "--color" {
            arguments.next()
        } else {
            let text = argument.to_str().and_then(|text| text.strip_prefix("--color="));
            text.map(OsStr::new)
        };
        let said = value.and_then(OsStr::to_str);
        if let Some(when) = said.and_then(|said| When::from_str(said, false).ok()) {
            asked = when;
        }
    }
    asked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(when: When, is_terminal: bool, environment: &[(&str, &str)]) -> bool {
        let variable = |name: &str| {
            let found = environment.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        };
        wanted(when, variable, is_terminal)
    }

    #[test]
    fn a_terminal_gets_colours_and_a_pipe_none() {
        assert!(on(When::Auto, true, &[]));
        assert!(on(
            When::Auto,
            true,
            &[("TERM", "xterm-256color"), ("CLICOLOR", "1")]
        ));
        assert!(!on(When::Auto, false, &[]));
    }

    #[test]
    fn the_environment_can_refuse_and_force() {
        assert!(!on(When::Auto, true, &[("NO_COLOR", "1")]));
        assert!(
            !on(When::Auto, true, &[("NO_COLOR", "0")]),
            "whatever its value is"
        );
        assert!(on(When::Auto, true, &[("NO_COLOR", "")]), "an empty one is none");
        assert!(!on(When::Auto, true, &[("TERM", "dumb")]));
        assert!(!on(When::Auto, true, &[("CLICOLOR", "0")]));
        assert!(!on(When::Auto, true, &[("FORCE_COLOR", "0")]));
        assert!(on(When::Auto, false, &[("FORCE_COLOR", "1")]));
        assert!(on(When::Auto, false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!on(When::Auto, false, &[("CLICOLOR_FORCE", "0")]));
        assert!(on(
            When::Auto,
            false,
            &[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")]
        ));
        assert!(!on(When::Auto, false, &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")]));
    }

    #[test]
    fn the_command_line_wins() {
        assert!(on(When::Always, false, &[("NO_COLOR", "1")]));
        assert!(!on(When::Never, true, &[("FORCE_COLOR", "1")]));
    }

    #[test]
    fn it_is_found_among_the_arguments() {
        let asked = |line: &str| asked(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
        assert_eq!(asked("wicket check --color always"), When::Always);
        assert_eq!(asked("wicket --color=never check"), When::Never);
        assert_eq!(asked("wicket check -- --color=never"), When::Auto);
        assert_eq!(
            asked("wicket check --color=often"),
            When::Auto,
            "the parser tells that"
        );
        assert_eq!(
            asked("wicket --color=never --color=always"),
            When::Always,
            "the last one"
        );
    }
}
