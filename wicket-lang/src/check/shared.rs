//! `use "../guardrails"`: folders that several bundles share.
//!
//! Reading files is the caller's work, so what is asked here is whether a folder can be shared at all, whether its files
//! came along, and whether folders use each other in a circle.

use std::collections::{BTreeMap, BTreeSet};

use super::Checker;
use crate::diagnostic::{Code, Diagnostic, Edit, Safety};
use crate::source::{FileId, NotShared, Span, is_shared, shared_folder};
use crate::syntax::ast::ItemKind;

/// The folders that the bundle shares with others, as its files name them.
#[derive(Debug, Default)]
pub(super) struct Shared {
    folders: BTreeSet<String>,
}

impl Shared {
    /// The shared folder in which a file stands.
    pub(super) fn folder_of(&self, checker: &Checker<'_>, file: FileId) -> Option<&str> {
        let name = checker.sources.get(file)?.name.as_str();
        let around = self.folders.iter().filter(|folder| is_in(name, folder));
        around.max_by_key(|folder| folder.len()).map(String::as_str)
    }
}

impl Checker<'_> {
    /// Whether the file stands in a folder that is shared.
    pub(super) fn is_shared(&self, file: FileId) -> bool {
        self.sources.get(file).is_some_and(|file| is_shared(&file.name))
    }
}

/// Finds the folders, and says what is wrong with how they are used.
pub(super) fn check(checker: &mut Checker<'_>) -> Shared {
    let mut shared = Shared::default();
    let mut uses: Vec<(FileId, Span, String)> = Vec::new();
    for (file, item) in checker.items() {
        let ItemKind::Shared(texts) = &item.kind else {
            continue;
        };
        let name = checker.sources.get(file).map_or("", |file| file.name.as_str());
        for text in texts {
            match shared_folder(name, &text.value) {
                Ok(folder) => {
                    shared.folders.insert(folder.clone());
                    uses.push((file, text.span, folder));
                }
                Err(problem) => checker.report(not_shared(&text.value, text.span, problem)),
            }
        }
    }
    for (_, span, folder) in &uses {
        if !checker.sources.iter().any(|(_, file)| is_in(&file.name, folder)) {
            checker.report(
                Diagnostic::new(
                    Code::E0408,
                    format!("there are no policies in `{folder}`"),
                    *span,
                    "no `.wkt` file was found there",
                )
                .with_help("the path leads from the folder of this file to the folder that is shared"),
            );
        }
    }
    let mut edges: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (file, _, folder) in &uses {
        let from = shared.folder_of(checker, *file).unwrap_or_default().to_owned();
        edges.entry(from).or_default().insert(folder);
    }
    for (file, span, folder) in &uses {
        let from = shared.folder_of(checker, *file).unwrap_or_default();
        if leads_to(&edges, folder, from) {
            checker.report(circle(folder, *span));
        }
    }
    shared
}

fn is_in(name: &str, folder: &str) -> bool {
    let rest = name.strip_prefix(folder);
    rest.is_some_and(|rest| rest.starts_with('/'))
}

/// Whether the folder uses the other one, by however many steps.
fn leads_to(edges: &BTreeMap<String, BTreeSet<&str>>, from: &str, to: &str) -> bool {
    let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(folder) = open.pop() {
        if folder == to {
            return true;
        }
        if seen.insert(folder) {
            open.extend(edges.get(folder).into_iter().flatten().copied());
        }
    }
    false
}

fn circle(folder: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0409,
        format!("`{folder}` would be shared with itself"),
        span,
        "this leads back to where it stands",
    )
    .with_help("what is shared lies in a folder of its own, which uses none of those that use it")
}

fn not_shared(written: &str, span: Span, problem: NotShared) -> Diagnostic {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !written.is_empty() && written.chars().all(is_name) {
        return Diagnostic::new(
            Code::E0407,
            "a text in quotes is a folder beside this bundle",
            span,
            "this is none",
        )
        .with_fix(
            format!("a connector stands without quotes: `{written}`"),
            vec![Edit::replace(span, written)],
            Safety::Safe,
        );
    }
    let (message, label) = match problem {
        NotShared::Around => return circle(written, span),
        NotShared::Form => (
            format!("`{written}` is no path to a folder"),
            "a path is relative, with `/` between plain names",
        ),
        NotShared::Inside => (
            format!("`{written}` is no folder beside this bundle"),
            "what lies in the folder of the bundle belongs to it already",
        ),
    };
    Diagnostic::new(Code::E0407, message, span, label)
        .with_help("name it as it lies from here: `use \"../guardrails\"`")
}
