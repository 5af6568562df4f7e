//! `cargo xtask tidy`: the rules of the house that no compiler keeps.
//!
//! One check per file below `tidy/`; a check takes the files of the repository and returns findings. A finding is an
//! error unless it says that it is a note: notes are printed and fail nothing.

mod codes;
mod decisions;
mod dependencies;
mod files;
mod goldens;
mod links;
mod lockfiles;
mod module_order;
mod sizes;
mod sole_users;
mod sql;
mod walls;

use anyhow::{Result, ensure};

use crate::project::{Project, TextFile};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weight {
    Error,
    Note,
}

/// Something that is not as the house wants it, and where.
#[derive(Debug)]
struct Finding {
    weight: Weight,
    path: String,
    line: usize,
    message: String,
}

impl Finding {
    fn error(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self {
            weight: Weight::Error,
            path: path.to_owned(),
            line,
            message: message.into(),
        }
    }

    fn note(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self {
            weight: Weight::Note,
            ..Self::error(path, line, message)
        }
    }
}

type Check = fn(&[TextFile]) -> Vec<Finding>;

const CHECKS: &[(&str, Check)] = &[
    ("module order", module_order::check),
    ("walls", walls::check),
    ("sole users", sole_users::check),
    ("sql", sql::check),
    ("sizes", sizes::check),
    ("files", files::check),
    ("codes", codes::check),
    ("decisions", decisions::check),
    ("goldens", goldens::check),
    ("links", links::check),
    ("dependencies", dependencies::check),
    ("lock files", lockfiles::check),
];

pub(crate) fn run(project: &Project) -> Result<()> {
    let files = project.text_files()?;
    let mut errors = 0;
    for (name, check) in CHECKS {
        for finding in check(&files) {
            let Finding {
                weight,
                path,
                line,
                message,
            } = finding;
            let word = match weight {
                Weight::Error => {
                    errors += 1;
                    "error"
                }
                Weight::Note => "note",
            };
            println!("{path}:{line}: {word}: {message} [{name}]");
        }
    }
    ensure!(errors == 0, "tidy found {errors} errors");
    println!("tidy: {} files, {} checks, no errors", files.len(), CHECKS.len());
    Ok(())
}
