//! `wicket explain CODE`: the page of a code.

use std::fmt::Write as _;

use anyhow::bail;
use serde::Serialize;
use wicket_lang::diagnostic::{Code, nearest};

use super::page::render;
use super::{Console, Exit};

const EXAMPLES: &str = "Examples:\n  \
    wicket explain E0101        what it means, a wrong and a right example\n  \
    wicket explain              all codes with their titles";

/// Explain a code such as E0101.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The code; without one, all codes are listed.
    code: Option<String>,
}

#[derive(Serialize)]
struct Explanation {
    code: &'static str,
    title: &'static str,
    severity: &'static str,
    page: &'static str,
}

impl From<Code> for Explanation {
    fn from(code: Code) -> Self {
        Self {
            code: code.name(),
            title: code.title(),
            severity: code.severity().name(),
            page: code.page(),
        }
    }
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    let Some(name) = &arguments.code else {
        let all: Vec<Explanation> = Code::ALL.iter().map(|code| Explanation::from(*code)).collect();
        let mut list = String::new();
        for Explanation { code, title, .. } in &all {
            writeln!(list, "{code:<6} {title}")?;
        }
        console.result(&all, &list)?;
        return Ok(Exit::Done);
    };
    let Some(code) = Code::find(name) else {
        let known = Code::ALL.iter().map(|code| code.name());
        match nearest(name, known) {
            Some(near) => bail!("there is no code `{name}`; did you mean `{near}`?"),
            None => bail!("there is no code `{name}`; `wicket explain` lists all codes"),
        }
    };
    console.result(&Explanation::from(code), &render(code.page()))?;
    Ok(Exit::Done)
}
