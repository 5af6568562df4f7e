//! Every command that a document shows exists, and takes the options that it is shown with.
//!
//! The command is asked for its help, so nothing is run; values are not looked at, for most are placeholders.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use wicket_proxy::cli::{Exit, run};

/// The Markdown files that somebody wrote, and what else shows commands.
fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut pages: Vec<PathBuf> = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"]
        .iter()
        .map(|name| root.join(name))
        .collect();
    let mut open = vec![root.join("docs"), root.join("examples")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path
                .extension()
                .is_some_and(|ending| ending == "md" || ending == "yml")
            {
                pages.push(path);
            }
        }
    }
    pages.sort();
    pages
}

/// The commands of a page: lines of it that begin with one, and what stands in backticks.
fn commands(text: &str) -> Vec<Vec<&str>> {
    let lines = text.lines().map(|line| {
        line.trim()
            .trim_start_matches("- run: ")
            .trim_start_matches("run: ")
    });
    let inline = text.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    lines
        .chain(inline)
        .filter_map(|command| command.strip_prefix("wicket "))
        .map(|rest| {
            rest.split(' ')
                .take_while(|word| !matches!(*word, "&&" | "|" | "||" | ">" | "<") && !word.starts_with('#'))
                .filter(|word| !word.is_empty())
                .collect()
        })
        .collect()
}

/// The help of a command, if there is one.
fn help(words: &[&str]) -> Option<String> {
    let arguments = std::iter::once("wicket")
        .chain(words.iter().copied())
        .chain(["--help"]);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let exit = run(
        arguments.map(Into::into),
        &mut std::io::empty(),
        &mut out,
        &mut err,
    );
    (exit == Exit::Done).then(|| String::from_utf8(out).unwrap())
}

/// Whether the help names this option, and not only one that begins like it. Styles may stand around it.
fn names(help: &str, option: &str) -> bool {
    help.match_indices(option).any(|(at, _)| {
        let after = help.get(at + option.len()..).and_then(|rest| rest.bytes().next());
        !after.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}

#[test]
fn every_command_that_is_shown_exists() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for page in pages() {
        let text =
            std::fs::read_to_string(&page).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
        for words in commands(&text) {
            let is_plain = |word: &&&str| word.bytes().all(|byte| byte.is_ascii_lowercase());
            let plain: Vec<&str> = words.iter().take_while(is_plain).take(2).copied().collect();
            // A sentence that happens to begin with the name of the program.
            if plain.is_empty() {
                continue;
            }
            seen += 1;
            let shown = words.join(" ");
            // The second word is a verb of the command, or a value of it.
            let Some(help) = help(&plain).or_else(|| help(plain.get(..1).unwrap_or_default())) else {
                wrong.push(format!("{}: there is no `wicket {shown}`", page.display()));
                continue;
            };
            for option in words.iter().filter(|word| word.starts_with("--")) {
                let name = option.split('=').next().unwrap_or(option);
                if !names(&help, name) {
                    wrong.push(format!("{}: `wicket {shown}` takes no {name}", page.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 20, "only {seen} commands were found in the documents");
}
