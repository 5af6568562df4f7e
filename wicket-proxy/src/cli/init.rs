//! `wicket init DIR`: a working folder with a configuration, first policies and their tests.
//!
//! The files lie in `init/template` as they are written, so they can be read, checked and changed there. Nothing that
//! exists is ever overwritten: all names are looked at before the first file is written.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use serde::Serialize;

use super::{Console, Exit};

const EXAMPLES: &str = "Examples:\n  \
    wicket init                 into this folder\n  \
    wicket init acme            into the folder acme, which is made if it is not there";

/// Make a working folder: configuration, first policies and their tests.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The folder.
    #[arg(default_value = ".")]
    dir: PathBuf,
}

/// The first policies, with their tests.
pub(super) const POLICIES: &str = include_str!("init/template/policies/agent.wkt");

/// Path in the folder, and text.
const TEMPLATE: &[(&str, &str)] = &[
    ("wicket.toml", include_str!("init/template/wicket.toml")),
    ("policies/agent.wkt", POLICIES),
    (".gitignore", include_str!("init/template/gitignore")),
];

#[derive(Serialize)]
struct Made {
    dir: PathBuf,
    files: Vec<&'static str>,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    let dir = &arguments.dir;
    if let Some((name, _)) = TEMPLATE
        .iter()
        .find(|(name, _)| dir.join(name).symlink_metadata().is_ok())
    {
        bail!(
            "{} exists already and nothing was written; name a new folder, as in `wicket init acme`",
            dir.join(name).display()
        );
    }
    for (name, text) in TEMPLATE {
        let path = dir.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).with_context(|| format!("making the folder {}", parent.display()))?;
        }
        fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    let made = Made {
        dir: dir.clone(),
        files: TEMPLATE.iter().map(|(name, _)| *name).collect(),
    };
    let mut text = String::from("Made:\n");
    for name in &made.files {
        writeln!(text, "  {}", dir.join(name).display())?;
    }
    text.push_str("Read wicket.toml first: it says which credentials it looks for.\n");
    console.result(&made, &text)?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use wicket_lang::api::{self, BundleFiles};
    use wicket_lang::artifact::Artifact;
    use wicket_lang::diagnostic::Severity;

    use super::*;
    use crate::cli::{Form, Terminal};
    use crate::config::Config;

    fn init(dir: PathBuf) -> anyhow::Result<Exit> {
        let (mut input, mut out, mut err) = (std::io::empty(), Vec::new(), Vec::new());
        let mut console = Console::new(Form::Human, Terminal::default(), &mut input, &mut out, &mut err);
        run(&Arguments { dir }, &mut console)
    }

    #[test]
    fn the_configuration_is_accepted() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("acme");
        assert_eq!(init(dir.clone()).unwrap(), Exit::Done);
        let config = Config::load(&dir.join("wicket.toml")).unwrap();
        assert_eq!(config.policies, dir.join("policies"));
        assert_eq!(config.connectors.len(), 3);
    }

    #[test]
    fn the_policies_pass_their_own_tests() {
        let (_, text) = TEMPLATE
            .iter()
            .find(|(name, _)| *name == "policies/agent.wkt")
            .unwrap();
        let bundle = BundleFiles::single("agent.wkt", text);
        let analysis = api::analyze(&bundle);
        let findings: Vec<_> = analysis
            .diagnostics
            .iter()
            .filter(|finding| finding.severity != Severity::Note)
            .collect();
        assert!(findings.is_empty(), "{findings:#?}");
        assert_eq!(
            wicket_lang::format::format(text).as_deref(),
            Ok(*text),
            "`wicket fmt --check` would refuse it"
        );
        let compiled = api::compile(&bundle, &analysis).unwrap();
        let artifact = Artifact::load(&compiled.encode()).unwrap();
        let (results, diagnostics) = api::run_tests(&analysis, &artifact);
        assert!(diagnostics.is_empty(), "{diagnostics:#?}");
        assert!(!results.is_empty());
        for result in results {
            assert!(result.ok, "{result:#?}");
        }
    }

    #[test]
    fn nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("policies")).unwrap();
        fs::write(folder.path().join("policies/agent.wkt"), "mine").unwrap();
        let error = init(folder.path().to_owned()).unwrap_err();
        assert!(error.to_string().contains("agent.wkt"));
        assert!(!folder.path().join("wicket.toml").exists());
    }
}
