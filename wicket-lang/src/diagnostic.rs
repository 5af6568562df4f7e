//! What went wrong, as data.
//!
//! A step of the compiler never prints and never stops at the first mistake: it returns what it could build and a
//! list of [`Diagnostic`]s. Rendering is for people; JSON and editors take the same data.

pub mod code;
pub mod fix;
pub mod render;

pub use code::Code;
pub use fix::{Edit, Fix, Safety};

use crate::source::Span;

/// How bad it is. An error keeps a bundle from being built; a warning does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Keeps the bundle from being built: codes `E…`.
    Error,
    /// The bundle is built all the same: codes `W…`, the lints.
    Warning,
    /// Something to know, and nothing to mend: codes `N…`.
    Note,
}

impl Severity {
    /// As findings are printed: `error`, `warning`, `note`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A place and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place, which may be empty where something is missing.
    pub span: Span,
    /// What is wrong there, in a few words.
    pub text: String,
}

/// One finding: a message of one line (lower case, no final period, the author's text in backticks), the place, what
/// is wrong there, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of finding it is.
    pub code: Code,
    /// How bad it is, as its code says.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub message: String,
    /// The place where it is wrong.
    pub primary: Label,
    /// Other places that have to do with it: where a name was declared first.
    pub secondary: Vec<Label>,
    /// What a reader should know beside it, a sentence each.
    pub notes: Vec<String>,
    /// What to do about it, where that can be said in a sentence.
    pub help: Option<String>,
    /// Ways to mend it, the likeliest first.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// A finding of the code's own severity at `span`; `label` says what is wrong here.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>, span: Span, label: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            primary: Label {
                span,
                text: label.into(),
            },
            secondary: Vec::new(),
            notes: Vec::new(),
            help: None,
            fixes: Vec::new(),
        }
    }

    /// Another place that has to do with it, and what stands there.
    #[must_use]
    pub fn with_label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Something that a reader should know beside it.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// What to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// A way to mend it that a program can make. `label` says what it does and is shown as help above the edited
    /// lines, so a finding with a fix needs no help of its own.
    #[must_use]
    pub fn with_fix(mut self, label: impl Into<String>, edits: Vec<Edit>, safety: Safety) -> Self {
        self.fixes.push(Fix {
            label: label.into(),
            edits,
            safety,
        });
        self
    }

    /// `did you mean …?` where a name that is near to what stands at `span` is known.
    #[must_use]
    pub fn with_near(self, span: Span, near: Option<&str>) -> Self {
        match near {
            Some(near) => self.with_fix(
                format!("did you mean `{near}`?"),
                vec![Edit::replace(span, near)],
                Safety::Guess,
            ),
            None => self,
        }
    }

    /// Whether it keeps the bundle from being built.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Puts findings into the order in which they stand in the sources and drops repeats.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics
        .sort_by(|a, b| (a.primary.span, a.code, &a.message).cmp(&(b.primary.span, b.code, &b.message)));
    diagnostics.dedup();
}

/// The name among `known` that is nearest to `name`, if one is near enough to be meant.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = folded(name);
    let limit = name.len() / 3 + 1;
    known
        .into_iter()
        .filter_map(|candidate| Some((distance(&name, &folded(candidate), limit)?, candidate)))
        .min()
        .map(|(_, candidate)| candidate)
}

fn folded(name: &str) -> Vec<char> {
    name.chars().map(|c| c.to_ascii_lowercase()).collect()
}

/// Levenshtein distance, where it is at most `limit`.
fn distance(a: &[char], b: &[char], limit: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        // What stands in the row before, to the upper left, above, and in this row to the left.
        let (mut diagonal, mut beside, mut least) = (i, i + 1, i + 1);
        if let Some(first) = row.first_mut() {
            *first = beside;
        }
        for (cell, right) in row.iter_mut().skip(1).zip(b) {
            let above = *cell;
            beside = (diagonal + usize::from(left != right))
                .min(above + 1)
                .min(beside + 1);
            diagonal = above;
            *cell = beside;
            least = least.min(beside);
        }
        if least > limit {
            return None;
        }
    }
    row.last().copied().filter(|distance| *distance <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found() {
        assert_eq!(nearest("githb", ["slack", "github"]), Some("github"));
        assert_eq!(nearest("jira", ["slack", "github"]), None);
        assert_eq!(nearest("GitHub", ["gitlab", "github"]), Some("github"));
        assert_eq!(nearest("abc", ["xbc", "abd", "ab"]), Some("ab"));
    }
}
