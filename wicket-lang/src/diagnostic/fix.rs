//! Edits that mend a finding, as data, and how they are made in a text.
//!
//! A fix is made as a whole or not at all, and no two fixes touch the same place in one go: the text is then judged
//! again, and what is still wrong is offered again.

use std::collections::BTreeMap;

use super::Diagnostic;
use crate::source::{FileId, Sources, Span};

/// Whether a program may make the edit without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Safety {
    /// What is decided stays the same for every request, or the text had no meaning before and can have only this one.
    /// `wicket check --fix` makes such edits.
    Safe,
    /// Likely what is meant, but it changes what is decided, or it is a guess. It is shown, and a person decides.
    Guess,
}

impl Safety {
    /// As in JSON: `safe`, `guess`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Guess => "guess",
        }
    }
}

/// Puts `replacement` where `span` is: an empty span inserts, an empty replacement removes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What is taken out.
    pub span: Span,
    /// What is put there.
    pub replacement: String,
}

impl Edit {
    /// Puts `replacement` in the place of `span`.
    #[must_use]
    pub fn replace(span: Span, replacement: impl Into<String>) -> Self {
        Self {
            span,
            replacement: replacement.into(),
        }
    }

    /// Puts `text` before `span`.
    #[must_use]
    pub fn before(span: Span, text: impl Into<String>) -> Self {
        Self::replace(
            Span {
                end: span.start,
                ..span
            },
            text,
        )
    }

    /// Puts `text` behind `span`.
    #[must_use]
    pub fn after(span: Span, text: impl Into<String>) -> Self {
        Self::replace(
            Span {
                start: span.end,
                ..span
            },
            text,
        )
    }

    /// Takes out what `span` covers.
    #[must_use]
    pub fn remove(span: Span) -> Self {
        Self::replace(span, "")
    }
}

/// One way to mend a finding: what it does in a few words (lower case, no final period), and the edits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as help above the edited lines.
    pub label: String,
    /// All of its edits, in any order and perhaps in several files; made together or not at all.
    pub edits: Vec<Edit>,
    /// Whether a program may make it without asking.
    pub safety: Safety,
}

impl Fix {
    /// The edits in one file, in the order of its text.
    #[must_use]
    pub fn edits_of(&self, file: FileId) -> Vec<Edit> {
        let mut edits: Vec<Edit> = self
            .edits
            .iter()
            .filter(|edit| edit.span.file == file)
            .cloned()
            .collect();
        edits.sort();
        edits
    }
}

/// The text with the edits made; `None` where two of them touch each other, or one lies outside of the text.
#[must_use]
pub fn apply(text: &str, edits: &[Edit]) -> Option<String> {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort();
    edits.dedup();
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    let mut previous: Option<Span> = None;
    for edit in edits {
        if previous.is_some_and(|previous| touch(previous, edit.span)) {
            return None;
        }
        previous = Some(edit.span);
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        out.push_str(text.get(done..start)?);
        out.push_str(&edit.replacement);
        // An end before the start is no place.
        text.get(start..end)?;
        done = end;
    }
    out.push_str(text.get(done..)?);
    Some(out)
}

/// Whether two edits cannot both be made: they overlap, or begin at the same place.
fn touch(a: Span, b: Span) -> bool {
    a.file == b.file && (a.start == b.start || (a.start < b.end && b.start < a.end))
}

/// The files that change when the safe fixes are made, with their new texts, and how many fixes were made. Of two fixes
/// that touch each other the first in the sources is made.
#[must_use]
pub fn apply_safe(sources: &Sources, diagnostics: &[Diagnostic]) -> (BTreeMap<FileId, String>, usize) {
    let is_made =
        |fix: &&Fix| fix.safety == Safety::Safe && !fix.edits.is_empty() && !loses_a_comment(sources, fix);
    let fixes = diagnostics
        .iter()
        .filter_map(|found| found.fixes.iter().find(is_made));
    let mut taken: Vec<Edit> = Vec::new();
    let mut count = 0;
    for fix in fixes {
        let collides = |edit: &Edit| taken.iter().any(|other| touch(other.span, edit.span));
        // Two findings may offer the very same edit; made once it mends both.
        let known = fix.edits.iter().all(|edit| taken.contains(edit));
        if !known && !fix.edits.iter().any(collides) {
            taken.extend(fix.edits.iter().cloned());
            count += 1;
        }
    }
    let mut by_file: BTreeMap<FileId, Vec<Edit>> = BTreeMap::new();
    for edit in taken {
        by_file.entry(edit.span.file).or_default().push(edit);
    }
    let texts = by_file
        .into_iter()
        .filter_map(|(file, edits)| Some((file, apply(&sources.get(file)?.text, &edits)?)))
        .collect();
    (texts, count)
}

/// Whether a comment may stand in what the fix takes out. An author's words are for the author to move.
fn loses_a_comment(sources: &Sources, fix: &Fix) -> bool {
    fix.edits.iter().any(|edit| {
        let text = sources.get(edit.span.file).map_or("", |file| file.text.as_str());
        text.get(edit.span.start as usize..edit.span.end as usize)
            .is_none_or(|gone| gone.contains("//"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;

    fn span(start: usize, end: usize) -> Span {
        Span::new(FileId(0), start, end)
    }

    #[test]
    fn edits_are_made_in_the_order_of_the_text() {
        let edits = [
            Edit::replace(span(4, 7), "B"),
            Edit::before(span(0, 3), "("),
            Edit::after(span(8, 11), ")"),
        ];
        assert_eq!(apply("one two six", &edits).as_deref(), Some("(one B six)"));
    }

    #[test]
    fn edits_that_touch_or_lie_outside_are_not_made() {
        for edits in [
            vec![Edit::remove(span(0, 3)), Edit::remove(span(2, 4))],
            vec![Edit::before(span(1, 2), "x"), Edit::remove(span(1, 2))],
            vec![Edit::remove(span(5, 90))],
            vec![Edit::remove(span(3, 2))],
        ] {
            assert_eq!(apply("one two", &edits), None, "{edits:?}");
        }
        assert_eq!(
            apply("é", &[Edit::remove(span(0, 1))]),
            None,
            "within a character"
        );
    }

    #[test]
    fn safe_fixes_are_made_and_guesses_are_not() {
        let sources = Sources::single("a.wkt", "one two six");
        let found = |start, end, text: &str, safety| {
            Diagnostic::new(Code::W1001, "m", span(start, end), "l").with_fix(
                "change it",
                vec![Edit::replace(span(start, end), text)],
                safety,
            )
        };
        let diagnostics = [
            found(0, 3, "1", Safety::Safe),
            found(0, 7, "12", Safety::Safe),
            found(4, 7, "2", Safety::Guess),
            found(8, 11, "6", Safety::Safe),
        ];
        let (texts, count) = apply_safe(&sources, &diagnostics);
        assert_eq!(texts.get(&FileId(0)).map(String::as_str), Some("1 two 6"));
        assert_eq!(count, 2);
    }

    #[test]
    fn what_would_lose_a_comment_is_left_to_its_author() {
        let sources = Sources::single("a.wkt", "[1, // the first\n 1]");
        let fix = |end: usize| {
            let found = Diagnostic::new(Code::W1006, "twice", span(1, 2), "");
            found.with_fix("take it out", vec![Edit::remove(span(1, end))], Safety::Safe)
        };
        assert_eq!(apply_safe(&sources, &[fix(19)]).1, 0);
        assert_eq!(apply_safe(&sources, &[fix(3)]).1, 1);
    }
}
