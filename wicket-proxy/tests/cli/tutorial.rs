//! The tutorial is true: it is followed to the letter, in a folder of its own.
//!
//! A fence behind a line that ends with "`FILE`:" is written into that file. A `console` fence is run, line by line: what
//! stands behind a `$` is a command, and what follows is exactly what it prints.

use std::path::{Path, PathBuf};

use super::folder::{Folder, wicket};

/// A fence with the last line of prose before it.
struct Fence {
    before: String,
    info: String,
    lines: Vec<String>,
    number: usize,
}

fn fences(text: &str) -> Vec<Fence> {
    let mut fences = Vec::new();
    let (mut before, mut open): (_, Option<Fence>) = (String::new(), None);
    for (index, line) in text.lines().enumerate() {
        match open.take() {
            Some(fence) if line == "```" => fences.push(fence),
            Some(mut fence) => {
                fence.lines.push(line.to_owned());
                open = Some(fence);
            }
            None => {
                if let Some(info) = line.strip_prefix("```") {
                    open = Some(Fence {
                        before: std::mem::take(&mut before),
                        info: info.to_owned(),
                        lines: Vec::new(),
                        number: index + 2,
                    });
                } else if !line.is_empty() {
                    line.clone_into(&mut before);
                }
            }
        }
    }
    fences
}

/// The file that a line announces: "Write this into `policies/reading.wkt`:".
fn announced(line: &str) -> Option<&str> {
    line.strip_suffix("`:")?.rsplit('`').next()
}

/// The commands of a console with what each prints.
fn commands(fence: &Fence) -> Vec<(&str, String)> {
    let mut commands: Vec<(&str, String)> = Vec::new();
    for line in &fence.lines {
        if let Some(command) = line.strip_prefix("$ ") {
            commands.push((command, String::new()));
        } else if let Some((_, printed)) = commands.last_mut() {
            printed.push_str(line);
            printed.push('\n');
        }
    }
    commands
}

/// What a command prints in a folder; the folder is another one after `cd`.
fn run(folder: &mut PathBuf, command: &str) -> String {
    match command.split(' ').collect::<Vec<_>>().as_slice() {
        ["cd", name] => folder.push(name),
        ["rm", name] => std::fs::remove_file(folder.join(name)).unwrap(),
        ["wicket", arguments @ ..] => {
            let ran = wicket(folder, arguments, "");
            return ran.out + &ran.err;
        }
        _ => panic!("no such command is known here: {command}"),
    }
    String::new()
}

#[test]
fn the_tutorial_can_be_followed_to_the_letter() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guide/tutorial.md");
    let text = std::fs::read_to_string(&page).unwrap();
    let home = Folder::new();
    let mut folder = home.path("");
    let (mut written, mut ran) = (0, 0);
    for fence in fences(&text) {
        if let Some(name) = announced(&fence.before) {
            std::fs::write(folder.join(name), fence.lines.join("\n") + "\n").unwrap();
            written += 1;
        } else if fence.info == "console" {
            for (command, expected) in commands(&fence) {
                let printed = run(&mut folder, command);
                assert_eq!(
                    printed.trim_end(),
                    expected.trim_end(),
                    "docs/guide/tutorial.md:{}: `{command}` prints otherwise (the first is what it prints)",
                    fence.number
                );
                ran += 1;
            }
        }
    }
    assert!(
        written > 5 && ran > 5,
        "{written} files and {ran} commands were found"
    );
}
