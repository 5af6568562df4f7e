//! The bundle that a command is about, and what is found in it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use wicket_lang::api::{self, Analysis, BundleFiles, CompileError};
use wicket_lang::artifact::{self, Artifact};
use wicket_lang::diagnostic::render::{Style, render};
use wicket_lang::diagnostic::{self, Diagnostic, Severity};
use wicket_lang::source::{FileId, SourceFile, Sources, Span, is_shared};
use wicket_lang::syntax::{self, Parsed};
use wicket_lang::testing::TestResult;
use wicket_lang::testing::coverage::Coverage;
use wicket_lang::value::Instant;

use super::working::Working;
use crate::bundle;
use crate::config::Config;

/// The configuration that is looked for in the current folder.
const CONFIGURATION: &str = "wicket.toml";

/// Nobody reads more findings than this at a time.
const MAX_DRAWN: usize = 200;

/// From so many bytes of text on, a second thread helps to parse it.
const PAYS: usize = 64 * 1024;

/// The texts of a bundle.
pub(super) struct Subject {
    pub(super) files: BundleFiles,
    /// The policy files under names that a person can open from here.
    pub(super) shown: Sources,
}

impl Subject {
    /// Reads the bundle at `path`; without one, that of the configuration in this folder, or else this folder.
    pub(super) fn read(path: Option<&Path>) -> anyhow::Result<Self> {
        let path = match path {
            Some(path) => path.to_owned(),
            None => default_path()?,
        };
        if is_artifact(&path) {
            bail!(
                "{} is an artifact, and this needs its sources: name the folder that it was built from",
                path.display()
            );
        }
        let files = bundle::read(&path)?;
        let shown = shown(&path, &files.sources);
        Ok(Self { files, shown })
    }

    /// Parses and checks it, compiles it, and runs its tests; the lints look at it meanwhile. `at` is when it is looked
    /// at: of that instant it is told what has expired.
    pub(super) fn examine(self, at: Instant, working: &Working) -> anyhow::Result<Examined> {
        working.says(|| match self.files.sources.iter().count() {
            1 => "checking 1 file".to_owned(),
            count => format!("checking {count} files"),
        });
        let parsed = parse(&self.files.sources);
        let analysis = api::check_parsed(&self.files, parsed);
        working.says(|| "running the tests and the lints".to_owned());
        let (lints, compiled) = both(
            || api::lints(&self.files, &analysis, Some(at)),
            || compile_and_test(&self.files, &analysis),
        );
        let (built, tests, of_tests) = compiled?;
        let mut diagnostics = analysis.diagnostics.clone();
        diagnostics.extend(lints);
        diagnostics.extend(of_tests);
        diagnostic::sort(&mut diagnostics);
        Ok(Examined {
            subject: self,
            at,
            analysis,
            diagnostics,
            tests,
            built,
            coverage: None,
        })
    }
}

type Tested = (Option<Built>, Vec<TestResult>, Vec<Diagnostic>);

/// What the bundle becomes, how its tests went, and what is wrong with either.
fn compile_and_test(files: &BundleFiles, analysis: &Analysis) -> anyhow::Result<Tested> {
    match api::compile(files, analysis) {
        Ok(compiled) => {
            let bytes = compiled.encode();
            let artifact = Artifact::load(&bytes).context("the artifact that was made is refused")?;
            let (tests, found) = api::run_tests(analysis, &artifact);
            Ok((Some(Built { bytes, artifact }), tests, found))
        }
        Err(CompileError::Errors) => Ok((None, Vec::new(), Vec::new())),
        Err(CompileError::Emit(error)) => {
            let found = Diagnostic::new(
                error.code(),
                error.to_string(),
                Span::default(),
                "the bundle of this file",
            );
            Ok((None, Vec::new(), vec![found]))
        }
    }
}

/// Parses each file. Every other one is read by another thread where there are so many that it pays.
fn parse(sources: &Sources) -> BTreeMap<FileId, Parsed> {
    let of = |rest: u32| {
        let files = sources.iter().filter(move |(id, _)| id.0 % 2 == rest);
        files
            .map(|(id, file)| (id, syntax::parse(id, &file.text)))
            .collect::<BTreeMap<_, _>>()
    };
    let bytes: usize = sources.iter().map(|(_, file)| file.text.len()).sum();
    if bytes < PAYS {
        let mut all = of(0);
        all.append(&mut of(1));
        return all;
    }
    let (mut all, mut others) = both(|| of(0), || of(1));
    all.append(&mut others);
    all
}

/// Does two things at a time.
fn both<A: Send, B>(first: impl FnOnce() -> A + Send, second: impl FnOnce() -> B) -> (A, B) {
    std::thread::scope(|scope| {
        let first = scope.spawn(first);
        let second = second();
        match first.join() {
            Ok(first) => (first, second),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// A bundle with all that was found in it.
pub(super) struct Examined {
    pub(super) subject: Subject,
    /// When it was looked at.
    pub(super) at: Instant,
    pub(super) analysis: Analysis,
    /// Of the sources and of their tests, in order.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Empty where there is an error: then nothing is run.
    pub(super) tests: Vec<TestResult>,
    pub(super) built: Option<Built>,
    /// What the tests have seen, where it was asked for.
    pub(super) coverage: Option<Coverage>,
}

/// What a bundle without errors becomes.
pub(super) struct Built {
    pub(super) bytes: Vec<u8>,
    pub(super) artifact: Artifact,
}

impl Examined {
    /// Runs the tests once more, watched; where there is an error, nothing is run and nothing seen.
    pub(super) fn cover(&mut self) {
        if let Some(built) = &self.built {
            let (_, _, coverage) = api::cover_tests(&self.analysis, &built.artifact);
            self.coverage = Some(coverage);
        }
    }

    /// Adds which schedules the zone data that is compiled in moves, as against that of an artifact.
    pub(super) fn hold_against(&mut self, in_force: &Artifact) {
        let found = api::moved(&self.subject.files, &self.analysis, in_force, self.at);
        self.diagnostics.extend(found);
        diagnostic::sort(&mut self.diagnostics);
    }

    pub(super) fn count(&self, severity: Severity) -> usize {
        self.diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == severity)
            .count()
    }

    pub(super) fn failed_tests(&self) -> usize {
        self.tests.iter().filter(|test| !test.ok).count()
    }

    /// Whether nothing is wrong that keeps it from being published.
    pub(super) fn is_clean(&self) -> bool {
        self.count(Severity::Error) == 0 && self.failed_tests() == 0 && self.built.is_some()
    }

    /// What was found, drawn; notes only where they are asked for.
    pub(super) fn drawn(&self, with_notes: bool) -> String {
        let drawn: Vec<Diagnostic> = self
            .diagnostics
            .iter()
            .filter(|diagnostic| with_notes || diagnostic.severity != Severity::Note)
            .cloned()
            .collect();
        let (shown, rest) = drawn.split_at(drawn.len().min(MAX_DRAWN));
        // Where the terminal wants no colour, the stream takes the styles out again.
        let mut text = render(shown, &self.subject.shown, Style::Ansi);
        if !rest.is_empty() {
            // Writing to a String does not fail.
            let _ = writeln!(
                text,
                "\n{} more are not shown: mend these first, or ask for all with --format json",
                rest.len()
            );
        }
        text
    }
}

/// Whether `path` is to be loaded as an artifact.
pub(super) fn is_artifact(path: &Path) -> bool {
    path.is_file()
        && path
            .extension()
            .is_some_and(|ending| ending == artifact::EXTENSION)
}

/// Loads and verifies the artifact at `path`.
pub(super) fn load_artifact(path: &Path) -> anyhow::Result<Artifact> {
    let bytes = bundle::bytes(path, artifact::MAX_ARTIFACT_BYTES)?;
    Artifact::load(&bytes).map_err(|error| {
        anyhow::anyhow!(
            "{}: {error}\n  help: {}\n  more: wicket explain {}",
            path.display(),
            error.help(),
            error.code().name()
        )
    })
}

/// The artifact at `path`, or the one that the sources at `path` become. Tests are not run.
pub(super) fn artifact_of(path: &Path, err: &mut dyn std::io::Write) -> anyhow::Result<Artifact> {
    if is_artifact(path) {
        return load_artifact(path);
    }
    let subject = Subject::read(Some(path))?;
    let analysis = api::analyze(&subject.files);
    match api::compile(&subject.files, &analysis) {
        Ok(compiled) => compiled
            .into_artifact()
            .context("the artifact that was made is refused"),
        Err(CompileError::Errors) => {
            let errors: Vec<Diagnostic> = analysis
                .diagnostics
                .into_iter()
                .filter(Diagnostic::is_error)
                .collect();
            write!(err, "{}", render(&errors, &subject.shown, Style::Ansi))?;
            bail!(
                "{} has {}; nothing is decided by it",
                path.display(),
                counted(errors.len(), "error")
            )
        }
        Err(error @ CompileError::Emit(_)) => bail!("{}: {error}", path.display()),
    }
}

/// `1 error`, `2 errors`.
pub(super) fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

/// Where a span begins, for people: file, line and column.
pub(super) fn place(sources: &Sources, file: FileId, offset: u32) -> (String, usize, usize) {
    let name = sources
        .get(file)
        .map(|file| file.name.clone())
        .unwrap_or_default();
    let position = sources.position(file, offset);
    (name, position.line, position.column)
}

/// The folder that commands are about where none is named.
pub(super) fn default_path() -> anyhow::Result<PathBuf> {
    let configuration = Path::new(CONFIGURATION);
    if configuration.is_file() {
        return Ok(Config::load(configuration)?.policies);
    }
    Ok(PathBuf::from("."))
}

/// The order of the files stays what it is, because every name gets the same folder in front.
fn shown(path: &Path, sources: &Sources) -> Sources {
    let is_folder = path.is_dir();
    let renamed = sources.iter().map(|(_, file)| {
        let name = if !is_folder && is_shared(&file.name) {
            bundle::folder(path).join(&file.name).display().to_string()
        } else if !is_folder {
            path.display().to_string()
        } else if path == Path::new(".") {
            file.name.clone()
        } else {
            path.join(&file.name).display().to_string()
        };
        SourceFile {
            name,
            text: file.text.clone(),
        }
    });
    Sources::new(renamed.collect())
}
