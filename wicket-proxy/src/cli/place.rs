//! Where a command works: the configuration, and the store beside or without a running server.
//!
//! A command writes to the store itself. A server that runs on the same data folder reads what is in force in each of
//! its steps, so what a command has written is in force when the command returns.

use std::path::PathBuf;

use anyhow::Context as _;

use crate::config::Config;
use crate::store::{Options, Role, Store};

/// `--config FILE`.
#[derive(Debug, clap::Args)]
pub(super) struct Place {
    /// The configuration.
    #[arg(long, value_name = "FILE", default_value = "wicket.toml", global = true)]
    pub(super) config: PathBuf,
}

/// Who acts, in records of what commands did.
pub(super) const AUTHOR: &str = "cli";

impl Place {
    pub(super) fn config(&self) -> anyhow::Result<Config> {
        Config::load(&self.config).with_context(|| {
            format!(
                "no configuration; name it with --config, or make one with `wicket init` ({})",
                self.config.display()
            )
        })
    }

    pub(super) fn store(&self) -> anyhow::Result<Store> {
        Ok(Store::open(&Options::new(self.config()?.data, Role::Tool))?)
    }
}

/// Rows under their headings, each column as wide as it needs to be.
pub(super) fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    let width = |column: usize, heading: &str| {
        let cells = rows
            .iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count());
        cells.chain([heading.chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = headings
        .iter()
        .enumerate()
        .map(|(column, heading)| width(column, heading))
        .collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> = cells
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        format!("{}\n", padded.join("  ").trim_end())
    };
    let mut text = line(&mut headings.iter().copied());
    for row in rows {
        text.push_str(&line(&mut row.iter().map(String::as_str)));
    }
    text
}
