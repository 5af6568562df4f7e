//! Sibling goldens: `name.wkt`, and beside it what one stage makes of it.
//!
//! `.tokens`, `.ast`, `.ir`, `.asm` and `.formatted` are compared where such a file exists; make an empty one and bless. What
//! checking says is in `.stderr`; a case without that file must be clean, and its own tests must pass.

use std::path::Path;

use anyhow::{Context, Result};
use wicket_lang::api::{BundleFiles, analyze};
use wicket_lang::bytecode::disassemble;
use wicket_lang::diagnostic::Diagnostic;
use wicket_lang::diagnostic::render::{Style, render};
use wicket_lang::ir::print_bundle;
use wicket_lang::source::FileId;
use wicket_lang::{format, syntax};

use crate::bundle::{Judge, findings};
use crate::files;

/// What is made of a source, by the ending of the file that holds it.
pub const GENERATED: &[&str] = &["tokens", "ast", "ir", "asm", "formatted", "stderr"];

/// Runs one case; says what is otherwise.
pub fn run(path: &Path) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} is read", path.display()))?;
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let bundle = BundleFiles::single(&name, &text);
    let mut problems = Vec::new();
    let mut hold = |extension: &str, actual: &str| -> Result<()> {
        problems.extend(files::hold(&path.with_extension(extension), actual)?);
        Ok(())
    };
    let exists = |extension: &str| path.with_extension(extension).exists();
    if exists("tokens") {
        let tokens = syntax::lexer::lex(FileId(0), &text);
        hold("tokens", &syntax::print_tokens(&tokens, &text))?;
    }
    let analysis = analyze(&bundle);
    if exists("ast")
        && let Some(file) = analysis.files.values().next()
    {
        hold("ast", &syntax::print_ast(file))?;
    }
    if exists("formatted") {
        let formatted =
            format::format(&text).unwrap_or_else(|found| render(&found, &bundle.sources, Style::Plain));
        hold("formatted", &formatted)?;
    }
    let mut stderr = findings(&bundle, &analysis);
    let mut failures = Vec::new();
    if !analysis.has_errors() {
        let judge = Judge::new(&bundle, &analysis)?;
        if exists("ir") {
            hold("ir", &print_bundle(&judge.artifact.bundle))?;
        }
        if exists("asm") {
            hold(
                "asm",
                &disassemble(&judge.artifact.programs, &judge.artifact.bundle),
            )?;
        }
        let (failed, found) = judge.run_tests(&bundle, &analysis);
        // A test that is wrong itself fails as well, and its finding says why.
        if !found.iter().any(Diagnostic::is_error) {
            failures.extend(failed);
        }
        failures.extend(judge.quarrels());
        stderr.push_str(&render(&found, &bundle.sources, Style::Plain));
    }
    if exists("stderr") || analysis.diagnostics.iter().any(Diagnostic::is_error) {
        hold("stderr", &stderr)?;
    } else if !stderr.is_empty() {
        failures.push(stderr);
    }
    problems.extend(failures);
    Ok(problems)
}
