//! A bundle of a case: checked, compiled, and judged by the machine and by the interpreter, which must agree.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use wicket_lang::api::{self, Analysis, BundleFiles, LOCK};
use wicket_lang::artifact::{Artifact, Compiled};
use wicket_lang::catalog::{Catalog, pin};
use wicket_lang::decide::{self, Answer};
use wicket_lang::diagnostic::Diagnostic;
use wicket_lang::diagnostic::render::{Style, render};
use wicket_lang::interpret;
use wicket_lang::json::{Limits, read};
use wicket_lang::request::{Facts, Request, State, Switches};
use wicket_lang::source::{SourceFile, Sources};
use wicket_lang::testing;

/// The ending of a catalog's name.
const CATALOG: &str = ".tools.json";

/// The text of a catalog: as given where it is one, else the catalog that pins a raw `tools/list` result.
pub fn catalog(text: &str) -> Result<String> {
    if Catalog::read(text.as_bytes()).is_ok() {
        return Ok(text.to_owned());
    }
    let json = read(text.as_bytes(), &Limits::default()).context("a list of tools is JSON")?;
    let pinned = pin(&json).context("a list of tools can be pinned")?;
    if let Some(refused) = pinned.refused.first() {
        bail!("a tool is refused: {refused:?}");
    }
    Ok(pinned.catalog.write())
}

/// The lock of a bundle whose connectors were pulled: each by the name of its declaration, and what its upstream listed.
pub fn lock(files: &BundleFiles, pulled: &[(&str, &str)]) -> Result<String> {
    let mut lock = api::analyze(files).checked.pins.lock;
    for (name, list) in pulled {
        let pinned = pin(&read(list.as_bytes(), &Limits::default())?)?;
        for connector in lock.connectors.values_mut().filter(|known| known.name == *name) {
            for (tool, locked) in &mut connector.tools {
                locked.text = pinned.texts.get(tool).copied();
                locked.annotations = pinned.annotations.get(tool).cloned();
            }
        }
    }
    Ok(lock.write())
}

/// The bundle of a folder, whose files lie side by side.
pub fn read_folder(folder: &Path) -> Result<BundleFiles> {
    let mut sources = Vec::new();
    let (mut catalogs, mut lock) = (BTreeMap::new(), None);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    paths.sort();
    for path in paths.into_iter().filter(|path| path.is_file()) {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let is_policy = path.extension().is_some_and(|ending| ending == api::EXTENSION);
        if !(is_policy || name == LOCK || name.ends_with(CATALOG)) {
            continue;
        }
        let text = std::fs::read_to_string(&path).with_context(|| format!("{} is read", path.display()))?;
        if is_policy {
            sources.push(SourceFile { name, text });
        } else if name == LOCK {
            lock = Some(text);
        } else {
            catalogs.insert(name, text);
        }
    }
    Ok(BundleFiles {
        sources: Sources::new(sources),
        catalogs,
        lock,
    })
}

/// What checking says, drawn; empty where it says nothing.
#[must_use]
pub fn findings(files: &BundleFiles, analysis: &Analysis) -> String {
    render(&analysis.diagnostics, &files.sources, Style::Plain)
}

/// A bundle that can judge.
#[derive(Debug)]
pub struct Judge {
    pub artifact: Artifact,
    /// Where machine and interpreter differed.
    quarrels: RefCell<Vec<String>>,
}

impl Judge {
    /// Compiles a bundle that has no error.
    pub fn new(files: &BundleFiles, analysis: &Analysis) -> Result<Self> {
        let artifact = api::compile(files, analysis)
            .map(Compiled::into_artifact)
            .map_err(|error| anyhow!("{error}\n{}", findings(files, analysis)))?
            .context("an artifact that was just written is read")?;
        Ok(Self {
            artifact,
            quarrels: RefCell::default(),
        })
    }

    /// Judges a call by the machine, and by the interpreter as well; once with what is known, and once with no fact
    /// asked for yet.
    pub fn decide(&self, switches: &Switches, request: &Request<'_>, state: &State) -> Answer {
        let none = Facts::none_yet();
        let before = Request {
            facts: &none,
            ..*request
        };
        for request in [request, &before] {
            let machine = self.artifact.decide(switches, request, state);
            let interpreter = decide::decide(
                &self.artifact.bundle,
                switches,
                request,
                state,
                interpret::findings,
            );
            if machine != interpreter {
                self.quarrels.borrow_mut().push(format!(
                    "machine and interpreter differ on {request:?}:\n{machine:?}\n{interpreter:?}"
                ));
            }
        }
        self.artifact.decide(switches, request, state)
    }

    /// Runs the bundle's own tests; says what does not hold.
    pub fn run_tests(&self, files: &BundleFiles, analysis: &Analysis) -> (Vec<String>, Vec<Diagnostic>) {
        let switches = Switches::default();
        let (results, found) = testing::run(
            &self.artifact.bundle,
            &analysis.checked.names,
            &analysis.files,
            &|request, state| self.decide(&switches, request, state),
            &|request, state| self.artifact.trace(request, state),
        );
        let mut failures = Vec::new();
        for result in results {
            for failure in result.failures {
                let place = files.sources.position(failure.span.file, failure.span.start);
                failures.push(format!(
                    "test {:?}, line {}: {}",
                    result.name, place.line, failure.detail
                ));
            }
        }
        (failures, found)
    }

    /// Where machine and interpreter have differed so far.
    pub fn quarrels(&self) -> Vec<String> {
        self.quarrels.take()
    }
}
