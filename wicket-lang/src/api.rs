//! The façade for embedders: from the files of a bundle to a decision.
//!
//! An embedder needs five steps, and `examples/decide.rs` shows them: [`build`] makes an artifact of the texts,
//! [`Artifact::load`] reads and verifies its bytes, [`DecideRequest::read`] reads a request, [`DecideRequest::decide`]
//! judges it, and [`answer`] says what was decided and why. Who only decides starts at the second.
//!
//! The steps of a compiler are there one by one as well: [`analyze`] parses and checks, [`compile`] makes an artifact
//! of what was checked, [`run_tests`] holds it against its own tests. Nothing is emitted from a bundle with an error.

mod request;

#[doc(inline)]
pub use crate::bytecode::EmitError;
pub use request::{Decide, DecideRequest, Judged, RequestError, ToolName, answer, class, classes};

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::artifact::{Artifact, Compiled};
use crate::catalog::{Digest, Lock};
use crate::check::{self, CatalogFiles, Checked};
use crate::decide::Answer;
use crate::diagnostic::render::{Style, render};
use crate::diagnostic::{self, Code, Diagnostic};
use crate::lint;
use crate::request::Switches;
use crate::source::{FileId, Sources, Span, is_shared, shared_folder};
use crate::syntax::{self, Parsed, ast};
use crate::testing::coverage::{Coverage, Observer};
use crate::testing::{self, TestResult};
use crate::value::Instant;

/// The name of the lock in a bundle's folder.
pub const LOCK: &str = "wicket.lock";

/// The ending of a policy file's name.
pub const EXTENSION: &str = "wkt";

/// The files of a bundle, as the caller read them.
#[derive(Clone, Debug, Default)]
pub struct BundleFiles {
    /// The `.wkt` files.
    pub sources: Sources,
    /// The `.tools.json` files, by path relative to the bundle's folder; and the locks of the folders that it shares
    /// with others, `../guardrails/wicket.lock`.
    pub catalogs: CatalogFiles,
    /// The text of `wicket.lock`.
    pub lock: Option<String>,
}

impl BundleFiles {
    /// A bundle of one file, without lock.
    #[must_use]
    pub fn single(name: &str, text: &str) -> Self {
        Self {
            sources: Sources::single(name, text),
            ..Self::default()
        }
    }
}

/// A bundle, parsed and checked.
#[derive(Debug)]
pub struct Analysis {
    /// The comments and findings of each file; its tree is in `files`. Of the compiler's own types, which may change.
    pub parsed: BTreeMap<FileId, Parsed>,
    /// The tree of each file, likewise.
    pub files: BTreeMap<FileId, ast::File>,
    /// The typed tree, and what its names mean, likewise; its tables are an [`ir::Bundle`](crate::ir::Bundle).
    pub checked: Checked,
    /// Everything that was found, in the order of the sources.
    pub diagnostics: Vec<Diagnostic>,
}

impl Analysis {
    /// Whether something was found that keeps the bundle from being compiled. Lints do not.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Parses and checks a bundle, and lints it where it has no error.
#[must_use]
pub fn analyze(bundle: &BundleFiles) -> Analysis {
    let mut analysis = check_parsed(bundle, parse(bundle));
    let mut found = lints(bundle, &analysis, None);
    analysis.diagnostics.append(&mut found);
    diagnostic::sort(&mut analysis.diagnostics);
    analysis
}

fn parse(bundle: &BundleFiles) -> BTreeMap<FileId, Parsed> {
    let files = bundle.sources.iter();
    files
        .map(|(id, file)| (id, syntax::parse(id, &file.text)))
        .collect()
}

/// What the lints find; nothing where the bundle has an error. `at` is the instant of which is told what has expired and
/// what soon will; without one nothing is told of it, as in [`analyze`].
///
/// With [`check_parsed`] this is what [`analyze`] does, in two steps: who has several threads lints while the tests
/// run.
#[must_use]
pub fn lints(bundle: &BundleFiles, analysis: &Analysis, at: Option<Instant>) -> Vec<Diagnostic> {
    if analysis.has_errors() {
        return Vec::new();
    }
    let mut found = lint::lint(&bundle.sources, &analysis.files, &analysis.checked, at);
    // What is shared is linted where it is checked by itself.
    found.retain(|found| !stands_in_shared(bundle, found));
    found
}

/// The schedules that newer zone data moves: those that are open at other instants, from `at` on, than with the zone
/// tables of the artifact that is in force. Nothing where the bundle has an error.
#[must_use]
pub fn moved(bundle: &BundleFiles, analysis: &Analysis, in_force: &Artifact, at: Instant) -> Vec<Diagnostic> {
    if analysis.has_errors() {
        return Vec::new();
    }
    let checked = &analysis.checked;
    let mut found = lint::moved(&bundle.sources, &analysis.files, checked, &in_force.bundle, at);
    found.retain(|found| !stands_in_shared(bundle, found));
    found
}

/// Checks a bundle whose files were parsed, each by `syntax::parse` and in any order or thread.
#[must_use]
pub fn check_parsed(bundle: &BundleFiles, mut parsed: BTreeMap<FileId, Parsed>) -> Analysis {
    let files: BTreeMap<FileId, ast::File> = parsed
        .iter_mut()
        .map(|(id, parsed)| (*id, std::mem::take(&mut parsed.file)))
        .collect();
    let mut diagnostics: Vec<Diagnostic> = parsed
        .values()
        .flat_map(|parsed| parsed.diagnostics.iter().cloned())
        .collect();
    let lock = bundle
        .lock
        .as_deref()
        .and_then(|text| match Lock::read(text.as_bytes()) {
            Ok(lock) => Some(lock),
            Err(error) => {
                diagnostics.push(
                    Diagnostic::new(
                        Code::E0405,
                        format!("{LOCK} cannot be read: {error}"),
                        Span::default(),
                        "the lock stands beside this file",
                    )
                    .with_help("write it anew with: wicket catalog pull NAME"),
                );
                None
            }
        });
    let mut checked = check::check(&bundle.sources, &files, &bundle.catalogs, lock.as_ref());
    diagnostics.append(&mut checked.diagnostics);
    diagnostics.retain(|found| found.is_error() || !stands_in_shared(bundle, found));
    for found in &mut diagnostics {
        // Nothing is mended in a folder that belongs to others as well.
        if stands_in_shared(bundle, found) {
            found.fixes.clear();
        }
    }
    diagnostic::sort(&mut diagnostics);
    Analysis {
        parsed,
        files,
        checked,
        diagnostics,
    }
}

fn stands_in_shared(bundle: &BundleFiles, found: &Diagnostic) -> bool {
    let file = bundle.sources.get(found.primary.span.file);
    file.is_some_and(|file| is_shared(&file.name))
}

/// The shared folders that a policy file of this name uses, relative to the bundle's folder: what has to be read as
/// well. What is wrong with a path is said by [`analyze`].
#[must_use]
pub fn folders_used(name: &str, text: &str) -> BTreeSet<String> {
    // A shared folder lies outside, so its path climbs; a text without such a path need not be parsed.
    if !text.contains("\"..") {
        return BTreeSet::new();
    }
    let items = syntax::parse(FileId(0), text).file.items;
    let texts = items.into_iter().flat_map(|item| {
        if let ast::ItemKind::Shared(texts) = item.kind {
            texts
        } else {
            Vec::new()
        }
    });
    texts
        .filter_map(|text| shared_folder(name, &text.value).ok())
        .collect()
}

/// The trees whose tests are run and whose places are covered: those of shared folders have been, by themselves.
fn own_trees(analysis: &Analysis, artifact: &Artifact) -> BTreeMap<FileId, ast::File> {
    let is_own = |id: FileId| {
        let name = artifact.places.files.get(id.0 as usize);
        name.is_none_or(|name| !is_shared(name))
    };
    let trees = analysis.files.iter().map(|(id, tree)| {
        let mut tree = tree.clone();
        if !is_own(*id) {
            tree.items
                .retain(|item| !matches!(item.kind, ast::ItemKind::Test(_)));
        }
        (*id, tree)
    });
    trees.collect()
}

/// Checks and compiles a bundle. Its tests are not run, see [`run_tests`]; it is not linted, see [`analyze`].
///
/// An error holds everything that is wrong with the texts, or says that the bundle is too large.
pub fn build(bundle: &BundleFiles) -> Result<Compiled, BuildError> {
    let mut analysis = check_parsed(bundle, parse(bundle));
    if analysis.has_errors() {
        analysis.diagnostics.retain(Diagnostic::is_error);
        return Err(BuildError::Errors {
            rendered: render(&analysis.diagnostics, &bundle.sources, Style::Plain),
            diagnostics: analysis.diagnostics,
        });
    }
    match compile(bundle, &analysis) {
        Ok(compiled) => Ok(compiled),
        Err(CompileError::Emit(error)) => Err(BuildError::Emit(error)),
        // INVARIANT: it has none, as was just asked.
        Err(CompileError::Errors) => Err(BuildError::Errors {
            rendered: String::new(),
            diagnostics: Vec::new(),
        }),
    }
}

/// Why a bundle was not built.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BuildError {
    /// The bundle has errors. Shown to a person, this is what `wicket check` prints.
    #[error("{rendered}")]
    Errors {
        /// What was found, in the order of the sources.
        diagnostics: Vec<Diagnostic>,
        /// The same, drawn without colours.
        rendered: String,
    },
    /// The bundle is larger than an artifact can be.
    #[error(transparent)]
    Emit(EmitError),
}

/// Makes an artifact of a bundle that has been checked. An error says that it has errors, or is too large.
pub fn compile(bundle: &BundleFiles, analysis: &Analysis) -> Result<Compiled, CompileError> {
    if analysis.has_errors() {
        return Err(CompileError::Errors);
    }
    let lock = bundle
        .lock
        .as_deref()
        .map(|text| (LOCK.to_owned(), Digest::of_source(text)));
    let pinned = analysis
        .checked
        .pins
        .sources
        .iter()
        .map(|(name, digest)| (name.clone(), *digest))
        .chain(lock);
    Ok(Compiled::new(
        analysis.checked.bundle.clone(),
        &bundle.sources,
        pinned,
    )?)
}

/// Why a bundle was not compiled.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CompileError {
    /// The analysis has errors.
    #[error("the bundle has errors")]
    Errors,
    /// The bundle is larger than an artifact can be.
    #[error(transparent)]
    Emit(#[from] EmitError),
}

/// Runs the tests of a bundle on the machine. Their diagnostics are of the tests themselves.
#[must_use]
pub fn run_tests(analysis: &Analysis, artifact: &Artifact) -> (Vec<TestResult>, Vec<Diagnostic>) {
    let switches = Switches::default();
    testing::run(
        &artifact.bundle,
        &analysis.checked.names,
        &own_trees(analysis, artifact),
        &|request, state| artifact.decide(&switches, request, state),
        &|request, state| artifact.trace(request, state),
    )
}

/// The same, and what the tests have seen of the rules, the tests in their conditions, and the schedules.
#[must_use]
pub fn cover_tests(analysis: &Analysis, artifact: &Artifact) -> (Vec<TestResult>, Vec<Diagnostic>, Coverage) {
    let switches = Switches::default();
    let observer = RefCell::new(Observer::new(
        &artifact.bundle,
        &analysis.checked.written,
        &analysis.files,
    ));
    let (results, diagnostics) = testing::run(
        &artifact.bundle,
        &analysis.checked.names,
        &own_trees(analysis, artifact),
        &|request, state| {
            let answer = artifact.decide(&switches, request, state);
            if let Answer::Decided(decision) = &answer {
                observer.borrow_mut().see(request, state, decision);
            }
            answer
        },
        &|request, state| artifact.trace(request, state),
    );
    let mut coverage = observer.into_inner().finish();
    coverage.places.retain(|place| {
        let file = artifact.places.files.get(place.span.file.0 as usize);
        file.is_none_or(|file| !is_shared(file))
    });
    (results, diagnostics, coverage)
}
