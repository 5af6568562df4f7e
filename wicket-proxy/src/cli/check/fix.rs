//! `wicket check --fix`: makes the edits that are safe, and never leaves a policy worse than it was.
//!
//! What the edits make of the bundle is checked before anything is written. Where all of them together make it worse,
//! each is tried by itself; a file that somebody else saved meanwhile is left to them.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use wicket_lang::diagnostic::fix::apply_safe;
use wicket_lang::diagnostic::{Diagnostic, Severity};
use wicket_lang::source::{FileId, MAX_SOURCE_BYTES, SourceFile, Sources};

use super::super::report::Fixed;
use super::super::subject::{Examined, Subject, counted};
use super::super::write;
use crate::bundle;
use crate::cli::working::Working;

/// How often what is still wrong is mended again: a mistake can hide another.
const ROUNDS: usize = 16;

/// How many edits are tried by themselves.
const TRIED_ALONE: usize = 64;

/// Mends `examined` and writes the files. Gives what is left to say about the bundle, and what was changed.
pub(super) fn make(examined: Examined, working: &Working) -> anyhow::Result<(Examined, Fixed)> {
    let before = examined.subject.files.sources.clone();
    let mut current = examined;
    let mut count = 0;
    for _ in 0..ROUNDS {
        let Some((next, made)) = round(&current, working)? else {
            break;
        };
        current = next;
        count += made;
    }
    let mut fixed = Fixed {
        count,
        files: Vec::new(),
    };
    for ((_, old), ((_, new), (_, shown))) in before.iter().zip(
        current
            .subject
            .files
            .sources
            .iter()
            .zip(current.subject.shown.iter()),
    ) {
        if old.text == new.text {
            continue;
        }
        let path = Path::new(&shown.name);
        let now = bundle::text(path, MAX_SOURCE_BYTES)?;
        anyhow::ensure!(
            now == old.text,
            "{} was saved meanwhile and is left as it is; run the check again",
            path.display()
        );
        write::atomically(path, new.text.as_bytes()).context("nothing more is mended")?;
        fixed.files.push(shown.name.clone());
    }
    Ok((current, fixed))
}

/// One round of edits; `None` where nothing is left that can be mended.
fn round(current: &Examined, working: &Working) -> anyhow::Result<Option<(Examined, usize)>> {
    if let Some(found) = attempt(current, &current.diagnostics, working)? {
        return Ok(Some(found));
    }
    let alone = current.diagnostics.iter().filter(|found| !found.fixes.is_empty());
    for found in alone.take(TRIED_ALONE) {
        if let Some(found) = attempt(current, std::slice::from_ref(found), working)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The bundle after the safe edits of `diagnostics`; `None` where there are none, or where they would make it worse.
fn attempt(
    current: &Examined,
    diagnostics: &[Diagnostic],
    working: &Working,
) -> anyhow::Result<Option<(Examined, usize)>> {
    let (texts, made) = apply_safe(&current.subject.files.sources, diagnostics);
    let changes = texts
        .iter()
        .any(|(file, text)| current.subject.files.sources.get(*file).map(|old| &old.text) != Some(text));
    if !changes {
        return Ok(None);
    }
    let mut files = current.subject.files.clone();
    files.sources = replaced(&files.sources, &texts);
    let subject = Subject {
        files,
        shown: replaced(&current.subject.shown, &texts),
    };
    let next = subject.examine(current.at, working)?;
    Ok((!is_worse(current, &next)).then_some((next, made)))
}

/// Whether a file has more mistakes of grammar, or the bundle more errors, or tests pass no more. Where a mistake of
/// grammar is gone, errors that it hid may come to light, and are no reason to keep it.
fn is_worse(before: &Examined, after: &Examined) -> bool {
    let grammar = |examined: &Examined, file: &FileId| {
        let parsed = examined.analysis.parsed.get(file);
        parsed.map_or(0, |parsed| {
            parsed.diagnostics.iter().filter(|found| found.is_error()).count()
        })
    };
    let mut uncovers = false;
    for file in before.analysis.parsed.keys() {
        match grammar(after, file).cmp(&grammar(before, file)) {
            Ordering::Greater => return true,
            Ordering::Less => uncovers = true,
            Ordering::Equal => {}
        }
    }
    (!uncovers && after.count(Severity::Error) > before.count(Severity::Error))
        || (before.built.is_some() && (after.built.is_none() || after.failed_tests() > before.failed_tests()))
}

fn replaced(sources: &Sources, texts: &BTreeMap<FileId, String>) -> Sources {
    let files = sources.iter().map(|(id, file)| SourceFile {
        name: file.name.clone(),
        text: texts.get(&id).unwrap_or(&file.text).clone(),
    });
    Sources::new(files.collect())
}

/// What was changed, in a line.
pub(super) fn told(fixed: &Fixed) -> String {
    if fixed.files.is_empty() {
        return "nothing could be mended safely\n".to_owned();
    }
    format!(
        "{} made in {}\n",
        counted(fixed.count, "edit"),
        fixed.files.join(", ")
    )
}
