//! `cargo xtask pin LIST CATALOG`: a `tools/list` result to the pinned catalog of a connector that ships with Wicket.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, ensure};
use clap::Args;
use wicket_lang::catalog::pin;
use wicket_lang::json::{Limits, read};

/// The files to read and to write.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A whole `tools/list` result, as JSON.
    list: PathBuf,
    /// The catalog to write, `wicket-lang/connectors/NAME.tools.json`.
    catalog: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let bytes =
        fs::read(&arguments.list).with_context(|| format!("cannot read {}", arguments.list.display()))?;
    let pinned = pin(&read(&bytes, &Limits::default())?)?;
    // A catalog that ships is whole: what an upstream lists and Wicket cannot pin is a question for a person.
    ensure!(
        pinned.refused.is_empty(),
        "cannot be pinned: {:?}",
        pinned.refused
    );
    fs::write(&arguments.catalog, pinned.catalog.write())
        .with_context(|| format!("cannot write {}", arguments.catalog.display()))
}
