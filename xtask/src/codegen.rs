//! `cargo xtask codegen`: writes the references that come from code; `--check` only says whether they are current.
//!
//! One generator per file below `codegen/`; it returns paths and texts, so writing and checking are the same walk.

mod bytecode;
mod cookbook;
mod dictionary;
mod errors;
mod grammar;
mod lints;
mod references;

use std::fs;

use anyhow::{Context as _, Result, ensure};

use crate::project::Project;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail if a file is not what would be written.
    #[arg(long)]
    check: bool,
    /// Only the generator of this name, such as `grammar`.
    #[arg(long)]
    only: Option<String>,
}

/// A file that a generator makes: a path from the root, and its text.
#[derive(Debug)]
struct Generated {
    path: String,
    text: String,
}

type Generator = fn(&Project) -> Result<Vec<Generated>>;

/// Each generator, and the folder in which every file is its own (a file left there from an earlier run is stale).
const GENERATORS: &[(&str, Option<&str>, Generator)] = &[
    ("error pages", Some("docs/errors"), errors::generate),
    ("bytecode", None, bytecode::generate),
    ("cookbook", None, cookbook::generate),
    ("grammar", None, grammar::generate),
    ("lints", None, lints::generate),
    ("fuzzing dictionary", None, dictionary::generate),
    ("references", None, references::generate),
];

pub(crate) fn run(project: &Project, arguments: &Arguments) -> Result<()> {
    if arguments.check {
        return check(project);
    }
    for (name, folder, generator) in GENERATORS {
        if arguments.only.as_deref().is_some_and(|only| only != *name) {
            continue;
        }
        let files = generator(project).with_context(|| format!("generating the {name}"))?;
        for path in stale(project, *folder, &files)? {
            fs::remove_file(project.root.join(&path))?;
            println!("removed {path}");
        }
        for file in files {
            if !is_current(project, &file) {
                let target = project.root.join(&file.path);
                if let Some(parent) = target.parent() {
                    fs::create_dir_all(parent)?;
                }
                fs::write(&target, &file.text).with_context(|| format!("writing {}", file.path))?;
                println!("wrote {}", file.path);
            }
        }
    }
    Ok(())
}

pub(crate) fn check(project: &Project) -> Result<()> {
    let mut wrong = 0;
    for (name, folder, generator) in GENERATORS {
        let files = generator(project).with_context(|| format!("generating the {name}"))?;
        let stale = stale(project, *folder, &files)?;
        let outdated = files
            .iter()
            .filter(|file| !is_current(project, file))
            .map(|file| file.path.clone());
        for path in stale.into_iter().chain(outdated) {
            println!("{path}: error: not current");
            wrong += 1;
        }
    }
    ensure!(
        wrong == 0,
        "{wrong} files are not current; run `cargo xtask codegen`"
    );
    Ok(())
}

fn is_current(project: &Project, file: &Generated) -> bool {
    fs::read_to_string(project.root.join(&file.path)).is_ok_and(|text| text == file.text)
}

/// The files of `folder` that the generator no longer makes.
fn stale(project: &Project, folder: Option<&str>, files: &[Generated]) -> Result<Vec<String>> {
    let Some(folder) = folder else {
        return Ok(Vec::new());
    };
    let mut stale = Vec::new();
    let full = project.root.join(folder);
    if !full.is_dir() {
        return Ok(stale);
    }
    for entry in fs::read_dir(full)? {
        let path = format!("{folder}/{}", entry?.file_name().to_string_lossy());
        if !files.iter().any(|file| file.path == path) {
            stale.push(path);
        }
    }
    stale.sort();
    Ok(stale)
}
